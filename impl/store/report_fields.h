// What both files of a report folder say of the values of a report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/names.h"
#include "api/snapshot.h"
#include "api/world.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What the texts and machines of a report's records stand for.
class ReportTexts {
 public:
  // `tables` is not copied.
  ReportTexts(const WorldSpec& world, const Tables& tables);
  std::u16string_view at(TextRef text) const { return tables_->at(text); }
  const Tables& tables() const { return *tables_; }
  std::u16string_view at(MachineIndex machine) const { return machines_[number(machine)]; }

 private:
  const Tables* tables_;
  std::vector<std::u16string> machines_;
};

// The file of a dump, beside the report.
struct DumpFile {
  std::string name;
  bool written{};
};
// Number, kind and pid; the primary one is number 1.
std::string dump_file_name(std::size_t place, const DumpHead& head);
// What the report's notCollected says of the process of a dump that could not be written.
inline constexpr std::string_view write_failed = "write-failed";

constexpr bool is_high_surrogate(char16_t unit) noexcept { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char16_t unit) noexcept { return unit >= 0xDC00 && unit < 0xE000; }

std::string decimal(std::uint64_t value);
std::string hexadecimal(std::uint64_t value);  // 0x1F

// A number that is written in hexadecimal.
struct Hex {
  std::uint64_t value;
};

// A value as a bool, a number, a Hex, a word of ours (ASCII), or a text.
template <class T>
auto plain(const T& value, const ReportTexts& texts) {
  if constexpr (std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_same_v<T, TextRef> || std::is_same_v<T, MachineIndex>) {
    return texts.at(value);
  } else if constexpr (std::is_same_v<T, AccessMask> || std::is_same_v<T, Address>) {
    return Hex{static_cast<std::uint64_t>(value)};
  } else if constexpr (std::is_integral_v<T> || std::is_same_v<T, Pid> || std::is_same_v<T, Tid> ||
                       std::is_same_v<T, ObjectId> || std::is_same_v<T, ReportId> || std::is_same_v<T, FileType>) {
    return static_cast<std::uint64_t>(value);
  } else {
    return name(value);
  }
}

}  // namespace procreg::impl::inline PROCREG_SYNC
