// Laws of inheritance: when a child gets the tag, and when it loses it.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

void older_children_stay_untagged(Story& story) {
  Cast older;
  for (std::uint32_t left = story.between(1, 2); left > 0; --left) older.push_back(story.create(main));
  if (story.coin()) older.push_back(story.create(older[0]));
  story.must_be(story.tag(main, handle(current_process), {story.guid()}, 1), ERROR_SUCCESS, "main is tagged");
  const Name younger = story.create(main);
  for (const Name child : older) story.must(story.tag_of(child) == nullptr, "an older child stays untagged");
  story.must(story.tag_of(younger) != nullptr, "a younger one is tagged");
}

void it_does_not_matter_who_tags(Story& story) {
  const Name source = story.process();
  const Guid id = story.guid();
  const bool remote = story.below(3) != 0;
  const HandleRef allowed = handle(story.open(main, PROCESS_TERMINATE, pid(source)));
  const Result answer =
      remote ? story.tag(main, allowed, {id}, 1) : story.tag(source, handle(current_process), {id}, 1);
  story.must_be(answer, ERROR_SUCCESS, "the source is tagged");
  const Name child = story.create(source);
  const SnapTag* tag = story.tag_of(child);
  story.must(tag != nullptr && tag->hasId && tag->id == id, "its child carries the id");
  story.must(tag->origin == TagOrigin::inherited, "as inherited");
}

void handles_and_tags_are_two_things(Story& story) {
  const bool tag_passes = story.coin();
  const bool handles_pass = story.coin();
  const Name event = story.object(main, ObjectType::Event, {}, true);
  if (story.below(4) != 0) story.tag(main, handle(current_process), {story.guid()}, tag_passes);
  const bool tagged = story.tag_of(main) != nullptr;
  const Name child = story.create(main, {.inheritHandles = {handles_pass}});
  story.must((story.tag_of(child) != nullptr) == (tagged && tag_passes), "the tag goes by the children setting only");
  story.must((story.of(child).handle(story.value_of(event)) != nullptr) == handles_pass,
             "handles go by inheritHandles only");
  story.must(story.of(child).handles.size() == (handles_pass ? 1U : 0U), "one of them");
}

void a_child_keeps_its_tag(Story& story) {
  const Name source = story.process();
  const Guid id = story.guid();
  story.must_be(story.tag(source, handle(current_process), {id}, 1), ERROR_SUCCESS, "the source is tagged");
  const Name child = story.create(source);
  story.must(story.tag_of(child) != nullptr, "so is its child");
  const SnapTag tag = story.there(story.tag_of(child));
  const Name kept = story.coin() ? story.open(main, PROCESS_QUERY_INFORMATION, pid(source)) : Name{};
  story.exit(source);
  if (kept.base != 0 && story.coin()) story.close(main, handle(kept));
  story.must(story.tag_of(child) != nullptr && same(tag, *story.tag_of(child)),
             "the child keeps it when the source exits");
  story.must(story.open_tag(child).id.has_value(), "and its opens carry it");
}

void a_child_keeps_its_flags(Story& story) {
  story.must_be(story.tag(main, handle(current_process), {story.guid()}, 1), ERROR_SUCCESS, "main is tagged");
  const std::uint32_t before = story.below(2);
  story.csv_flags(main, handle(current_process), 1, before);
  const Name child = story.create(main);
  const SnapTag tag = story.there(story.tag_of(child));
  story.must(tag.csvFlags == before, "its child has its flags");
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    story.must_be(story.csv_flags(main, handle(current_process), 1, story.below(2)), ERROR_SUCCESS,
                  "the flags of main change");
    story.must(same(tag, story.there(story.tag_of(child))), "those of the child do not");
  }
}

}  // namespace

Suite inheritance_laws() {
  static const harness::Property all[] = {
      {"A child made before its parent was tagged stays untagged", about<"CCF-INH-03">(),
       run<older_children_stay_untagged>},
      {"A child inherits a tag whoever gave it to its parent", about<"CCF-INH-04">(), run<it_does_not_matter_who_tags>},
      {"Handle inheritance and tag inheritance do not depend on each other", about<"CCF-INH-06">(),
       run<handles_and_tags_are_two_things>},
      {"A child keeps its tag when the process it came from exits", about<"CCF-INH-07">(), run<a_child_keeps_its_tag>},
      {"A child keeps its csv flags when those of its parent change", about<"CCF-INH-08">(),
       run<a_child_keeps_its_flags>},
  };
  return all;
}

}  // namespace procreg::scenarios
