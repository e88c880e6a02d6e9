// How a spoiled clause makes a value wrong: always another value, always the same one.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/limits.h"
#include "api/names.h"
#include "api/report.h"
#include "api/smb.h"
#include "api/status.h"

namespace procreg::model {

inline bool another(bool value) { return !value; }
inline AccessMask another(AccessMask mask) { return static_cast<AccessMask>(number(mask) ^ 1U); }
inline TextRef another(TextRef text) { return text == empty_text ? APPCRASH : empty_text; }
inline Guid another(Guid guid) { return {guid.high, guid.low ^ 1U}; }
inline NtStatus another(NtStatus status) {
  return status == NtStatus::STATUS_SUCCESS ? NtStatus::STATUS_EA_CORRUPT_ERROR : NtStatus::STATUS_SUCCESS;
}
// Success becomes a failure, a failure success, one kind of answer another.
Result another(Result result);

template <std::unsigned_integral Number>
requires(!std::same_as<Number, bool>) Number another(Number value) { return static_cast<Number>(value + 1); }

// Ids keep their alignment, so that they still look like ids.
template <class Id>
requires(std::same_as<Id, Pid> || std::same_as<Id, Tid> || std::same_as<Id, HandleValue>) Id another(Id id) {
  return static_cast<Id>(number(id) + 4);
}

template <class Id>
requires(std::same_as<Id, ObjectId> || std::same_as<Id, OtherId> || std::same_as<Id, ReportId>) Id another(Id id) {
  return static_cast<Id>(number(id) + 1);
}

template <class Word>
requires(std::same_as<Word, DumpKind> || std::same_as<Word, TagOrigin> || std::same_as<Word, ModuleOutcome> ||
         std::same_as<Word, FileStatus> || std::same_as<Word, BlockStatus> || std::same_as<Word, Dialect> ||
         std::same_as<Word, HoldKind>) Word another(Word word) {
  return static_cast<Word>((number(word) + 1) % names_of<Word>().size());
}

template <class T>
std::optional<T> another(const std::optional<T>& value) {
  return value.has_value() ? std::nullopt : std::optional<T>{T{}};
}

}  // namespace procreg::model
