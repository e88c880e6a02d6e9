#include "harness/concurrent/model_specification.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "harness/generate/generate.h"

namespace procreg::harness {
namespace {

constexpr ProcessKey main_process{MachineIndex{0}, ObjectId{1}};
constexpr ProcessKey other_process{MachineIndex{0}, ObjectId{2}};
constexpr Result ok{Hresult::S_OK};

Caller by(ProcessKey key) { return {{key, {}}}; }
Target to(ProcessKey key) { return {{key, {}}}; }
Step registers(ProcessKey caller, std::uint32_t pid) {
  return WerRegisterAdditionalProcess{.by = by(caller), .processId = {Pid{pid}, {}}};
}
Step unregisters(ProcessKey caller, std::uint32_t pid) {
  return WerUnregisterAdditionalProcess{.by = by(caller), .processId = {Pid{pid}, {}}};
}
Operation operation(std::uint16_t thread, Step step, Result result, std::uint64_t called, std::uint64_t returned) {
  return {thread, step, Answer{.result = result}, called, returned};
}

// Two processes, and what history and end are held against.
class Scene {
 public:
  explicit Scene(Profile profile = documented_profile()) : profile_{profile} {
    spec_.processes = {ProcessSpec{.name = 1}, ProcessSpec{.name = 2}};
    begin_ = model::begin(spec_, tables_);
  }

  Linearization check(const History& history, const SnapshotWords* end = nullptr) const {
    return linearize({begin_, tables_, profile_, end}, history);
  }
  Linearizable verdict(const History& history, const SnapshotWords* end = nullptr) const {
    return check(history, end).verdict;
  }
  std::size_t parts(const History& history) const {
    return ModelSpecification{{begin_, tables_, profile_}, history}.parts().size();
  }
  // After the steps, one after another.
  SnapshotWords end_of(const std::vector<Step>& steps) const {
    model::System system{spec_, tables_, profile_};
    for (const Step& step : steps) system.perform(step);
    SnapshotWords words;
    system.snapshot(words);
    return words;
  }

 private:
  WorldSpec spec_{};
  Tables tables_{};
  Profile profile_;
  model::State begin_{};
};

TEST(TheModel, AllowsOverlappingCallsInEitherOrder) {
  const Scene scene;
  const Result missing{Hresult::WER_E_NOT_FOUND};
  EXPECT_EQ(scene.verdict({operation(0, registers(main_process, 40), ok, 0, 3),
                           operation(1, unregisters(main_process, 40), missing, 1, 2)}),
            Linearizable::yes);
  EXPECT_EQ(scene.verdict({operation(0, registers(main_process, 40), ok, 0, 3),
                           operation(1, unregisters(main_process, 40), ok, 1, 2)}),
            Linearizable::yes);
}

TEST(TheModel, RefusesAnAnswerThatNoOrderGives) {
  const Scene scene;
  const Result missing{Hresult::WER_E_NOT_FOUND};
  EXPECT_EQ(scene.verdict({operation(0, registers(main_process, 40), ok, 0, 1),
                           operation(1, unregisters(main_process, 40), missing, 2, 3)}),
            Linearizable::no);
  EXPECT_EQ(scene.verdict({operation(0, registers(main_process, 40), ok, 0, 1),
                           operation(0, unregisters(main_process, 40), ok, 2, 5),
                           operation(1, unregisters(main_process, 40), ok, 3, 4)}),
            Linearizable::no);
}

TEST(TheModel, LooksAtEveryOutput) {
  const Scene scene;
  const Step create = CreateProcess{.by = by(main_process)};
  Answer answer;
  answer.result = TRUE_;
  answer.written = 0b1111;
  answer.out = {4, 8, 1008, 0x10008};
  answer.made = 3;
  EXPECT_EQ(scene.verdict({{0, create, answer, 0, 1}}), Linearizable::yes);
  answer.out[0] = 8;
  EXPECT_EQ(scene.verdict({{0, create, answer, 0, 1}}), Linearizable::no);
}

TEST(AReport, HoldsWhatWasRegisteredAtOneInstant) {
  const Scene scene;
  const Step first = registers(main_process, 40);
  const Step second = registers(main_process, 44);
  const Step crash = Crash{.process = to(main_process)};
  // The first call returned before the crash, the second one overlaps it.
  const History history{operation(0, first, ok, 0, 1), operation(0, second, ok, 2, 5),
                        operation(1, crash, applied, 3, 4)};
  const SnapshotWords both = scene.end_of({first, second, crash});
  EXPECT_EQ(scene.verdict(history, &both), Linearizable::yes);
  const SnapshotWords one = scene.end_of({first, crash});
  EXPECT_EQ(scene.verdict(history, &one), Linearizable::no);  // the second call was accepted
  const SnapshotWords torn = scene.end_of({second, crash});
  EXPECT_EQ(scene.verdict(history, &torn), Linearizable::no);
}

TEST(TheOrderOfRegistrations, IsSeenAtTheEnd) {
  const Scene scene;
  const Step first = registers(main_process, 40);
  const Step second = registers(main_process, 44);
  const SnapshotWords end = scene.end_of({second, first});
  EXPECT_EQ(scene.verdict({operation(0, first, ok, 0, 3), operation(1, second, ok, 1, 2)}, &end), Linearizable::yes);
  EXPECT_EQ(scene.verdict({operation(0, first, ok, 0, 1), operation(1, second, ok, 2, 3)}, &end), Linearizable::no);
}

// --- Parts ---

TEST(Parts, AreTheProcessesThatShareNothing) {
  const Scene scene;
  const History apart{operation(0, registers(main_process, 40), ok, 0, 1),
                      operation(1, registers(other_process, 40), ok, 2, 3),
                      operation(0, unregisters(main_process, 40), ok, 4, 5)};
  EXPECT_EQ(scene.parts(apart), 2U);
  History together = apart;
  together.push_back(operation(1, Crash{.process = to(main_process)}, applied, 6, 7));
  EXPECT_EQ(scene.parts(together), 1U);
}

TEST(Parts, HaveAnEndOfTheirOwn) {
  const Scene scene;
  const Step first = registers(main_process, 40);
  const Step second = registers(other_process, 44);
  const History history{operation(0, first, ok, 0, 3), operation(1, second, ok, 1, 2)};
  ASSERT_EQ(scene.parts(history), 2U);
  const SnapshotWords right = scene.end_of({second, first});
  EXPECT_EQ(scene.verdict(history, &right), Linearizable::yes);
  const SnapshotWords lost = scene.end_of({first});
  const auto refused = scene.check(history, &lost);
  EXPECT_EQ(refused.verdict, Linearizable::no);
  EXPECT_EQ(refused.failed_part, 1U);
}

TEST(APiece, ThatNoOperationChangesIsAsItWas) {
  const Scene scene;
  const Step first = registers(main_process, 40);
  const SnapshotWords end = scene.end_of({first, registers(other_process, 44)});
  EXPECT_EQ(scene.verdict({operation(0, first, ok, 0, 1)}, &end), Linearizable::no);
  EXPECT_EQ(scene.verdict({}, &end), Linearizable::no);
  const SnapshotWords begin = scene.end_of({});
  EXPECT_EQ(scene.verdict({}, &begin), Linearizable::yes);
}

TEST(ASnapshot, IsMadeOfItsPieces) {
  const Scene scene;
  const SnapshotWords words = scene.end_of({registers(main_process, 40), RegisterAppInstance{
                                                                             .by = by(main_process),
                                                                             .ProcessHandle = {current_process, {}},
                                                                             .AppInstanceId = {Guid{1, 2}},
                                                                         }});
  const Pieces pieces = pieces_of(words);
  EXPECT_EQ(pieces.count({Piece::Kind::registration, main_process}), 1U);
  EXPECT_EQ(pieces.count({Piece::Kind::registration, other_process}), 1U);
  EXPECT_EQ(pieces.count({Piece::Kind::tag, main_process}), 1U);
  EXPECT_EQ(pieces.count({Piece::Kind::filter, {MachineIndex{0}, no_object}}), 1U);
  EXPECT_EQ(pieces.size(), 5U);
}

// --- Footprints, against what steps really do ---

bool may_change(const Footprint& footprint, const Piece& piece) {
  return std::any_of(footprint.begin(), footprint.end(), [&](const Access& access) {
    return access.writes && (access.piece == piece || access.piece == Piece{});
  });
}

std::set<Piece> changed(const Pieces& before, const Pieces& after) {
  std::set<Piece> out;
  for (const auto& [piece, words] : before)
    if (const auto found = after.find(piece); found == after.end() || found->second != words) out.insert(piece);
  for (const auto& [piece, words] : after)
    if (before.count(piece) == 0) out.insert(piece);
  return out;
}

bool share(const Footprint& a, const Footprint& b) {
  return std::any_of(a.begin(), a.end(), [&](const Access& one) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Access& other) { return one.piece == other.piece && (one.writes || other.writes); });
  });
}

struct Walked {
  model::State state{};
  GeneratedWorld world{};
  std::vector<Step> next{};  // resolved steps that might come next
};

Walked walked(std::uint64_t script) {
  Walked out;
  SeededSource source{11, script};
  NameBook names;
  generate_world(source, 64, out.world, names);
  Bindings bindings;
  bindings.clear(names.room());
  bindings.bind_world(out.world.world);
  model::System model{out.world.world, generated_tables(), out.world.profile};
  out.world.swarm = Swarm{};
  for (std::uint64_t step = 0; step < 20 && alive(model.state()); ++step) {
    source.begin(step + 1);
    const Step made = generate(source, {model.state(), bindings, out.world.swarm, names});
    bindings.bind(made, model.perform(bindings.resolve(made)).answer);
  }
  for (std::uint64_t step = 0; step < 24; ++step) {
    source.begin(step + 100);
    NameBook unused = names;
    out.next.push_back(bindings.resolve(generate(source, {model.state(), bindings, out.world.swarm, unused})));
  }
  out.state = model.state();
  return out;
}

Pieces shown(const model::State& state) {
  SnapshotWords words;
  model::snapshot_of(state, generated_tables(), words);
  return pieces_of(words);
}

bool ccf_faults(const Walked& walk) {
  return std::any_of(walk.state.machines.begin(), walk.state.machines.end(),
                     [](const model::Machine& machine) { return !machine.faults.empty(); });
}

TEST(AFootprint, HoldsWhateverAStepChanges) {
  std::set<std::size_t> narrow;  // kinds of steps that changed something besides the structure
  for (std::uint64_t script = 0; script < 400; ++script) {
    const Walked walk = walked(script);
    const Circumstances circumstances{walk.world.profile, ccf_faults(walk)};
    const Pieces before = shown(walk.state);
    for (const Step& step : walk.next) {
      model::Choices choices{walk.world.profile};
      const Footprint touched = footprint(step, circumstances);
      for (const Piece& piece : changed(before, shown(ruled(walk.state, step, generated_tables(), choices).next))) {
        ASSERT_TRUE(may_change(touched, piece)) << info(step).name << " in script " << script;
        if (!may_change(touched, Piece{})) narrow.insert(step.index());
      }
    }
  }
  EXPECT_GE(narrow.size(), 7U);
}

TEST(StepsThatShareNothing, MayBeSwapped) {
  int swapped = 0;
  for (std::uint64_t script = 0; script < 400; ++script) {
    const Walked walk = walked(script);
    const bool faults = ccf_faults(walk) || std::any_of(walk.next.begin(), walk.next.end(), [](const Step& step) {
                          return std::holds_alternative<FailCcfAllocation>(step);
                        });
    const Circumstances circumstances{walk.world.profile, faults};
    model::Choices choices{walk.world.profile};
    const auto does = [&](const model::State& state, const Step& step) {
      return ruled(state, step, generated_tables(), choices);
    };
    for (std::size_t i = 1; i < walk.next.size(); ++i) {
      const Step& a = walk.next[i - 1];
      const Step& b = walk.next[i];
      if (share(footprint(a, circumstances), footprint(b, circumstances))) continue;
      const auto a_first = does(walk.state, a);
      const auto b_second = does(a_first.next, b);
      const auto b_first = does(walk.state, b);
      const auto a_second = does(b_first.next, a);
      ASSERT_EQ(a_first.ruling.answer, a_second.ruling.answer) << info(a).name << ", " << info(b).name;
      ASSERT_EQ(b_first.ruling.answer, b_second.ruling.answer) << info(a).name << ", " << info(b).name;
      ASSERT_EQ(b_second.next, a_second.next) << info(a).name << ", " << info(b).name;
      ++swapped;
    }
  }
  EXPECT_GT(swapped, 300);
}

// --- Real histories of the model itself, from the generator ---

// Steps in their order, each with a call somewhat before and a return somewhat after it.
TEST(StepsThatWerePerformedInOneOrder, AreLinearizableHoweverTheyOverlap) {
  std::mt19937 random{5};
  for (std::uint64_t script = 0; script < 150; ++script) {
    SeededSource source{21, script};
    const Script steps = generate_script(source, 40);
    model::System model{steps.world, steps.tables, steps.profiles[0].profile};
    const model::State begin = model.state();
    Bindings bindings;
    bindings.clear(steps.names.size());
    bindings.bind_world(steps.world);
    History history;
    for (const Step& step : steps.steps) {
      const std::uint64_t moment = 10 * (history.size() + 3);
      Operation made{0, bindings.resolve(step), {}, 2 * (moment - random() % 25), 2 * (moment + random() % 25) + 1};
      made.answer = model.perform(made.step).answer;
      bindings.bind(step, *made.answer);
      history.push_back(made);
    }
    std::stable_sort(history.begin(), history.end(),
                     [](const Operation& a, const Operation& b) { return a.called < b.called; });
    SnapshotWords end;
    model.snapshot(end);
    const auto result = linearize({begin, steps.tables, steps.profiles[0].profile, &end}, history);
    ASSERT_EQ(result.verdict, Linearizable::yes) << "script " << script;
  }
}

}  // namespace
}  // namespace procreg::harness
