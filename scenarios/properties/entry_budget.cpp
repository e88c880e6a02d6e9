// Topic: the budget that files, blocks and excluded blocks share, and who else is counted or gated by it.
#include "scenarios/properties/check.h"
#include "scenarios/properties/expected_lists.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// Small ones, so that each is met; one in four worlds has the usual ones but for the entries.
void draw_limits(Story& story) {
  Limits& limits = story.world().limits;
  limits.entries = story.below(8);
  if (story.below(4) == 0) return;
  limits.metadata = story.below(5);
  limits.dumpCollection = story.below(5);
  limits.modules = story.below(4);
}

void draw_budget(Story& story) {
  story.any(choice::metadata_entry_budget);
  story.any(choice::additional_process_entry_budget);
  draw_limits(story);
}

// An app-local dump or a restart: neither needs a place nor leaves one.
void call_beside(Story& story, const Registrations& lists, ExpectedLists& expected) {
  switch (story.below(4)) {
    case 0:
      story.reg_local_dump(main, lists.any_local_path());
      break;
    case 1:
      story.reg_restart(main, lists.any_line(), story.below(restart_flags_defined + 1));
      break;
    case 2:
      story.unreg_local_dump(main);
      break;
    default:
      story.unreg_restart(main);
      break;
  }
  story.must(story.last().result != WER_E_INSUFFICIENT_BUFFER, "no budget refuses them");
  story.must(expected.are_shown_by(story.of(main), lists), "and they are no entries");
}

void call(Story& story, const Registrations& lists, ExpectedLists& expected) {
  const bool adds = story.below(4) != 3;
  const Key key = lists.any_key(5);
  const std::uint32_t attribute = adds ? lists.any_attribute() : 0;
  const Result want = adds ? expected.add(key, attribute) : expected.remove(key, lists);
  const Result got = adds ? lists.add(main, key, attribute) : lists.remove(main, key);
  story.must_be(got, want, "the count of all entries decides");
  story.must(expected.are_shown_by(story.of(main), lists), "and the lists are those of all calls so far");
}

void any_mix_is_counted(Story& story) {
  const Registrations lists{story};
  story.any(choice::additional_process_duplicate);
  draw_budget(story);
  ExpectedLists expected{story.profile(), story.world().limits};
  story.spec(main).package = story.user(u"package");
  for (std::uint32_t left = story.between(4, 24); left > 0; --left) {
    if (story.below(8) == 0) call_beside(story, lists, expected);
    call(story, lists, expected);
  }
}

// Once the budget is used up, each list says by itself whether it is gated.
void a_full_budget(Story& story) {
  const Registrations lists{story};
  draw_budget(story);
  ExpectedLists expected{story.profile(), story.world().limits};
  for (std::uint32_t k = 0; expected.has_room(List::blocks); ++k) {
    const List list = story.one_of({List::files, List::blocks, List::excluded});
    expected.add({list, k}, 0);
    story.must_be(lists.add(main, {list, k}), S_OK, "the budget is not used up");
  }
  const Key one_more{lists.any_list(), Registrations::keys - 1};
  const Result want = expected.add(one_more, 0);
  story.must_be(lists.add(main, one_more), want, "the budget is used up");
  story.must(expected.are_shown_by(story.of(main), lists), "whatever fills it");
}

}  // namespace

Suite entry_budget() {
  static const harness::Property all[] = {
      {"An independent count of all entries predicts each answer, under all options of the two budgets",
       about<"WER-ALL-15", "WER-ALL-13", "WER-ALL-18", "WER-FILE-07", "WER-MEM-08", "WER-XMEM-04", "WER-META-08",
             "WER-META-09", "WER-AP-11", "WER-AP-13", "WER-REM-05">(),
       run<any_mix_is_counted, 400>},
      {"A full budget refuses files, blocks and excluded blocks, and what the choices say",
       about<"WER-ALL-15", "WER-META-09", "WER-AP-13">(), run<a_full_budget>},
  };
  return all;
}

}  // namespace procreg::scenarios
