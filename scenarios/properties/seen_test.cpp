#include "scenarios/properties/seen.h"

#include <gmock/gmock.h>

#include "harness/generate/choice_source.h"
#include "harness/generate/generate.h"
#include "harness/lockstep/lockstep.h"
#include "harness/subject/subject.h"

namespace procreg::scenarios {
namespace {

// The snapshot at the end of a generated script.
SnapshotWords any_snapshot(std::uint64_t script) {
  harness::SeededSource source{1, script};
  const harness::Script generated = harness::generate_script(source, 60);
  const auto subject = harness::implementation();
  harness::Lockstep lockstep{*subject};
  harness::Coverage coverage;
  lockstep.run(generated, generated.profiles.front().profile, coverage);
  SnapshotWords words;
  subject->snapshot(words);
  return words;
}

TEST(Seen, ReadsWhatItWrites) {
  for (std::uint64_t script = 0; script < 200; ++script) {
    const SnapshotWords shown = any_snapshot(script);
    const auto world = seen(shown);
    ASSERT_TRUE(world.has_value());
    EXPECT_EQ(words(*world), shown);
  }
}

TEST(Seen, RefusesWordsThatDoNotFit) {
  SnapshotWords shown = any_snapshot(1);
  shown.push_back(0);
  EXPECT_FALSE(seen(shown).has_value());
  shown.resize(shown.size() - 2);
  EXPECT_FALSE(seen(shown).has_value());
  EXPECT_FALSE(seen({}).has_value());
}

}  // namespace
}  // namespace procreg::scenarios
