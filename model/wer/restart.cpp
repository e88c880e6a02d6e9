// RegisterApplicationRestart, UnregisterApplicationRestart, GetApplicationRestartSettings (wer.md 4.9).
#include "model/rules.h"
#include "model/wer/life.h"
#include "model/wer/pipeline.h"
#include "model/wer/read_process.h"
#include "model/wer/text.h"

namespace procreg::model {

using enum Hresult;

namespace {

Refusal bad_arguments(Draft& world, const RegisterApplicationRestart& call, Choices& choices) {
  const auto& line = call.pwzCommandline.value;
  if (line.has_value() && too_long(world, *line, RESTART_MAX_CMD_LINE, choices))
    return Refusal{E_INVALIDARG, "WER-REC-14"};
  if ((number(call.dwFlags) & ~restart_flags_defined) == 0) return passes;
  world.applies("WER-REC-15");
  if (choices.take(choice::undefined_flag_bits) == UndefinedFlagBits::accept) return passes;
  return Refusal{E_INVALIDARG, "WER-REC-15"};
}

// NULL is registered as an empty line.
Restart registered(const Draft& world, const RegisterApplicationRestart& call) {
  const TextRef line = call.pwzCommandline.value.value_or(empty_text);
  return {.command_line = text_at(world, line).empty() ? empty_text : line, .flags = number(call.dwFlags)};
}

void note_accepted(Draft& world, const RegisterApplicationRestart& call) {
  world.applies_if(recovering(world.process(call.by.raw)), "WER-REC-26");
  world.applies_if((number(call.dwFlags) & ~(RESTART_NO_CRASH | RESTART_NO_HANG)) != 0, "WER-REC-27");
}

bool null_arguments(const GetApplicationRestartSettings& call) {
  if (call.hProcess.raw == null_handle || !call.pcchSize.value.has_value()) return true;
  return !call.pwzCommandline.valid && *call.pcchSize.value != 0;
}

constexpr std::size_t out_line = 0;
constexpr std::size_t out_size = 1;
constexpr std::size_t out_flags = 2;

Ruling& answer_unset(Draft& world, const Wer& read, Choices& choices) {
  if (read.storage_exists && choices.take(choice::restart_absent_size) == RestartAbsentSize::zero_when_storage_exists)
    world.output<GetApplicationRestartSettings>(out_size, 0);
  return world.refuse(WER_E_NOT_FOUND, "WER-REC-20");
}

Ruling& answer_set(Draft& world, const GetApplicationRestartSettings& call, const Restart& restart) {
  using Get = GetApplicationRestartSettings;
  const std::size_t need = text_at(world, restart.command_line).size() + 1;
  const std::uint32_t size = *call.pcchSize.value;
  world.output<Get>(out_size, need);
  if (call.pwzCommandline.valid && size < need) {
    if (size != 0) world.output<Get>(out_line, empty_text.index);
    return world.refuse(WER_E_INSUFFICIENT_BUFFER, "WER-REC-21");
  }
  if (call.pwzCommandline.valid) world.output<Get>(out_line, restart.command_line.index);
  if (call.pdwFlags.valid) world.output<Get>(out_flags, restart.flags);
  return world.answer(S_OK, "WER-REC-21");
}

}  // namespace

Ruling& rule(Draft& world, const RegisterApplicationRestart& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-49");
  const auto refusal = bad_arguments(world, call, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);
  if (world.recovery_api_fails(by)) return world.refuse(E_FAIL, "WER-REC-29");
  note_accepted(world, call);
  return world.commit(S_OK, "WER-REC-16", [&](Edit& next) {
    creates_storage(next, by);
    next.wer(by).restart = registered(next, call);
  });
}

Ruling& rule(Draft& world, const UnregisterApplicationRestart& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto state = bad_recovery_state(world, world.process(by), choices);
  if (state) return world.refuse(state.code, state.clause);
  if (world.recovery_api_fails(by)) return world.refuse(E_FAIL, "WER-REC-29");
  return world.commit(S_OK, "WER-REC-18", [&](Edit& next) {
    if (next.process(by).wer.restart.has_value()) next.wer(by).restart.reset();
  });
}

Ruling& rule(Draft& world, const GetApplicationRestartSettings& call, Choices& choices) {
  world.applies("WER-ALL-48");
  if (null_arguments(call)) return world.refuse(E_INVALIDARG, "WER-REC-19");
  const auto source = process_to_read(world, call.by.raw, call.hProcess, PROCESS_VM_READ, choices);
  if (source.refusal) return world.refuse(source.refusal.code, source.refusal.clause);
  const Wer& read = source.process->wer;
  return read.restart.has_value() ? answer_set(world, call, *read.restart) : answer_unset(world, read, choices);
}

}  // namespace procreg::model
