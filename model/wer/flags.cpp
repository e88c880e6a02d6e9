// WerSetFlags, WerGetFlags, WerSetMaxProcessHoldMilliseconds (wer.md 4.8).
#include "model/rules.h"
#include "model/wer/pipeline.h"
#include "model/wer/read_process.h"

namespace procreg::model {

using enum Hresult;

namespace {

void note_set(Draft& world) {
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-48");
}

bool undefined_bits_refused(Draft& world, FaultFlags flags, Choices& choices) {
  if ((number(flags) & ~fault_flags_defined) == 0) return false;
  world.applies("WER-FLAG-01");
  return choices.take(choice::undefined_flag_bits) == UndefinedFlagBits::reject;
}

// Whether flags of 0 were ever set cannot be seen.
Clause reading_clause(const Process& caller, const Process& read) {
  return &caller == &read && read.wer.flags == 0 ? Clause("WER-FLAG-04") : Clause("WER-FLAG-07");
}

}  // namespace

Ruling& rule(Draft& world, const WerSetFlags& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_set(world);
  if (undefined_bits_refused(world, call.dwFlags, choices)) return world.refuse(E_INVALIDARG, "WER-FLAG-01");
  return world.commit(S_OK, "WER-FLAG-02", [&](Edit& next) {
    creates_storage(next, by, "WER-ALL-60");
    next.wer(by).flags = number(call.dwFlags);
  });
}

Ruling& rule(Draft& world, const WerGetFlags& call, Choices& choices) {
  world.applies("WER-ALL-48");
  if (call.hProcess.raw == null_handle || !call.pdwFlags.valid) return world.refuse(E_INVALIDARG, "WER-FLAG-03");
  const auto read =
      process_to_read(world, call.by.raw, call.hProcess, PROCESS_VM_READ | PROCESS_QUERY_INFORMATION, choices);
  if (read.refusal) return world.refuse(read.refusal.code, read.refusal.clause);
  world.output<WerGetFlags>(0, read.process->wer.flags);
  return world.answer(S_OK, reading_clause(world.process(call.by.raw), *read.process));
}

Ruling& rule(Draft& world, const WerSetMaxProcessHoldMilliseconds& call, Choices&) {
  const ProcessKey by = call.by.raw;
  note_set(world);
  return world.commit(S_OK, "WER-FLAG-08", [&](Edit& next) {
    creates_storage(next, by, "WER-ALL-60");
    next.wer(by).hold_ms = number(call.dwMilliseconds);
  });
}

}  // namespace procreg::model
