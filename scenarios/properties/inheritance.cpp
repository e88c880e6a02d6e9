// Topic: which descendants carry a tag, under every option.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

constexpr Name main = Story::main;

// A process and the tag it should have.
struct Heir {
  Name process{};
  bool tagged{};
  Guid id{};
  bool inherit{};
};

Heir heir_of(const Heir& source, Name child, AppInstanceInheritDepth depth) {
  const bool tagged = source.tagged && source.inherit;
  return {child, tagged, tagged ? source.id : Guid{}, tagged && depth == AppInstanceInheritDepth::all_descendants};
}

void carries(Story& story, const Heir& heir) {
  const SnapTag* tag = story.tag_of(heir.process);
  story.must((tag != nullptr) == heir.tagged, "exactly the heirs are tagged");
  if (tag != nullptr)
    story.must(tag->id == heir.id && tag->inherit == heir.inherit,
               "with the id of their source, passed on by the choice");
}

void descendants_inherit_by_the_choices(Story& story) {
  const auto depth = story.any(choice::app_instance_inherit_depth);
  const bool from_parent = story.any(choice::app_instance_inherit_from) == AppInstanceInheritFrom::parent;
  std::vector<Heir> all{{.process = main}, {.process = story.process()}};
  for (std::uint32_t left = story.between(2, 7); left > 0; --left) {
    Heir& by = all[story.below(static_cast<std::uint32_t>(all.size()))];
    const std::uint32_t what = story.below(3);
    if (what == 0 && !by.tagged) {
      const Guid id = story.guid();
      by = {by.process, true, id, story.coin()};
      story.must_be(story.tag(by.process, handle(current_process), {id}, by.inherit), ERROR_SUCCESS,
                    "a process is tagged");
    } else if (what == 1) {
      const Heir other = all[story.below(static_cast<std::uint32_t>(all.size()))];
      const Name way = story.open(by.process, PROCESS_CREATE_PROCESS, pid(other.process));
      const Name child = story.create(by.process, {.parentHandle = {handle(way)}});
      const Heir source = from_parent ? other : by;
      all.push_back(heir_of(source, child, depth));
    } else {
      const Heir source = by;
      const Name child = story.create(source.process);
      all.push_back(heir_of(source, child, depth));
    }
    for (const Heir& heir : all) carries(story, heir);
  }
}

void what_is_not_inherited_stays_away(Story& story) {
  const auto unload = story.any(choice::ccf_unload);
  story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}, 1), ERROR_SUCCESS, "main is tagged");
  story.unload();
  const Name child = story.create(main);
  const bool still_loaded = unload == CcfUnload::refuse;
  story.must((story.tag_of(child) != nullptr) == still_loaded, "without the filter a child inherits nothing");
  story.load();
  story.must((story.tag_of(child) != nullptr) == still_loaded, "also when it is loaded again");
  const Name later = story.create(main);
  story.must((story.tag_of(later) != nullptr) == (unload != CcfUnload::drop_cache),
             "a later child inherits what was kept");
}

void an_open_carries_the_tag(Story& story) {
  const bool tagged = story.coin();
  if (tagged)
    story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}, 1), ERROR_SUCCESS, "main is tagged");
  const Name child = story.create(main);
  const Story::Carried carried = story.open_tag(child);
  const bool fresh = story.profile()[choice::app_instance_untagged_open] == AppInstanceUntaggedOpen::fresh_id_per_open;
  story.must_be(carried.result, NtStatus::STATUS_SUCCESS, "an open succeeds");
  story.must(carried.id.has_value() == (tagged || fresh), "it carries an id if there is one");
  story.must(!tagged || carried.id == Story::guid(0), "that of the tag");
}

}  // namespace

Suite inheritance() {
  static const harness::Property all[] = {
      {"Exactly those descendants carry a tag that the choices say",
       about<"CCF-INH-01", "CCF-INH-02", "CCF-INH-05", "CCF-INH-13", "OBJ-PROC-09">(),
       run<descendants_inherit_by_the_choices>},
      {"A child made without the filter is untagged for good", about<"CCF-INH-12", "CCF-FLT-03", "CCF-FLT-04">(),
       run<what_is_not_inherited_stays_away>},
      {"What an open carries is the tag of its process, inherited or not", about<"CCF-OPEN-05", "CCF-OPEN-11">(),
       run<an_open_carries_the_tag>},
  };
  return all;
}

}  // namespace procreg::scenarios
