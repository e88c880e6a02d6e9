// SetAppInstanceCsvFlags (ccf.md 7.1). The steps are those of its pipeline.
#include <algorithm>

#include "model/ccf/inheritance.h"
#include "model/ccf/process_handle.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

constexpr std::uint32_t defined_bits = SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR;

// Steps 2 to 4.
Ruling& refuse_handle(Draft& world, const JudgedHandle& handle, Choices& choices) {
  if (handle.refused_by == Clause("CCF-REG-06") || handle.refused_by == Clause("CCF-REG-05")) {
    const auto code = choices.take(choice::csv_flags_bad_handle);
    return world.refuse(code == CsvFlagsBadHandle::invalid_handle ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER,
                        "CCF-CSV-03");
  }
  if (handle.refused_by == Clause("CCF-REG-07")) return exited_target(world, choices);
  return world.refuse(ERROR_ACCESS_DENIED, "CCF-CSV-02");
}

// Step 7: what is left of the flags when these are set under this mask.
std::uint32_t changed(Draft& world, std::uint32_t old, std::uint32_t mask, std::uint32_t flags) {
  const std::uint32_t selected = (flags & ~mask) != 0 ? world.shaped("CCF-CSV-05", flags & mask) : flags;
  return (old & ~mask) | selected;
}

bool has_inheriting_child(const Machine& machine, ObjectId parent) {
  return std::any_of(machine.tags.begin(), machine.tags.end(), [&](const Tag& tag) {
    const Process* child = find(machine, tag.process);
    return tag.origin == TagOrigin::inherited && child->birth.parent == parent;
  });
}

// Steps 7 and 8.
Ruling& store(Draft& world, ProcessKey target, const Tag* tag, std::uint32_t flags) {
  world.applies_if(tag != nullptr, "CCF-CSV-04");
  world.applies_if(
      tag != nullptr && tag->csv_flags != flags && has_inheriting_child(world.machine(target.machine), target.object),
      "CCF-INH-08");
  if (tag == nullptr && flags == 0) return world.answer(ERROR_SUCCESS, "CCF-CSV-01");
  if (tag == nullptr && world.ccf_allocation_fails(target.machine))
    return world.refuse(ERROR_NOT_ENOUGH_MEMORY, "CCF-CSV-02");
  return world.commit(ERROR_SUCCESS, "CCF-CSV-01", [&](Edit& next) { tag_of(next, target).csv_flags = flags; });
}

// Step 6: the target has no id.
Ruling& untagged(Draft& world, ProcessKey target, const Tag* tag, std::uint32_t flags, Choices& choices) {
  world.applies("CCF-CSV-07");
  switch (choices.take(choice::csv_flags_untagged_process)) {
    case CsvFlagsUntaggedProcess::fail_not_found:
      return world.refuse(ERROR_NOT_FOUND, "CCF-CSV-07");
    case CsvFlagsUntaggedProcess::succeed_no_effect:
      return world.answer(ERROR_SUCCESS, "CCF-CSV-07");
    case CsvFlagsUntaggedProcess::create_entry:
      break;
  }
  return store(world, target, tag, flags);
}

}  // namespace

Ruling& rule(Draft& world, const SetAppInstanceCsvFlags& call, Choices& choices) {
  const Machine& machine = world.machine(call.by.raw.machine);
  const JudgedHandle handle = judged(world, call.by.raw, call.ProcessHandle.raw, choices);
  const bool bad = !handle.refused_by.is_none();
  world.applies("CCF-FLT-01");
  if (machine.filter != FilterState::loaded) {
    world.applies("CCF-FLT-02");
    if (!bad || choices.take(choice::ccf_check_order) == CcfCheckOrder::filter_first)
      return world.refuse(ERROR_NOT_FOUND, "CCF-CSV-02");
  }
  if (bad) return refuse_handle(world, handle, choices);

  auto mask = static_cast<std::uint32_t>(call.Mask);
  world.applies_if(mask == 0, "CCF-CSV-06");
  if ((mask & ~defined_bits) != 0) {
    world.applies("CCF-CSV-08");
    const CsvFlagsUndefinedBits undefined = choices.take(choice::csv_flags_undefined_bits);
    if (undefined == CsvFlagsUndefinedBits::invalid_parameter)
      return world.refuse(ERROR_INVALID_PARAMETER, "CCF-CSV-08");
    if (undefined == CsvFlagsUndefinedBits::ignore) mask &= defined_bits;
  }

  const ProcessKey target{call.by.raw.machine, handle.target->birth.object};
  const Tag* tag = find_tag(machine, target.object);
  const std::uint32_t old = tag != nullptr ? tag->csv_flags : 0;
  const std::uint32_t flags = changed(world, old, mask, static_cast<std::uint32_t>(call.Flags));
  if (tag == nullptr || !tag->has_id) return untagged(world, target, tag, flags, choices);
  return store(world, target, tag, flags);
}

}  // namespace procreg::model
