// The words that files and reports use for the enumerations of the api, and back.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/out.h"
#include "api/report.h"
#include "api/value.h"
#include "api/world.h"

namespace procreg {

// All names of an enumeration in the order of its values ("system-idle", "InRecovery", "process-missing", ...).
template <class Enum>
std::span<const std::string_view> names_of();

template <class Enum>
std::string_view name(Enum value) {
  return names_of<Enum>()[static_cast<std::size_t>(value)];
}

template <class Enum>
std::optional<Enum> named(std::string_view text) {
  std::size_t index = 0;
  for (const auto candidate : names_of<Enum>()) {
    if (candidate == text) return static_cast<Enum>(index);
    ++index;
  }
  return std::nullopt;
}

// Of an output of this kind: the names of its values in their order, none where it has no names.
std::span<const std::string_view> names_of(OutKind kind);

template <>
std::span<const std::string_view> names_of<ProcessState>();
template <>
std::span<const std::string_view> names_of<ProcessKind>();
template <>
std::span<const std::string_view> names_of<FilterState>();
template <>
std::span<const std::string_view> names_of<TagOrigin>();
template <>
std::span<const std::string_view> names_of<Cause>();
template <>
std::span<const std::string_view> names_of<RecoveryOutcome>();
template <>
std::span<const std::string_view> names_of<DumpKind>();
template <>
std::span<const std::string_view> names_of<NotCollected>();
template <>
std::span<const std::string_view> names_of<ModuleOutcome>();
template <>
std::span<const std::string_view> names_of<FileStatus>();
template <>
std::span<const std::string_view> names_of<BlockStatus>();
template <>
std::span<const std::string_view> names_of<CallbackDeed>();
template <>
std::span<const std::string_view> names_of<ObjectType>();
template <>
std::span<const std::string_view> names_of<UserAction>();
template <>
std::span<const std::string_view> names_of<Dialect>();
template <>
std::span<const std::string_view> names_of<Flavour>();
template <>
std::span<const std::string_view> names_of<HoldKind>();
template <>
std::span<const std::string_view> names_of<Disposition>();
template <>
std::span<const std::string_view> names_of<LockKind>();
template <>
std::span<const std::string_view> names_of<CreateAction>();
template <>
std::span<const std::string_view> names_of<DurableState>();
template <>
std::span<const std::string_view> names_of<ForcedClose>();

}  // namespace procreg
