// Topic: who may open whom, and who may tag whom: masks, users, dacls, protection, SeDebug.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

struct Scene {
  Name target{};
  AccessMask allowed{};  // of main on the target
  bool guarded{};        // the target is protected and main is not
};

AccessMask dacl_mask(Story& story) {
  return story.one_of({PROCESS_TERMINATE, AccessMask{}, PROCESS_ALL_ACCESS, PROCESS_QUERY_INFORMATION,
                       PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION, PROCESS_DUP_HANDLE});
}

Scene any_scene(Story& story) {
  const TextRef stranger = story.user(u"stranger");
  const bool privileged = story.below(4) == 0;
  story.spec(main).se_debug = privileged;
  story.spec(main).protected_ = story.below(4) == 0;
  ProcessSpec target{.user = story.coin() ? stranger : default_user, .protected_ = story.below(3) == 0};
  AccessMask allowed = target.user == default_user ? PROCESS_ALL_ACCESS : AccessMask{};
  if (story.coin()) {
    allowed = dacl_mask(story);
    target.dacl = story.dacl({{stranger, PROCESS_ALL_ACCESS}, {default_user, allowed}});
  }
  if (privileged) allowed = PROCESS_ALL_ACCESS;
  const bool guarded = target.protected_ && !story.spec(main).protected_;
  if (guarded) allowed = allowed & ~protected_refused;
  return {story.process(target), allowed, guarded};
}

// What OpenProcess grants: nothing where it is refused.
AccessMask granted(const Scene& scene, AccessMask requested) {
  const AccessMask plain = requested & ~MAXIMUM_ALLOWED;
  const bool maximum = any(requested & MAXIMUM_ALLOWED);
  if (scene.guarded && any(plain & protected_refused)) return {};
  if (requested == AccessMask{} || !has(scene.allowed, plain)) return {};
  const AccessMask mask = maximum ? scene.allowed : plain;
  return any(mask & PROCESS_QUERY_INFORMATION) ? mask | PROCESS_QUERY_LIMITED_INFORMATION : mask;
}

AccessMask any_request(Story& story) {
  const AccessMask mask = dacl_mask(story);
  return story.below(4) == 0 ? mask | MAXIMUM_ALLOWED : mask;
}

void opening_is_by_dacl_protection_and_privilege(Story& story) {
  const Scene scene = any_scene(story);
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const AccessMask requested = any_request(story);
    const Name made = story.open(main, requested, pid(scene.target));
    const AccessMask expected = granted(scene, requested);
    if (expected == AccessMask{}) {
      story.must_be(story.last().result, null_handle, "what is not allowed is refused");
      story.must(story.last().lastError == static_cast<std::uint32_t>(ERROR_ACCESS_DENIED), "as access denied");
    } else {
      story.must(story.entry(main, made) != nullptr, "what is allowed is granted");
      story.must(story.there(story.entry(main, made)).mask == expected, "and no more");
    }
  }
}

void tagging_is_by_mask_or_security(Story& story) {
  const bool recheck = story.any(choice::app_instance_access_check) == AppInstanceAccessCheck::security_recheck;
  const Scene scene = any_scene(story);
  const AccessMask requested = any_request(story);
  const AccessMask mask = granted(scene, requested);
  const Name made = story.open(main, requested, pid(scene.target));
  const Guid id = story.guid();
  const Result answer = story.tag(main, handle(made), {id});
  if (mask == AccessMask{}) return story.must(refused(answer), "without a handle nothing is tagged");
  const bool passes = has(recheck ? scene.allowed : mask, PROCESS_TERMINATE);
  story.must_be(answer, passes ? ERROR_SUCCESS : ERROR_ACCESS_DENIED,
                "the handle's mask counts, or what could be opened now");
  story.must((story.tag_of(scene.target) != nullptr) == passes, "and the target is tagged accordingly");
}

void oneself_is_special(Story& story) {
  const auto needs = story.any(choice::app_instance_self_needs_terminate);
  story.set(choice::app_instance_access_check, AppInstanceAccessCheck::handle_mask);
  const AccessMask mask = story.one_of({PROCESS_TERMINATE, PROCESS_QUERY_INFORMATION});
  const Name self = story.open(main, mask, pid(main));
  const bool passes = mask == PROCESS_TERMINATE || needs == AppInstanceSelfNeedsTerminate::no;
  story.must_be(story.tag(main, handle(self), {Story::guid(0)}), passes ? ERROR_SUCCESS : ERROR_ACCESS_DENIED,
                "a real handle to oneself is by the choice");
  const Name other = story.create(main);
  story.must_be(story.tag(other, handle(current_process), {Story::guid(1)}), ERROR_SUCCESS,
                "the pseudo handle always passes");
}

void more_than_the_source_is_by_the_choice(Story& story) {
  const auto growth = story.any(choice::duplicate_access_growth);
  const Scene scene = any_scene(story);
  const Name source = story.open(main, MAXIMUM_ALLOWED, pid(scene.target));
  const SnapHandle* entry = story.entry(main, source);
  if (entry == nullptr)
    return story.must(granted(scene, MAXIMUM_ALLOWED) == AccessMask{}, "what is allowed is granted");
  const AccessMask asked = dacl_mask(story);
  const AccessMask first = asked & entry->mask;
  const Name less = story.duplicate(main, {.hSourceHandle = handle(source), .dwDesiredAccess = first});
  story.must_be(story.last().result, TRUE_, "a part of the source's mask is granted");
  const AccessMask held = story.there(story.entry(main, less)).mask;
  const bool grows = !has(held, asked);
  const bool passes =
      !grows || (growth == DuplicateAccessGrowth::recheck_security && has(scene.allowed, asked & ~held) &&
                 !(scene.guarded && any(asked & ~held & protected_refused)));
  story.duplicate(main, {.hSourceHandle = handle(less), .dwDesiredAccess = asked});
  story.must_be(story.last().result, passes ? TRUE_ : FALSE_, "more than that is by the choice");
}

}  // namespace

Suite access_denial() {
  static const harness::Property all[] = {
      {"OpenProcess grants what dacl, protection and privilege allow",
       about<"OBJ-OPEN-05", "OBJ-OPEN-06", "OBJ-OPEN-07", "OBJ-OPEN-08", "OBJ-OPEN-09", "OBJ-OPEN-10", "OBJ-HND-10">(),
       run<opening_is_by_dacl_protection_and_privilege, 300>},
      {"Another process can be tagged by the handle's mask, or by what could be opened now",
       about<"CCF-REG-08", "CCF-REG-10">(), run<tagging_is_by_mask_or_security, 300>},
      {"The caller can tag itself through -1 always, through a real handle by the choice",
       about<"CCF-REG-11", "CCF-REG-12">(), run<oneself_is_special>},
      {"A duplicate gets more than its source only by the choice", about<"OBJ-DUP-12", "OBJ-DUP-13">(),
       run<more_than_the_source_is_by_the_choice>},
  };
  return all;
}

}  // namespace procreg::scenarios
