// DuplicateHandle (ccf.md 3.5).
#include "model/object/handle.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

struct Refusal {
  Win32Error code{};
  Clause clause{};
};

// hSourceProcessHandle or hTargetProcessHandle: a live process and a handle to it with PROCESS_DUP_HANDLE.
struct End {
  const Process* process{};
  std::optional<Refusal> refusal{};
};

End end_named(Draft& world, const DuplicateHandle& call, HandleValue value) {
  const auto named = resolve(world, world.process(call.by.raw), value);
  const Process* process = process_named(world, call.by.raw.machine, named);
  if (process == nullptr) return {process, Refusal{ERROR_INVALID_HANDLE, "OBJ-DUP-01"}};
  if (!has(named->mask, PROCESS_DUP_HANDLE)) return {process, Refusal{ERROR_ACCESS_DENIED, "OBJ-DUP-02"}};
  if (!live(*process)) return {process, Refusal{ERROR_ACCESS_DENIED, "OBJ-DUP-03"}};
  return {process, std::nullopt};
}

// hSourceHandle as it stands in the source process. `entry` is 0 for a pseudo handle.
struct Source {
  std::optional<Named> named{};
  HandleValue entry{};
  Clause missing{};
};

Source source_named(Draft& world, const DuplicateHandle& call, const Process& holder) {
  const HandleValue value = call.hSourceHandle.raw;
  if (value == current_process) {
    if (!world.shaped("OBJ-DUP-04", true)) return {std::nullopt, {}, "OBJ-DUP-06"};
    return {resolve(world, holder, value), {}, "OBJ-DUP-06"};
  }
  if (value == current_thread) {
    if (holder.birth.object != call.by.raw.object) return {std::nullopt, {}, "OBJ-DUP-05"};
    return {resolve(world, holder, value), {}, "OBJ-DUP-06"};
  }
  const Handle* entry = find_entry(world, holder, value);
  if (entry == nullptr) return {std::nullopt, {}, "OBJ-DUP-06"};
  return {Named{entry->object, entry->mask}, entry->value, {}};
}

void close_source(Edit& next, ProcessKey holder, const Source& source) {
  if (source.entry != null_handle) close_entry(next, holder, source.entry);
}

// OBJ-DUP-16: closing the source happens whatever the error.
Ruling& refuse_and_close(Draft& world, const DuplicateHandle& call, ProcessKey holder, const Source& source,
                         Refusal refusal) {
  Ruling& ruling = world.fail(call, refusal.code, refusal.clause);
  if ((number(call.dwOptions) & DUPLICATE_CLOSE_SOURCE) == 0) return ruling;
  return world.commit(ruling.answer.result, refusal.clause,
                      [&](Edit& next) { next.effect("OBJ-DUP-16", [&] { close_source(next, holder, source); }); });
}

bool may_grow(Draft& world, const DuplicateHandle& call, const Named& source, AccessMask extra, Choices& choices) {
  world.applies("OBJ-DUP-13");
  if (choices.take(choice::duplicate_access_growth) == DuplicateAccessGrowth::subset_only) return false;
  const Process* target = process_named(world, call.by.raw.machine, source);
  return target != nullptr && could_open(world, world.process(call.by.raw), *target, extra);
}

// nullopt: refused by OBJ-DUP-13.
std::optional<AccessMask> mask_for(Draft& world, const DuplicateHandle& call, const Named& source, Choices& choices) {
  const AccessMask wanted = call.dwDesiredAccess;
  if ((number(call.dwOptions) & DUPLICATE_SAME_ACCESS) != 0) return world.shaped("OBJ-DUP-10", source.mask);
  if (has(wanted, MAXIMUM_ALLOWED)) return world.shaped("OBJ-DUP-11", source.mask);
  if (has(source.mask, wanted)) return world.shaped("OBJ-DUP-12", wanted);
  if (may_grow(world, call, source, wanted & ~source.mask, choices)) return wanted;
  return std::nullopt;
}

bool has_odd_values(const DuplicateHandle& call) {
  const auto inherit = number(call.bInheritHandle);
  return (number(call.dwOptions) & ~(DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS)) != 0 ||
         (inherit != 0 && inherit != 1);
}

}  // namespace

Ruling& rule(Draft& world, const DuplicateHandle& call, Choices& choices) {
  const MachineIndex machine = call.by.raw.machine;
  const bool closes = (number(call.dwOptions) & DUPLICATE_CLOSE_SOURCE) != 0;
  world.applies_if(has_odd_values(call), "OBJ-DUP-17");

  const End from = end_named(world, call, call.hSourceProcessHandle.raw);
  if (from.refusal) return world.fail(call, from.refusal->code, from.refusal->clause);
  const ProcessKey holder{machine, from.process->birth.object};

  const Source source = source_named(world, call, *from.process);
  if (!source.named) return world.fail(call, ERROR_INVALID_HANDLE, source.missing);

  if (call.hTargetProcessHandle.raw == null_handle && closes)
    return world.commit(TRUE_, "OBJ-DUP-07", [&](Edit& next) { close_source(next, holder, source); });
  if (call.hTargetProcessHandle.raw == null_handle) return world.fail(call, ERROR_INVALID_HANDLE, "OBJ-DUP-08");

  const End to = end_named(world, call, call.hTargetProcessHandle.raw);
  if (to.refusal) return refuse_and_close(world, call, holder, source, {to.refusal->code, "OBJ-DUP-09"});
  const ProcessKey receiver{machine, to.process->birth.object};

  const auto mask = mask_for(world, call, *source.named, choices);
  if (!mask) return refuse_and_close(world, call, holder, source, {ERROR_ACCESS_DENIED, "OBJ-DUP-13"});

  return world.commit(TRUE_, "OBJ-DUP-14", [&](Edit& next) {
    const ObjectRef object = source.named->object;
    const bool inheritable = number(call.bInheritHandle) != 0;
    const HandleValue value = insert_handle(next, receiver, object, granted(next, object, *mask), inheritable);
    next.made(number(value));
    if (call.lpTargetHandle.valid) next.output<DuplicateHandle>(0, number(value));
    if (closes) next.effect("OBJ-DUP-15", [&] { close_source(next, holder, source); });
  });
}

}  // namespace procreg::model
