#include "model/scene_test.h"

namespace procreg::model {
namespace {

const Profile documented = documented_profile();

// main has: 4 and 8, the process and thread handles of object 2, pid 1004.
const Before parent_of_one = after({CreateProcess{.by = by(main_process)}});
const Before parent_of_dead =
    after({CreateProcess{.by = by(main_process)}, ExitProcess{.by = by(process_key(2)), .uExitCode = Dword{9}}});
Before with_handle(AccessMask mask) {
  return after({CreateProcess{.by = by(main_process)},
                OpenProcess{.by = by(main_process), .dwDesiredAccess = mask, .dwProcessId = pid(1004)}});
}
Before with_dead_handle(AccessMask mask) {
  return [mask](Scene& scene) {
    with_handle(mask)(scene);
    scene.must(ExitProcess{.by = by(process_key(2))});
  };
}

CreateProcess under(HandleValue parent) { return {.by = by(main_process), .parentHandle = {handle(parent)}}; }
CreateProcess with_pid(std::uint32_t number) { return {.by = by(main_process), .pid = {Pid{number}}}; }
TerminateProcess terminates(std::uint64_t value) {
  return {.by = by(main_process), .hProcess = handle(value), .uExitCode = Dword{5}};
}
GetExitCodeProcess asks(std::uint64_t value, bool pointer = true) {
  return {.by = by(main_process), .hProcess = handle(value), .lpExitCode = {pointer}};
}
NewObject event(std::uint64_t caller = 1) { return {.by = by(process_key(caller)), .type = ObjectType::Event}; }

Before no_pid_left() { return after({with_pid(0xCFFFFFFC)}); }
Before no_tid_left() { return after({CreateThread{.process = on(main_process), .tid = {Tid{0xCFFFFFFC}}}}); }

TEST(Processes, AreDecidedByEachClause) {
  // clang-format off
  expect_rows({
      {"OBJ-NEW-01",  nothing,                           with_pid(1000),               not_applicable},
      {"OBJ-NEW-01",  parent_of_dead,                    with_pid(1004),               not_applicable},
      {"OBJ-NEW-01",  no_pid_left(),                     CreateProcess{.by = by(main_process)}, not_applicable},
      {"OBJ-NEW-01",  no_tid_left(),                     CreateProcess{.by = by(main_process)}, not_applicable},
      {"OBJ-NEW-02",  nothing,                           under(HandleValue{4}),        FALSE_},
      {"OBJ-NEW-02",  after({event()}),                  under(HandleValue{4}),        FALSE_},
      {"OBJ-NEW-02",  nothing,                           under(current_thread),        FALSE_},
      {"OBJ-NEW-03",  with_handle(PROCESS_TERMINATE),    under(HandleValue{12}),       FALSE_},
      {"OBJ-NEW-03",  with_dead_handle(PROCESS_TERMINATE), under(HandleValue{12}),     FALSE_},
      {"OBJ-NEW-04",  parent_of_dead,                    under(HandleValue{4}),        FALSE_},
      {"OBJ-PROC-03", nothing,                           CreateProcess{.by = by(main_process)}, TRUE_},
      {"OBJ-PROC-03", nothing,                           under(current_process),       TRUE_},
      {"OBJ-NEW-07",  nothing,                           event(),                      HandleValue{4}},
      {"OBJ-PROC-12", nothing,                           terminates(4),                FALSE_},
      {"OBJ-PROC-12", after({event()}),                  terminates(4),                FALSE_},
      {"OBJ-PROC-13", with_dead_handle(PROCESS_CREATE_PROCESS), terminates(12),        FALSE_},
      {"OBJ-PROC-10", with_handle(PROCESS_CREATE_PROCESS), terminates(12),             FALSE_},
      {"OBJ-PROC-14", parent_of_one,                     terminates(4),                TRUE_},
      {"OBJ-PROC-14", parent_of_one,                     terminates(5),                TRUE_},
      {"OBJ-PROC-14", nothing,                           terminates(number(current_process)), no_return},
      {"OBJ-PROC-15", nothing,                           asks(4, false),               FALSE_},
      {"OBJ-PROC-11", with_handle(PROCESS_TERMINATE),    asks(12, false),              FALSE_},
      {"OBJ-PROC-16", parent_of_one,                     asks(4, false),               FALSE_},
      {"OBJ-PROC-17", parent_of_one,                     asks(4),                      TRUE_},
  });
  // clang-format on
}

TEST(CreateProcess, GivesIdsInOrderAndTwoHandles) {
  Scene scene;
  const Answer answer = scene.must(CreateProcess{.by = by(main_process), .inheritableResult = {true}, .threads = {2}});
  EXPECT_EQ(answer.out, (OutWords{4, 8, 1004, 0x10004}));
  EXPECT_EQ(answer.written, 0xFU);
  EXPECT_EQ(answer.made, 2U);
  EXPECT_EQ(scene.state().next_tid, Tid{0x1000C});
  EXPECT_EQ(scene.main()->handles[0], (Handle{HandleValue{4}, {ObjectType::Process, 2}, PROCESS_ALL_ACCESS, true}));
  EXPECT_EQ(scene.main()->handles[1], (Handle{HandleValue{8}, {ObjectType::Thread, 2}, THREAD_ALL_ACCESS, true}));
  EXPECT_EQ(scene.machine().objects.size(), 3U);
}

TEST(CreateProcess, TakesHandlesAndUserFromTheParentAndStaysTheCreator) {
  WorldSpec world;
  Tables tables;
  world.processes.push_back({.name = 2,
                             .user = tables.text(u"other"),
                             .se_debug = true,
                             .dacl = tables.dacl({{default_user, PROCESS_ALL_ACCESS}})});
  Scene scene{documented, world, tables};
  NewObject kept{.by = by(process_key(2)), .type = ObjectType::Event, .inheritable = {true}};
  scene.must(event(2));
  scene.must(kept);
  scene.must(OpenProcess{.by = by(main_process), .dwDesiredAccess = PROCESS_ALL_ACCESS, .dwProcessId = pid(1004)});
  const ProcessKey child = scene.child({.inheritHandles = {true}, .parentHandle = {handle(4)}});
  const Process& made = *scene.process(child);
  EXPECT_EQ(made.birth.parent, ObjectId{2});
  EXPECT_EQ(made.birth.creator, ObjectId{1});
  EXPECT_EQ(made.birth.user, scene.process(process_key(2))->birth.user);
  EXPECT_TRUE(made.birth.se_debug);
  ASSERT_EQ(made.handles.size(), 1U);
  EXPECT_EQ(made.handles[0].value, HandleValue{8});
}

TEST(CreateProcess, ThatIsNotApplicableShowsLastErrorAndKeepsIt) {
  Scene scene;
  scene.perform(CloseHandle{.by = by(main_process), .hObject = handle(64)});
  EXPECT_EQ(scene.perform(with_pid(1000)).answer.lastError, 6U);
  EXPECT_EQ(scene.main()->core.last_error, 6U);
}

TEST(APid, IsGivenAgainOnlyWhenAskedForAndOnlyWhenItsObjectIsGone) {
  Scene scene;
  parent_of_dead(scene);
  scene.must(CloseHandle{.by = by(main_process), .hObject = handle(4)});
  EXPECT_EQ(find(scene.machine(), Pid{1004}), nullptr);
  scene.child({.pid = {Pid{1004}}});
  EXPECT_EQ(find(scene.machine(), Pid{1004})->birth.object, ObjectId{3});
  scene.child({.pid = {Pid{2000}}});
  EXPECT_EQ(scene.machine().next_pid, Pid{2004});
}

TEST(AnExitCode, Is259UntilTheEnd) {
  Scene scene;
  parent_of_one(scene);
  EXPECT_EQ(scene.must(asks(4)).out[0], 259U);
  scene.must(terminates(4));
  EXPECT_EQ(scene.must(asks(4)).out[0], 5U);
}

TEST(AnExit, ClosesTheLastHandleToItselfAndToOtherDeadObjects) {
  Scene scene;
  const ProcessKey child = scene.child();
  const ProcessKey grandchild = process_key(scene.must(CreateProcess{.by = by(child)}).made);
  scene.must(ExitProcess{.by = by(grandchild)});
  scene.must(OpenProcess{.by = by(child), .dwDesiredAccess = PROCESS_TERMINATE, .dwProcessId = pid(1004)});
  scene.must(CloseHandle{.by = by(main_process), .hObject = handle(4)});
  scene.must(CloseHandle{.by = by(main_process), .hObject = handle(8)});
  EXPECT_NE(scene.process(grandchild), nullptr);
  scene.must(ExitProcess{.by = by(child)});
  EXPECT_EQ(scene.machine().processes.size(), 1U);
  EXPECT_EQ(scene.machine().objects.size(), 1U);
}

TEST(AThread, GetsTheLowestFreePlaceAndKeepsItsObjectWhileAHandleIsOpen) {
  Scene scene;
  const ProcessKey child = scene.child({.threads = {3}});
  scene.must(ExitThread{.process = on(child), .thread = tid(0x10004)});
  EXPECT_EQ(scene.machine().objects.size(), 4U);
  scene.must(ExitThread{.process = on(child), .thread = tid(0x10008)});
  EXPECT_EQ(scene.machine().objects.size(), 3U);
  EXPECT_EQ(scene.must(CreateThread{.process = on(child)}).made, 0x10010U);
  EXPECT_EQ(scene.process(child)->threads.back().k, 0U);
  scene.must(CreateThread{.process = on(child), .tid = {Tid{0x10008}}});
  EXPECT_EQ(scene.process(child)->threads.front().tid, Tid{0x10008});
  EXPECT_EQ(scene.process(child)->threads.front().k, 1U);
}

TEST(KindsOfTheSystem, HaveTheirOwnPids) {
  WorldSpec world;
  world.processes.push_back({.name = 2, .kind = ProcessKind::system_idle});
  world.processes.push_back({.name = 3, .kind = ProcessKind::system});
  world.processes.push_back({.name = 4, .kind = ProcessKind::csrss});
  Scene scene{documented, world};
  EXPECT_EQ(scene.process(process_key(2))->birth.pid, Pid{0});
  EXPECT_EQ(scene.process(process_key(3))->birth.pid, Pid{4});
  EXPECT_EQ(scene.process(process_key(4))->birth.pid, Pid{1004});
}

}  // namespace
}  // namespace procreg::model
