#include "harness/concurrent/race_script.h"

#include <array>
#include <span>
#include <string_view>

#include "harness/generate/generate.h"
#include "harness/search/repair.h"
#include "model/system.h"

namespace procreg::harness {

namespace {

struct Weight {
  std::string_view step;
  std::uint16_t weight;
};

// What a race is about. A report that is collected meanwhile stands in the first and the last.
constexpr std::array registrations{Weight{"WerRegisterAdditionalProcess", 44},
                                   Weight{"WerUnregisterAdditionalProcess", 32},
                                   Weight{"RegisterApplicationRecoveryCallback", 4},
                                   Weight{"SetHeapCapacity", 3},
                                   Weight{"FailAllocation", 3},
                                   Weight{"Crash", 3},
                                   Weight{"StopAnswering", 1},
                                   Weight{"AdvanceTime", 1},
                                   Weight{"ExitProcess", 1},
                                   Weight{"CreateProcess", 1}};
constexpr std::array tags{Weight{"RegisterAppInstance", 40}, Weight{"OpenTag", 30},   Weight{"CreateProcess", 6},
                          Weight{"FilterUnload", 3},         Weight{"FilterLoad", 5}, Weight{"FailCcfAllocation", 3},
                          Weight{"CloseHandle", 2},          Weight{"ExitProcess", 1}};
constexpr std::array handles{Weight{"OpenProcess", 16},     Weight{"DuplicateHandle", 16},   Weight{"CloseHandle", 18},
                             Weight{"CreateProcess", 8},    Weight{"GetExitCodeProcess", 8}, Weight{"NewObject", 6},
                             Weight{"TerminateProcess", 4}, Weight{"CreateThread", 4},       Weight{"ExitThread", 4},
                             Weight{"ExitProcess", 2}};
constexpr std::array failures{Weight{"Crash", 10},
                              Weight{"StopAnswering", 6},
                              Weight{"Answer", 4},
                              Weight{"CloseHung", 6},
                              Weight{"UserChoice", 10},
                              Weight{"UserCancel", 4},
                              Weight{"CallbackReturns", 4},
                              Weight{"ApplicationRecoveryInProgress", 6},
                              Weight{"ApplicationRecoveryFinished", 4},
                              Weight{"RegisterApplicationRecoveryCallback", 8},
                              Weight{"UnregisterApplicationRecoveryCallback", 3},
                              Weight{"GetApplicationRecoveryCallback", 4},
                              Weight{"RegisterApplicationRestart", 8},
                              Weight{"UnregisterApplicationRestart", 2},
                              Weight{"GetApplicationRestartSettings", 4},
                              Weight{"WerSetFlags", 3},
                              Weight{"AdvanceTime", 8},
                              Weight{"WerRegisterAdditionalProcess", 14},
                              Weight{"WerUnregisterAdditionalProcess", 8}};
constexpr std::array lists{Weight{"WerRegisterFile", 10},
                           Weight{"WerUnregisterFile", 8},
                           Weight{"WerRegisterMemoryBlock", 8},
                           Weight{"WerUnregisterMemoryBlock", 6},
                           Weight{"WerRegisterExcludedMemoryBlock", 6},
                           Weight{"WerUnregisterExcludedMemoryBlock", 4},
                           Weight{"WerRegisterCustomMetadata", 8},
                           Weight{"WerUnregisterCustomMetadata", 6},
                           Weight{"WerRegisterRuntimeExceptionModule", 6},
                           Weight{"WerUnregisterRuntimeExceptionModule", 4},
                           Weight{"WerRegisterAdditionalProcess", 6},
                           Weight{"WerSetFlags", 8},
                           Weight{"WerGetFlags", 8},
                           Weight{"WerSetMaxProcessHoldMilliseconds", 2},
                           Weight{"WerRegisterAppLocalDump", 4},
                           Weight{"WerUnregisterAppLocalDump", 3},
                           Weight{"FailAllocation", 3},
                           Weight{"Crash", 3},
                           Weight{"ExitProcess", 1}};
// Who holds a file, while it is written to.
constexpr std::array files{Weight{"SmbCreate", 36},
                           Weight{"SmbWrite", 22},
                           Weight{"SmbRead", 10},
                           Weight{"SmbClose", 8},
                           Weight{"SmbLock", 5},
                           Weight{"SmbDisconnect", 5},
                           Weight{"SmbConnect", 2},
                           Weight{"SmbFileAcl", 2},
                           Weight{"RegisterAppInstance", 3},
                           Weight{"RegisterAppInstanceVersion", 3},
                           Weight{"QueryAppInstanceVersion", 2},
                           Weight{"AdvanceTime", 2}};
// What such a race begins with: the generator starts a server, shares a folder and connects first.
constexpr std::array files_before{Weight{"SmbCreate", 24}, Weight{"SmbConnect", 10}, Weight{"SmbShare", 4},
                                  Weight{"RegisterAppInstance", 5}, Weight{"RegisterAppInstanceVersion", 3}};

struct Theme {
  std::span<const Weight> race;
  std::span<const Weight> before;  // empty: steps of every kind
  std::uint32_t steps_before_max;
};
constexpr std::array<Theme, 6> themes{{{registrations, {}, 6},
                                       {tags, {}, 6},
                                       {handles, {}, 6},
                                       {failures, {}, 6},
                                       {lists, {}, 6},
                                       {files, files_before, 9}}};
constexpr Theme anything{{}, {}, 6};
constexpr std::uint32_t steps_before_max = 9;

// Every kind of step by its usual weight where there are no others.
Swarm swarm_of(std::span<const Weight> rows) {
  Swarm swarm;
  if (rows.empty()) return swarm;
  std::array<std::uint16_t, step_kinds> weights{};
  for (const Weight& row : rows) weights[step_kind(*find_step(row.step))] = row.weight;
  swarm.take(weights);
  return swarm;
}

// One theme, or none.
const Theme& draw_theme(ChoiceSource& source) {
  const std::uint32_t which = source.below(themes.size() + 1);
  return which == themes.size() ? anything : themes[which];
}

// The slices of a source: 0 is the world, then the theme with the steps before, then the steps of the threads.
class Drawn {
 public:
  Drawn(ChoiceSource& source, const RaceShape& shape) : source_{source}, shape_{shape} {
    generate_world(source_, steps_before_max, world_, names_);
    bindings_.clear(names_.room());
    bindings_.bind_world(world_.world);
  }

  Script script() {
    model::System model{world_.world, generated_tables(), world_.profile};
    const std::vector<Step> before = steps_before(model);
    Script script = script_of(world_, names_, before);
    script.parallel = steps_of_threads(model.state());
    return script;
  }

 private:
  std::vector<Step> steps_before(model::System& model) {
    source_.begin(1);
    theme_ = &draw_theme(source_);
    const bool all = !theme_->before.empty();  // less would not do
    const std::uint32_t count = all ? theme_->steps_before_max : source_.below(theme_->steps_before_max + 1);
    const Swarm usual = swarm_of(theme_->before);
    std::vector<Step> steps;
    while (steps.size() < count && alive(model.state())) {
      source_.begin(steps.size() + 2);
      steps.push_back(generate(source_, {model.state(), bindings_, usual, names_}));
      bindings_.bind_all(steps.back(), model.perform(bindings_.resolve(steps.back())));
    }
    return steps;
  }

  std::vector<std::vector<Step>> steps_of_threads(const model::State& state) {
    source_.begin(steps_before_max + 2);
    const Swarm theme = swarm_of(theme_->race);
    std::vector<std::vector<Step>> threads(shape_.threads);
    std::uint64_t slice = steps_before_max + 3;
    for (auto& thread : threads)
      for (std::size_t i = 0; i < shape_.operations; ++i) {
        source_.begin(slice++);
        NameBook unused = names_;
        thread.push_back(generate(source_, {state, bindings_, theme, unused}));
        if (Binds* as = binds(thread.back())) as->base = 0;
      }
    return threads;
  }

  ChoiceSource& source_;
  const RaceShape& shape_;
  GeneratedWorld world_{};
  NameBook names_{};
  Bindings bindings_{};
  const Theme* theme_{};
};

}  // namespace

Script draw_race(ChoiceSource& source, const RaceShape& shape) { return Drawn{source, shape}.script(); }

}  // namespace procreg::harness
