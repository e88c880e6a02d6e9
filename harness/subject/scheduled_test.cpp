#include <gtest/gtest.h>

#include "harness/generate/generate.h"
#include "harness/lockstep/lockstep.h"
#include "harness/search/fuzz.h"
#include "harness/subject/subject.h"

namespace procreg::harness {
namespace {

SnapshotWords snapshot(Subject& subject) {
  SnapshotWords words;
  subject.snapshot(words);
  return words;
}

// Performs the script's steps from `from` on, and binds what they make.
void perform(Subject& subject, const Script& script, std::size_t from, Bindings& bindings) {
  for (std::size_t i = from; i < script.steps.size(); ++i)
    bindings.bind(script.steps[i], subject.perform(bindings.resolve(script.steps[i])));
}

TEST(ScheduledImplementation, AnswersAsTheOneOfRealThreadsDoes) {
  const FuzzOptions options{.seed = 5, .steps = 20'000};
  const FuzzResult threads = fuzz(*implementation(), options);
  const FuzzResult scheduled = fuzz(*scheduled_implementation(), options);
  EXPECT_EQ(scheduled.verdict, Verdict::conforms);
  EXPECT_EQ(scheduled.fingerprint, threads.fingerprint);
}

TEST(ScheduledImplementation, GoesOnFromAWorldPutBackAsItDidTheFirstTime) {
  const auto subject = scheduled_implementation();
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SeededSource source{seed, 0};
    const Script script = generate_script(source, 60);
    subject->reset(script.world, script.tables, script.profiles.at(0).profile);
    Bindings bindings;
    bindings.clear(script.names.size());
    bindings.bind_world(script.world);

    WorldImage beginning;
    subject->save(beginning);
    const Bindings bound_at_first = bindings;
    const SnapshotWords first = snapshot(*subject);
    perform(*subject, script, 0, bindings);
    const SnapshotWords last = snapshot(*subject);
    WorldImage end;
    subject->save(end);

    subject->restore(beginning);
    ASSERT_TRUE(subject->same_as(beginning));
    EXPECT_EQ(snapshot(*subject), first);
    bindings = bound_at_first;
    perform(*subject, script, 0, bindings);
    EXPECT_EQ(snapshot(*subject), last);
    subject->restore(end);
    EXPECT_EQ(snapshot(*subject), last);
    EXPECT_EQ(subject->same_as(beginning), end == beginning);
  }
}

}  // namespace
}  // namespace procreg::harness
