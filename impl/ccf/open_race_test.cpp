// Opens beside whatever changes what they carry: each sees one state that was.
#include <gtest/gtest.h>

#include <atomic>
#include <utility>
#include <vector>

#include "impl/kernel/gate_visit.h"
#include "impl/together.h"
#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr auto p = TestWorld::main;
constexpr auto g = TestWorld::g;
constexpr std::uint64_t turns = 200000;

// One filter and one process, without the locks around them: the tests' only other thread is the one that opens.
class OpenRace : public testing::Test {
 protected:
  std::optional<OpenedTag> opened() { return filter.tag_of_open(process, nullptr, Sends::id_and_version); }
  void tag() { filter.control(process, RegisterRequest{current_process, g, false}); }

  // Opens until `change` has been called for every turn; how many opens were not as `right` says.
  template <class Change, class Right>
  std::uint64_t wrong_opens(Change change, Right right) {
    std::atomic<bool> done{false};
    std::uint64_t wrong = 0;
    together({[&] {
                for (std::uint64_t turn = 1; turn <= turns; ++turn) change(turn);
                done.store(true);
              },
              [&] {
                while (!done.load()) wrong += right(*opened()) ? 0 : 1;
              }});
    return wrong;
  }

  const std::vector<MachineSpec> machines = std::vector<MachineSpec>(1);
  const Profile profile = documented_profile().with(choice::version_reset_scope, VersionResetScope::versions_and_tags);
  Arena arena;
  Kernel kernel{arena, machines};
  Process& process = kernel.create({.kind = ProcessKind::ordinary}, std::nullopt, 1, nullptr);
  Filter filter{kernel, profile, MachineIndex{0}, FilterState::loaded};
};

TEST_F(OpenRace, OpensBesideRegistrationsCarryWholeVersionsInTheirOrder) {
  tag();
  filter.register_version(g, {0, 0});
  VersionPair last;
  const auto wrong = wrong_opens(
      [&](std::uint64_t turn) {
        filter.register_version(g, {turn, turn});
      },
      [&](const OpenedTag& tag) {
        if (!tag.version) return false;
        const VersionPair before = std::exchange(last, tag.version->pair);
        return last.high == last.low && last >= before;
      });
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(opened()->version->pair, (VersionPair{turns, turns}));
}

// No instant has a tag without its version, whichever of them is taken away first.
TEST_F(OpenRace, OpensBesideAResetOfBothCarryBothOrNeither) {
  const auto wrong = wrong_opens(
      [&](std::uint64_t turn) {
        filter.register_version(g, {turn, turn});
        tag();
        filter.reset_versions();
      },
      [](const OpenedTag& tag) { return tag.id.has_value() == tag.version.has_value(); });
  EXPECT_EQ(wrong, 0U);
}

// A version that is asked for is never told a status of an open that sent the one before.
TEST(OpenStatusRace, AStatusIsNotedForTheVersionThatWasSent) {
  TestWorld world;
  world.tag(p, current_process, g);
  auto& calls = world.world().calls();
  const ProcessRef caller = calls.kernel.find(p);
  std::atomic<bool> done{false};
  std::uint64_t wrong = 0;
  // The status says which version was sent.
  const auto status_of = [](const VersionPair& version) { return NtStatus{static_cast<std::uint32_t>(version.high)}; };
  together({[&] {
              for (std::uint64_t turn = 1; turn <= turns / 10; ++turn) {
                world.set_version(p, g, {turn, turn});
                for (int i = 0; i < 3; ++i) {
                  const Answer answer = world.version(p, g);
                  if (answer.out[2] != 0 && answer.out[2] != turn) ++wrong;
                }
              }
              done.store(true);
            },
            [&] {
              while (!done.load()) {
                const GateVisit visit{caller};
                const auto tag = calls.app_instances.tag_of_open(*visit.caller(), nullptr, Sends::id_and_version);
                if (tag->version) calls.app_instances.note_create_status(*tag, status_of(tag->version->pair));
              }
            }});
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace procreg::impl
