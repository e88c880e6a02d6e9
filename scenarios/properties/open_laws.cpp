// Laws of open files: what an open carries never changes, and nobody's exit closes it.
#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;
using enum NtStatus;

constexpr Name main = Story::main;
constexpr MachineIndex here{};

// A server, and a volume whose coordinator is the machine of main.
struct Place {
  explicit Place(Story& story) : site{story}, volume{story.required(u"Volume1")} {}

  void begin(Story& story) {
    site.start({.flavour = {any_new_flavour(story)}});
    site.share();
    story.csv_volume(volume, here);
    conn = site.connect(0);
  }
  Name open(Name process) const {
    SmbCreate create = site.on(conn);
    create.by = {caller(process)};
    return site.make(create, "a file is opened");
  }

  Site site;
  RequiredText volume;
  Name conn{};
};

// The process may be tagged, have a version, and have the csv flag set.
void perhaps_tagged(Story& story, Name process) {
  if (story.coin()) story.tag(process, handle(current_process), {Story::guid(0)});
  if (story.coin()) story.set_version(process, {Story::guid(0)}, any_version(story));
  if (story.coin()) story.csv_flags(process, handle(current_process), 1, 1);
}

void unloading_leaves_open_files(Story& story) {
  story.any(choice::ccf_unload);
  Place place{story};
  place.begin(story);
  story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}), ERROR_SUCCESS, "main is tagged");
  if (story.coin()) story.set_version(main, {Story::guid(0)}, any_version(story));
  const Name open = place.open(main);
  const SnapshotWords recorded = words(place.site.of(open));
  story.unload();
  story.must(words(place.site.of(open)) == recorded, "an open file keeps what the server recorded");
  place.site.usable(open, "and can be used");
  if (story.coin()) story.load();
  story.must(words(place.site.of(open)) == recorded, "whether or not the filter comes back");
}

void a_tag_does_not_reach_back(Story& story) {
  story.any(choice::app_instance_untagged_open);
  Place place{story};
  const Name giver = story.process();
  place.begin(story);
  const Name open = place.open(main);
  const SnapshotWords recorded = words(place.site.of(open));
  const bool remote = story.coin();
  const HandleRef allowed = handle(story.open(giver, PROCESS_TERMINATE, pid(main)));
  story.must_be(
      remote ? story.tag(giver, allowed, {Story::guid(0)}) : story.tag(main, handle(current_process), {Story::guid(0)}),
      ERROR_SUCCESS, "main is tagged later");
  story.must(words(place.site.of(open)) == recorded, "a file that it opened before is not");
  SmbCreate rival = place.site.on(place.site.connect(1));
  rival.ai = {Story::guid(0)};
  place.site.refused(rival, STATUS_SHARING_VIOLATION, "nor can the id take it over");
  place.site.usable(open, "so it stays");
}

void later(Story& story, Name process) {
  const HandleRef self = handle(current_process);
  switch (story.below(8)) {
    case 0:
      story.tag(process, self, {story.guid()});
      break;
    case 1:
      story.csv_flags(process, self, 1, 1);
      break;
    case 2:
      story.csv_flags(process, self, 1, 0);
      break;
    case 3:
      story.set_version(process, {Story::guid(0)}, any_version(story));
      break;
    case 4:
      story.reset_versions(process);
      break;
    case 5:
      story.unload();
      break;
    case 6:
      story.load();
      break;
    default:
      story.exit(process);
      break;
  }
}

void an_open_keeps_its_tag(Story& story) {
  story.any(choice::ccf_unload);
  story.any(choice::version_reset_scope);
  story.set(choice::csv_flags_untagged_process, CsvFlagsUntaggedProcess::create_entry);
  Place place{story};
  const Name process = story.process();
  place.begin(story);
  perhaps_tagged(story, process);
  const Name open = place.open(process);
  const Name csv = story.csv_open(process, place.volume);
  story.must_be(story.last().result, STATUS_SUCCESS, "a CSV file is opened on its coordinator");
  const SnapshotWords recorded = words(place.site.of(open));
  const SnapshotWords csv_opens = words(story.seen().csv_opens);
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) {
    later(story, process);
    story.must(words(place.site.of(open)) == recorded, "whatever comes, the open keeps its id and version");
    story.must(words(story.seen().csv_opens) == csv_opens, "and its csv flags");
  }
  story.must_be(story.csv_io(csv), STATUS_SUCCESS, "it stays valid");
}

void an_exit_closes_nothing(Story& story) {
  Place place{story};
  const Name process = story.process();
  place.begin(story);
  perhaps_tagged(story, process);
  const Name killer = story.open(main, PROCESS_TERMINATE, pid(process));
  const Name open = place.open(process);
  const Name csv = story.csv_open(process, place.volume);
  const SnapshotWords server = words(place.site.seen());
  const SnapshotWords csv_opens = words(story.seen().csv_opens);
  if (story.coin()) {
    story.exit(process);
  } else {
    story.terminate(main, handle(killer));
  }
  story.must(words(place.site.seen()) == server, "an SMB open stays when its process exits");
  story.must(words(story.seen().csv_opens) == csv_opens, "and so does a CSV open");
  place.site.usable(open, "the one can be read");
  story.must_be(story.csv_io(csv), STATUS_SUCCESS, "so can the other");
  place.site.refused(place.site.on(place.conn), STATUS_SHARING_VIOLATION, "and the file is still held");
}

}  // namespace

Suite open_laws() {
  static const harness::Property all[] = {
      {"Files that are open when the filter is unloaded keep what the server recorded", about<"CCF-FLT-06">(),
       run<unloading_leaves_open_files>},
      {"Tagging a process does not reach files that it has open", about<"CCF-REG-27">(),
       run<a_tag_does_not_reach_back>},
      {"An open keeps its tag, whatever becomes of its process, its versions and the filter", about<"CCF-OPEN-07">(),
       run<an_open_keeps_its_tag>},
      {"An SMB or CSV open stays when the process that made it exits", about<"CCF-OPEN-10">(),
       run<an_exit_closes_nothing>},
  };
  return all;
}

}  // namespace procreg::scenarios
