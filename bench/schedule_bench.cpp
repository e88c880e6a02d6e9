// What does one schedule cost: two threads of three operations on one registration block, with every point passed through the
// scheduler, the history recorded and held against the model?
#include <benchmark/benchmark.h>

#include "bench/question.h"
#include "harness/concurrent/schedule_search.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

using harness::Script;

constexpr std::uint16_t caller = 1;
constexpr std::uint16_t first_target = 2;
constexpr std::uint16_t second_target = 3;

Step registers(std::uint16_t target) {
  WerRegisterAdditionalProcess call;
  call.by.name = {caller, itself_part};
  call.processId.name = {target, itself_part};
  return call;
}

Step unregisters(std::uint16_t target) {
  WerUnregisterAdditionalProcess call;
  call.by.name = {caller, itself_part};
  call.processId.name = {target, itself_part};
  return call;
}

// Three processes; the operations leave the world as it is after them, so that they can be performed again and again.
Script two_threads() {
  Script script;
  script.world.processes.resize(3);
  for (std::uint16_t base = 1; base <= 3; ++base) {
    script.world.processes[base - 1U].name = base;
    script.names.push_back({"p" + std::to_string(base), {}});
  }
  script.parallel = {{registers(first_target), registers(second_target), unregisters(first_target)},
                     {registers(second_target), unregisters(second_target), registers(first_target)}};
  return script;
}

std::string register_schedules(std::uint64_t schedules) {
  constexpr auto name = "random-schedules";
  benchmark::RegisterBenchmark(name, [schedules](benchmark::State& state) {
    const auto subject = harness::scheduled_implementation();
    const Script script = two_threads();
    std::uint64_t seed = 0;
    for (auto _ : state) {
      const auto result =
          search_schedules(*subject, script, documented_profile(), {.random = schedules, .seed = ++seed});
      if (result.verdict != harness::Verdict::conforms || result.outcomes < 2)
        state.SkipWithError("not what the model allows, or nothing ever met");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(schedules + 1));
  });
  return name;
}

std::string register_direct() {
  constexpr auto name = "schedule-operations-directly";
  benchmark::RegisterBenchmark(name, [](benchmark::State& state) {
    const Script script = two_threads();
    impl::World world{script.world, script.tables, documented_profile()};
    harness::Bindings bindings;
    bindings.clear(script.names.size());
    bindings.bind_world(script.world);
    std::vector<Step> steps;
    for (const auto& thread : script.parallel)
      for (const Step& step : thread) steps.push_back(bindings.resolve(step));
    for (auto _ : state)
      for (const Step& step : steps)
        if (world.perform(step).result != Result{Hresult::S_OK}) state.SkipWithError("an operation was refused");
    state.SetItemsProcessed(state.iterations());
  });
  return name;
}

}  // namespace

void ask_about_schedules(Questions& questions, Extent extent) {
  questions.push_back({.text = "one random schedule of 2 threads with 3 operations each, checked",
                       .peer_text = "the six operations, one after the other",
                       .ours = register_schedules(extent.quick ? 50 : 10'000),
                       .peer = register_direct(),
                       .goal = 1.0 / 40});
}

}  // namespace procreg::bench
