#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Win32Error;

const Profile documented = documented_profile();
constexpr std::uint64_t self = ~std::uint64_t{0};

RegisterAppInstance registers(std::uint64_t value, Guid id = guid_g, std::int32_t inherit = 0,
                              ProcessKey caller = main_process) {
  return {.by = by(caller),
          .ProcessHandle = handle(value),
          .AppInstanceId = {id},
          .ChildrenInheritAppInstance = Bool{inherit}};
}
RegisterAppInstance registers_null(std::uint64_t value) {
  return {.by = by(main_process), .ProcessHandle = handle(value)};
}
const FilterUnload unload{.machine = {MachineIndex{0}}};
const FilterLoad load{.machine = {MachineIndex{0}}};
const FailCcfAllocation next_fails{.machine = {MachineIndex{0}}, .n = Countdown{1}};
OpenProcess opens(std::uint32_t process, AccessMask mask) {
  return {.by = by(main_process), .dwDesiredAccess = mask, .dwProcessId = pid(process)};
}

WorldSpec without_filter() {
  WorldSpec world;
  world.machines[0].ccf = FilterState::absent;
  return world;
}
// main, and 1004 with a dacl under which nobody may do anything.
WorldSpec with_closed_neighbour(Tables& tables) {
  WorldSpec world;
  world.processes.push_back({.name = 2, .dacl = tables.dacl({})});
  return world;
}

// main has 4 and 8 to a live child, 12 to it without PROCESS_TERMINATE, 16 to itself without, 20 a dead child, 28 an event.
void handles(Scene& scene) {
  scene.child();
  scene.must(opens(1004, PROCESS_DUP_HANDLE));
  scene.must(opens(1000, PROCESS_DUP_HANDLE));
  scene.must(ExitProcess{.by = by(scene.child())});
  scene.must(NewObject{.by = by(main_process), .mask = {AccessMask{0}}});
}
void handles_without_filter(Scene& scene) {
  handles(scene);
  scene.must(unload);
}
void tagged(Scene& scene) { scene.must(registers(self)); }
void tagged_and_failing(Scene& scene) {
  tagged(scene);
  scene.must(next_fails);
}
// main's child, 2, has inherited.
void inherited(Scene& scene) {
  scene.must(registers(self, guid_g, 1));
  scene.child();
}

template <class Option>
Profile with(Choice<Option> choice, Option option) {
  return documented.with(choice, option);
}
const Profile noaccess = with(choice::ccf_null_pointer, CcfNullPointer::noaccess);
const Profile violation = with(choice::ccf_null_pointer, CcfNullPointer::access_violation);
const Profile handle_first = with(choice::ccf_check_order, CcfCheckOrder::handle_first);
const Profile invalid_handle = with(choice::app_instance_bad_handle, AppInstanceBadHandle::invalid_handle);
const Profile exited_denied = with(choice::app_instance_exited_process, AppInstanceExitedProcess::access_denied);
const Profile exited_fine = with(choice::app_instance_exited_process, AppInstanceExitedProcess::succeed_no_effect);
const Profile self_needs = with(choice::app_instance_self_needs_terminate, AppInstanceSelfNeedsTerminate::yes);
const Profile recheck = with(choice::app_instance_access_check, AppInstanceAccessCheck::security_recheck);
const Profile no_zero = with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter);
const Profile same_is_fine = with(choice::app_instance_same_guid_again, AppInstanceSameGuidAgain::succeed_no_change);
const Profile same_updates =
    with(choice::app_instance_same_guid_again, AppInstanceSameGuidAgain::succeed_update_inherit);
const Profile overrides = with(choice::app_instance_child_register, AppInstanceChildRegister::override_inherited);

TEST(RegisterAppInstance, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"CCF-REG-02", handles_without_filter, registers_null(0xDEAC), ERROR_INVALID_PARAMETER},
      {"CCF-REG-02", nothing,                registers_null(self),   ERROR_NOACCESS, noaccess},
      {"CCF-REG-02", nothing,                registers_null(self),   {ResultKind::exception, 0xC0000005}, violation},
      {"CCF-REG-03", handles_without_filter, registers(self),        ERROR_NOT_FOUND},
      {"CCF-REG-03", handles_without_filter, registers(0xDEAC),      ERROR_NOT_FOUND},
      {"CCF-REG-03", handles_without_filter, registers(self),        ERROR_NOT_FOUND, handle_first},
      {"CCF-REG-05", handles,                registers(28),          ERROR_INVALID_PARAMETER},
      {"CCF-REG-05", handles,                registers(self - 1),    ERROR_INVALID_PARAMETER},
      {"CCF-REG-05", handles_without_filter, registers(28),          ERROR_INVALID_PARAMETER, handle_first},
      {"CCF-REG-06", handles,                registers(0),           ERROR_INVALID_PARAMETER},
      {"CCF-REG-06", handles,                registers(0xDEAC),      ERROR_INVALID_HANDLE, invalid_handle},
      {"CCF-REG-07", handles,                registers(20),          ERROR_INVALID_PARAMETER},
      {"CCF-REG-07", handles,                registers(20),          ERROR_ACCESS_DENIED, exited_denied},
      {"CCF-REG-07", handles,                registers(20),          ERROR_SUCCESS, exited_fine},
      {"CCF-REG-08", handles,                registers(12),          ERROR_ACCESS_DENIED},
      {"CCF-REG-01", handles,                registers(12),          ERROR_SUCCESS, recheck},
      {"CCF-REG-11", handles,                registers(16),          ERROR_ACCESS_DENIED, self_needs},
      {"CCF-REG-01", handles,                registers(16),          ERROR_SUCCESS},
      {"CCF-REG-01", handles,                registers(5),           ERROR_SUCCESS},
      {"CCF-REG-23", nothing,                registers(self, zero_guid), ERROR_INVALID_PARAMETER, no_zero},
      {"CCF-REG-01", nothing,                registers(self, zero_guid), ERROR_SUCCESS},
      {"CCF-INH-09", inherited,              registers(4),           ERROR_OBJECT_ALREADY_EXISTS},
      {"CCF-INH-09", inherited,              registers(4, guid_g2),  ERROR_OBJECT_ALREADY_EXISTS},
      {"CCF-REG-01", inherited,              registers(4, guid_g2),  ERROR_SUCCESS, overrides},
      {"CCF-REG-16", tagged,                 registers(self),        ERROR_OBJECT_ALREADY_EXISTS},
      {"CCF-REG-16", tagged,                 registers(self),        ERROR_SUCCESS, same_is_fine},
      {"CCF-REG-16", tagged,                 registers(self),        ERROR_SUCCESS, same_updates},
      {"CCF-REG-15", tagged,                 registers(self, guid_g2), ERROR_OBJECT_ALREADY_EXISTS},
      {"CCF-REG-15", tagged_and_failing,     registers(self, guid_g2), ERROR_OBJECT_ALREADY_EXISTS},
      {"CCF-REG-19", after({next_fails}),    registers(self),        ERROR_NOT_ENOUGH_MEMORY},
      {"CCF-REG-01", nothing,                registers(self),        ERROR_SUCCESS},
  });
  // clang-format on
}

TEST(RegisterAppInstance, RechecksTheSecurityOfTheTargetWhenTheProfileSaysSo) {
  Tables tables;
  const WorldSpec world = with_closed_neighbour(tables);
  Scene scene{recheck.with(choice::app_instance_self_needs_terminate, AppInstanceSelfNeedsTerminate::yes), world,
              tables};
  const ProcessKey closed = process_key(2);
  scene.must(DuplicateHandle{.by = by(closed),
                             .hSourceProcessHandle = handle(current_process),
                             .hSourceHandle = handle(current_process),
                             .hTargetProcessHandle = handle(current_process),
                             .dwOptions = Dword{DUPLICATE_SAME_ACCESS}});
  EXPECT_EQ(scene.does(registers(4, guid_g, 0, closed)), ERROR_ACCESS_DENIED);
  EXPECT_EQ(scene.does(registers(self, guid_g, 0, closed)), ERROR_SUCCESS);
}

TEST(RegisterAppInstance, UpdatesOnlyTheChildrenSettingWhenTheProfileSaysSo) {
  Scene scene{same_updates};
  tagged(scene);
  scene.must(registers(self, guid_g, 256));
  EXPECT_EQ(*scene.tag(main_process), (Tag{ObjectId{1}, true, guid_g, true, 0, TagOrigin::explicit_}));
}

TEST(Filter, IsDecidedByEachOfItsClauses) {
  const Profile keeps = with(choice::ccf_unload, CcfUnload::keep_cache);
  const Profile refuses = with(choice::ccf_unload, CcfUnload::refuse);
  // clang-format off
  expect_rows({
      {"CCF-FLT-03", nothing,         load,   applied},
      {"CCF-FLT-03", after({unload}), load,   applied},
      {"CCF-FLT-04", nothing,         unload, applied},
      {"CCF-FLT-04", after({unload}), unload, applied},
      {"CCF-FLT-04", nothing,         unload, applied, keeps},
      {"CCF-FLT-04", nothing,         unload, not_applicable, refuses},
      {"CCF-FLT-04", nothing,         unload, applied, refuses, without_filter()},
  });
  // clang-format on
}

TEST(Filter, KeepsTagsOverAnUnloadOnlyWhenTheProfileSaysSo) {
  for (const auto option : {CcfUnload::drop_cache, CcfUnload::keep_cache}) {
    Scene scene{with(choice::ccf_unload, option)};
    const ProcessKey child = scene.child();
    tagged(scene);
    scene.must(registers(4, guid_g2));
    scene.must(unload);
    scene.must(ExitProcess{.by = by(child)});
    scene.must(load);
    EXPECT_EQ(scene.tag(main_process) != nullptr, option == CcfUnload::keep_cache);
    EXPECT_EQ(scene.tag(child), nullptr);
  }
}

// --- ccf.md 11 ---

OpenTag opens_file(ProcessKey key) { return {.by = by(key)}; }
std::optional<Guid> carried(Scene& scene, ProcessKey key) {
  const Answer& answer = scene.must(opens_file(key));
  if ((answer.written & 1U) == 0) return std::nullopt;
  return Guid{answer.out[0], answer.out[1]};
}

TEST(Example, E1EvaluationOrder) {
  Scene scene{documented, without_filter()};
  EXPECT_EQ(scene.does(registers_null(0xDEAC)), ERROR_INVALID_PARAMETER);
  EXPECT_EQ(scene.does(registers(0xDEAC)), ERROR_NOT_FOUND);
  scene.must(load);
  EXPECT_EQ(scene.does(registers(0xDEAC)), ERROR_INVALID_PARAMETER);
  scene.child();
  scene.must(opens(1004, PROCESS_QUERY_LIMITED_INFORMATION));
  scene.must(ExitProcess{.by = by(process_key(2))});
  EXPECT_EQ(scene.does(registers(12)), ERROR_INVALID_PARAMETER);
  scene.must(NewObject{.by = by(main_process), .type = ObjectType::Event, .mask = {AccessMask{0}}});
  EXPECT_EQ(scene.does(registers(16)), ERROR_INVALID_PARAMETER);
}

TEST(Example, E2RegisteringTwice) {
  Scene scene;
  const ProcessKey q = scene.child();
  EXPECT_EQ(scene.does(registers(self)), ERROR_SUCCESS);
  EXPECT_EQ(scene.does(registers(self, guid_g2, 1)), ERROR_OBJECT_ALREADY_EXISTS);
  EXPECT_EQ(*scene.tag(main_process), (Tag{ObjectId{1}, true, guid_g, false, 0, TagOrigin::explicit_}));
  EXPECT_EQ(scene.does(registers(self, guid_g, 1)), ERROR_OBJECT_ALREADY_EXISTS);
  scene.must(next_fails);
  EXPECT_EQ(scene.does(registers(self, guid_g2, 1)), ERROR_OBJECT_ALREADY_EXISTS);
  EXPECT_EQ(scene.machine().faults, (Countdowns{1}));
  EXPECT_EQ(scene.does(registers(self, guid_g, 0, q)), ERROR_NOT_ENOUGH_MEMORY);
  EXPECT_EQ(scene.does(registers(self, guid_g, 0, q)), ERROR_SUCCESS);
}

TEST(Example, E3InheritanceTimeline) {
  for (const auto depth : {AppInstanceInheritDepth::all_descendants, AppInstanceInheritDepth::children_only}) {
    Scene scene{with(choice::app_instance_inherit_depth, depth)};
    const bool all = depth == AppInstanceInheritDepth::all_descendants;
    const auto spawned_by = [&](ProcessKey key) { return process_key(scene.must(CreateProcess{.by = by(key)}).made); };
    const ProcessKey a = spawned_by(main_process);
    EXPECT_EQ(scene.does(registers(self, guid_g, 1)), ERROR_SUCCESS);
    const ProcessKey b = spawned_by(main_process);
    const ProcessKey c = spawned_by(b);
    scene.must(ExitProcess{.by = by(main_process)});
    const ProcessKey d = spawned_by(c);
    EXPECT_EQ(carried(scene, a), std::nullopt);
    EXPECT_EQ(carried(scene, b), guid_g);
    EXPECT_EQ(carried(scene, c), all ? std::optional{guid_g} : std::nullopt);
    EXPECT_EQ(carried(scene, d), all ? std::optional{guid_g} : std::nullopt);
    EXPECT_EQ(scene.does(registers(self, guid_g2, 0, b)), ERROR_OBJECT_ALREADY_EXISTS);
    EXPECT_EQ(scene.does(registers(self, guid_g2, 0, a)), ERROR_SUCCESS);
  }
}

TEST(Example, E4Masks) {
  Scene scene;
  const auto duplicate = [&](std::uint64_t process, std::uint64_t source, AccessMask mask, std::uint32_t options) {
    return scene
        .must(DuplicateHandle{.by = by(main_process),
                              .hSourceProcessHandle = handle(process),
                              .hSourceHandle = handle(source),
                              .hTargetProcessHandle = handle(self),
                              .dwDesiredAccess = mask,
                              .dwOptions = Dword{options}})
        .made;
  };
  scene.child();
  scene.child();
  const auto h = scene.must(opens(1004, PROCESS_ALL_ACCESS)).made;
  const auto d = duplicate(self, h, PROCESS_QUERY_LIMITED_INFORMATION, 0);
  EXPECT_EQ(scene.main()->handles.back().mask, PROCESS_QUERY_LIMITED_INFORMATION);
  EXPECT_EQ(scene.does(registers(d)), ERROR_ACCESS_DENIED);
  EXPECT_EQ(scene.does(registers(h)), ERROR_SUCCESS);
  const auto s = duplicate(self, self, PROCESS_QUERY_LIMITED_INFORMATION, 0);
  EXPECT_EQ(scene.does(registers(s, guid_g2)), ERROR_SUCCESS);
  const auto k = scene.must(opens(1008, PROCESS_DUP_HANDLE)).made;
  EXPECT_EQ(scene.does(registers(k)), ERROR_ACCESS_DENIED);
  const auto f = duplicate(k, self, AccessMask{}, DUPLICATE_SAME_ACCESS);
  EXPECT_EQ(scene.does(registers(f)), ERROR_SUCCESS);
}

TEST(Example, E5ExitAndPidReuse) {
  Scene scene;
  const ProcessKey q = scene.child();
  EXPECT_EQ(scene.does(registers(4)), ERROR_SUCCESS);
  scene.must(ExitProcess{.by = by(q)});
  EXPECT_EQ(scene.tag(q), nullptr);
  EXPECT_EQ(scene.does(registers(4, guid_g2)), ERROR_INVALID_PARAMETER);
  scene.must(CloseHandle{.by = by(main_process), .hObject = handle(4)});
  const ProcessKey r = scene.child({.pid = {Pid{1004}}});
  EXPECT_EQ(scene.process(r)->birth.pid, Pid{1004});
  EXPECT_EQ(scene.tag(r), nullptr);
  EXPECT_EQ(scene.does(registers(4)), ERROR_SUCCESS);
}

}  // namespace
}  // namespace procreg::model
