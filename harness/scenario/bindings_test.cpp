#include <gtest/gtest.h>

#include "harness/scenario/script.h"

namespace procreg::harness {
namespace {

constexpr std::uint16_t main_name = 1;
constexpr std::uint16_t child = 2;
constexpr std::uint16_t thread = 3;
constexpr std::uint16_t handle = 4;

Bindings bindings_of(const WorldSpec& world) {
  Bindings bindings;
  bindings.clear(4);
  bindings.bind_world(world);
  return bindings;
}

CreateProcess create_child() {
  CreateProcess step;
  step.by.name = {main_name, itself_part};
  step.as = {child};
  step.threads.count = 2;
  return step;
}

Answer child_made() {
  Answer answer;
  answer.result = TRUE_;
  answer.made = 2;
  answer.out = {4, 8, 1004, 0x10004};
  return answer;
}

TidRef resolved_thread(const Bindings& bindings, NameRef name) {
  WerRegisterAdditionalProcess step;
  step.by.name = {main_name, itself_part};
  step.captureExtraInfoForThreadId.name = name;
  return std::get<WerRegisterAdditionalProcess>(bindings.resolve(step)).captureExtraInfoForThreadId;
}

HandleRef resolved_handle(const Bindings& bindings, NameRef name) {
  CloseHandle step;
  step.hObject.name = name;
  return std::get<CloseHandle>(bindings.resolve(step)).hObject;
}

TEST(Bindings, GiveTheWorldItsObjectsPidsAndTidsInListOrder) {
  WorldSpec world;
  world.machines = {{"a", {}}, {"b", {}}};
  ProcessSpec first{.name = 1};
  first.pid = Pid{2000};
  first.threads.count = 3;
  ProcessSpec second{.name = 2};
  second.machine = MachineIndex{1};
  ProcessSpec third{.name = 3};
  ProcessSpec idle{.name = 4};
  idle.kind = ProcessKind::system_idle;
  world.processes = {first, second, third, idle};
  const Bindings bindings = bindings_of(world);
  EXPECT_EQ(bindings.at(1).process, (ProcessKey{MachineIndex{0}, ObjectId{1}}));
  EXPECT_EQ(bindings.at(2).process, (ProcessKey{MachineIndex{1}, ObjectId{1}}));
  EXPECT_EQ(bindings.at(3).process, (ProcessKey{MachineIndex{0}, ObjectId{2}}));
  EXPECT_EQ(bindings.at(1).pid, Pid{2000});
  EXPECT_EQ(bindings.at(2).pid, Pid{1000});
  EXPECT_EQ(bindings.at(3).pid, Pid{2004});
  EXPECT_EQ(bindings.at(4).pid, Pid{0});
  EXPECT_EQ(bindings.at(1).first_tid, Tid{0x10000});
  EXPECT_EQ(bindings.at(2).first_tid, Tid{0x1000C});
}

TEST(Bindings, BindWhatCreateProcessMade) {
  Bindings bindings = bindings_of({});
  bindings.bind(create_child(), child_made());
  EXPECT_EQ(bindings.at(child).process, (ProcessKey{MachineIndex{0}, ObjectId{2}}));
  EXPECT_EQ(bindings.pid({child, itself_part}), Pid{1004});
  EXPECT_EQ(resolved_thread(bindings, {child, first_thread_part}).raw, Tid{0x10004});
  EXPECT_EQ(resolved_thread(bindings, {child, first_thread_part + 1}).raw, Tid{0x10008});
  EXPECT_EQ(resolved_thread(bindings, {child, first_thread_part + 2}).raw, unowned_tid);
  EXPECT_EQ(resolved_handle(bindings, {child, handle_part}).raw, HandleValue{4});
  EXPECT_EQ(resolved_handle(bindings, {child, thread_handle_part}).raw, HandleValue{8});
  EXPECT_EQ(resolved_handle(bindings, {child, handle_part}).name, (NameRef{child, handle_part}));
}

TEST(Bindings, BindThreadsAndHandles) {
  Bindings bindings = bindings_of({});
  Answer made;
  made.made = 0x10010;
  CreateThread create;
  create.as = {thread};
  bindings.bind(create, made);
  EXPECT_EQ(resolved_thread(bindings, {thread, itself_part}).raw, Tid{0x10010});
  for (const Step& step :
       {Step{OpenProcess{.as = {handle}}}, Step{NewObject{.as = {handle}}}, Step{DuplicateHandle{.as = {handle}}}}) {
    Bindings fresh = bindings_of({});
    made.made = 12;
    fresh.bind(step, made);
    EXPECT_EQ(resolved_handle(fresh, {handle, itself_part}).raw, HandleValue{12});
  }
}

TEST(Bindings, BindWhatWerRestartedByItsPlaceInTheChain) {
  Bindings bindings = bindings_of({});
  const NameRef second = name_ref(restarted_name(GivenName{main_name}, 2));
  Answer answer;
  tell(answer, {{MachineIndex{0}, ObjectId{5}}, given_name(second), Pid{1016}, Tid{0x10020}});
  EXPECT_EQ(bindings.pid(second), unowned_pid);
  bindings.bind(AdvanceTime{}, answer);
  EXPECT_EQ(bindings.pid(second), Pid{1016});
  EXPECT_EQ(bindings.process(second), (ProcessKey{MachineIndex{0}, ObjectId{5}}));
  EXPECT_EQ(bindings.tid(thread_name(given_name(second), 0)), Tid{0x10020});
  EXPECT_EQ(bindings.pid({main_name, itself_part}), Pid{1000});
  EXPECT_EQ(bindings.pid(name_ref(restarted_name(GivenName{main_name}, 1))), unowned_pid);
}

TEST(Bindings, BindWhatWerRestartedByTheNameThatItsStepGives) {
  Bindings bindings = bindings_of({});
  Answer answer;
  tell(answer, {{MachineIndex{0}, ObjectId{5}}, GivenName{child}, Pid{1016}, Tid{0x10020}});
  bindings.bind(UserChoice{.restartedAs = {child}}, answer);
  EXPECT_EQ(bindings.pid({child, itself_part}), Pid{1016});
  EXPECT_EQ(resolved_thread(bindings, {child, first_thread_part}).raw, Tid{0x10020});
  EXPECT_EQ(resolved_handle(bindings, {child, handle_part}).raw, unowned_handle);
}

TEST(Bindings, AreNothingWhereNothingWasMade) {
  Bindings bindings = bindings_of({});
  bindings.bind(create_child(), Answer{});
  Crash crash;
  crash.process.name = {child, itself_part};
  EXPECT_EQ(std::get<Crash>(bindings.resolve(crash)).process.raw, nobody);
  EXPECT_EQ(bindings.pid({child, itself_part}), unowned_pid);
  EXPECT_EQ(resolved_thread(bindings, {child, first_thread_part}).raw, unowned_tid);
  EXPECT_EQ(resolved_thread(bindings, {thread, itself_part}).raw, unowned_tid);
  EXPECT_EQ(resolved_handle(bindings, {child, thread_handle_part}).raw, unowned_handle);
  EXPECT_EQ(resolved_handle(bindings, {handle, itself_part}).raw, unowned_handle);
}

TEST(Bindings, AChildLivesOnTheMachineOfItsCreator) {
  WorldSpec world;
  world.machines = {{"a", {}}, {"b", {}}};
  world.processes[0].machine = MachineIndex{1};
  Bindings bindings = bindings_of(world);
  bindings.bind(create_child(), child_made());
  EXPECT_EQ(bindings.at(child).process.machine, MachineIndex{1});
}

TEST(Bindings, LeaveStepsWithoutNamesAsTheyAre) {
  const Bindings bindings = bindings_of({});
  CloseHandle step;
  step.hObject.raw = HandleValue{44};
  EXPECT_TRUE(bindings.resolve(step) == Step{step});
}

TEST(BindingsDeathTest, ANameThatTheScriptDoesNotHaveEndsTheProgram) {
  const Bindings bindings = bindings_of({});
  EXPECT_DEATH(resolved_thread(bindings, {9, itself_part}), "a name that its script does not have");
}

}  // namespace
}  // namespace procreg::harness
