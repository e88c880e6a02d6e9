// How many steps a second does lockstep make on one thread: generate, model, implementation, compare, clause coverage?
//
// The workload: one process registers and unregisters 16 pids, half of the steps each, its table has 8 places. The goals are for
// steps that this file draws itself from the harness's ChoiceSource, because the general generator cannot be held to exactly
// these 16 numbers; what the general generator makes of the same two calls, and of all calls, is measured beside it.
#include <fmt/format.h>

#include <array>
#include <set>

#include "api/world.h"
#include "bench/fixture.h"
#include "bench/question.h"
#include "bench/rapidcheck_peer.h"
#include "harness/generate/generate.h"
#include "harness/lockstep/lockstep.h"

namespace procreg::bench {

namespace {

using harness::Coverage;

constexpr std::uint32_t pids = 16;
constexpr std::uint32_t capacity = 8;
constexpr std::uint32_t size_max = 100;
constexpr int scripts = 101;  // a round of sizes, in ours and in rapidcheck's

// As many steps as rapidcheck's command sequences have: 1 to size + 1, while the size goes from 0 to 100.
std::uint32_t length_of(harness::ChoiceSource& source, std::uint64_t script) {
  return 1 + source.below(static_cast<std::uint32_t>(script % (size_max + 1)) + 1);
}

WorldSpec registering_world() {
  WorldSpec spec;  // `main` alone, by name 1
  spec.limits.dumpCollection = capacity;
  return spec;
}

Step registration_step(harness::ChoiceSource& source) {
  constexpr Caller main{{.raw = {}, .name = {.base = 1}}};
  const bool registers = source.below(2) == 0;
  const PidRef pid{.raw = Pid{4000 + 4 * source.below(pids)}};
  if (registers) return WerRegisterAdditionalProcess{.by = main, .processId = pid};
  return WerUnregisterAdditionalProcess{.by = main, .processId = pid};
}

// Lockstep over scripts that are made as it goes.
class Run {
 public:
  explicit Run(bool snapshots) : lockstep_{*subject_, {.snapshots = snapshots}} {}
  virtual ~Run() = default;

  // Steps performed; 0: model and implementation differed.
  std::uint64_t scripts_from(std::uint64_t first) {
    std::uint64_t steps = 0;
    for (std::uint64_t script = first; script < first + scripts; ++script) {
      const auto made = one(script);
      if (made == 0) return 0;
      steps += made;
    }
    return steps;
  }
  const Coverage& coverage() const { return coverage_; }

 protected:
  virtual std::uint64_t one(std::uint64_t script) = 0;

  std::unique_ptr<harness::Subject> subject_{harness::implementation()};
  harness::Lockstep lockstep_;
  harness::SeededSource source_{1, 0};
  Coverage coverage_{};
};

class Registrations final : public Run {
 public:
  using Run::Run;

 private:
  std::uint64_t one(std::uint64_t script) override {
    source_.begin_script(1, script);
    source_.begin(0);
    const auto length = length_of(source_, script);
    lockstep_.begin(world_, tables_, 1, profile_);
    for (std::uint64_t k = 1; k <= length; ++k) {
      source_.begin(k);
      if (lockstep_.step(registration_step(source_), coverage_)) return 0;
    }
    lockstep_.note_options(coverage_);
    return length;
  }

  WorldSpec world_{registering_world()};
  Tables tables_{};
  Profile profile_{documented_profile()};
};

// What the general generator draws.
enum class Drawn : std::uint8_t {
  registrations,  // a world of 12 processes, the two calls of this file
  without_lists,  // no call for anything but additional processes, recovery, handles and application instances
  everything      // all that fuzzing does
};

constexpr std::string_view lists_and_restarts[] = {"WerRegisterFile",
                                                   "WerUnregisterFile",
                                                   "WerRegisterMemoryBlock",
                                                   "WerUnregisterMemoryBlock",
                                                   "WerRegisterExcludedMemoryBlock",
                                                   "WerUnregisterExcludedMemoryBlock",
                                                   "WerRegisterCustomMetadata",
                                                   "WerUnregisterCustomMetadata",
                                                   "WerRegisterAppLocalDump",
                                                   "WerUnregisterAppLocalDump",
                                                   "WerRegisterRuntimeExceptionModule",
                                                   "WerUnregisterRuntimeExceptionModule",
                                                   "WerSetFlags",
                                                   "WerGetFlags",
                                                   "WerSetMaxProcessHoldMilliseconds",
                                                   "UnregisterApplicationRecoveryCallback",
                                                   "GetApplicationRecoveryCallback",
                                                   "RegisterApplicationRestart",
                                                   "UnregisterApplicationRestart",
                                                   "GetApplicationRestartSettings"};

class Generated final : public Run {
 public:
  Generated(bool snapshots, Drawn drawn) : Run{snapshots}, drawn_{drawn} {}

 private:
  std::uint64_t one(std::uint64_t script) override {
    source_.begin_script(1, script);
    source_.begin(0);
    const auto length = length_of(source_, script);
    make_world(length);
    lockstep_.begin(world_.world, harness::generated_tables(), names_.room(), world_.profile);
    std::uint64_t made = 0;
    while (made < length && harness::alive(lockstep_.model().state())) {
      source_.begin(++made);
      const harness::Situation now{lockstep_.model().state(), lockstep_.bindings(), world_.swarm, names_};
      if (lockstep_.step(harness::generate(source_, now), coverage_)) return 0;
    }
    lockstep_.note_options(coverage_);
    return made;
  }

  void make_world(std::size_t room) {
    if (drawn_ != Drawn::registrations) harness::generate_world(source_, room, world_, names_);
    if (drawn_ == Drawn::everything) return;
    if (drawn_ == Drawn::without_lists) return leave_out_lists();
    world_.world = registering_world();
    world_.world.processes.clear();
    names_.clear(processes);
    for (std::size_t i = 0; i < processes; ++i)
      world_.world.processes.push_back({.name = names_.claim(harness::NameKind::process, 0)});
    world_.profile = documented_profile();
    std::array<std::uint16_t, step_kinds> weights{};
    weights[Step{WerRegisterAdditionalProcess{}}.index()] = 1;
    weights[Step{WerUnregisterAdditionalProcess{}}.index()] = 1;
    world_.swarm.take(weights);
  }

  void leave_out_lists() {
    std::array<std::uint16_t, step_kinds> weights{};
    std::copy(harness::usual_weights().begin(), harness::usual_weights().end(), weights.begin());
    for (std::size_t kind = 0; kind < step_kinds; ++kind)
      if (!world_.swarm.has(kind)) weights[kind] = 0;
    for (const std::string_view name : lists_and_restarts) weights[step_kind(*find_step(name))] = 0;
    weights[Step{AdvanceTime{}}.index()] = 9;  // so that something is left whatever the script leaves out
    world_.swarm.take(weights);
  }

  static constexpr std::size_t processes = 12;  // enough to fill a table

  Drawn drawn_;
  harness::GeneratedWorld world_{};
  harness::NameBook names_{};
};

// Every way these two calls can go has been met, a full table included.
bool saw_everything(const Coverage& coverage) {
  for (const Clause clause :
       {Clause("WER-AP-09"), Clause("WER-AP-11"), Clause("WER-AP-17"), Clause("WER-AP-32"), Clause("WER-AP-35")})
    if (!coverage.reached()[clause.index()]) return false;
  return true;
}

void measure_lockstep(benchmark::State& state, Run& run) {
  std::uint64_t steps = 0;
  std::uint64_t script = 0;
  for (auto _ : state) {
    const auto made = run.scripts_from(script);
    if (made == 0) {
      state.SkipWithError("model and implementation differ");
      break;
    }
    steps += made;
    script += scripts;
  }
  if (!saw_everything(run.coverage()))
    state.SkipWithError("the workload does not reach all the clauses it is meant to");
  state.SetItemsProcessed(static_cast<std::int64_t>(steps));
}

void measure_rapidcheck(benchmark::State& state) {
  std::uint64_t commands = 0;
  std::uint64_t seed = 1;
  for (auto _ : state) {
    const auto made = rapidcheck_commands(seed++, scripts);
    if (made == 0) {
      state.SkipWithError("rapidcheck's property failed");
      break;
    }
    commands += made;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(commands));
}

// The same workload without any harness: a set and a bit mask, one call after another, results compared.
void measure_bare_loop(benchmark::State& state) {
  Draw draw{1};
  std::uint64_t steps = 0;
  for (auto _ : state) {
    for (std::uint32_t script = 0; script < scripts; ++script) {
      std::set<std::uint64_t> registered;
      std::uint32_t model = 0;
      const auto length = 1 + draw.below(script + 1);
      for (std::size_t k = 0; k < length; ++k) {
        const auto drawn = draw.next();
        const auto pid = drawn >> 60;
        const auto bit = 1U << pid;
        bool same = false;
        if ((drawn & 1) != 0) {
          const bool refused = registered.count(pid) == 0 && registered.size() >= capacity;
          if (!refused) registered.insert(pid);
          const bool should = (model & bit) == 0 && __builtin_popcount(model) >= static_cast<int>(capacity);
          if (!should) model |= bit;
          same = refused == should;
        } else {
          same = (registered.erase(pid) == 1) == ((model & bit) != 0);
          model &= ~bit;
        }
        if (!same) return state.SkipWithError("set and mask differ");
      }
      steps += length;
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(steps));
}

template <class Make>
std::string add(const std::string& name, Make make) {
  auto shared = std::make_shared<Shared<Run>>();
  benchmark::RegisterBenchmark(name.c_str(),
                               [shared, make](benchmark::State& state) { measure_lockstep(state, shared->get(make)); });
  return name;
}

std::string registrations(bool snapshots) {
  return add(fmt::format("lockstep-registrations-{}", snapshots ? "snapshots" : "answers"),
             [=] { return std::make_unique<Registrations>(snapshots); });
}

std::string generated(bool snapshots, Drawn drawn) {
  constexpr std::array<std::string_view, 3> words{"registrations", "without-lists", "everything"};
  return add(fmt::format("lockstep-generated-{}-{}", words[static_cast<std::size_t>(drawn)],
                         snapshots ? "snapshots" : "answers"),
             [=] { return std::make_unique<Generated>(snapshots, drawn); });
}

}  // namespace

void ask_about_lockstep(Questions& questions, Extent) {
  benchmark::RegisterBenchmark("rapidcheck-state-check", measure_rapidcheck);
  benchmark::RegisterBenchmark("bare-loop", measure_bare_loop);
  const auto ask = [&](std::string text, std::string ours, std::optional<double> goal, bool bare = false) {
    questions.push_back({.text = std::move(text),
                         .peer_text = bare ? "a bare C++ loop, a step" : "rc::state::check, a command",
                         .ours = std::move(ours),
                         .peer = bare ? "bare-loop" : "rapidcheck-state-check",
                         .goal = goal});
  };
  const auto answers = registrations(false);
  ask("lockstep step, answers compared", answers, 10);
  ask("lockstep step, snapshots compared too", registrations(true), 4);
  ask("lockstep step, answers compared, bare loop", answers, {}, true);
  ask("lockstep step, general generator, the same two calls", generated(false, Drawn::registrations), {});
  const auto everything = generated(true, Drawn::everything);
  ask("lockstep step, general generator, every call, snapshots", everything, {});
  questions.push_back({.text = "fuzzing step, all calls",
                       .peer_text = "fuzzing without lists, flags, restarts",
                       .ours = everything,
                       .peer = generated(true, Drawn::without_lists),
                       .goal = 0.5});
}

}  // namespace procreg::bench
