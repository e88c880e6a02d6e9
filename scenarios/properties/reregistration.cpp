// Topic: a key that is registered already: count, place and attributes, and the letter case of keys.
#include <utility>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

constexpr List lists_with_lookup[] = {List::files, List::blocks, List::excluded, List::metadata, List::modules};

// A list in whose order the k-th entry has key k; perhaps it is full, perhaps the heap is exhausted.
struct Filled {
  List list{};
  std::uint32_t n{};
};

Filled some_list(Story& story, const Registrations& lists) {
  const Filled filled{.list = lists_with_lookup[story.below(std::size(lists_with_lookup))], .n = story.between(1, 4)};
  lists.limit(filled.list, story.coin() ? filled.n : 8);
  lists.fill(main, filled.list, filled.n);
  if (story.coin()) story.capacity(main, story.below(filled.n + 1));
  return filled;
}

std::uint32_t kept_attribute(const Profile& profile, List list, std::uint32_t offered) {
  return list != List::modules && profile[choice::reregistration] == Reregistration::last_wins ? offered : 0;
}

void a_known_key_is_no_new_entry(Story& story) {
  const Registrations lists{story};
  story.any(choice::reregistration);
  const auto [list, n] = some_list(story, lists);
  story.fail_allocation(main, 1);
  std::vector<Registered> expected = lists.of(main, list);
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const std::uint32_t k = story.below(n);
    const std::uint32_t attribute = lists.any_attribute();
    story.must_be(lists.add(main, {list, k}, attribute), S_OK, "a known key needs no room and no memory");
    expected[k].attribute = kept_attribute(story.profile(), list, attribute);
    story.must(lists.of(main, list) == expected, "count and place stay, the attributes are by the choice");
    story.must(story.of(main).countdowns.size() == 1, "no allocation is attempted");
  }
}

void one_unregistration_is_enough(Story& story) {
  const Registrations lists{story};
  const auto [list, n] = some_list(story, lists);
  const Key key{list, story.below(n)};
  for (std::uint32_t left = story.below(3); left > 0; --left)
    story.must_be(lists.add(main, key, left), S_OK, "the key is registered again");
  std::vector<Registered> expected = lists.of(main, list);
  expected.erase(expected.begin() + key.k);
  story.must_be(lists.remove(main, key), S_OK, "one unregistration is enough");
  story.must(lists.of(main, list) == expected, "the others keep their order");
  story.must_be(lists.remove(main, key), lists.not_found(list), "a second one finds nothing");
  story.capacity(main, {});
  story.must_be(lists.add(main, key), S_OK, "the key is new again");
  expected.push_back({key.k, 0});
  story.must(lists.of(main, list) == expected, "and stands at the end");
}

void blocks_and_exclusions_are_apart(Story& story) {
  const Registrations lists{story};
  const bool blocks_first = story.coin();
  const List first = blocks_first ? List::blocks : List::excluded;
  const List second = blocks_first ? List::excluded : List::blocks;
  story.must_be(lists.add(main, {first, 0}, 1), S_OK, "an address is registered in one list");
  story.must_be(lists.remove(main, {second, 0}), WER_E_NOT_FOUND, "and not in the other");
  story.must_be(lists.add(main, {second, 0}, 2), S_OK, "where it is a key of its own");
  story.must(lists.of(main, first) == std::vector<Registered>{{0, 1}}, "the first entry stays as it was");
  story.must_be(lists.remove(main, {first, 0}), S_OK, "each is unregistered by itself");
  story.must(lists.of(main, second) == std::vector<Registered>{{0, 2}}, "and the other stays");
}

// Two spellings, and whether they are one path or module name (WER-ALL-21).
struct Spellings {
  std::u16string_view one;
  std::u16string_view other;
  bool same;
};

constexpr Spellings spellings[] = {
    {u"c:\\temp\\a.txt", u"C:\\TEMP\\A.TXT", true},
    {u"azAZ[]`{@09", u"AZaz[]`{@09", true},
    {u"azAZ[", u"azAZ{", false},          // differ in the bit that letter case differs in
    {u"a@", u"a`", false},                // the neighbours of A and a
    {u"caf\u00E9", u"caf\u00C9", false},  // letters, but not those of ASCII
    {u"\u0131", u"I", false},             // dotless i
    {u"\u212A", u"k", false},             // the Kelvin sign folds to k elsewhere
    {u"\xD801\xDC28", u"\xD801\xDC00", false},
    {u"\u0141", u"\u0161", false},  // low bytes that look like A and a
    {u"c:/a", u"c:\\a", false},
    {u"c:\\a\\..\\b", u"c:\\b", false},
    {u"c:\\a ", u"c:\\a", false},
    {u"PROGRA~1", u"Program Files", false},
};

// Registers both spellings; true when they were one entry, which keeps the spelling `one`.
template <class Register, class Shown>
bool are_one(Story& story, TextIn one, TextIn other, Register&& reg, Shown&& shown) {
  story.must_be(reg(one), S_OK, "a spelling is registered");
  story.must_be(reg(other), S_OK, "another one is registered too");
  const std::vector<TextRef> texts = shown(story.there(story.of(main).wer));
  story.must(!texts.empty() && texts.front() == *one.value, "the first spelling is kept");
  return texts.size() == 1;
}

template <class Entries, class Text>
std::vector<TextRef> texts_of(const Entries& entries, Text text) {
  std::vector<TextRef> texts;
  for (const auto& entry : entries) texts.push_back(entry.*text);
  return texts;
}

std::pair<TextIn, TextIn> both(Story& story, const Spellings& of) {
  const bool swapped = story.coin();
  return {story.text(swapped ? of.other : of.one), story.text(swapped ? of.one : of.other)};
}

void paths_are_compared_as_they_stand(Story& story) {
  const Spellings& chosen = spellings[story.below(std::size(spellings))];
  const auto [one, other] = both(story, chosen);
  const bool same = are_one(
      story, one, other, [&story](TextIn path) { return story.reg_file(main, path); },
      [](const SeenWer& wer) { return texts_of(wer.files, &FileEntry::path); });
  story.must(same == chosen.same, "only the case of A to Z does not matter");
  story.must_be(story.unreg_file(main, other), S_OK, "the other spelling is found");
  story.must_be(story.unreg_file(main, one), same ? WER_E_NOT_FOUND : S_OK, "and was the same entry or not");
}

void module_names_are_compared_as_they_stand(Story& story) {
  const Spellings& chosen = spellings[story.below(std::size(spellings))];
  const auto [one, other] = both(story, chosen);
  const std::uint64_t context = story.below(2);
  const bool same = are_one(
      story, one, other, [&story, context](TextIn dll) { return story.reg_module(main, dll, context); },
      [](const SeenWer& wer) { return texts_of(wer.modules, &ModuleEntry::dll); });
  story.must(same == chosen.same, "only the case of A to Z does not matter");
  story.must_be(story.reg_module(main, other, context + 1), S_OK, "the same module with another context");
  story.must(story.of(main).wer->modules.size() == (same ? 2U : 3U), "is an entry of its own");
}

void metadata_keys_keep_their_case(Story& story) {
  const auto [one, other] = both(story, {u"Key", u"key", false});
  const TextIn value = story.text(u"v");
  const bool same = are_one(
      story, one, other, [&story, value](TextIn key) { return story.reg_metadata(main, key, value); },
      [](const SeenWer& wer) { return texts_of(wer.metadata, &MetadataEntry::key); });
  story.must(!same, "keys that differ in letter case are two");
  story.must_be(story.unreg_metadata(main, one), S_OK, "one is unregistered");
  story.must(story.of(main).wer->metadata.size() == 1, "the other stays");
}

// Neither is a list: whatever stands there is replaced as a whole, and one unregistration leaves nothing.
void single_registrations_are_replaced(Story& story) {
  story.any(choice::reregistration);
  story.spec(main).package = story.user(u"package");
  const std::vector<TextIn> texts{story.text(u"one"), story.text(u"two"), story.text(u"")};
  const std::uint32_t capacity = story.below(2);
  story.capacity(main, capacity);
  for (std::uint32_t left = story.between(2, 6); left > 0; --left) {
    const TextIn text = story.one_of(texts);
    const bool dump = story.coin();
    const std::uint32_t flags = story.below(restart_flags_defined + 1);
    story.must_be(dump ? story.reg_local_dump(main, text) : story.reg_restart(main, text, flags), S_OK,
                  "each replaces the one before, without memory");
    const SeenWer& wer = story.there(story.of(main).wer);
    if (dump) story.must(wer.head.appLocalDump == *text.value, "the path is the new one");
    if (!dump)
      story.must(wer.restart && wer.restart->commandLine == *text.value && wer.restart->flags == flags,
                 "line and flags are the new ones");
  }
  story.must_be(story.reg_local_dump(main, texts[0]), S_OK, "the last path");
  story.must_be(story.unreg_restart(main), S_OK, "one unregistration is enough");
  story.must_be(story.unreg_local_dump(main), S_OK, "for each of the two");
  const SeenWer& wer = story.there(story.of(main).wer);
  story.must(!wer.restart && !wer.head.appLocalDump, "then nothing is left");
  story.must(story.machine().app_local_dumps.empty(), "nor known to the machine");
  const bool refuses = story.profile()[choice::app_local_dump_unregister_none] == AppLocalDumpUnregisterNone::not_found;
  story.must_be(story.unreg_restart(main), S_OK, "a restart may be unregistered twice");
  story.must_be(story.unreg_local_dump(main), refuses ? WER_E_NOT_FOUND : S_OK, "a dump by the choice");
}

}  // namespace

Suite reregistration() {
  static const harness::Property all[] = {
      {"A key that is registered already keeps count and place, and its attributes by the choice",
       about<"WER-ALL-13", "WER-FILE-06", "WER-MEM-06", "WER-XMEM-03", "WER-META-07", "WER-REM-04">(),
       run<a_known_key_is_no_new_entry, 300>},
      {"However often a key is registered, one unregistration removes it", about<"WER-ALL-13", "WER-ALL-18">(),
       run<one_unregistration_is_enough>},
      {"A registered and an excluded block may have one address", about<"WER-MEM-07", "WER-MEM-10", "WER-XMEM-07">(),
       run<blocks_and_exclusions_are_apart, 60>},
      {"File paths are equal but for the case of A to Z", about<"WER-ALL-21", "WER-FILE-06", "WER-FILE-11">(),
       run<paths_are_compared_as_they_stand>},
      {"Module names are equal but for the case of A to Z, and a context makes another entry",
       about<"WER-ALL-21", "WER-REM-04", "WER-REM-08">(), run<module_names_are_compared_as_they_stand>},
      {"An app-local dump and a restart are replaced as a whole and unregistered once",
       about<"WER-ALD-05", "WER-ALD-06", "WER-ALD-07", "WER-REC-16", "WER-REC-18">(),
       run<single_registrations_are_replaced, 100>},
      {"Metadata keys are equal only in the same case", about<"WER-META-11">(), run<metadata_keys_keep_their_case, 60>},
  };
  return all;
}

}  // namespace procreg::scenarios
