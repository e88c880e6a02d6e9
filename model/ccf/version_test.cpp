#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Win32Error;

const Profile documented = documented_profile();
const FilterUnload unload{.machine = {MachineIndex{0}}};
const ResetAllAppInstanceVersions reset{.by = by(main_process)};
const RegisterAppInstance tags_itself{
    .by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {guid_g}};

RegisterAppInstanceVersion stores(std::uint64_t high, std::uint64_t low, std::optional<Guid> id = guid_g) {
  return {.by = by(main_process),
          .AppInstanceId = {id},
          .InstanceVersionHigh = VersionNumber{high},
          .InstanceVersionLow = VersionNumber{low}};
}
const QueryAppInstanceVersion query{.by = by(main_process), .AppInstanceId = {guid_g}};
QueryAppInstanceVersion query_without(OutPointer QueryAppInstanceVersion::*out) {
  QueryAppInstanceVersion call = query;
  call.*out = {false};
  return call;
}
void fails_next(Scene& scene) { scene.must(FailCcfAllocation{.n = Countdown{1}}); }

TEST(RegisterAppInstanceVersion, IsDecidedByEachOfItsClauses) {
  const auto not_greater = [](VersionNotGreater option) {
    return documented.with(choice::version_not_greater, option);
  };
  const Profile invalid = not_greater(VersionNotGreater::fail_invalid_parameter);
  const Profile carried = documented.with(choice::version_unregistered_guid, VersionUnregisteredGuid::fail_not_found);
  // clang-format off
  expect_rows({
      {"CCF-VER-01", nothing,                            stores(1, 9), ERROR_SUCCESS},
      {"CCF-VER-01", after({stores(1, 9)}),              stores(1, 2), ERROR_SUCCESS},
      {"CCF-REG-02", after({unload}),                    stores(1, 9, {}), ERROR_INVALID_PARAMETER},
      {"CCF-VER-02", after({unload}),                    stores(1, 9), ERROR_NOT_FOUND},
      {"CCF-VER-02", fails_next,                         stores(1, 9), ERROR_NOT_ENOUGH_MEMORY},
      {"CCF-VER-03", nothing,                            stores(1, 9), ERROR_NOT_FOUND, carried},
      {"CCF-VER-01", after({tags_itself}),               stores(1, 9), ERROR_SUCCESS, carried},
      {"CCF-VER-04", after({stores(1, 9)}),              stores(1, 9), ERROR_INVALID_PARAMETER, invalid},
      {"CCF-VER-04", after({stores(1, 9)}),              stores(0, 10), ERROR_INVALID_PARAMETER, invalid},
      {"CCF-VER-01", after({stores(1, 9)}),              stores(2, 0), ERROR_SUCCESS, invalid},
      {"CCF-VER-04", after({stores(1, 9)}),              stores(2, 0), ERROR_OBJECT_ALREADY_EXISTS,
       not_greater(VersionNotGreater::fail_already_exists)},
      {"CCF-REG-23", nothing,                            stores(1, 9, zero_guid), ERROR_INVALID_PARAMETER,
       documented.with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter)},
      {"CCF-VER-01", nothing,                            stores(1, 9, zero_guid), ERROR_SUCCESS,
       documented.with(choice::app_instance_zero_guid, AppInstanceZeroGuid::accept_not_sent)},
  });
  // clang-format on
}

TEST(QueryAppInstanceVersion, IsDecidedByEachOfItsClauses) {
  const Profile exception = documented.with(choice::ccf_null_pointer, CcfNullPointer::access_violation);
  const Result raised{ResultKind::exception, 0xC0000005};
  // clang-format off
  expect_rows({
      {"CCF-VER-01", after({stores(1, 9)}),  query, ERROR_SUCCESS},
      {"CCF-VER-02", after({stores(1, 9), unload}), query, ERROR_NOT_FOUND},
      {"CCF-VER-06", nothing,                query, ERROR_NOT_FOUND},
      {"CCF-VER-06", after({stores(1, 9), reset}), query, ERROR_NOT_FOUND},
      {"CCF-VER-06", nothing,                query, ERROR_SUCCESS,
       documented.with(choice::version_query_unknown, VersionQueryUnknown::succeed_zero)},
      {"CCF-REG-02", after({unload}), query_without(&QueryAppInstanceVersion::VersionStatus), ERROR_INVALID_PARAMETER},
      {"CCF-REG-02", nothing,         query_without(&QueryAppInstanceVersion::InstanceVersionLow), raised, exception},
  });
  // clang-format on
}

TEST(QueryAppInstanceVersion, TellsWhatWasStored) {
  Scene scene;
  scene.must(stores(1, 9));
  scene.must(stores(3, 2));
  const Answer answer = scene.must(query);
  EXPECT_EQ(answer.written, 7U);
  EXPECT_EQ(answer.out, (OutWords{3, 2, 0}));
}

TEST(AFailedQuery, WritesZerosOnlyWhereTheProfileSaysSo) {
  for (const auto option : {VersionQueryOutputsOnFailure::untouched, VersionQueryOutputsOnFailure::zeroed}) {
    Scene scene{documented.with(choice::version_query_outputs_on_failure, option)};
    const bool zeroed = option == VersionQueryOutputsOnFailure::zeroed;
    EXPECT_EQ(scene.perform(query).answer.written, zeroed ? 7U : 0U);
    const QueryAppInstanceVersion partly = query_without(&QueryAppInstanceVersion::InstanceVersionLow);
    EXPECT_EQ(scene.perform(partly).answer.written, zeroed ? 5U : 0U);
  }
  Scene raises{documented.with(choice::version_query_outputs_on_failure, VersionQueryOutputsOnFailure::zeroed)
                   .with(choice::ccf_null_pointer, CcfNullPointer::access_violation)};
  EXPECT_EQ(raises.perform(query_without(&QueryAppInstanceVersion::VersionStatus)).answer.written, 0U);
}

TEST(Versions, StandInTheOrderOfTheirIdsAndOutliveTheirProcesses) {
  Scene scene;
  const ProcessKey child = scene.child();
  RegisterAppInstance tags = tags_itself;
  tags.by = by(child);
  scene.must(tags);
  scene.must(stores(1, 0, guid_g2));
  scene.must(stores(1, 0, guid_g));
  scene.must(ExitProcess{.by = by(child)});
  ASSERT_EQ(scene.machine().versions.size(), 2U);
  EXPECT_EQ(scene.machine().versions[0].id, guid_g);
  EXPECT_EQ(scene.machine().versions[1].id, guid_g2);
}

TEST(AnUnload, DropsVersionsWithTheCacheOnly) {
  for (const auto option : {CcfUnload::drop_cache, CcfUnload::keep_cache}) {
    Scene scene{documented.with(choice::ccf_unload, option)};
    scene.must(stores(1, 0));
    scene.must(unload);
    scene.must(FilterLoad{.machine = {MachineIndex{0}}});
    EXPECT_EQ(scene.does(query), option == CcfUnload::keep_cache ? ERROR_SUCCESS : ERROR_NOT_FOUND);
  }
}

TEST(AReset, TakesTheTagsTooWhereTheProfileSaysSo) {
  for (const auto option : {VersionResetScope::versions_only, VersionResetScope::versions_and_tags}) {
    Scene scene{documented.with(choice::version_reset_scope, option)};
    scene.must(tags_itself);
    scene.must(stores(1, 0));
    scene.must(reset);
    EXPECT_TRUE(scene.machine().versions.empty());
    EXPECT_EQ(scene.tag(main_process) != nullptr, option == VersionResetScope::versions_only);
    scene.must(unload);
    EXPECT_EQ(scene.perform(reset).decided, Clause("CCF-VER-02"));
  }
}

TEST(AnOpenTag, HasTheVersionOfItsIdUntilAReset) {
  Scene scene;
  scene.must(tags_itself);
  scene.must(stores(5, 6));
  const OpenTag open{.by = by(main_process)};
  const Answer answer = scene.must(open);
  EXPECT_EQ(answer.written, 7U);
  EXPECT_EQ(answer.out[3], 5U);
  EXPECT_EQ(answer.out[4], 6U);
  scene.must(reset);
  EXPECT_EQ(scene.must(open).written, 3U);
}

}  // namespace
}  // namespace procreg::model
