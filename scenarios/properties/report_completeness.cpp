// Topic: what a report contains: everything that its process has registered, each with a reason where something is left out,
// and nothing else.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/drawn_world.h"
#include "scenarios/properties/expected_report.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

constexpr Name main = Story::main;
constexpr std::uint32_t crash_code = 0xC0000005U;

// Whatever the process is, it fails now.
void fail(Story& story, Name process, Cause cause) {
  if (cause == Cause::hang) {
    story.must_be(story.close_hung(process), applied, "a hung process is closed");
  } else {
    story.must_be(story.crash(process), applied, "a process crashes");
  }
}

template <class Shown, class Kept, class Same>
bool in_order(const std::vector<Shown>& shown, const std::vector<Kept>& kept, Same&& same) {
  return std::equal(shown.begin(), shown.end(), kept.begin(), kept.end(), same);
}

// The names of all entries, whatever became of them.
void nothing_is_missing(const SeenReport& report, const SeenWer& wer) {
  const auto same_key = [](const MetadataEntry& a, const MetadataEntry& b) {
    return a.key == b.key && a.value == b.value;
  };
  Story::must(in_order(report.metadata, wer.metadata, same_key), "the report has each pair, in list order");
  const auto same_file = [](const ReportedFile& a, const FileEntry& b) {
    return a.path == b.path && a.type == b.type && a.flags == b.flags;
  };
  Story::must(in_order(report.files, wer.files, same_file), "and each file");
  const auto same_block = [](const auto& a, const BlockEntry& b) { return a.address == b.address && a.size == b.size; };
  Story::must(in_order(report.blocks, wer.blocks, same_block), "and each block");
  Story::must(in_order(report.excluded, wer.excluded, same_block), "and each excluded block");
  const auto same_module = [](const ReportedModule& a, const ModuleEntry& b) {
    return a.dll == b.dll && a.context == b.context;
  };
  Story::must(in_order(report.modules, wer.modules, same_module), "and each module");
}

void same_files(const std::vector<SnapText>& shown, const std::vector<TextRef>& expected) {
  const auto same_text = [](const SnapText& a, TextRef b) { return a.text == b; };
  Story::must(in_order(shown, expected, same_text), "files are deleted exactly when the report says so");
}

void is_terminated(Story& story, const Seen& before, Name process) {
  const SeenProcess* left = story.find(process);
  if (left != nullptr) story.must(left->head.exitCode == crash_code, "a terminated process is Exited");
  story.must(story.is(process, ProcessState::Exited), "at once");
  story.must(story.seen().reports.size() == before.reports.size(), "without a report");
  story.must(same(before.existing_files, story.seen().existing_files), "and without a deletion");
}

void fails_as_expected(Story& story, Name process, Cause cause) {
  if (cause == Cause::hang) story.hang(process);
  const Seen before = story.seen();
  const ProcessKey key = story.key(process);
  const auto expected = expected_failure(story, before, key, cause);
  fail(story, process, cause);
  if (!expected) return is_terminated(story, before, process);
  story.must(story.is(process, ProcessState::Crashed), "the process is Crashed");
  story.must(story.seen().reports.size() == before.reports.size() + 1, "there is one report more");
  const SeenReport& report = story.last_report();
  nothing_is_missing(report, before.process(key)->wer.value_or(SeenWer{}));
  const std::string_view part = difference(report, expected->report);
  if (!part.empty()) throw Broken{"this part of the report is as the clauses say: " + std::string{part}};
  same_files(story.seen().existing_files, expected->existing_files);
}

void all_that_is_registered(Story& story) {
  const Registrations lists{story};
  any_report_choices(story);
  any_report_world(story);
  any_modules(story, 3);
  const Name second = story.process({.threads = {2}});
  const Name third = story.process({.dumpable = story.coin()});
  perhaps_packaged(story, main);
  if (story.coin()) perhaps_packaged(story, second);
  if (story.below(4) == 0) story.spec(main).dumpable = false;
  const Cast cast{main, second, third};
  any_registrations_of(story, lists, second, cast, 6);
  any_registrations_of(story, lists, main, cast, 24);
  const Cause cause = story.below(3) == 0 ? Cause::hang : Cause::crash;
  fails_as_expected(story, main, cause);
  if (story.coin()) fails_as_expected(story, second, story.coin() ? Cause::hang : Cause::crash);
}

// Files above all: two processes, whose reports delete what the other one has registered too.
void each_file_is_deleted_once(Story& story) {
  const Registrations lists{story};
  any_report_world(story);
  story.world().additionalDataRequested = story.below(8) != 0;
  const Cast cast = cast_of(story, 2);
  for (const Name process : cast) {
    for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
      const std::uint32_t k = story.below(4);
      lists.add(process, {List::files, k}, lists.any_attribute());
    }
  }
  for (const Name process : cast) fails_as_expected(story, process, story.below(4) == 0 ? Cause::hang : Cause::crash);
}

void modules_are_asked_in_turn(Story& story) {
  const Registrations lists{story};
  story.world().additionalDataRequested = story.coin();
  any_modules(story, 2);
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) lists.add(main, {List::modules, story.below(5)});
  if (story.coin()) lists.add(main, {List::files, 0}, 1);
  fails_as_expected(story, main, story.below(6) == 0 ? Cause::hang : Cause::crash);
}

}  // namespace

Suite report_completeness() {
  static const harness::Property all[] = {
      {"A report has all that its process has registered, with the reasons where something is left out, and nothing "
       "else",
       about<"WER-REP-04", "WER-REP-13", "WER-REP-14", "WER-REP-15", "WER-REP-16", "WER-REP-17", "WER-REP-18",
             "WER-REP-19", "WER-REP-22", "WER-REP-33", "WER-REP-38", "WER-ALD-08", "WER-ALD-09", "WER-ALD-10">(),
       run<all_that_is_registered, 600>},
      {"A file is deleted by the first report that adds it and says so",
       about<"WER-REP-14", "WER-REP-15", "WER-REP-16", "WER-REP-17">(), run<each_file_is_deleted_once>},
      {"Modules are asked in turn until one claims, fails after its claim, or terminates the process",
       about<"WER-REP-20", "WER-REP-21", "WER-REP-22", "WER-REP-23", "WER-REP-24", "WER-REP-25", "WER-REP-26",
             "WER-REP-27", "WER-REP-29">(),
       run<modules_are_asked_in_turn, 600>},
  };
  return all;
}

}  // namespace procreg::scenarios
