// Numbers that name things. Each is a type of its own: a pid never stands where a tid is meant.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

namespace procreg {

enum class Pid : std::uint32_t {};          // per machine, reusable (OBJ-PROC-02)
enum class Tid : std::uint32_t {};          // per world, reusable (OBJ-PROC-18)
enum class HandleValue : std::uint64_t {};  // per process (OBJ-HND-02)
enum class ObjectId : std::uint64_t {};     // of a process object: per machine, from 1, never reused (OBJ-PROC-01)
enum class OtherId : std::uint64_t {};      // of any other object: a counter of its own (OBJ-PROC-21)
enum class MachineIndex : std::uint8_t {};  // position in the world's list of machines, in the order given there
enum class ReportId : std::uint32_t {};     // running number of the world, from 1

template <class Id>
constexpr auto number(Id id) noexcept {
  return static_cast<std::underlying_type_t<Id>>(id);
}

// One process object of a world, for ever: object ids are never reused. Object id 0 is nobody.
struct ProcessKey {
  MachineIndex machine{};
  ObjectId object{};
  friend constexpr auto operator<=>(const ProcessKey&, const ProcessKey&) = default;
};

inline constexpr ProcessKey nobody{};
inline constexpr ObjectId no_object{0};
inline constexpr Tid no_thread{0};

// What stands for something that nobody has (specification README, 4.2). `@process1` is unowned_pid + 4, and so on.
inline constexpr Pid unowned_pid{0xF0000000U};
inline constexpr HandleValue unowned_handle{0xE0000000U};
inline constexpr Tid unowned_tid{0xD0000000U};
inline constexpr std::uint32_t assignable_end = 0xD0000000U;  // no pid or tid at or above is ever given out

inline constexpr HandleValue null_handle{0};
inline constexpr HandleValue current_process{~std::uint64_t{0}};  // also INVALID_HANDLE_VALUE (OBJ-HND-03)
inline constexpr HandleValue current_thread{~std::uint64_t{0} - 1};

struct Guid {
  // The 16 bytes as they lie in memory: Data1, Data2 and Data3 little-endian. Compared and sorted bytewise:
  // `high` holds bytes 0 to 7 and `low` bytes 8 to 15, the first byte most significant, so the default order is the order of bytes.
  std::uint64_t high{};
  std::uint64_t low{};
  friend constexpr auto operator<=>(const Guid&, const Guid&) = default;
};
inline constexpr Guid zero_guid{};

}  // namespace procreg
