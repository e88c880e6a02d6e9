// The numbers of a minidump in words, and texts out of one made safe to print.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

// "ThreadList", "Breakpad 0x47670003", "user 0x57455200", "unknown 0x00012345".
std::string stream_name(StreamType type);
bool is_user(StreamType type);
// A comment or a stream of the user.
bool is_text(StreamType type);

// "" for what has no name.
std::string_view architecture_name(std::uint16_t architecture);
std::string_view platform_name(std::uint32_t platform);
std::string_view product_name(std::uint8_t product);
std::string_view exception_name(std::uint32_t code);

// Names joined by a space, bits without one as "0x..."; "" for 0.
std::string dump_flag_names(std::uint64_t flags);
std::string thread_flag_names(std::uint32_t flags);
std::string protection_name(std::uint32_t protection);
std::string state_name(std::uint32_t state);
std::string memory_type_name(std::uint32_t type);

// What an exception's parameters say where that is known: "writing 0x10", else "".
std::string parameter_words(const Exception& exception);

std::string guid_text(const std::array<std::uint8_t, 16>& guid);
std::string hex_text(const std::vector<std::uint8_t>& bytes);
std::string version_text(std::uint64_t version);  // "10.0.19041.1"
// "1970-01-01 00:00:00 UTC".
std::string time_text(std::uint32_t seconds);
// Of a FILETIME, with its seven digits of a second; "never" for 0.
std::string file_time_text(std::uint64_t file_time);
// A FILETIME that is a length of time: "1.5 s".
std::string duration_text(std::uint64_t units);

// As UTF-8. What could confuse a terminal or a reader (control characters, unpaired surrogates, marks that turn the direction of
// writing) is escaped: \u001B.
std::string printable(std::u16string_view text);
std::string printable(std::string_view text);

// The last part of a path of either system.
std::u16string_view file_name(std::u16string_view path);

}  // namespace procreg::harness::dump
