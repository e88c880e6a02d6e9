#include "impl/store/report_fields.h"

#include <array>
#include <charconv>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
  char32_t code;
  std::size_t bytes;
};

constexpr std::size_t continuation_bytes(unsigned char first) noexcept {
  return first < 0xC2 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : 0;
}

// Names of machines are UTF-8 in which unpaired surrogates stand as three bytes; anything else is replaced.
Decoded first_of(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (at(0) < 0x80) return {at(0), 1};
  const std::size_t more = continuation_bytes(static_cast<unsigned char>(text[0]));
  char32_t code = at(0) & (0x3FU >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    if ((at(i) & 0xC0U) != 0x80) return {replacement, 1};
    code = code << 6 | (at(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 4> least{0x110000, 0x80, 0x800, 0x10000};
  return code >= least[more] && code <= 0x10FFFF ? Decoded{code, more + 1} : Decoded{replacement, 1};
}

std::u16string utf16(std::string_view text) {
  std::u16string out;
  while (!text.empty()) {
    const Decoded next = first_of(text);
    text.remove_prefix(next.bytes);
    if (next.code >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((next.code - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + (next.code & 0x3FF));
    } else {
      out += static_cast<char16_t>(next.code);
    }
  }
  return out;
}

}  // namespace

ReportTexts::ReportTexts(const WorldSpec& world, const Tables& tables) : tables_{&tables} {
  for (const MachineSpec& machine : world.machines) machines_.push_back(utf16(machine.name));
}

std::string dump_file_name(std::size_t place, const DumpHead& head) {
  return decimal(place + 1) + '_' + std::string{name(head.kind)} + '_' + decimal(number(head.process)) + ".dmp";
}

std::string decimal(std::uint64_t value) { return std::to_string(value); }

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 16> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  std::string text = "0x";
  for (const char* digit = digits.data(); digit != end; ++digit)
    text += *digit >= 'a' ? static_cast<char>(*digit - 'a' + 'A') : *digit;
  return text;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
