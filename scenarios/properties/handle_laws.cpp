// Laws of handles: what an entry is, how long it names its object, and which parameters do not matter.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

AccessMask any_mask(Story& story) {
  return story.one_of({PROCESS_TERMINATE, PROCESS_QUERY_INFORMATION, PROCESS_ALL_ACCESS,
                       PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_DUP_HANDLE});
}

// What happens to the process a handle names.
void life(Story& story, Name target) {
  switch (story.below(7)) {
    case 0:
      story.crash(target);
      break;
    case 1:
      story.hang(target);
      break;
    case 2:
      story.exit(target, 5);
      break;
    case 3:
      story.create(main, {.inheritHandles = {true}});
      break;
    case 4:
      story.recover(target);
      break;
    case 5:
      story.open(main, PROCESS_ALL_ACCESS, pid(target));
      break;
    default:
      story.tag(target, handle(current_process), {Story::guid(0)}, 1);
      break;
  }
}

void an_entry_is_fixed(Story& story) {
  const TextRef stranger = story.user(u"stranger");
  const DaclRef weak = story.dacl({{default_user, PROCESS_ALL_ACCESS}});
  const Name target = story.process({.user = stranger, .dacl = weak});
  const AccessMask mask = any_mask(story);
  const Name made = story.open(main, mask, pid(target), story.one_of({0, 1}));
  story.must(story.entry(main, made) != nullptr, "the handle is in the table");
  const SnapHandle entry = story.there(story.entry(main, made));
  for (std::uint32_t left = story.between(1, 5); left > 0; --left) {
    life(story, target);
    const SnapHandle* now = story.entry(main, made);
    story.must(now != nullptr && same(entry, *now), "object, mask and mark are fixed when the handle is made");
  }
}

void a_handle_outlives_its_process(Story& story) {
  const Name target = story.create(main);
  const AccessMask mask = any_mask(story);
  const Name made = story.open(main, mask, pid(target));
  const SnapHandle entry = story.there(story.entry(main, made));
  story.close(main, handle_of(target));
  const std::uint32_t code = story.between(1, 9);
  story.exit(target, code);
  const SnapHandle* now = story.entry(main, made);
  story.must(now != nullptr && same(entry, *now), "a handle to an exited process stays");
  const bool may_ask = any(entry.mask & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION));
  const Answer asked = story.exit_code(main, handle(made));
  story.must_be(asked.result, may_ask ? TRUE_ : FALSE_, "its mask counts as before");
  story.must(!may_ask || asked.out[0] == code, "and it still names that process");
  story.must_be(story.close(main, handle(made)), TRUE_, "until it is closed");
  story.must(story.find(target) == nullptr, "which lets the process go");
}

void a_value_has_no_memory(Story& story) {
  const Name first = story.create(main);
  const HandleValue value = story.value_of(first);
  if (story.coin()) story.exit(first, story.between(1, 9));
  story.exit_code(main, handle(value));
  story.must_be(story.close(main, handle(value)), TRUE_, "the handle is closed");
  const bool object = story.below(3) == 0;
  const Name second = object ? story.object(main, ObjectType::Event) : story.create(main);
  story.must(story.value_of(second) == value, "the lowest free value is given out again");
  const Answer asked = story.exit_code(main, handle(value));
  if (object) {
    story.must(asked.result == FALSE_ && asked.lastError == static_cast<std::uint32_t>(ERROR_INVALID_HANDLE),
               "the value names an event now");
  } else {
    story.must(asked.result == TRUE_ && asked.out[0] == still_active, "the value names the new process");
  }
  story.must(story.of(main).handle(value)->object != number(story.key(first).object) || object, "not the old one");
}

void no_process(Story& story, const Answer& answer, std::string_view call) {
  story.must(answer.result == FALSE_, call);
  story.must(answer.lastError == static_cast<std::uint32_t>(ERROR_INVALID_HANDLE),
             "the type is tested before the mask");
}

void the_type_comes_first(Story& story) {
  const auto type = story.one_of({ObjectType::Thread, ObjectType::Event, ObjectType::File, ObjectType::Token});
  const auto mask = story.one_of({AccessMask{0}, AccessMask{1}, PROCESS_ALL_ACCESS});
  const HandleRef made = handle(story.object(main, type, mask));
  story.terminate(main, made);
  no_process(story, story.last(), "a handle to another object ends no process");
  no_process(story, story.exit_code(main, made), "nor has it an exit code");
  story.create(main, {.parentHandle = {made}});
  no_process(story, story.last(), "nor is it a parent");
  story.duplicate(main, {.hSourceProcessHandle = made, .hSourceHandle = handle(current_process)});
  no_process(story, story.last(), "nor a source of handles");
  story.must_be(story.tag(main, made, {Story::guid(0)}), ERROR_INVALID_PARAMETER, "nor can it be tagged");
}

const Answer& any_success(Story& story, Name child) {
  switch (story.below(8)) {
    case 0:
      story.create(main);
      break;
    case 1:
      story.create(main, {.pid = {story.pid_of(main)}});
      break;  // not-applicable
    case 2:
      story.exit_code(main, handle_of(child));
      break;
    case 3:
      story.open(main, PROCESS_QUERY_INFORMATION, pid(child));
      break;
    case 4:
      story.duplicate(main, {.hSourceHandle = handle_of(child), .dwOptions = Dword{DUPLICATE_SAME_ACCESS}});
      break;
    case 5:
      story.object(main, ObjectType::Event);
      break;
    case 6:
      story.close(main, story.coin() ? handle(current_process) : thread_handle_of(child));
      break;
    default:
      story.terminate(main, handle_of(child));
      break;
  }
  return story.last();
}

void success_leaves_the_last_error(Story& story) {
  const Name child = story.create(main);
  const std::uint32_t error = spoil_last_error(story, main);
  for (std::uint32_t left = story.between(1, 5); left > 0; --left) {
    const Answer answer = any_success(story, child);
    if (refused(answer.result) && answer.result != not_applicable) return;
    story.must(story.of(main).life.lastError == error, "a call that succeeds leaves the last error");
    story.must(answer.result == not_applicable || answer.lastError == error, "and the caller sees the old one");
  }
}

void true_iff_nonzero(Story& story) {
  const Name child = story.create(main);
  const std::int32_t inherit = story.one_of({0, 1, 2, 0x100, -1});
  const bool closes = story.coin();
  const bool same_access = story.coin();
  const std::uint32_t known = (closes ? DUPLICATE_CLOSE_SOURCE : 0U) | (same_access ? DUPLICATE_SAME_ACCESS : 0U);
  const std::uint32_t other = story.one_of({0U, 4U, 0x80000000U, 0xFFFFFFFCU});
  const Name copy = story.duplicate(main, {.hSourceHandle = handle_of(child),
                                           .dwDesiredAccess = PROCESS_TERMINATE,
                                           .bInheritHandle = Bool{inherit},
                                           .dwOptions = Dword{known | other}});
  story.must_be(story.last().result, TRUE_, "other bits of dwOptions are ignored");
  const SnapHandle* entry = story.entry(main, copy);
  story.must(entry != nullptr && entry->mask == (same_access ? PROCESS_ALL_ACCESS : PROCESS_TERMINATE),
             "the mask is by the known");
  story.must(entry->inheritable == (inherit != 0), "a BOOL is TRUE iff it is nonzero");
  story.must((story.of(main).handle(story.value_of(child)) == nullptr) == closes,
             "the source is closed by the known bit only");
  const Name opened = story.open(main, PROCESS_TERMINATE, pid(child), inherit);
  story.must(story.there(story.entry(main, opened)).inheritable == (inherit != 0), "for OpenProcess too");
}

}  // namespace

Suite handle_laws() {
  static const harness::Property all[] = {
      {"A handle's object, mask and mark are fixed when it is made", about<"OBJ-HND-01">(), run<an_entry_is_fixed>},
      {"A handle to an exited process names it until it is closed", about<"OBJ-HND-05">(),
       run<a_handle_outlives_its_process>},
      {"A handle value that is given out again has no memory of the old object", about<"OBJ-HND-06">(),
       run<a_value_has_no_memory>},
      {"The type of an object is tested before any bit of the mask", about<"OBJ-HND-11">(), run<the_type_comes_first>},
      {"An object call that succeeds or is not applicable leaves the last error", about<"OBJ-HND-13">(),
       run<success_leaves_the_last_error>},
      {"Other bits of dwOptions are ignored, and a BOOL is TRUE iff it is nonzero", about<"OBJ-DUP-17">(),
       run<true_iff_nonzero>},
  };
  return all;
}

}  // namespace procreg::scenarios
