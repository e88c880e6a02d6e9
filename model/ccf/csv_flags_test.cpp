#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Win32Error;

const Profile documented = documented_profile();
const FilterUnload unload{.machine = {MachineIndex{0}}};
const RegisterAppInstance tags_itself{
    .by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {guid_g}};

SetAppInstanceCsvFlags sets(std::uint32_t mask, std::uint32_t flags, HandleValue of = current_process) {
  return {.by = by(main_process), .ProcessHandle = handle(of), .Mask = CsvFlags{mask}, .Flags = CsvFlags{flags}};
}

// A handle 4 to an exited child.
void exited_child(Scene& scene) {
  const ProcessKey child = scene.child();
  scene.must(ExitProcess{.by = by(child)});
}
// A handle 12 to a child that may be queried only.
void unprivileged(Scene& scene) {
  scene.child();
  scene.must(
      OpenProcess{.by = by(main_process), .dwDesiredAccess = PROCESS_QUERY_INFORMATION, .dwProcessId = pid(1004)});
}
void fails_next(Scene& scene) { scene.must(FailCcfAllocation{.n = Countdown{1}}); }

TEST(SetAppInstanceCsvFlags, IsDecidedByEachOfItsClauses) {
  const auto undefined = [](CsvFlagsUndefinedBits option) {
    return documented.with(choice::csv_flags_undefined_bits, option);
  };
  const auto untagged = [](CsvFlagsUntaggedProcess option) {
    return documented.with(choice::csv_flags_untagged_process, option);
  };
  const Profile handle_first = documented.with(choice::ccf_check_order, CcfCheckOrder::handle_first);
  const HandleValue bad{0x40}, thread{8};
  // clang-format off
  expect_rows({
      {"CCF-CSV-01", nothing,               sets(1, 1), ERROR_SUCCESS},
      {"CCF-CSV-01", fails_next,            sets(1, 0), ERROR_SUCCESS},
      {"CCF-CSV-01", fails_next,            sets(0, 1), ERROR_SUCCESS},
      {"CCF-CSV-02", after({unload}),       sets(1, 1), ERROR_NOT_FOUND},
      {"CCF-CSV-02", after({unload}),       sets(1, 1, bad), ERROR_NOT_FOUND},
      {"CCF-CSV-03", after({unload}),       sets(1, 1, bad), ERROR_INVALID_PARAMETER, handle_first},
      {"CCF-CSV-02", after({unload}),       sets(1, 1), ERROR_NOT_FOUND, handle_first},
      {"CCF-CSV-02", unprivileged,          sets(1, 1, HandleValue{12}), ERROR_ACCESS_DENIED},
      {"CCF-CSV-02", fails_next,            sets(1, 1), ERROR_NOT_ENOUGH_MEMORY},
      {"CCF-CSV-03", nothing,               sets(1, 1, bad), ERROR_INVALID_PARAMETER},
      {"CCF-CSV-03", after({CreateProcess{.by = by(main_process)}}), sets(1, 1, thread), ERROR_INVALID_PARAMETER},
      {"CCF-CSV-03", nothing,               sets(1, 1, bad), ERROR_INVALID_HANDLE,
       documented.with(choice::csv_flags_bad_handle, CsvFlagsBadHandle::invalid_handle)},
      {"CCF-REG-07", exited_child,          sets(1, 1, HandleValue{4}), ERROR_INVALID_PARAMETER},
      {"CCF-CSV-07", nothing,               sets(1, 1), ERROR_NOT_FOUND, untagged(CsvFlagsUntaggedProcess::fail_not_found)},
      {"CCF-CSV-07", nothing,               sets(1, 1), ERROR_SUCCESS, untagged(CsvFlagsUntaggedProcess::succeed_no_effect)},
      {"CCF-CSV-01", after({tags_itself}),  sets(1, 1), ERROR_SUCCESS, untagged(CsvFlagsUntaggedProcess::fail_not_found)},
      {"CCF-CSV-08", nothing,               sets(3, 1), ERROR_INVALID_PARAMETER, undefined(CsvFlagsUndefinedBits::invalid_parameter)},
  });
  // clang-format on
}

TEST(SetAppInstanceCsvFlags, ChangesTheBitsOfItsMaskOnly) {
  Scene scene;
  scene.must(sets(1, 1));
  EXPECT_EQ(*scene.tag(main_process), (Tag{.process = ObjectId{1}, .csv_flags = 1, .origin = TagOrigin::explicit_}));
  scene.must(tags_itself);
  scene.must(sets(0xFFFFFFFE, 0xFFFFFFFF));
  EXPECT_EQ(scene.tag(main_process)->csv_flags, 1U);
  EXPECT_EQ(scene.tag(main_process)->id, guid_g);
  scene.must(sets(1, 2));
  EXPECT_EQ(scene.tag(main_process)->csv_flags, 0U);
}

TEST(SetAppInstanceCsvFlags, StoresUndefinedBitsWhereTheProfileSaysSo) {
  Scene scene{documented.with(choice::csv_flags_undefined_bits, CsvFlagsUndefinedBits::store)};
  scene.must(sets(0xF0, 0x5A));
  EXPECT_EQ(scene.tag(main_process)->csv_flags, 0x50U);
}

TEST(SetAppInstanceCsvFlags, MakesNoEntryWithoutAFlag) {
  Scene scene;
  scene.must(sets(1, 0));
  EXPECT_EQ(scene.tag(main_process), nullptr);
}

}  // namespace
}  // namespace procreg::model
