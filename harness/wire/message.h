// One line of the subject protocol as a tree (docs/subject-protocol.md). Over RapidJSON, which parses within the line itself.
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace procreg::harness::wire {

inline constexpr std::string_view protocol_name = "procreg-subject/1";
inline constexpr std::size_t line_bytes_max = 64U << 20;

using Value = rapidjson::Value;

// Keeps its memory from line to line. Values live until the next parse, and no longer than the line that was parsed.
class Message {
 public:
  Message();
  // Changes the line. "" or what is wrong with it, with the place.
  std::string parse(std::string& line);
  const Value& root() const { return document_; }

 private:
  // Trees of up to this many bytes need no other memory.
  static constexpr std::size_t kept = std::size_t{1} << 17;
  static constexpr std::size_t kept_stack = std::size_t{1} << 15;

  std::unique_ptr<char[]> memory_;
  std::unique_ptr<char[]> stack_memory_;
  rapidjson::MemoryPoolAllocator<> allocator_;
  rapidjson::MemoryPoolAllocator<> stack_;
  using Document =
      rapidjson::GenericDocument<rapidjson::UTF8<>, rapidjson::MemoryPoolAllocator<>, rapidjson::MemoryPoolAllocator<>>;
  Document document_;
};

// nullptr when the object has no such member, or the value is no object.
const Value* member(const Value& object, std::string_view key);

std::string_view text_of(const Value& text);  // of a value that is a string
// A number that is not negative, or "0x...".
std::optional<std::uint64_t> integer_of(const Value& value);
bool all_of_it(const Value& value);  // the word "all"

// The value as JSON, for the readers of harness/scenario.
std::string json_of(const Value& value);

// For messages to people: the value as JSON, cut when it is long.
std::string shown(const Value& value);
std::string shown(std::string_view line);

}  // namespace procreg::harness::wire
