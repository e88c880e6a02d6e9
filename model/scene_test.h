// A world for the tests of the rules: performs steps, remembers the last ruling, names the usual things.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <ostream>
#include <string>
#include <vector>

#include "model/system.h"

namespace procreg {

inline std::ostream& operator<<(std::ostream& out, Result result) { return out << text(result); }
inline std::ostream& operator<<(std::ostream& out, const Step& step) { return out << info(step).name; }

}  // namespace procreg

namespace procreg::model {

inline constexpr ProcessKey main_process{MachineIndex{0}, ObjectId{1}};
constexpr ProcessKey process_key(std::uint64_t object) { return {MachineIndex{0}, ObjectId{object}}; }

constexpr Caller by(ProcessKey key) { return {{key, {}}}; }
constexpr Target on(ProcessKey key) { return {{key, {}}}; }
constexpr PidRef pid(std::uint32_t number) { return {Pid{number}, {}}; }
constexpr TidRef tid(std::uint32_t number) { return {Tid{number}, {}}; }
constexpr HandleRef handle(std::uint64_t value) { return {HandleValue{value}, {}}; }
constexpr HandleRef handle(HandleValue value) { return {value, {}}; }
inline constexpr Guid guid_g{0x11, 0x22};
inline constexpr Guid guid_g2{0x33, 0x44};

constexpr TextIn text_in(TextRef text) { return {text}; }
inline constexpr TextIn null_text{};

inline WorldSpec limited(Limits limits) {
  WorldSpec world;
  world.limits = limits;
  return world;
}

class Scene {
 public:
  explicit Scene(const Profile& profile = documented_profile(), const WorldSpec& world = {})
      : Scene{profile, world, {}} {}
  Scene(const Profile& profile, const WorldSpec& world, const Tables& tables)
      : tables_{tables}, system_{world, tables_, profile} {}
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  const Ruling& perform(const Step& step) { return system_.perform(step); }
  Result does(const Step& step) { return system_.perform(step).answer.result; }
  // Performs a step that must do what it is there for.
  const Answer& must(const Step& step) {
    const Answer& answer = system_.perform(step).answer;
    EXPECT_FALSE(failed(answer.result)) << info(step).name << ": " << answer.result;
    return answer;
  }

  const State& state() const { return system_.state(); }
  const Process* process(ProcessKey key) const { return find(state(), key); }
  const Process* main() const { return process(main_process); }
  const Machine& machine() const { return state().machines.front(); }
  const Tag* tag(ProcessKey key) const { return find_tag(machine(), key.object); }
  System& system() { return system_; }
  Tables& tables() { return tables_; }
  SnapshotWords snapshot() const {
    SnapshotWords words;
    system_.snapshot(words);
    return words;
  }

  // A child of main.
  ProcessKey child(CreateProcess call = {}) {
    call.by = by(main_process);
    return process_key(must(call).made);
  }
  void advance(std::uint64_t ms) { must(AdvanceTime{.ms = Duration{ms}}); }
  void registers_recovery(ProcessKey key = main_process, std::uint32_t ping = 5000) {
    must(RegisterApplicationRecoveryCallback{
        .by = by(key), .pRecoveyCallback = Address{0x40}, .dwPingInterval = Ping{ping}});
  }
  void crashes(ProcessKey key = main_process) { must(Crash{.process = on(key)}); }
  void hangs(ProcessKey key = main_process) {
    must(StopAnswering{.process = on(key)});
    advance(5001);
  }
  // Crashed, and able to make calls (WER-ALL-58).
  void crashes_with_calls(ProcessKey key = main_process) {
    must(WerSetFlags{.by = by(key), .dwFlags = FaultFlags{0x4}});
    crashes(key);
  }
  void recovers(ProcessKey key = main_process, std::uint32_t ping = 5000) {
    registers_recovery(key, ping);
    crashes(key);
    must(UserChoice{.process = on(key), .action = UserAction::close});
  }

 private:
  static bool failed(Result result) {
    const bool code = result.kind == ResultKind::hresult || result.kind == ResultKind::win32;
    return (code && result.value != 0) || result == FALSE_ || result == null_handle || result == not_applicable ||
           result == not_runnable;
  }

  Tables tables_;
  System system_;
};

using Before = std::function<void(Scene&)>;
inline void nothing(Scene&) {}
inline void recovering(Scene& scene) { scene.recovers(); }
inline void crashed_with_calls(Scene& scene) { scene.crashes_with_calls(); }
inline void exhausted(Scene& scene) { scene.must(SetHeapCapacity{.process = on(main_process), .n = {0}}); }
inline Before after(std::vector<Step> steps) {
  return [steps = std::move(steps)](Scene& scene) {
    for (const Step& step : steps) scene.must(step);
  };
}

// One clause: in this world, after this, the step is decided by it with this result.
struct Row {
  Clause clause;
  Before before;
  Step step;
  Result result;
  Profile profile = documented_profile();
  WorldSpec world = {};
  Tables tables = {};
};

inline bool applied_by(const Ruling& ruling, Clause clause) {
  return std::find(ruling.applied.begin(), ruling.applied.end(), clause) != ruling.applied.end();
}

// Fault countdowns and the caller's lastError may change where a step is refused, nothing else.
inline State without_exceptions(State state) {
  for (auto& machine : state.machines) {
    machine.faults.clear();
    for (auto& process : machine.processes) {
      process.core.last_error = 0;
      process.core.recovery_faults.clear();
      process.heap.countdowns.clear();
    }
  }
  return state;
}

inline bool is_refusal(Result result) {
  return result == not_applicable || result == not_runnable || result == FALSE_ || result == null_handle ||
         result.kind == ResultKind::exception ||
         ((result.kind == ResultKind::hresult || result.kind == ResultKind::win32 ||
           result.kind == ResultKind::ntstatus) &&
          result.value != 0);
}

inline bool closes_its_source(const Step& step) {
  const auto* call = std::get_if<DuplicateHandle>(&step);
  return call != nullptr && (static_cast<std::uint32_t>(call->dwOptions) & DUPLICATE_CLOSE_SOURCE) != 0;
}

// Every row is decided by its clause, a refusal changes nothing but what README 4.5 allows, and a spoiled clause that
// decides gives another answer.
inline void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string{row.clause.id()});
    Scene scene{row.profile, row.world, row.tables};
    row.before(scene);
    const State before = scene.state();
    Choices choices{row.profile};
    const Ruled wrong = ruled(before, row.step, scene.tables(), choices, row.clause);

    const Ruling& ruling = scene.perform(row.step);
    EXPECT_EQ(ruling.decided, row.clause);
    EXPECT_EQ(ruling.answer.result, row.result);
    if (is_refusal(row.result) && !closes_its_source(row.step)) {
      EXPECT_TRUE(without_exceptions(scene.state()) == without_exceptions(before));
    }
    if (info(row.clause).kind == ClauseKind::decides) {
      EXPECT_NE(wrong.ruling.answer.result, row.result);
    }
  }
}

}  // namespace procreg::model
