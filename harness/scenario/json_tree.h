// JSON files as trees in which every value knows where it stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace procreg::harness::json {

enum class Kind : std::uint8_t { null, boolean, integer, real, text, array, object };

struct Node {
  Kind kind{Kind::null};
  bool truth{};            // of a boolean
  bool negative{};         // of an integer
  std::uint32_t index{};   // in its list
  std::uint64_t number{};  // magnitude of an integer
  std::size_t offset{};    // byte of the text it begins at
  std::size_t key_offset{};
  std::string key{};   // in its object
  std::string text{};  // of a text (WTF-8), as written of a real
  const Node* parent{};
  const Node* first{};  // of the members or elements
  const Node* next{};   // sibling

  bool is(Kind k) const { return kind == k; }
};

// The members of an object or the elements of a list, in order: for (const Node& element : children(list)).
class Children {
 public:
  struct Iterator {
    const Node* at;
    const Node& operator*() const { return *at; }
    Iterator& operator++() {
      at = at->next;
      return *this;
    }
    friend bool operator==(Iterator, Iterator) = default;
  };
  explicit Children(const Node& parent) : first_{parent.first} {}
  Iterator begin() const { return {first_}; }
  static Iterator end() { return {nullptr}; }

 private:
  const Node* first_;
};
inline Children children(const Node& parent) { return Children{parent}; }
std::size_t count(const Node& parent);
const Node* member(const Node& object, std::string_view key);

struct Problem {
  std::size_t offset{};
  std::string pointer;
  std::string message;
};

struct Document {
  std::deque<Node> nodes{};  // the root first; empty when there is a problem
  std::vector<Problem> problems{};
};

// Strict JSON in UTF-8: no NUL byte, no key twice, at most nesting_max deep and values_max values.
Document parse(std::string_view text);
inline constexpr std::size_t values_max = 2'000'000;

std::string pointer_of(const Node& node);

// The value on one line, spaced as scenario files are.
std::string one_line(const Node& node);

// What a message says that it found: null, 12, "w1", a list.
std::string described(const Node& node);

struct Position {
  std::size_t line{};
  std::size_t column{};  // in characters
};
Position position_of(std::string_view text, std::size_t offset);

}  // namespace procreg::harness::json
