#include "model/scene_test.h"

namespace procreg::model {
namespace {

const Profile documented = documented_profile();

RegisterAppInstance tags(ProcessKey caller, Guid id, std::int32_t inherit) {
  return {.by = by(caller),
          .ProcessHandle = handle(current_process),
          .AppInstanceId = {id},
          .ChildrenInheritAppInstance = Bool{inherit}};
}

TEST(AChild, InheritsExactlyWhenItsParentPassesTheTagOn) {
  for (const int inherit : {0, 1, -1}) {
    Scene scene;
    scene.must(tags(main_process, guid_g, inherit));
    const Tag* tag = scene.tag(scene.child());
    ASSERT_EQ(tag != nullptr, inherit != 0);
    if (tag == nullptr) continue;
    EXPECT_EQ(*tag, (Tag{ObjectId{2}, true, guid_g, true, 0, TagOrigin::inherited}));
  }
}

TEST(AChild, InheritsFromParentOrCreatorAsTheProfileSays) {
  for (const auto from : {AppInstanceInheritFrom::parent, AppInstanceInheritFrom::creator}) {
    Scene scene{documented.with(choice::app_instance_inherit_from, from)};
    const ProcessKey parent = scene.child();
    scene.must(tags(parent, guid_g, 1));
    scene.must(tags(main_process, guid_g2, 1));
    const ProcessKey child = scene.child({.parentHandle = {handle(4)}});
    EXPECT_EQ(scene.tag(child)->id, from == AppInstanceInheritFrom::parent ? guid_g : guid_g2);
  }
}

TEST(AChild, IsMadeUntaggedWhenTheFilterRunsOutOfMemory) {
  Scene scene;
  scene.must(tags(main_process, guid_g, 1));
  scene.must(FailCcfAllocation{.machine = {MachineIndex{0}}, .n = Countdown{1}});
  EXPECT_EQ(scene.tag(scene.child()), nullptr);
  EXPECT_NE(scene.tag(scene.child()), nullptr);
}

TEST(AChild, MadeWithoutTheFilterStaysUntagged) {
  Scene scene{documented.with(choice::ccf_unload, CcfUnload::keep_cache)};
  scene.must(tags(main_process, guid_g, 1));
  scene.must(FilterUnload{.machine = {MachineIndex{0}}});
  const ProcessKey child = scene.child();
  scene.must(FilterLoad{.machine = {MachineIndex{0}}});
  EXPECT_EQ(scene.tag(child), nullptr);
}

TEST(AnOverriddenTag, IsExplicitAndPassedOnByItsOwnSetting) {
  Scene scene{documented.with(choice::app_instance_child_register, AppInstanceChildRegister::override_inherited)};
  scene.must(tags(main_process, guid_g, 1));
  const ProcessKey child = scene.child();
  scene.must(tags(child, guid_g2, 0));
  EXPECT_EQ(scene.tag(child)->origin, TagOrigin::explicit_);
  EXPECT_EQ(scene.does(tags(child, guid_g, 0)), Win32Error::ERROR_OBJECT_ALREADY_EXISTS);
  EXPECT_EQ(scene.tag(process_key(scene.must(CreateProcess{.by = by(child)}).made)), nullptr);
}

}  // namespace
}  // namespace procreg::model
