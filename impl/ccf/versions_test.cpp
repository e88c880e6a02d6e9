// ccf.md 8 and the versions of 9 row by row, and what every option of the choices does.
#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Win32Error::ERROR_SUCCESS};
constexpr Result no_memory{Win32Error::ERROR_NOT_ENOUGH_MEMORY};
constexpr Result bad_parameter{Win32Error::ERROR_INVALID_PARAMETER};
constexpr Result no_access{Win32Error::ERROR_NOACCESS};
constexpr Result not_found{Win32Error::ERROR_NOT_FOUND};
constexpr Result exists{Win32Error::ERROR_OBJECT_ALREADY_EXISTS};
constexpr Result raised{ResultKind::exception, 0xC0000005};

constexpr auto p = TestWorld::main;
constexpr auto g = TestWorld::g;
constexpr auto g2 = TestWorld::g2;
constexpr std::uint64_t refused_status = 0xC00000B6;

struct Queried {
  Result result{};
  std::uint32_t written{};
  OutWords out{};
};
void expect(const Answer& answer, const Queried& expected) {
  EXPECT_EQ(answer.result, expected.result);
  EXPECT_EQ(answer.written, expected.written);
  EXPECT_EQ(answer.out, expected.out);
}

// Opens as an SmbCreate does that the server answers with `status`.
void create(TestWorld& world, NtStatus status, Sends sends = Sends::id_and_version) {
  auto& calls = world.world().calls();
  const auto tag = calls.app_instances.tag_of_open(*calls.kernel.find(p).memory, nullptr, sends);
  calls.app_instances.note_create_status(*tag, status);
}

TEST(Versions, AreAnsweredAsTheyWereRegistered) {
  TestWorld world;
  EXPECT_EQ(world.set_version(p, g, {1, 9}), ok);
  expect(world.version(p, g), {ok, 0b111, {1, 9, 0}});
  EXPECT_EQ(world.set_version(p, g, {1, 2}), ok);
  EXPECT_EQ(world.set_version(p, g2, {0, 0}), ok);
  expect(world.version(p, g), {ok, 0b111, {1, 2, 0}});
  expect(world.version(p, g2), {ok, 0b111, {0, 0, 0}});
  expect(world.version(p, zero_guid), {not_found, 0, {}});
}

TEST(Versions, AreCarriedByOpensWithTheirInstance) {
  TestWorld world;
  world.set_version(p, g, {5, 7});
  EXPECT_EQ(world.opened_version(p), std::nullopt);
  world.tag(p, current_process, g);
  EXPECT_EQ(world.opened_version(p), (VersionPair{5, 7}));
  world.set_version(p, g, {4, 1});
  EXPECT_EQ(world.opened_version(p), (VersionPair{4, 1}));
  world.reset_versions(p);
  EXPECT_EQ(world.opened_version(p), std::nullopt);
  EXPECT_EQ(world.opened(p), g);
}

TEST(Versions, OfTheInstanceInTheExtendedAttributeCountForThatOpen) {
  TestWorld world;
  world.tag(p, current_process, g);
  world.set_version(p, g, {1, 1});
  const std::vector<std::uint8_t> ea{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3};  // g2
  const OpenTag open{.ea = {world.tables().bytes(ea)}};
  EXPECT_EQ(world.perform(TestWorld::by(p, open)).written, 0b011U);
  world.set_version(p, g2, {2, 6});
  EXPECT_EQ(world.perform(TestWorld::by(p, open)).out, (OutWords{g2.high, g2.low, 0, 2, 6}));
}

TEST(Versions, OfAMachineAreItsOwn) {
  WorldSpec spec{.machines = {{.name = "a"}, {.name = "b"}}};
  spec.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  TestWorld world{spec};
  const ProcessKey other{MachineIndex{1}, ObjectId{1}};
  world.set_version(p, g, {1, 1});
  EXPECT_EQ(world.version(other, g).result, not_found);
  world.set_version(other, g, {2, 2});
  world.reset_versions(p);
  expect(world.version(other, g), {ok, 0b111, {2, 2, 0}});
}

TEST(Versions, AskForMemoryForANewInstanceOnly) {
  TestWorld world;
  world.result(FailCcfAllocation{});
  EXPECT_EQ(world.set_version(p, g, {1, 1}), no_memory);
  EXPECT_EQ(world.version(p, g).result, not_found);
  EXPECT_EQ(world.set_version(p, g, {1, 1}), ok);
  world.result(FailCcfAllocation{});
  EXPECT_EQ(world.set_version(p, g, {2, 1}), ok);
  world.reset_versions(p);
  EXPECT_EQ(world.set_version(p, g, {2, 1}), no_memory);
}

TEST(Versions, WantAFilter) {
  TestWorld world;
  world.result(FilterUnload{});
  EXPECT_EQ(world.set_version(p, g, {1, 1}), not_found);
  expect(world.version(p, g), {not_found, 0, {}});
  EXPECT_EQ(world.reset_versions(p), not_found);
  EXPECT_EQ(world.set_version(p, std::nullopt, {1, 1}), bad_parameter);
}

TEST(Versions, WantPointers) {
  const auto answers = [](CcfNullPointer option) {
    TestWorld world{with(choice::ccf_null_pointer, option)};
    world.set_version(p, g, {1, 1});
    auto query = TestWorld::by(p, QueryAppInstanceVersion{.AppInstanceId = {g}});
    query.InstanceVersionLow.valid = false;
    return std::vector{world.set_version(p, std::nullopt, {1, 1}), world.version(p, std::nullopt).result,
                       world.result(query)};
  };
  EXPECT_EQ(answers(CcfNullPointer::invalid_parameter), std::vector(3, bad_parameter));
  EXPECT_EQ(answers(CcfNullPointer::noaccess), std::vector(3, no_access));
  EXPECT_EQ(answers(CcfNullPointer::access_violation), std::vector(3, raised));
}

TEST(Versions, ThatAreNotKnownCanLeaveZeros) {
  Profile profile = with(choice::version_query_outputs_on_failure, VersionQueryOutputsOnFailure::zeroed);
  TestWorld world{profile};
  expect(world.version(p, g), {not_found, 0b111, {}});
  auto query = TestWorld::by(p, QueryAppInstanceVersion{.AppInstanceId = {g}});
  query.InstanceVersionLow.valid = false;
  expect(world.perform(query), {bad_parameter, 0b101, {}});
  world.result(FilterUnload{});
  expect(world.version(p, g), {not_found, 0b111, {}});
  TestWorld raising{profile.with(choice::ccf_null_pointer, CcfNullPointer::access_violation)};
  expect(raising.perform(query), {raised, 0, {}});
}

TEST(Versions, ThatAreNotKnownCanBeZero) {
  TestWorld world{with(choice::version_query_unknown, VersionQueryUnknown::succeed_zero)};
  expect(world.version(p, g), {ok, 0b111, {}});
}

TEST(Versions, CanBeRefusedUnlessTheyAreGreater) {
  TestWorld world{with(choice::version_not_greater, VersionNotGreater::fail_invalid_parameter)};
  EXPECT_EQ(world.set_version(p, g, {1, 5}), ok);
  EXPECT_EQ(world.set_version(p, g, {1, 5}), bad_parameter);
  EXPECT_EQ(world.set_version(p, g, {0, 9}), bad_parameter);
  EXPECT_EQ(world.set_version(p, g, {1, 6}), ok);
  EXPECT_EQ(world.set_version(p, g, {2, 0}), ok);
  expect(world.version(p, g), {ok, 0b111, {2, 0, 0}});
}

TEST(Versions, CanBeRefusedWhenThereIsOne) {
  TestWorld world{with(choice::version_not_greater, VersionNotGreater::fail_already_exists)};
  EXPECT_EQ(world.set_version(p, g, {1, 5}), ok);
  EXPECT_EQ(world.set_version(p, g, {2, 5}), exists);
  world.reset_versions(p);
  EXPECT_EQ(world.set_version(p, g, {0, 0}), ok);
}

TEST(Versions, CanNeedALiveProcessWithTheInstance) {
  TestWorld world{with(choice::version_unregistered_guid, VersionUnregisteredGuid::fail_not_found)};
  const Made child = world.create();
  EXPECT_EQ(world.set_version(p, g, {1, 1}), not_found);
  world.set_csv_flags(p, current_process, 1, 1);
  EXPECT_EQ(world.set_version(p, zero_guid, {1, 1}), not_found) << "an entry of flags only has no id, not the id zero";
  world.tag(p, child.handle, g);
  EXPECT_EQ(world.set_version(p, g, {1, 1}), ok);
  world.exit(child.key);
  EXPECT_EQ(world.set_version(p, g, {2, 1}), not_found) << "also for a version that is there";
  expect(world.version(p, g), {ok, 0b111, {1, 1, 0}});
}

TEST(Versions, OfTheZeroInstanceCanBeRefused) {
  TestWorld strict{with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter)};
  EXPECT_EQ(strict.set_version(p, zero_guid, {1, 1}), bad_parameter);
  EXPECT_EQ(strict.version(p, zero_guid).result, not_found);
}

TEST(Versions, OfTheZeroInstanceAreNotSentWithoutIt) {
  TestWorld world{with(choice::app_instance_zero_guid, AppInstanceZeroGuid::accept_not_sent)};
  world.tag(p, current_process, zero_guid);
  EXPECT_EQ(world.set_version(p, zero_guid, {1, 1}), ok);
  expect(world.version(p, zero_guid), {ok, 0b111, {1, 1, 0}});
  EXPECT_EQ(world.opened_version(p), std::nullopt);
  EXPECT_EQ(world.opened(p), std::nullopt);
}

TEST(Versions, GoWithTheTagsWhenThatIsChosen) {
  TestWorld world{with(choice::version_reset_scope, VersionResetScope::versions_and_tags)};
  world.tag(p, current_process, g);
  world.set_version(p, g, {1, 1});
  EXPECT_EQ(world.reset_versions(p), ok);
  EXPECT_EQ(world.opened(p), std::nullopt);
  EXPECT_EQ(world.tag(p, current_process, g2), ok);
}

TEST(Versions, AreLostOrKeptWithTheFilter) {
  TestWorld dropping;
  dropping.set_version(p, g, {1, 1});
  dropping.result(FilterUnload{});
  dropping.result(FilterLoad{});
  EXPECT_EQ(dropping.version(p, g).result, not_found);
  TestWorld keeping{with(choice::ccf_unload, CcfUnload::keep_cache)};
  keeping.tag(p, current_process, g);
  keeping.set_version(p, g, {1, 1});
  keeping.result(FilterUnload{});
  EXPECT_EQ(keeping.opened_version(p), std::nullopt);
  keeping.result(FilterLoad{});
  EXPECT_EQ(keeping.opened_version(p), (VersionPair{1, 1}));
}

TEST(Versions, RememberWhatTheServerAnsweredLast) {
  TestWorld world;
  world.tag(p, current_process, g);
  world.set_version(p, g, {1, 2});
  create(world, NtStatus::STATUS_FILE_FORCED_CLOSED);
  expect(world.version(p, g), {ok, 0b111, {1, 2, refused_status}});
  create(world, NtStatus::STATUS_SHARING_VIOLATION, Sends::id);
  create(world, NtStatus::STATUS_SHARING_VIOLATION, Sends::nothing);
  expect(world.version(p, g), {ok, 0b111, {1, 2, refused_status}});
  create(world, NtStatus::STATUS_SUCCESS);
  expect(world.version(p, g), {ok, 0b111, {1, 2, 0}});
  create(world, NtStatus::STATUS_FILE_FORCED_CLOSED);
  world.set_version(p, g, {1, 2});
  expect(world.version(p, g), {ok, 0b111, {1, 2, 0}});
}

TEST(Versions, DoNotTakeTheStatusOfAnOpenThatSentTheOneBefore) {
  TestWorld world;
  world.tag(p, current_process, g);
  world.set_version(p, g, {1, 2});
  auto& calls = world.world().calls();
  const auto tag = calls.app_instances.tag_of_open(*calls.kernel.find(p).memory, nullptr, Sends::id_and_version);
  world.set_version(p, g, {1, 3});
  calls.app_instances.note_create_status(*tag, NtStatus::STATUS_FILE_FORCED_CLOSED);
  expect(world.version(p, g), {ok, 0b111, {1, 3, 0}});
  world.reset_versions(p);
  world.set_version(p, g, {1, 2});
  calls.app_instances.note_create_status(*tag, NtStatus::STATUS_FILE_FORCED_CLOSED);
  expect(world.version(p, g), {ok, 0b111, {1, 2, 0}});
}

TEST(Versions, CanHideTheStatus) {
  TestWorld world{with(choice::version_status_meaning, VersionStatusMeaning::always_success)};
  world.tag(p, current_process, g);
  world.set_version(p, g, {1, 2});
  create(world, NtStatus::STATUS_FILE_FORCED_CLOSED);
  expect(world.version(p, g), {ok, 0b111, {1, 2, 0}});
}

TEST(Versions, AreNotForOpensWithAnIdOfTheirOwn) {
  TestWorld world{with(choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open)};
  const Guid first{0x0100000000000000, 0x4652455348494400};
  world.set_version(p, first, {1, 1});
  EXPECT_EQ(world.opened(p), first);
  EXPECT_EQ(world.opened_version(p), std::nullopt);
}

TEST(Versions, OpensThatSendNoIdUseUpNone) {
  TestWorld world{with(choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open)};
  const auto& filter = world.world().calls().app_instances.filter(p.machine);
  create(world, NtStatus::STATUS_SUCCESS, Sends::nothing);
  EXPECT_EQ(filter.fresh_counter(), 0U);
  create(world, NtStatus::STATUS_SUCCESS, Sends::id);
  create(world, NtStatus::STATUS_SUCCESS, Sends::id_and_version);
  EXPECT_EQ(filter.fresh_counter(), 2U);
}

TEST(Versions, OfCallersThatCannotRunAreNotRunnable) {
  TestWorld world;
  world.exit(p);
  EXPECT_EQ(world.set_version(p, std::nullopt, {1, 1}), not_runnable);
  expect(world.version(p, g), {not_runnable, 0, {}});
  EXPECT_EQ(world.reset_versions(p), not_runnable);
}

}  // namespace
}  // namespace procreg::impl
