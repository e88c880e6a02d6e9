// The names that a script binds while it is being made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "api/value.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

enum class NameKind : std::uint8_t { process, thread, handle, connection, open, csv_open };
inline constexpr std::size_t name_kinds = 6;

// What the `as` or `restartedAs` of the step names.
NameKind bound_kind(const Step& step);

// What a name stands for. `owner` is the base of the process whose table a handle lies in, or that a thread belongs to,
// as far as the steps tell; of a process made by a step, its creator: w.handle and w.threadHandle lie there. 0 for a
// process of the world, which has no such handles.
struct NameEntry {
  NameKind kind{};
  std::uint16_t owner{};
  std::optional<MachineIndex> machine{};  // nullopt: it depends on what happens
  friend bool operator==(const NameEntry&, const NameEntry&) = default;
};

class NameBook {
 public:
  // Empty, with room for `room` names.
  void clear(std::size_t room);
  // The base of a new name; 0 when there is no room.
  std::uint16_t claim(NameKind kind, std::uint16_t owner, std::optional<MachineIndex> machine = MachineIndex{});

  std::size_t size() const { return entries_.size(); }
  std::size_t room() const { return room_; }
  const NameEntry& at(std::uint16_t base) const { return entries_[base - 1U]; }
  // Bases in order of binding.
  std::span<const std::uint16_t> of(NameKind kind) const { return bases_[static_cast<std::size_t>(kind)]; }

 private:
  std::size_t room_{};
  std::vector<NameEntry> entries_{};
  std::array<std::vector<std::uint16_t>, name_kinds> bases_{};
};

// The normal form of names: "main" for the first process of the world, else p1, p2 ..., t1 ..., h1 ..., c1 ..., f1 ... for the opens of
// SmbCreate, v1 ... for those of CsvOpen, in order of binding.
class NormalNames {
 public:
  GivenNameEntry next(NameKind kind);

 private:
  bool first_{true};
  std::array<std::uint32_t, name_kinds> count_{};
};

Names given_names(const NameBook& book);

}  // namespace procreg::harness
