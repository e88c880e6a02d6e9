// Topic: registering a process that is tagged already: same or another GUID, explicit or inherited, under every option.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

// What registering again answers, and the tag that is left.
struct Again {
  Result answer{};
  Guid id{};
  bool inherit{};
  TagOrigin origin{};
};

Again expected(const Profile& profile, const SnapTag& tag, Guid id, bool inherit) {
  const Again unchanged{ERROR_OBJECT_ALREADY_EXISTS, tag.id, tag.inherit, tag.origin};
  if (tag.origin == TagOrigin::inherited) {
    if (profile[choice::app_instance_child_register] == AppInstanceChildRegister::fail_already_exists) return unchanged;
    return {ERROR_SUCCESS, id, inherit, TagOrigin::explicit_};
  }
  if (tag.id != id) return unchanged;
  switch (profile[choice::app_instance_same_guid_again]) {
    case AppInstanceSameGuidAgain::fail_already_exists:
      return unchanged;
    case AppInstanceSameGuidAgain::succeed_no_change:
      return {ERROR_SUCCESS, tag.id, tag.inherit, tag.origin};
    default:
      return {ERROR_SUCCESS, tag.id, inherit, tag.origin};
  }
}

void tagging_again_is_by_the_choices(Story& story) {
  story.any(choice::app_instance_same_guid_again);
  story.any(choice::app_instance_child_register);
  story.any(choice::app_instance_inherit_depth);
  const bool inherited = story.coin();
  story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}, inherited ? 1 : story.one_of({0, 1})),
                ERROR_SUCCESS, "main is tagged");
  const Name target = inherited ? story.create(main) : main;
  const HandleRef reach = inherited ? handle_of(target) : handle(current_process);
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const SnapTag before = story.there(story.tag_of(target));
    const Guid id = Story::guid(story.below(2));
    const std::int32_t setting = story.one_of({0, 1, 2});
    const bool by_itself = story.coin();
    const Again again = expected(story.profile(), before, id, setting != 0);
    story.must_be(
        by_itself ? story.tag(target, handle(current_process), {id}, setting) : story.tag(main, reach, {id}, setting),
        again.answer, "tagging again is by the choices");
    const SnapTag& now = story.there(story.tag_of(target));
    story.must(now.id == again.id && now.inherit == again.inherit && now.origin == again.origin,
               "and so is the tag left");
  }
}

void the_zero_guid_is_by_the_choice(Story& story) {
  const auto zero = story.any(choice::app_instance_zero_guid);
  const Result answer = story.tag(main, handle(current_process), {zero_guid}, 1);
  if (zero == AppInstanceZeroGuid::invalid_parameter) {
    story.must_be(answer, ERROR_INVALID_PARAMETER, "a zero id is refused");
    return story.must(story.tag_of(main) == nullptr, "and nobody tagged");
  }
  story.must_be(answer, ERROR_SUCCESS, "a zero id is accepted");
  const Story::Carried carried = story.open_tag(main);
  story.must(carried.id.has_value() == (zero == AppInstanceZeroGuid::accept), "and sent unless the choice says no");
  story.must_be(story.tag(main, handle(current_process), {Story::guid(1)}), ERROR_OBJECT_ALREADY_EXISTS,
                "it conflicts like any id");
}

}  // namespace

Suite duplicate_guids() {
  static const harness::Property all[] = {
      {"Tagging a tagged process again is decided by GUID, origin and choices",
       about<"CCF-REG-15", "CCF-REG-16", "CCF-INH-09", "CCF-INH-10", "CCF-REG-22">(),
       run<tagging_again_is_by_the_choices>},
      {"The all-zero GUID is an id, a bad parameter, or an id that is not sent", about<"CCF-REG-23", "CCF-OPEN-08">(),
       run<the_zero_guid_is_by_the_choice>},
  };
  return all;
}

}  // namespace procreg::scenarios
