#include "scenarios/properties/drawn_world.h"

#include <algorithm>

#include "scenarios/properties/drawn_steps.h"

namespace procreg::scenarios {
namespace {

CallbackDeed any_deed(Story& story, std::uint32_t terminating) {
  const std::uint32_t which = story.below(8);
  if (which == 7 && terminating > 0 && story.below(terminating) == 0) return CallbackDeed::terminates;
  return which == 6 ? CallbackDeed::fails : CallbackDeed::succeeds;
}

ModuleBehaviour any_behaviour(Story& story, TextRef dll, std::uint32_t terminating) {
  ModuleBehaviour behaviour{.dll = dll};
  behaviour.loadable = story.below(6) != 0;
  behaviour.event = any_deed(story, terminating);
  if (story.coin()) behaviour.claims = *story.text(u"OwnEvent").value;
  behaviour.count = story.one_of<std::uint32_t>({0, 1, 2, 10, 12});
  const TextRef name = *story.text(u"Parameter").value;
  const TextRef value = *story.text(u"value \u00E9").value;
  const std::uint32_t n = std::min(behaviour.count, WER_MAX_PARAM_COUNT);
  // At most one fails: with ten that each may, few would succeed.
  const std::uint32_t at = story.below(4 * WER_MAX_PARAM_COUNT);
  for (std::uint32_t k = 0; k < n; ++k) {
    const CallbackDeed deed = k == at ? any_deed(story, terminating) : CallbackDeed::succeeds;
    behaviour.signatures.push_back({deed, name, k % 2 == 0 ? value : name});
  }
  behaviour.debugger = any_deed(story, terminating);
  if (story.coin()) behaviour.custom = *story.text(u"debugger.exe -p %ld").value;
  behaviour.automatic = story.coin();
  return behaviour;
}

// In capitals it is the same path.
std::u16string shouted(std::u16string text) {
  for (char16_t& unit : text)
    if (unit >= u'a' && unit <= u'z') unit = static_cast<char16_t>(unit - 0x20);
  return text;
}

// The first paths and modules of a Registrations, as that gives them.
constexpr std::u16string_view some_paths[] = {u"C:\\a.txt", u"C:\\b.txt", u"C:\\c.txt", u"C:\\d.txt"};
constexpr std::u16string_view some_modules[] = {u"C:\\a.dll", u"C:\\b.dll"};
constexpr std::u16string_view hostile_paths[] = {u"", u"relative.txt", u"\\\\server\\share\\x", u"C:x", u"c:/y"};

TextRef perhaps_shouted(Story& story, std::u16string_view text) {
  std::u16string spelling{text};
  if (story.coin()) spelling = shouted(spelling);
  return *story.text(spelling).value;
}

void any_process_entry(Story& story, Name by, const std::vector<Name>& cast) {
  const PidRef target = any_pid(story, cast);
  const Name of = story.one_of(cast);
  const bool with_thread = story.coin();
  story.reg(by, target, with_thread ? thread(of) : TidRef{});
}

void any_single_setting(Story& story, const Registrations& lists, Name by) {
  switch (story.below(6)) {
    case 0:
      story.set_flags(by, story.one_of({0U, 1U, 2U, 4U, 8U, 0x40U, 0x48U}));
      break;
    case 1:
      story.hold(by, story.any_number());
      break;
    case 2:
      story.recovery(by, story.below(1000));
      break;
    case 3:
      story.reg_restart(by, lists.any_line(), story.below(restart_flags_defined + 1));
      break;
    case 4:
      story.reg_local_dump(by, lists.any_local_path());
      break;
    default:
      story.unreg_local_dump(by);
      break;
  }
}

}  // namespace

void any_report_choices(Story& story) {
  story.any(choice::block_overlap);
  story.any(choice::app_local_dump_scope);
  story.any(choice::app_local_dump_trigger);
  story.any(choice::additional_process_hang);
  story.set(choice::additional_process_self,
            story.one_of({AdditionalProcessSelf::accept, AdditionalProcessSelf::accept_no_dump}));
}

void any_report_world(Story& story) {
  WorldSpec& world = story.world();
  world.additionalDataRequested = story.below(4) != 0;
  world.userDocumentsRequested = story.coin();
  world.forceQueue = story.below(4) == 0;
  for (const std::u16string_view path : some_paths)
    if (story.coin()) world.existingFiles.push_back(perhaps_shouted(story, path));
  for (const std::u16string_view path : hostile_paths) {
    const TextRef text = *story.text(path).value;
    if (story.coin()) world.existingFiles.push_back(text);
  }
  // The first five blocks lie in data, in private memory in part and wholly, in mapped memory and nowhere.
  story.spec(Story::main).private_ = story.ranges({{0x20000, 0x20180}, {0x30000, 0x31000}, {0x30800, 0x32000}});
  story.spec(Story::main).mapped = story.ranges({{0x40000, 0x40100}, {0x40100, 0x41000}});
}

void any_modules(Story& story, std::uint32_t terminating) {
  WorldSpec& world = story.world();
  for (const std::u16string_view dll : some_modules) {
    if (story.below(4) != 0) world.helperModules.push_back(perhaps_shouted(story, dll));
    if (story.below(6) == 0) continue;
    const TextRef spelling = perhaps_shouted(story, dll);
    world.moduleBehaviours.push_back(any_behaviour(story, spelling, terminating));
  }
}

void any_registrations_of(Story& story, const Registrations& lists, Name by, const std::vector<Name>& cast,
                          std::uint32_t most) {
  for (std::uint32_t left = story.below(most + 1); left > 0; --left) {
    const std::uint32_t which = story.below(10);
    if (which == 9) {
      any_single_setting(story, lists, by);
    } else if (which == 8) {
      any_process_entry(story, by, cast);
    } else if (which == 7) {
      const TextIn path = story.text(hostile_paths[story.below(std::size(hostile_paths))]);
      story.reg_file(by, path, story.between(1, 2), story.below(4));
    } else if (which == 6) {
      lists.remove(by, lists.any_key(4));
    } else {
      const Key key = lists.any_key(5);
      lists.add(by, key, lists.any_attribute());
    }
  }
}

}  // namespace procreg::scenarios
