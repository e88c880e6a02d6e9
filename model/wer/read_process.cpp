#include "model/wer/read_process.h"

#include "model/object/handle.h"

namespace procreg::model {

using enum Hresult;

namespace {

Refusal bad_rights(Draft& world, AccessMask mask, AccessMask rights, Choices& choices) {
  const bool queries = any(mask & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION));
  const bool reads = any(mask & PROCESS_VM_READ);
  world.applies("WER-FLAG-06");
  if (queries && reads) return passes;  // by every option
  if (choices.take(choice::get_handle_rights) == GetHandleRights::page_rights)
    return any(mask & rights) ? passes : Refusal{HR_ACCESS_DENIED, "WER-FLAG-06"};
  return Refusal{queries ? HR_ACCESS_DENIED : HR_INVALID_HANDLE, "WER-FLAG-06"};
}

}  // namespace

ReadProcess process_to_read(Draft& world, ProcessKey by, HandleRef handle, AccessMask rights, Choices& choices) {
  const Process& caller = world.process(by);
  const auto named = resolve(world, caller, handle.raw);
  const Process* target = process_named(world, by.machine, named);
  if (target == nullptr || !live(*target)) return {nullptr, {HR_INVALID_HANDLE, "WER-FLAG-05"}};
  if (const Refusal refusal = bad_rights(world, named->mask, rights, choices)) return {nullptr, refusal};
  return {world.shaped("WER-REC-28", true) ? target : &caller, passes};
}

}  // namespace procreg::model
