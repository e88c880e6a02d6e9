#include "model/scene_test.h"

namespace procreg::model {
namespace {

const Profile documented = documented_profile();
constexpr AccessMask odd_bit{0x00800000};
constexpr AccessMask query_limited = PROCESS_QUERY_LIMITED_INFORMATION;

CloseHandle closes(HandleValue value) { return {.by = by(main_process), .hObject = handle(value)}; }
OpenProcess opens(std::uint32_t process, AccessMask mask = PROCESS_TERMINATE) {
  return {.by = by(main_process), .dwDesiredAccess = mask, .dwProcessId = pid(process)};
}

TEST(CloseHandle, IsDecidedByEachOfItsClauses) {
  const Before one = after({NewObject{.by = by(main_process)}});
  // clang-format off
  expect_rows({
      {"OBJ-HND-07", nothing, closes(current_process),  TRUE_},
      {"OBJ-HND-07", nothing, closes(current_thread),   TRUE_},
      {"OBJ-HND-08", one,     closes(HandleValue{4}),   TRUE_},
      {"OBJ-HND-08", one,     closes(HandleValue{7}),   TRUE_},
      {"OBJ-HND-08", one,     closes(HandleValue{8}),   FALSE_},
      {"OBJ-HND-08", one,     closes(null_handle),      FALSE_},
  });
  // clang-format on
}

TEST(AHandle, GetsTheLowestFreeValue) {
  Scene scene;
  const NewObject event{.by = by(main_process)};
  for (int i = 0; i < 3; ++i) scene.must(event);
  scene.must(closes(HandleValue{8}));
  EXPECT_EQ(scene.does(event), HandleValue{8});
  EXPECT_EQ(scene.does(event), HandleValue{16});
}

// main, `guarded` 1004, `system` 4, `theirs` 1008 of another user, `listed` 1012 with a dacl, `nobody's` 1016.
WorldSpec neighbours(Tables& tables) {
  const TextRef other = tables.text(u"other");
  WorldSpec world;
  world.processes.push_back({.name = 2, .protected_ = true});
  world.processes.push_back({.name = 3, .kind = ProcessKind::system});
  world.processes.push_back({.name = 4, .user = other});
  world.processes.push_back(
      {.name = 5, .dacl = tables.dacl({{other, PROCESS_ALL_ACCESS}, {default_user, PROCESS_TERMINATE}})});
  world.processes.push_back({.name = 6, .dacl = tables.dacl({})});
  world.processes.push_back({.name = 7, .kind = ProcessKind::csrss});
  return world;
}
const Profile no_exited = documented.with(choice::open_exited_process, OpenExitedProcess::fail_invalid_parameter);
const Before dead_child = after({CreateProcess{.by = by(main_process)}, ExitProcess{.by = by(process_key(2))}});

TEST(OpenProcess, IsDecidedByEachOfItsClauses) {
  Tables tables;
  const WorldSpec world = neighbours(tables);
  // clang-format off
  expect_rows({
      {"OBJ-OPEN-01", nothing,    opens(0),                          null_handle},
      {"OBJ-OPEN-02", nothing,    opens(1001),                       null_handle},
      {"OBJ-OPEN-03", nothing,    opens(4),                          null_handle, documented, world, tables},
      {"OBJ-OPEN-03", nothing,    opens(1020),                       null_handle, documented, world, tables},
      {"OBJ-OPEN-04", dead_child, opens(1004),                       null_handle, no_exited},
      {"OBJ-OPEN-10", dead_child, opens(1004),                       HandleValue{12}},
      {"OBJ-OPEN-05", nothing,    opens(1004, PROCESS_ALL_ACCESS),   null_handle, documented, world, tables},
      {"OBJ-OPEN-05", nothing,    opens(1004, MAXIMUM_ALLOWED | AccessMask{0x10}), null_handle, documented, world, tables},
      {"OBJ-OPEN-10", nothing,    opens(1004, AccessMask{0x00101805}), HandleValue{4}, documented, world, tables},
      {"OBJ-OPEN-07", nothing,    opens(1000, AccessMask{}),         null_handle},
      {"OBJ-OPEN-08", nothing,    opens(1016, MAXIMUM_ALLOWED),      null_handle, documented, world, tables},
      {"OBJ-OPEN-08", nothing,    opens(1000, MAXIMUM_ALLOWED | odd_bit), null_handle},
      {"OBJ-OPEN-09", nothing,    opens(1008),                       null_handle, documented, world, tables},
      {"OBJ-OPEN-09", nothing,    opens(1012, PROCESS_DUP_HANDLE),   null_handle, documented, world, tables},
      {"OBJ-OPEN-09", nothing,    opens(1000, odd_bit),              null_handle},
      {"OBJ-OPEN-10", nothing,    opens(1012),                       HandleValue{4}, documented, world, tables},
      {"OBJ-OPEN-10", nothing,    opens(1000, MAXIMUM_ALLOWED),      HandleValue{4}},
  });
  // clang-format on
}

TEST(OpenProcess, GrantsWhatItShould) {
  Tables tables;
  const WorldSpec world = neighbours(tables);
  Scene scene{documented, world, tables};
  const auto granted = [&](std::uint32_t process, AccessMask mask) {
    scene.must(opens(process, mask));
    return scene.main()->handles.back().mask;
  };
  EXPECT_EQ(granted(1000, MAXIMUM_ALLOWED), PROCESS_ALL_ACCESS);
  EXPECT_EQ(granted(1004, MAXIMUM_ALLOWED), PROCESS_ALL_ACCESS & ~protected_refused);
  EXPECT_EQ(granted(1000, PROCESS_QUERY_INFORMATION), PROCESS_QUERY_INFORMATION | query_limited);
  EXPECT_EQ(granted(1012, MAXIMUM_ALLOWED | PROCESS_TERMINATE), PROCESS_TERMINATE);
}

TEST(AnObjectFunction, SetsLastErrorOnlyWhenItFails) {
  Scene scene;
  EXPECT_EQ(scene.perform(opens(1001)).answer.lastError, 87U);
  EXPECT_EQ(scene.perform(opens(1000)).answer.lastError, 87U);
  EXPECT_EQ(scene.perform(opens(1000, AccessMask{})).answer.lastError, 5U);
  EXPECT_EQ(scene.perform(WerUnregisterAdditionalProcess{.by = by(main_process)}).answer.lastError, 0U);
  EXPECT_EQ(scene.main()->core.last_error, 5U);
}

// --- DuplicateHandle ---

struct Dup {
  std::uint64_t source_process = number(current_process);
  std::uint64_t source = 4;
  std::uint64_t target_process = number(current_process);
  AccessMask mask{};
  std::uint32_t options = DUPLICATE_SAME_ACCESS;
};
DuplicateHandle dup(const Dup& of) {
  return {.by = by(main_process),
          .hSourceProcessHandle = handle(of.source_process),
          .hSourceHandle = handle(of.source),
          .hTargetProcessHandle = handle(of.target_process),
          .dwDesiredAccess = of.mask,
          .dwOptions = Dword{of.options}};
}

// main has 4 and 8 to a live child, 12 to it with PROCESS_TERMINATE, 16 and 20 to a dead child, 24 an event with mask 2.
void handles(Scene& scene) {
  scene.child();
  scene.must(opens(1004));
  scene.must(ExitProcess{.by = by(scene.child())});
  scene.must(NewObject{.by = by(main_process), .mask = {AccessMask{2}}});
}
const Profile subset_only = documented.with(choice::duplicate_access_growth, DuplicateAccessGrowth::subset_only);

TEST(DuplicateHandle, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"OBJ-DUP-01", handles, dup({.source_process = 28}),                             FALSE_},
      {"OBJ-DUP-01", handles, dup({.source_process = 24}),                             FALSE_},
      {"OBJ-DUP-02", handles, dup({.source_process = 12}),                             FALSE_},
      {"OBJ-DUP-03", handles, dup({.source_process = 16}),                             FALSE_},
      {"OBJ-DUP-05", handles, dup({.source_process = 4, .source = number(current_thread)}), FALSE_},
      {"OBJ-DUP-06", handles, dup({.source_process = 4, .source = 4}),                 FALSE_},
      {"OBJ-DUP-06", handles, dup({.source = 0}),                                      FALSE_},
      {"OBJ-DUP-07", handles, dup({.target_process = 0, .options = 1}),                TRUE_},
      {"OBJ-DUP-08", handles, dup({.target_process = 0}),                              FALSE_},
      {"OBJ-DUP-09", handles, dup({.target_process = 28}),                             FALSE_},
      {"OBJ-DUP-09", handles, dup({.target_process = 12}),                             FALSE_},
      {"OBJ-DUP-09", handles, dup({.target_process = 16}),                             FALSE_},
      {"OBJ-DUP-13", handles, dup({.source = 24, .mask = AccessMask{3}, .options = 0}), FALSE_},
      {"OBJ-DUP-13", handles, dup({.source = 12, .mask = PROCESS_ALL_ACCESS, .options = 0}), FALSE_, subset_only},
      {"OBJ-DUP-13", handles, dup({.source = 12, .mask = odd_bit, .options = 0}),      FALSE_},
      {"OBJ-DUP-14", handles, dup({.source = 12, .mask = PROCESS_ALL_ACCESS, .options = 0}), TRUE_},
      {"OBJ-DUP-14", handles, dup({.source = 12, .options = 0}),                       TRUE_},
      {"OBJ-DUP-14", handles, dup({.source = number(current_thread)}),                 TRUE_},
      {"OBJ-DUP-14", handles, dup({.source_process = 4, .source = number(current_process)}), TRUE_},
  });
  // clang-format on
}

TEST(DuplicateHandle, GivesFullAccessThroughAPseudoHandle) {
  Scene scene;
  handles(scene);
  const Answer answer = scene.must(dup({.source_process = 4, .source = number(current_process)}));
  EXPECT_EQ(answer.made, 28U);
  EXPECT_EQ(answer.out[0], 28U);
  EXPECT_EQ(scene.main()->handles.back(),
            (Handle{HandleValue{28}, {ObjectType::Process, 2}, PROCESS_ALL_ACCESS, false}));
}

TEST(DuplicateHandle, MakesAHandleAlsoWhenNobodyAsksForItsValue) {
  Scene scene;
  handles(scene);
  DuplicateHandle call = dup({});
  call.lpTargetHandle.valid = false;
  const Answer answer = scene.must(call);
  EXPECT_EQ(answer.made, 28U);
  EXPECT_EQ(answer.written, 0U);
}

TEST(DuplicateHandle, ClosesItsSourceOnSuccessAndOnTheTwoRefusalsThatComeLast) {
  const auto open_after = [](const Dup& of, std::uint64_t value) {
    Scene scene;
    handles(scene);
    scene.perform(dup(of));
    const auto& list = scene.main()->handles;
    return std::any_of(list.begin(), list.end(), [value](const auto& entry) { return number(entry.value) == value; });
  };
  EXPECT_FALSE(open_after({.source = 24, .options = 3}, 24));
  EXPECT_FALSE(open_after({.source = 24, .target_process = 12, .options = 3}, 24));
  EXPECT_FALSE(open_after({.source = 24, .mask = AccessMask{3}, .options = 1}, 24));
  EXPECT_FALSE(open_after({.source = 24, .target_process = 0, .options = 1}, 24));
  EXPECT_TRUE(open_after({.source_process = 12, .source = 24, .options = 3}, 24));
}

TEST(DuplicateHandle, RemovesADeadObjectWithItsLastHandle) {
  Scene scene;
  handles(scene);
  scene.must(dup({.source = 16, .target_process = 0, .options = 1}));
  EXPECT_EQ(find(scene.machine(), Pid{1008}), nullptr);
}

}  // namespace
}  // namespace procreg::model
