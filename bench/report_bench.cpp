// What does the report of a crash cost as more processes are registered for it?
#include <fmt/format.h>

#include "api/snapshot.h"
#include "api/world.h"
#include "bench/fixture.h"
#include "bench/question.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

constexpr std::size_t registered_most = 4;
constexpr std::size_t crashing = 256;  // processes a world: the world is made anew outside the time that counts

ProcessKey crashing_process(std::size_t i) { return {.machine = {}, .object = ObjectId{registered_most + i + 1}}; }
Pid registered_pid(std::size_t i) { return Pid{static_cast<std::uint32_t>(1000 + 4 * i)}; }

// First the processes that are registered, then those that crash.
WorldSpec crash_world() {
  WorldSpec spec;
  spec.processes.assign(registered_most + crashing, ProcessSpec{});
  for (std::size_t i = 0; i < registered_most; ++i) spec.processes[i].pid = registered_pid(i);
  return spec;
}

class CountDumps : public SnapshotVisitor {
 public:
  void enter(const SnapNode& node, std::size_t count) override {
    if (node.name == "dumps") dumps += count;
  }
  void leave(const SnapNode&) override {}
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}
  void value(const SnapField&, const std::uint64_t*) override {}
  std::size_t dumps{};
};

class CrashWorld {
 public:
  explicit CrashWorld(std::size_t registered)
      : registered_{registered}, spec_{crash_world()}, world_{spec_, tables_, documented_profile()} {}

  // Every process that will crash has its registrations, none has crashed.
  bool prepare() {
    world_.reset(spec_, documented_profile());
    for (std::size_t i = 0; i < crashing; ++i)
      for (std::size_t k = 0; k < registered_; ++k)
        if (!registers(i, k)) return false;
    return true;
  }

  bool crash_all() {
    bool all = true;
    for (std::size_t i = 0; i < crashing; ++i) {
      Crash event;
      event.process.raw = crashing_process(i);
      all = world_.perform(event).result == applied && all;
    }
    return all;
  }

  // One primary dump each, and a triage dump for each registered process.
  bool collected_everything() const {
    SnapshotWords words;
    world_.snapshot(words);
    CountDumps count;
    return walk(words, count) && count.dumps == crashing * (1 + registered_);
  }

 private:
  bool registers(std::size_t i, std::size_t k) {
    WerRegisterAdditionalProcess call;
    call.by.raw = crashing_process(i);
    call.processId.raw = registered_pid(k);
    return world_.perform(call).result == Result{Hresult::S_OK};
  }

  std::size_t registered_;
  Tables tables_{};
  WorldSpec spec_;
  impl::World world_;
};

void measure_crash(benchmark::State& state, Shared<CrashWorld>& shared, std::size_t registered) {
  CrashWorld& world = shared.get([&] { return std::make_unique<CrashWorld>(registered); });
  const char* wrong = nullptr;
  for (auto _ : state) {
    state.PauseTiming();
    if (!world.prepare()) wrong = "a registration was refused";
    state.ResumeTiming();
    if (!world.crash_all()) wrong = "a crash was not applicable";
  }
  if (wrong == nullptr && !world.collected_everything()) wrong = "the reports lack dumps";
  if (wrong != nullptr) state.SkipWithError(wrong);
  state.SetItemsProcessed(static_cast<std::int64_t>(crashing) * state.iterations());
}

std::string register_crash(std::size_t registered) {
  const auto name = fmt::format("crash-report-{}-registered", registered);
  auto shared = std::make_shared<Shared<CrashWorld>>();
  benchmark::RegisterBenchmark(
      name.c_str(), [shared, registered](benchmark::State& state) { measure_crash(state, *shared, registered); });
  return name;
}

}  // namespace

// There is no peer to compare with: what grows is compared with the report of a process that registered nothing.
void ask_about_reports(Questions& questions, Extent) {
  const auto alone = register_crash(0);
  for (std::size_t registered = 1; registered <= registered_most; ++registered)
    questions.push_back({.text = fmt::format("report of a crash, {} registered", registered),
                         .peer_text = "report of a crash, none registered",
                         .ours = register_crash(registered),
                         .peer = alone,
                         .goal = {}});
}

}  // namespace procreg::bench
