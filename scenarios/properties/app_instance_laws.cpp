// Laws of RegisterAppInstance: which right it needs, what comes first, whom a GUID belongs to, how a tag ends.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;
constexpr AccessMask no_terminate = PROCESS_QUERY_INFORMATION | PROCESS_DUP_HANDLE;

bool carries(Story& story, Name process, Guid id) {
  const SnapTag* tag = story.tag_of(process);
  return tag != nullptr && tag->hasId && tag->id == id;
}

void terminate_is_enough(Story& story) {
  const bool recheck = story.any(choice::app_instance_access_check) == AppInstanceAccessCheck::security_recheck;
  const TextRef stranger = story.user(u"stranger");
  const DaclRef weak = story.dacl({{default_user, PROCESS_TERMINATE}});
  const Name target = recheck || story.coin() ? story.process() : story.process({.user = stranger, .dacl = weak});
  const Name made = story.open(main, PROCESS_TERMINATE, pid(target));
  story.must(story.there(story.entry(main, made)).mask == PROCESS_TERMINATE, "the mask is exactly PROCESS_TERMINATE");
  const Guid id = story.guid();
  story.must_be(story.tag(main, handle(made), {id}), ERROR_SUCCESS, "no other right is needed");
  story.must(carries(story, target, id), "and the target is tagged");
}

void any_handle_by_its_mask(Story& story) {
  story.set(choice::app_instance_access_check, AppInstanceAccessCheck::handle_mask);
  const Name target = story.process();
  const bool allowed = story.coin();
  const AccessMask mask = allowed ? PROCESS_TERMINATE : no_terminate;
  const bool inherited = story.coin();
  const Name source = story.open(main, mask, pid(target), inherited ? 1 : 0);
  const Name child = story.create(main, {.inheritHandles = {inherited}});
  HandleRef passed_on = handle(story.value_of(source));
  if (!inherited) {
    const Name copy = story.duplicate(main, {.hSourceHandle = handle(source),
                                             .hTargetProcessHandle = handle_of(child),
                                             .dwOptions = Dword{DUPLICATE_SAME_ACCESS}});
    passed_on = handle(story.value_of(copy));
  }
  const Guid id = story.guid();
  story.must_be(story.tag(child, passed_on, {id}), allowed ? ERROR_SUCCESS : ERROR_ACCESS_DENIED,
                "an inherited or duplicated handle is judged by its own mask");
  story.must(carries(story, target, id) == allowed, "and the target tagged accordingly");
}

void dead_before_denied(Story& story) {
  const auto exited = story.any(choice::app_instance_exited_process);
  const Name target = story.create(main);
  const HandleRef weak = handle(story.open(main, no_terminate, pid(target)));
  story.exit(target);
  const Result answer = story.tag(main, weak, {story.guid()});
  switch (exited) {
    case AppInstanceExitedProcess::invalid_parameter:
      return story.must_be(answer, ERROR_INVALID_PARAMETER, "an exited target is told before a missing right");
    case AppInstanceExitedProcess::access_denied:
      return story.must_be(answer, ERROR_ACCESS_DENIED, "an exited target is told as access denied");
    default:
      return story.must_be(answer, ERROR_SUCCESS, "an exited target succeeds without effect");
  }
}

void denied_before_tagged(Story& story) {
  story.set(choice::app_instance_access_check, AppInstanceAccessCheck::handle_mask);
  const Name target = story.process();
  const Guid id = story.guid();
  story.must_be(story.tag(target, handle(current_process), {id}), ERROR_SUCCESS, "the target tags itself");
  const HandleRef weak = handle(story.open(main, no_terminate, pid(target)));
  story.must_be(story.tag(main, weak, {story.coin() ? id : Story::guid(2)}), ERROR_ACCESS_DENIED,
                "a missing right is told before a tag");
  story.must(carries(story, target, id), "which stays");
}

void tagged_before_allocating(Story& story) {
  const auto again = story.any(choice::app_instance_same_guid_again);
  const bool same_guid = story.coin();
  story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}), ERROR_SUCCESS, "main is tagged");
  const std::uint32_t due = story.between(1, 2);
  story.fail_ccf(due);
  const bool succeeds = same_guid && again != AppInstanceSameGuidAgain::fail_already_exists;
  story.must_be(story.tag(main, handle(current_process), {Story::guid(same_guid ? 0 : 1)}, 1),
                succeeds ? ERROR_SUCCESS : ERROR_OBJECT_ALREADY_EXISTS, "a tag decides before the allocation");
  const auto& pending = story.machine().faults;
  story.must(pending.size() == 1 && pending[0].n == due, "which is not attempted");
}

void a_guid_may_be_shared(Story& story) {
  const MachineIndex elsewhere = story.add_machine(FilterState::loaded);
  const Cast cast{main, story.process(), story.process({.machine = elsewhere})};
  const Guid id = story.guid();
  for (const Name process : cast)
    story.must_be(story.tag(process, handle(current_process), {id}), ERROR_SUCCESS,
                  "each process may take the same GUID");
  for (const Name process : cast) story.must(carries(story, process, id), "and all of them carry it");
}

void protection_does_not_matter(Story& story) {
  const Name target = story.process({.protected_ = true});
  const HandleRef made = handle(story.open(main, PROCESS_TERMINATE, pid(target)));
  story.must(story.last().result != Result{null_handle}, "PROCESS_TERMINATE is granted");
  const Guid id = story.guid();
  story.must_be(story.tag(main, made, {id}), ERROR_SUCCESS, "a protected process can be tagged");
  story.must(carries(story, target, id), "and is");
}

void holders_are_not_checked_anew(Story& story) {
  story.set(choice::app_instance_access_check, AppInstanceAccessCheck::handle_mask);
  const Name debugger = story.process({.se_debug = true});
  const Name target = story.process({.user = story.user(u"stranger")});
  const Name reached = story.open(main, PROCESS_TERMINATE, pid(target));
  story.must_be(story.last().result, null_handle, "main itself may not open the target");
  const Name opened = story.open(debugger, PROCESS_TERMINATE, pid(target));
  const Name way = story.open(debugger, PROCESS_DUP_HANDLE, pid(main));
  const Name copy = story.duplicate(debugger, {.hSourceHandle = handle(opened),
                                               .hTargetProcessHandle = handle(way),
                                               .dwOptions = Dword{DUPLICATE_SAME_ACCESS}});
  if (story.coin()) story.exit(debugger);
  const Guid id = story.guid();
  story.must_be(story.tag(main, handle(story.value_of(copy)), {id}), ERROR_SUCCESS,
                "a handle counts, not what its holder could open");
  story.must(carries(story, target, id) && story.value_of(reached) != story.value_of(copy), "and the target is tagged");
}

// What happens to a tagged process, short of its exit, and around it.
void life(Story& story, Name target, Name other) {
  switch (story.below(12)) {
    case 0:
      story.crash(target);
      break;
    case 1:
      story.hang(target);
      break;
    case 2:
      story.recover(target);
      break;
    case 3:
      story.create(target);
      break;
    case 4:
      story.exit(other);
      break;
    case 5:
      story.load();
      break;
    case 6:
      story.tag(target, handle(current_process), {Story::guid(2)});
      break;
    case 7:
      story.close(main, handle_of(target));
      break;
    case 8:
      story.csv_flags(target, handle(current_process), 1, story.below(2));
      break;
    case 9:
      story.set_version(main, {Story::guid(0)}, {1, story.below(3)});
      break;
    case 10:
      story.reset_versions(main);
      break;
    default:
      story.advance(story.between(1, 1000));
      break;
  }
}

void a_tag_ends_with_its_process_or_the_cache(Story& story) {
  const auto unload = story.any(choice::ccf_unload);
  const bool reset = story.any(choice::version_reset_scope) == VersionResetScope::versions_and_tags;
  const Name other = story.process();
  const Name target = story.create(main);
  story.must_be(story.tag(target, handle(current_process), {Story::guid(0)}), ERROR_SUCCESS, "the target is tagged");
  for (std::uint32_t left = story.between(1, 5); left > 0; --left) {
    life(story, target, other);
    const bool lives = !story.is(target, ProcessState::Exited);
    const bool was_reset = std::holds_alternative<ResetAllAppInstanceVersions>(story.last_step());
    if (was_reset && reset) return story.must(story.tag_of(target) == nullptr, "a reset of tags ends it too");
    story.must(carries(story, target, Story::guid(0)) == lives, "a tag stays while its process lives");
  }
  const bool lives = !story.is(target, ProcessState::Exited);
  if (story.coin()) story.exit(target);
  story.unload();
  const bool kept = lives && !story.is(target, ProcessState::Exited) && unload != CcfUnload::drop_cache;
  story.must(carries(story, target, Story::guid(0)) == kept, "and while the filter keeps its cache");
}

void the_children_setting_is_final(Story& story) {
  story.set(choice::app_instance_same_guid_again, AppInstanceSameGuidAgain::fail_already_exists);
  story.set(choice::app_instance_child_register, AppInstanceChildRegister::fail_already_exists);
  const bool inherit = story.coin();
  story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}, inherit), ERROR_SUCCESS, "main is tagged");
  const Name subject = story.coin() && inherit ? story.create(main) : main;
  const bool setting = story.there(story.tag_of(subject)).inherit;
  story.must_be(story.tag(subject, handle(current_process), {Story::guid(0)}, setting ? 0 : 1),
                ERROR_OBJECT_ALREADY_EXISTS, "the children setting cannot be changed");
  story.must(story.there(story.tag_of(subject)).inherit == setting, "and is not");
}

}  // namespace

Suite app_instance_laws() {
  static const harness::Property all[] = {
      {"PROCESS_TERMINATE alone is enough to tag another process", about<"CCF-REG-09">(), run<terminate_is_enough>},
      {"An inherited or duplicated handle is judged by its own mask", about<"CCF-REG-13">(),
       run<any_handle_by_its_mask>},
      {"That the target has exited is told before a missing right", about<"CCF-REG-14">(), run<dead_before_denied>},
      {"A missing right is told before a tag", about<"CCF-REG-17">(), run<denied_before_tagged>},
      {"A tag decides before the allocation, which is not attempted then", about<"CCF-REG-18">(),
       run<tagged_before_allocating>},
      {"Several processes, also of several machines, may carry one GUID", about<"CCF-REG-20">(),
       run<a_guid_may_be_shared>},
      {"What the holder of a handle could open itself does not matter", about<"CCF-REG-25">(),
       run<holders_are_not_checked_anew>},
      {"A protected process can be tagged through PROCESS_TERMINATE", about<"CCF-REG-24">(),
       run<protection_does_not_matter>},
      {"A tag ends with its process, with the filter's cache or by a reset of tags, and otherwise never",
       about<"CCF-REG-26">(), run<a_tag_ends_with_its_process_or_the_cache>},
      {"The children setting of a tag cannot be changed", about<"CCF-REG-28">(), run<the_children_setting_is_final>},
  };
  return all;
}

}  // namespace procreg::scenarios
