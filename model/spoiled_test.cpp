// Every clause that is covered must come up in random scripts, and every one that decides or shapes, when spoiled, must show in an
// answer or a snapshot of a script in which it applied.
#include "model/drawn_smb_test.h"

namespace procreg::model {
namespace {

struct Seen {
  std::vector<Answer> answers{};
  std::vector<SnapshotWords> snapshots{};
  ClauseSet reached{};
};

Seen run(const Script& script, Clause spoiled = {}) {
  Seen seen;
  System system{script.world, script.tables, script.profile};
  system.spoil(spoiled);
  for (const Step& step : script.steps) {
    const Ruling& ruling = system.perform(step);
    seen.answers.push_back(ruling.answer);
    seen.reached.set(ruling.decided.index());
    for (const Clause clause : ruling.applied) seen.reached.set(clause.index());
    system.snapshot(seen.snapshots.emplace_back());
  }
  return seen;
}

bool decides_or_shapes(Clause clause) {
  const ClauseKind kind = info(clause).kind;
  return kind == ClauseKind::decides || kind == ClauseKind::shapes;
}

Script any_script(std::uint64_t seed) { return seed % 2 == 0 ? draw_smb(seed) : draw(seed); }

std::string missing(const ClauseSet& seen, bool (*wanted)(Clause)) {
  std::string list;
  for (std::size_t i = 0; i < clause_count; ++i) {
    const Clause clause = Clause::at(i);
    if (info(clause).covered && wanted(clause) && !seen.test(i)) list += std::string{clause.id()} + " ";
  }
  return list;
}

TEST(EveryCoveredClause, ComesUpAndShowsWhenItIsSpoiled) {
  ClauseSet reached;
  ClauseSet shown;
  for (std::uint64_t seed = 1; seed <= 20000; ++seed) {
    const Script script = any_script(seed);
    const Seen right = run(script);
    reached |= right.reached;
    for (std::size_t i = 0; i < clause_count; ++i) {
      const Clause clause = Clause::at(i);
      if (shown.test(i) || !right.reached.test(i) || !decides_or_shapes(clause)) continue;
      const Seen wrong = run(script, clause);
      if (wrong.answers != right.answers || wrong.snapshots != right.snapshots) shown.set(i);
    }
  }
  EXPECT_EQ(missing(reached, [](Clause) { return true; }), "");
  EXPECT_EQ(missing(shown, decides_or_shapes), "");
}

TEST(EveryStep, IsTakenBackByWhatItWroteTo) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Script script = any_script(seed);
    System system{script.world, script.tables, script.profile};
    for (const Step& step : script.steps) {
      const State before = system.state();
      const bool changed = system.perform(step).changed;
      const State after = system.state();
      ASSERT_TRUE(changed || after == before) << step;
      system.put_back(before);
      ASSERT_TRUE(system.state() == before) << step;
      system.become(after);
    }
  }
}

}  // namespace
}  // namespace procreg::model
