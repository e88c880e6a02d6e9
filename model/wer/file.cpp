// WerRegisterFile, WerUnregisterFile (wer.md 4.2).
#include "model/rules.h"
#include "model/wer/budget.h"
#include "model/wer/pipeline.h"
#include "model/wer/text.h"

namespace procreg::model {

using enum Hresult;

namespace {

constexpr FileType WerRegFileTypeUserDocument{1};
constexpr FileType WerRegFileTypeOther{2};
constexpr std::uint32_t page_flags = 0x3;  // WER_FILE_DELETE_WHEN_DONE, WER_FILE_ANONYMOUS_DATA
constexpr std::uint32_t WER_FILE_COMPRESSED = 0x4;

bool bad_flags(Draft& world, Dword given, Choices& choices) {
  const std::uint32_t others = number(given) & ~page_flags;
  world.applies_if(others != 0, "WER-FILE-03");
  if (others != WER_FILE_COMPRESSED) return others != 0;
  return choices.take(choice::file_flag_compressed) == FileFlagCompressed::reject;
}

Refusal bad_length(Draft& world, TextRef path, Choices& choices) {
  if (!too_long(world, path, MAX_PATH, choices)) return passes;
  const bool invalid = choices.take(choice::file_path_too_long_code) == FilePathTooLongCode::invalid_arg;
  return Refusal{invalid ? E_INVALIDARG : HR_FILENAME_EXCED_RANGE, "WER-FILE-04"};
}

Refusal bad_arguments(Draft& world, const WerRegisterFile& call, Choices& choices) {
  if (!call.pwzFile.value.has_value()) return Refusal{E_INVALIDARG, "WER-FILE-01"};
  if (call.regFileType != WerRegFileTypeUserDocument && call.regFileType != WerRegFileTypeOther)
    return Refusal{E_INVALIDARG, "WER-FILE-02"};
  if (bad_flags(world, call.dwFlags, choices)) return Refusal{E_INVALIDARG, "WER-FILE-03"};
  return bad_length(world, *call.pwzFile.value, choices);
}

Refusal bad_path(Draft& world, TextIn path, Choices& choices) {
  return path.value.has_value() ? bad_length(world, *path.value, choices) : Refusal{E_INVALIDARG, "WER-FILE-01"};
}

const RegisteredFile* find_file(Draft& world, const Process& caller, TextIn path) {
  if (!path.value.has_value() || caller.wer.files.empty()) return nullptr;
  const NameComparison names{world};
  return entry_where(caller.wer.files,
                     [&](const RegisteredFile& entry) { return names.same(entry.path, *path.value); });
}

Ruling& register_known(Draft& world, const WerRegisterFile& call, const RegisteredFile& old, Choices& choices) {
  const RegisteredFile wanted{old.path, call.regFileType, number(call.dwFlags)};
  return register_again<Files>(world, {call.by.raw, &Wer::files, "WER-FILE-06"}, old, wanted, choices);
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterFile& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_register(world);
  const auto arguments = bad_arguments(world, call, choices);
  const auto state = bad_state(world, caller, "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredFile* known = find_file(world, caller, call.pwzFile);
  if (known != nullptr && world.shaped("WER-ALL-13", true)) return register_known(world, call, *known, choices);
  if (budget_full(world, caller, choices)) return refuse_full(world, caller, "WER-FILE-07");
  const bool allocates = unlisted_allocates(choices);
  if (unlisted_heap_fails(world, by, "WER-FILE-08", allocates)) return world.refuse(E_OUTOFMEMORY, "WER-FILE-08");
  // No file is looked for: every path may be one that names none.
  return append<Files>(world, {by, &Wer::files, "WER-FILE-09", allocates, "WER-FILE-05"},
                       {*call.pwzFile.value, call.regFileType, number(call.dwFlags)});
}

Ruling& rule(Draft& world, const WerUnregisterFile& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto arguments = bad_key(world, bad_path(world, call.pwzFilePath, choices), "WER-FILE-12", choices);
  const auto state = bad_state(world, world.process(by), "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredFile* entry = find_file(world, world.process(by), call.pwzFilePath);
  if (entry == nullptr) return world.refuse(WER_E_NOT_FOUND, "WER-FILE-10");
  return remove<Files>(world, {by, &Wer::files, "WER-FILE-11", unlisted_allocates(choices)}, *entry);
}

}  // namespace procreg::model
