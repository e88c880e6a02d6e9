// Laws of the CCF filter: what works without it, what a refusal costs, what keeps a tag.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

// The same calls in a world that begins with this filter state: their answers, and what is seen at the end.
struct Tried {
  std::vector<Answer> answers{};
  Seen end{};
};

void one_of_the_calls(Story& story, std::uint32_t which) {
  const HandleRef self = handle(current_process);
  switch (which) {
    case 0:
      story.tag(main, self, {Story::guid(0)}, 1);
      break;
    case 1:
      story.tag(main, self, {});
      break;
    case 2:
      story.tag(main, handle(unowned_handle), {Story::guid(0)});
      break;
    case 3:
      story.tag(main, handle(current_thread), {Story::guid(1)});
      break;
    case 4:
      story.open_tag(main);
      break;
    case 5:
      story.create(main);
      break;
    case 6:
      story.fail_ccf(1);
      break;
    default:
      story.load();
      break;
  }
}

Tried tried_with(Story& story, FilterState filter, const std::vector<std::uint32_t>& calls) {
  story.world().machines[0].ccf = filter;
  story.must(story.machine().head.filter == filter, "the filter begins as the world says");
  Tried tried;
  for (const std::uint32_t call : calls) {
    one_of_the_calls(story, call);
    tried.answers.push_back(story.last());
  }
  tried.end = story.seen();
  if (tried.end.machines[0].head.filter != FilterState::loaded) tried.end.machines[0].head.filter = FilterState::absent;
  return tried;
}

void absent_and_unloaded_are_alike(Story& story) {
  std::vector<std::uint32_t> calls;
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) calls.push_back(story.below(8));
  const Tried absent = tried_with(story, FilterState::absent, calls);
  story.next_act();
  const Tried unloaded = tried_with(story, FilterState::unloaded, calls);
  story.must(absent.answers == unloaded.answers, "absent and unloaded answer alike");
  story.must(same(absent.end, unloaded.end), "and only the snapshot tells them apart");
}

Result null_pointer(Story& story) {
  switch (story.profile()[choice::ccf_null_pointer]) {
    case CcfNullPointer::invalid_parameter:
      return ERROR_INVALID_PARAMETER;
    case CcfNullPointer::noaccess:
      return ERROR_NOACCESS;
    default:
      return {ResultKind::exception, static_cast<std::uint32_t>(NtStatus::STATUS_ACCESS_VIOLATION)};
  }
}

void not_found_without_the_filter(Story& story) {
  story.any(choice::ccf_null_pointer);
  const auto order = story.any(choice::ccf_check_order);
  const auto bad = story.any(choice::app_instance_bad_handle);
  const Name other = story.process();
  story.world().machines[0].ccf = story.one_of({FilterState::absent, FilterState::unloaded});
  const bool handle_first = order == CcfCheckOrder::handle_first;
  switch (story.below(4)) {
    case 0:
      story.must_be(story.tag(main, handle(current_process), {}), null_pointer(story), "a NULL pointer comes first");
      break;
    case 1: {
      const Result code = bad == AppInstanceBadHandle::invalid_handle ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER;
      story.must_be(story.tag(main, handle(null_handle), {Story::guid(0)}),
                    handle_first ? code : Result{ERROR_NOT_FOUND},
                    "a bad handle answers first only under handle-first");
      break;
    }
    case 2: {
      const HandleRef allowed = handle(story.open(main, PROCESS_TERMINATE, pid(other)));
      story.must_be(story.tag(main, allowed, {story.guid()}), ERROR_NOT_FOUND, "a good call finds no filter");
      break;
    }
    default:
      story.must_be(story.tag(main, handle(current_process), {story.guid()}, 1), ERROR_NOT_FOUND,
                    "nor does one on oneself");
      break;
  }
  story.must(story.machine().tags.empty(), "and nobody is tagged");
}

void nothing_works_without_the_filter(Story& story) {
  story.set(choice::ccf_unload, CcfUnload::keep_cache);
  const BytesRef ea = story.bytes(std::vector<std::uint8_t>(story.one_of<std::size_t>({0, 7, 16, 20}), 1));
  const bool tagged = story.coin();
  if (tagged) {
    story.tag(main, handle(current_process), {Story::guid(1)}, 1);
    story.unload();
  } else {
    story.world().machines[0].ccf = story.one_of({FilterState::absent, FilterState::unloaded});
  }
  const Story::Carried plain = story.open_tag(main);
  story.must(plain.result == NtStatus::STATUS_SUCCESS && !plain.id && plain.csv_flags == 0, "an open carries nothing");
  const Story::Carried with_ea = story.open_tag(main, ea);
  story.must(with_ea.result == NtStatus::STATUS_SUCCESS && !with_ea.id && with_ea.csv_flags == 0,
             "its extended attributes are not interpreted");
  const Name child = story.create(main);
  story.must(story.tag_of(child) == nullptr, "a child inherits nothing");
  if (story.coin()) story.load();
  story.must(story.tag_of(child) == nullptr, "for good");
}

void a_tag_outlives_its_giver(Story& story) {
  const Name giver = story.process();
  const Name target = story.process();
  const HandleRef allowed = handle(story.open(giver, PROCESS_TERMINATE, pid(target)));
  story.must_be(story.tag(giver, allowed, {story.guid(1)}, story.one_of({0, 1})), ERROR_SUCCESS,
                "a process tags another");
  const SnapTag tag = story.there(story.tag_of(target));
  story.exit(giver);
  story.must(story.tag_of(target) != nullptr && same(tag, *story.tag_of(target)), "the tag stays when its giver exits");
}

void forgive_ccf_faults(Seen& world) {
  for (SeenMachine& machine : world.machines) machine.faults.clear();
}

std::vector<HandleRef> handles_of(Story& story, Name other) {
  std::vector<HandleRef> handles;
  for (const AccessMask mask : {PROCESS_TERMINATE, PROCESS_QUERY_INFORMATION})
    handles.push_back(handle(story.open(main, mask, pid(other))));
  handles.push_back(handle(story.object(main, ObjectType::Event)));
  const Name dead = story.create(main);
  story.exit(dead);
  handles.push_back(handle_of(dead));
  return handles;
}

void a_refused_registration_changes_nothing(Story& story) {
  const Name other = story.process();
  const std::vector<HandleRef> handles = handles_of(story, other);
  if (story.below(4) == 0) story.unload();
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    if (story.below(4) == 0) story.fail_ccf(story.between(1, 2));
    const Seen before = story.seen();
    if (refused(any_registration(story, main, handles)))
      story.must_be_unchanged(before, "a refused registration changes nothing but countdowns", forgive_ccf_faults);
  }
}

void registration_leaves_the_last_error(Story& story) {
  const Name other = story.process();
  const std::vector<HandleRef> handles = handles_of(story, other);
  const std::uint32_t error = spoil_last_error(story, main);
  if (story.below(4) == 0) story.unload();
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) {
    const Result answer = any_registration(story, main, handles);
    story.must(answer.kind == ResultKind::win32 || answer.kind == ResultKind::exception, "the answer is a Win32 code");
    story.must(story.of(main).life.lastError == error, "the last error is not touched");
  }
}

}  // namespace

Suite filter_laws() {
  static const harness::Property all[] = {
      {"A filter that is absent and one that is unloaded behave alike", about<"CCF-FLT-01">(),
       run<absent_and_unloaded_are_alike>},
      {"Without the filter RegisterAppInstance answers ERROR_NOT_FOUND", about<"CCF-FLT-02">(),
       run<not_found_without_the_filter>},
      {"Without the filter opens carry nothing and children inherit nothing", about<"CCF-FLT-05">(),
       run<nothing_works_without_the_filter>},
      {"A tag stays when the process that gave it exits", about<"CCF-FLT-08">(), run<a_tag_outlives_its_giver>},
      {"A refused RegisterAppInstance changes nothing but fault countdowns", about<"CCF-FLT-11">(),
       run<a_refused_registration_changes_nothing>},
      {"RegisterAppInstance returns its code and leaves the last error", about<"CCF-FLT-12">(),
       run<registration_leaves_the_last_error>},
  };
  return all;
}

}  // namespace procreg::scenarios
