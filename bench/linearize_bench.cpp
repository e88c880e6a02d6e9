// What does one operation of a history cost to put in order, as the history gets longer?
//
// Four threads register and unregister additional processes of 16 processes that share nothing else, so the checker takes the
// history apart by process. Each operation overlaps one to four others. The end of the world is held against the history
// too. The peer is the same history at a hundredth of the length or a tenth: linear cost means a ratio of 1.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "bench/fixture.h"
#include "bench/question.h"
#include "harness/concurrent/model_specification.h"

namespace procreg::bench {

namespace {

constexpr std::uint16_t threads = 4;
constexpr std::uint16_t processes = 16;
constexpr std::size_t pids = 6;

class Recorded {
 public:
  explicit Recorded(std::size_t operations) {
    spec_.processes.clear();
    for (std::uint16_t name = 1; name <= processes; ++name) spec_.processes.push_back(ProcessSpec{.name = name});
    model::System model{spec_, tables_, profile_};
    begin_ = model.state();
    Draw draw{1};
    for (std::size_t i = 0; i < operations; ++i) add(model, draw, i);
    std::sort(history_.begin(), history_.end(),
              [](const harness::Operation& a, const harness::Operation& b) { return a.called < b.called; });
    model.snapshot(end_);
  }

  bool linearizable() const {
    return harness::linearize({begin_, tables_, profile_, &end_}, history_).verdict == harness::Linearizable::yes;
  }
  std::size_t operations() const { return history_.size(); }

 private:
  // Performed at one moment, called somewhat before and returned somewhat after it. Calls have even places, returns odd ones.
  void add(model::System& model, Draw& draw, std::size_t index) {
    const Caller by{{{MachineIndex{0}, ObjectId{1 + draw.below(processes)}}, {}}};
    const PidRef pid{Pid{static_cast<std::uint32_t>(40 + 4 * draw.below(pids))}, {}};
    const bool registers = draw.below(2) == 0;
    const Step step = registers ? Step{WerRegisterAdditionalProcess{.by = by, .processId = pid}}
                                : Step{WerUnregisterAdditionalProcess{.by = by, .processId = pid}};
    const std::uint64_t moment = 16 * (index + 4);
    const std::uint64_t before = draw.below(31);
    const std::uint64_t after = draw.below(31);
    history_.push_back({.thread = static_cast<std::uint16_t>(index % threads),
                        .step = step,
                        .answer = model.perform(step).answer,
                        .called = 2 * (moment - before),
                        .returned = 2 * (moment + after) + 1});
  }

  WorldSpec spec_{};
  Tables tables_{};
  Profile profile_{documented_profile()};
  model::State begin_{};
  harness::History history_{};
  SnapshotWords end_{};
};

void measure(benchmark::State& state, const Recorded& recorded) {
  for (auto _ : state)
    if (!recorded.linearizable()) return state.SkipWithError("a history that took place is refused");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(recorded.operations()));
}

std::string add(std::size_t operations) {
  const std::string name = fmt::format("linearize-{}-operations", operations);
  auto shared = std::make_shared<Shared<Recorded>>();
  benchmark::RegisterBenchmark(name.c_str(), [shared, operations](benchmark::State& state) {
    measure(state, shared->get([operations] { return std::make_unique<Recorded>(operations); }));
  });
  return name;
}

}  // namespace

void ask_about_linearizability(Questions& questions, Extent extent) {
  constexpr double most_growth = 1.5;
  const std::string thousand = add(1'000);
  const auto ask = [&](std::string text, std::size_t operations) {
    questions.push_back({.text = std::move(text),
                         .peer_text = "the same of a history of 1,000",
                         .ours = add(operations),
                         .peer = thousand,
                         .goal = 1 / most_growth});
  };
  ask("ordering one of 10,000 operations of 4 threads", 10'000);
  ask("ordering one of 100,000 operations of 4 threads", extent.quick ? 20'000 : 100'000);
}

}  // namespace procreg::bench
