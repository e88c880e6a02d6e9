#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum NtStatus;

const Profile documented = documented_profile();
const FilterUnload unload{.machine = {MachineIndex{0}}};
const RegisterAppInstance tags_itself{
    .by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {guid_g}};
const RegisterAppInstance tags_with_zero{
    .by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {zero_guid}};
const Profile fresh = documented.with(choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open);
const Profile not_sent = documented.with(choice::app_instance_zero_guid, AppInstanceZeroGuid::accept_not_sent);

OpenTag with_ea(Tables& tables, std::vector<std::uint8_t> bytes) {
  return {.by = by(main_process), .ea = {tables.bytes(std::move(bytes))}};
}
const OpenTag plain{.by = by(main_process)};

TEST(OpenTag, IsDecidedByEachOfItsClauses) {
  Tables tables;
  std::vector<std::uint8_t> sixteen(16, 1), twenty(20, 2), odd(17, 3);
  const OpenTag marked = with_ea(tables, sixteen);
  const OpenTag flagged = with_ea(tables, twenty);
  const OpenTag corrupt = with_ea(tables, odd);
  const OpenTag empty = with_ea(tables, {});
  const WorldSpec world;
  // clang-format off
  expect_rows({
      {"CCF-OPEN-01", after({tags_itself, unload}), plain,   STATUS_SUCCESS},
      {"CCF-OPEN-01", after({unload}),              corrupt, STATUS_SUCCESS, documented, world, tables},
      {"CCF-OPEN-02", after({tags_itself}),         marked,  STATUS_SUCCESS, documented, world, tables},
      {"CCF-OPEN-03", nothing,                      flagged, STATUS_SUCCESS, documented, world, tables},
      {"CCF-OPEN-04", nothing,                      corrupt, STATUS_EA_CORRUPT_ERROR, documented, world, tables},
      {"CCF-OPEN-04", nothing,                      empty,   STATUS_EA_CORRUPT_ERROR, documented, world, tables},
      {"CCF-OPEN-05", after({tags_itself}),         plain,   STATUS_SUCCESS},
      {"CCF-OPEN-11", nothing,                      plain,   STATUS_SUCCESS},
  });
  // clang-format on
}

TEST(OpenTag, ReadsTheIdAndTheFlagsOfTheAttribute) {
  Tables tables;
  std::vector<std::uint8_t> bytes;
  for (std::uint8_t i = 0; i < 20; ++i) bytes.push_back(i);
  const OpenTag flagged = with_ea(tables, bytes);
  Scene scene{documented, {}, tables};
  const Answer answer = scene.must(flagged);
  EXPECT_EQ(answer.written, 3U);
  EXPECT_EQ(answer.out[0], 0x0001020304050607U);
  EXPECT_EQ(answer.out[1], 0x08090A0B0C0D0E0FU);
  EXPECT_EQ(answer.out[2], 0x13121110U);
}

TEST(OpenTag, HasNoIdWhenUntagged) { EXPECT_EQ(Scene{}.must(plain).written, 2U); }

TEST(OpenTag, CountsFreshIdsUp) {
  Scene scene{fresh};
  scene.must(plain);
  const Answer second = scene.must(plain);
  EXPECT_EQ(second.written, 3U);
  EXPECT_EQ(second.out[0], 0x0200000000000000U);
  EXPECT_EQ(second.out[1], 0x4652455348494400U);
  EXPECT_EQ(scene.machine().fresh_counter, 2U);
}

TEST(OpenTag, KeepsAZeroIdBackWhenTheProfileSaysSo) {
  Scene kept{not_sent};
  kept.must(tags_with_zero);
  EXPECT_EQ(kept.must(plain).written, 2U);
  Scene sent;
  sent.must(tags_with_zero);
  EXPECT_EQ(sent.must(plain).written, 3U);
}

}  // namespace
}  // namespace procreg::model
