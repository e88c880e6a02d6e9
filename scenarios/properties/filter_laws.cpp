// Laws of the CCF filter: what works without it, what a refusal costs, what keeps a tag.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/smb_site.h"
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

// A server with a share, and a volume whose coordinator is another machine than that of main.
struct Around {
  explicit Around(Story& story)
      : site{story},
        volume{story.required(u"Volume1")},
        elsewhere{story.add_machine(FilterState::loaded)},
        attribute{story.attribute(Story::guid(2), 1)} {}
  void begin(Story& story) {
    site.start();
    site.share();
    conn = site.connect(0);
    story.csv_volume(volume, elsewhere);
  }
  SmbCreate on(Name process, std::optional<BytesRef> ea) const {
    SmbCreate create = site.on(conn);
    create.by = {caller(process)};
    create.ea = {ea};
    return create;
  }

  Site site;
  RequiredText volume;
  MachineIndex elsewhere;
  BytesRef attribute;
  Name conn{};
};

void one_of_the_calls(Story& story, const Around& around, std::uint32_t which) {
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
    case 7:
      story.csv_flags(main, self, 1, 1);
      break;
    case 8:
      story.csv_flags(main, handle(current_thread), 1, 1);
      break;
    case 9:
      story.set_version(main, {Story::guid(0)}, {1, 2});
      break;
    case 10:
      story.query_version(main, {Story::guid(0)});
      break;
    case 11:
      story.reset_versions(main);
      break;
    case 12:
      story.csv_open(main, around.volume, around.attribute);
      break;
    case 13:
      story.create_file(around.on(main, around.attribute));
      break;
    default:
      story.load();
      break;
  }
}
constexpr std::uint32_t calls_in_all = 15;

Tried tried_with(Story& story, Around& around, FilterState filter, const std::vector<std::uint32_t>& calls) {
  story.world().machines[0].ccf = filter;
  around.begin(story);
  story.must(story.machine().head.filter == filter, "the filter begins as the world says");
  Tried tried;
  for (const std::uint32_t call : calls) {
    one_of_the_calls(story, around, call);
    tried.answers.push_back(story.last());
  }
  tried.end = story.seen();
  if (tried.end.machines[0].head.filter != FilterState::loaded) tried.end.machines[0].head.filter = FilterState::absent;
  return tried;
}

void absent_and_unloaded_are_alike(Story& story) {
  Around around{story};
  std::vector<std::uint32_t> calls;
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) calls.push_back(story.below(calls_in_all));
  const Tried absent = tried_with(story, around, FilterState::absent, calls);
  story.next_act();
  const Tried unloaded = tried_with(story, around, FilterState::unloaded, calls);
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

// What the function is asked for is judged before the filter.
void pointers_come_first(Story& story) {
  const Result expected = null_pointer(story);
  constexpr std::string_view what = "a NULL pointer comes first";
  switch (story.below(4)) {
    case 0:
      return story.must_be(story.tag(main, handle(current_process), {}), expected, what);
    case 1:
      return story.must_be(story.set_version(main, {}, {1, 1}), expected, what);
    case 2:
      return story.must_be(story.query_version(main, {}).result, expected, what);
    default: {
      QueryAppInstanceVersion query{.by = caller(main), .AppInstanceId = {Story::guid(0)}};
      query.InstanceVersionLow.valid = false;
      return story.must_be(story.perform(query).result, expected, what);
    }
  }
}

void bad_handles_come_by_the_choice(Story& story) {
  const bool handle_first = story.profile()[choice::ccf_check_order] == CcfCheckOrder::handle_first;
  const bool flags = story.coin();
  const bool invalid_handle =
      flags ? story.profile()[choice::csv_flags_bad_handle] == CsvFlagsBadHandle::invalid_handle
            : story.profile()[choice::app_instance_bad_handle] == AppInstanceBadHandle::invalid_handle;
  const HandleRef bad = handle(null_handle);
  const Result answer = flags ? story.csv_flags(main, bad, 1, 1) : story.tag(main, bad, {Story::guid(0)});
  const Result code = invalid_handle ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER;
  story.must_be(answer, handle_first ? code : Result{ERROR_NOT_FOUND},
                "a bad handle answers first only under handle-first");
}

Result good_call(Story& story, HandleRef target) {
  switch (story.below(5)) {
    case 0:
      return story.csv_flags(main, target, 1, 1);
    case 1:
      return story.set_version(main, {story.guid()}, {1, 1});
    case 2:
      return story.query_version(main, {story.guid()}).result;
    case 3:
      return story.reset_versions(main);
    default:
      return story.tag(main, target, {story.guid()}, 1);
  }
}

void not_found_without_the_filter(Story& story) {
  story.any(choice::ccf_null_pointer);
  story.any(choice::ccf_check_order);
  story.any(choice::app_instance_bad_handle);
  story.any(choice::csv_flags_bad_handle);
  const Name other = story.process();
  story.world().machines[0].ccf = story.one_of({FilterState::absent, FilterState::unloaded});
  switch (story.below(4)) {
    case 0:
      pointers_come_first(story);
      break;
    case 1:
      bad_handles_come_by_the_choice(story);
      break;
    case 2: {
      const HandleRef allowed = handle(story.open(main, PROCESS_TERMINATE, pid(other)));
      story.must_be(good_call(story, allowed), ERROR_NOT_FOUND, "a good call finds no filter");
      break;
    }
    default:
      story.must_be(good_call(story, handle(current_process)), ERROR_NOT_FOUND, "nor does one on oneself");
      break;
  }
  story.must(story.machine().tags.empty() && story.machine().versions.empty(), "and nothing is kept");
}

void nothing_works_without_the_filter(Story& story) {
  story.set(choice::ccf_unload, CcfUnload::keep_cache);
  const BytesRef ea = story.bytes(std::vector<std::uint8_t>(story.one_of<std::size_t>({0, 7, 16, 20}), 1));
  Around around{story};
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
  around.begin(story);
  const Name file = around.site.make(around.on(main, ea), "nor are those of a file on a server");
  story.must(!around.site.of(file).is.appInstanceId, "which gets no id");
  story.csv_open(main, around.volume, around.attribute);
  story.must_be(story.last().result, NtStatus::STATUS_SUCCESS, "nor those of a CSV file");
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
  if (story.coin()) story.csv_flags(giver, allowed, 1, 1);
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

void a_refusal_changes_nothing(Story& story) {
  const Name other = story.process();
  const std::vector<HandleRef> handles = handles_of(story, other);
  if (story.below(4) == 0) story.unload();
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    if (story.below(4) == 0) story.fail_ccf(story.between(1, 2));
    const Seen before = story.seen();
    if (refused(any_ccf_call(story, main, handles)))
      story.must_be_unchanged(before, "a refused call changes nothing but countdowns", forgive_ccf_faults);
  }
}

void calls_leave_the_last_error(Story& story) {
  const Name other = story.process();
  const std::vector<HandleRef> handles = handles_of(story, other);
  const std::uint32_t error = spoil_last_error(story, main);
  if (story.below(4) == 0) story.unload();
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) {
    const Result answer = any_ccf_call(story, main, handles);
    story.must(answer.kind == ResultKind::win32 || answer.kind == ResultKind::exception, "the answer is a Win32 code");
    story.must(story.of(main).life.lastError == error, "the last error is not touched");
  }
}

}  // namespace

Suite filter_laws() {
  static const harness::Property all[] = {
      {"A filter that is absent and one that is unloaded behave alike", about<"CCF-FLT-01">(),
       run<absent_and_unloaded_are_alike>},
      {"Without the filter the functions of application instances answer ERROR_NOT_FOUND", about<"CCF-FLT-02">(),
       run<not_found_without_the_filter>},
      {"Without the filter opens carry nothing and children inherit nothing", about<"CCF-FLT-05">(),
       run<nothing_works_without_the_filter>},
      {"A tag stays when the process that gave it exits", about<"CCF-FLT-08">(), run<a_tag_outlives_its_giver>},
      {"A refused function of application instances changes nothing but fault countdowns", about<"CCF-FLT-11">(),
       run<a_refusal_changes_nothing>},
      {"The functions of application instances return their code and leave the last error", about<"CCF-FLT-12">(),
       run<calls_leave_the_last_error>},
  };
  return all;
}

}  // namespace procreg::scenarios
