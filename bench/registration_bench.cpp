// What does one more registration cost as the table fills?
#include <fmt/format.h>

#include "api/world.h"
#include "bench/fixture.h"
#include "bench/googlemock_peer.h"
#include "bench/question.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

constexpr std::size_t callers = 2;     // one a thread
constexpr std::size_t candidates = 4;  // processes that are registered and unregistered in turn

struct Table {
  std::uint32_t capacity;
  std::uint32_t taken;
};

ProcessKey caller(std::size_t thread) { return {.machine = {}, .object = ObjectId{thread + 1}}; }
Pid pid_of(std::size_t process) { return Pid{static_cast<std::uint32_t>(1000 + 4 * process)}; }

// The callers, then the candidates, then the processes that fill the tables: all of them exist.
WorldSpec world_for(Table table) {
  WorldSpec spec;
  spec.processes.clear();
  for (std::size_t i = 0; i < callers + candidates + table.taken; ++i) {
    ProcessSpec process;
    process.pid = pid_of(i);
    spec.processes.push_back(process);
  }
  spec.limits.dumpCollection = table.capacity;
  return spec;
}

Step registration(std::size_t thread, std::size_t process) {
  WerRegisterAdditionalProcess call;
  call.by.raw = caller(thread);
  call.processId.raw = pid_of(process);
  return call;
}

Step unregistration(std::size_t thread, std::size_t process) {
  WerUnregisterAdditionalProcess call;
  call.by.raw = caller(thread);
  call.processId.raw = pid_of(process);
  return call;
}

// A world in which each caller's table holds `taken` entries, and the pairs of calls that leave it so.
class FilledWorld {
 public:
  explicit FilledWorld(Table table) : world_{world_for(table), tables_, documented_profile()} {
    for (std::size_t thread = 0; thread < callers; ++thread) {
      for (std::size_t i = 0; i < table.taken; ++i)
        filled_ = filled_ && accepted(registration(thread, callers + candidates + i));
      for (std::size_t i = 0; i < candidates; ++i) {
        calls_[thread][i].on = registration(thread, callers + i);
        calls_[thread][i].off = unregistration(thread, callers + i);
      }
    }
  }

  bool filled() const { return filled_; }

  // Registers one more process and unregisters it again.
  bool pair(std::size_t thread, std::size_t turn) {
    const Calls& calls = calls_[thread][turn % candidates];
    const bool on = accepted(calls.on);
    return accepted(calls.off) && on;
  }

 private:
  struct Calls {
    Step on{};
    Step off{};
  };
  bool accepted(const Step& step) { return world_.perform(step).result == Result{Hresult::S_OK}; }

  Tables tables_{};
  impl::World world_;
  Calls calls_[callers][candidates];
  bool filled_{true};
};

void measure_ours(benchmark::State& state, Shared<FilledWorld>& shared, Table table) {
  FilledWorld& world = shared.get([&] { return std::make_unique<FilledWorld>(table); });
  if (!world.filled()) state.SkipWithError("the table could not be filled");
  const auto thread = static_cast<std::size_t>(state.thread_index());
  std::size_t turn = 0;
  for (auto _ : state) {
    if (!world.pair(thread, turn++)) {
      state.SkipWithError("a registration was refused");
      break;
    }
  }
  state.SetItemsProcessed(2 * state.iterations());  // a pair is two calls
}

void measure_googlemock(benchmark::State& state, Shared<std::unique_ptr<WerApi>>& shared) {
  WerApi& api = *shared.get([] { return std::make_unique<std::unique_ptr<WerApi>>(googlemock_api()); });
  std::uint32_t process = 1000;
  for (auto _ : state) {
    if (api.WerRegisterAdditionalProcess(process++, 0) != 0) {
      state.SkipWithError("the mock refused");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

std::string register_ours(Table table, int threads) {
  const auto name = fmt::format("registration-{}-of-{}-threads-{}", table.taken, table.capacity, threads);
  auto shared = std::make_shared<Shared<FilledWorld>>();
  auto* made = benchmark::RegisterBenchmark(
      name.c_str(), [shared, table](benchmark::State& state) { measure_ours(state, *shared, table); });
  if (threads > 1) made->Threads(threads)->UseRealTime();
  return name;
}

std::string register_googlemock(int threads) {
  const auto name = fmt::format("googlemock-call-threads-{}", threads);
  auto shared = std::make_shared<Shared<std::unique_ptr<WerApi>>>();
  auto* made = benchmark::RegisterBenchmark(name.c_str(),
                                            [shared](benchmark::State& state) { measure_googlemock(state, *shared); });
  if (threads > 1) made->Threads(threads)->UseRealTime();
  return name;
}

}  // namespace

// The goal is for the table as it is on Windows, four places; limits raised by the world show how the cost grows.
void ask_about_registration(Questions& questions, Extent extent) {
  constexpr double goal = 4;
  const std::uint32_t large = extent.quick ? 64 : 512;
  const auto mock = register_googlemock(1);
  const auto mocks = register_googlemock(2);
  const auto ask = [&](Table table, int threads, std::optional<double> wanted) {
    questions.push_back({.text = fmt::format("registration, {} of {} taken{}", table.taken, table.capacity,
                                             threads > 1 ? ", 2 threads" : ""),
                         .peer_text = threads > 1 ? "one GoogleMock call, 2 threads" : "one GoogleMock call",
                         .ours = register_ours(table, threads),
                         .peer = threads > 1 ? mocks : mock,
                         .goal = wanted});
  };
  ask({.capacity = 4, .taken = 0}, 1, goal);
  ask({.capacity = 4, .taken = 3}, 1, goal);
  ask({.capacity = large, .taken = 0}, 1, {});
  ask({.capacity = large, .taken = large / 2}, 1, {});
  ask({.capacity = large, .taken = large - 1}, 1, {});
  ask({.capacity = 4, .taken = 3}, 2, goal);
}

}  // namespace procreg::bench
