// Laws of SetAppInstanceCsvFlags: repeated calls, an empty mask, and opens over SMB.
#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

// main, untagged, tagged, or the parent of a child that inherited its tag: whose flags a story sets, and how main reaches it.
struct Flagged {
  Name process{};
  HandleRef reach{};
};

Flagged any_target(Story& story) {
  const Flagged itself{main, handle(current_process)};
  if (story.below(3) == 0) return itself;
  story.must_be(story.tag(main, itself.reach, {story.guid()}, 1), ERROR_SUCCESS, "main is tagged");
  if (story.coin()) return itself;
  const Name child = story.create(main);
  return {child, handle_of(child)};
}

void each_call_updates_the_flags(Story& story) {
  story.set(choice::csv_flags_untagged_process, CsvFlagsUntaggedProcess::create_entry);
  const auto undefined = story.one_of({CsvFlagsUndefinedBits::ignore, CsvFlagsUndefinedBits::store});
  story.set(choice::csv_flags_undefined_bits, undefined);
  const Flagged target = any_target(story);
  const bool tagged = story.tag_of(target.process) != nullptr;
  std::uint32_t flags = 0;
  bool entry = tagged;
  for (std::uint32_t left = story.between(2, 6); left > 0; --left) {
    const std::uint32_t mask = story.coin() ? 1 : story.any_number();
    const std::uint32_t value = story.any_number();
    const std::uint32_t counts = undefined == CsvFlagsUndefinedBits::ignore ? mask & 1 : mask;
    story.must_be(story.csv_flags(main, target.reach, mask, value), ERROR_SUCCESS, "each call succeeds");
    flags = (flags & ~counts) | (value & counts);
    entry = entry || flags != 0;
    const SnapTag* tag = story.tag_of(target.process);
    story.must((tag != nullptr) == entry, "an entry is there once there was something to keep");
    story.must(tag == nullptr || (tag->csvFlags == flags && tag->hasId == tagged), "and each call updates its flags");
    story.must(story.open_tag(target.process).csv_flags == flags, "which opens carry");
  }
}

void an_empty_mask_changes_nothing(Story& story) {
  story.set(choice::csv_flags_untagged_process,
            story.one_of({CsvFlagsUntaggedProcess::create_entry, CsvFlagsUntaggedProcess::succeed_no_effect}));
  const auto undefined = story.any(choice::csv_flags_undefined_bits);
  const Flagged target = any_target(story);
  if (story.coin()) story.csv_flags(main, target.reach, 1, 1);
  if (story.coin()) story.fail_ccf(1);
  const bool high_bits = story.coin() && undefined == CsvFlagsUndefinedBits::ignore;
  const Seen before = story.seen();
  story.must_be(story.csv_flags(main, target.reach, high_bits ? ~1U : 0U, story.any_number()), ERROR_SUCCESS,
                "an empty mask succeeds");
  story.must_be_unchanged(before, "and changes nothing");
}

// What opens over SMB answer and record when main's flag, or that of the extended attribute, is `flag`.
struct Opened {
  std::vector<Answer> answers{};
  SnapshotWords server{};
};

struct Plan {
  bool tagged{};
  bool versioned{};
  std::optional<BytesRef> attribute[2]{};  // with the flag clear and set
  std::uint32_t opens{};
};

Opened opened_with(Story& story, const Site& site, const Plan& plan, std::uint32_t flag) {
  site.start();
  site.share();
  const Name conn = site.connect(0);
  if (plan.tagged) story.tag(main, handle(current_process), {Story::guid(0)});
  if (plan.versioned) story.set_version(main, {Story::guid(0)}, {1, 1});
  story.csv_flags(main, handle(current_process), 1, flag);
  Opened opened;
  for (std::uint32_t k = 0; k < plan.opens; ++k) {
    SmbCreate create = site.on(conn, 0, k % Site::files);
    create.by = {caller(main)};
    create.ea = {plan.attribute[flag]};
    story.create_file(create);
    opened.answers.push_back(story.last());
  }
  opened.server = words(site.seen());
  return opened;
}

void flags_stay_on_the_machine(Story& story) {
  story.set(choice::csv_flags_untagged_process, CsvFlagsUntaggedProcess::create_entry);
  const Site site{story};
  Plan plan{.tagged = story.coin(), .versioned = story.coin(), .attribute = {}, .opens = 0};
  plan.opens = story.between(1, 3);
  if (story.below(3) == 0)
    for (std::uint32_t flag = 0; flag < 2; ++flag) plan.attribute[flag] = story.attribute(Story::guid(1), flag);
  const Opened without = opened_with(story, site, plan, 0);
  story.next_act();
  const Opened with = opened_with(story, site, plan, 1);
  story.must(with.answers == without.answers, "a create over SMB answers alike with the flag and without");
  story.must(with.server == without.server, "and the server records the same");
  story.must_be(with.answers.front().result, NtStatus::STATUS_SUCCESS, "the first one succeeds");
}

}  // namespace

Suite csv_laws() {
  static const harness::Property all[] = {
      {"Each SetAppInstanceCsvFlags updates the flags, however often it is called", about<"CCF-CSV-04">(),
       run<each_call_updates_the_flags>},
      {"SetAppInstanceCsvFlags with an empty mask changes nothing", about<"CCF-CSV-06">(),
       run<an_empty_mask_changes_nothing>},
      {"Over SMB the csv flag has no effect", about<"CCF-CSV-09">(), run<flags_stay_on_the_machine>},
  };
  return all;
}

}  // namespace procreg::scenarios
