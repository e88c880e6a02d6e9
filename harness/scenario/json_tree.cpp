#include "harness/scenario/json_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"

namespace procreg::harness::json {

namespace {

// Bytes of a text, telling how far they were read.
class Bytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Bytes(const char* at, const char** seen) : at_{at}, seen_{seen} {}
  reference operator*() const { return *at_; }
  Bytes& operator++() {
    *seen_ = ++at_;
    return *this;
  }
  Bytes operator++(int) {
    Bytes before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Bytes& a, const Bytes& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  const char** seen_;
};

// --- Unpaired surrogates, which the parser refuses: it is shown U+FFFD, and the text is taken from the file itself. ---

std::optional<std::uint32_t> escaped_unit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const char* end = text.data() + at + 6;
  const auto [stopped, error] = std::from_chars(end - 4, end, unit, 16);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return unit;
}

bool surrogate(std::optional<std::uint32_t> unit, std::uint32_t first) {
  return unit && *unit >= first && *unit < first + 0x400;
}

// Where unpaired surrogates are escaped.
std::vector<std::size_t> unpaired_surrogates(std::string_view text) {
  std::vector<std::size_t> found;
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const auto unit = escaped_unit(text, at);
    const bool pair = surrogate(unit, 0xD800) && surrogate(escaped_unit(text, at + 6), 0xDC00);
    if (!pair && (surrogate(unit, 0xD800) || surrogate(unit, 0xDC00))) found.push_back(at);
    at += pair ? 12 : unit ? 6 : 2;
  }
  return found;
}

char unescaped(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

// The text that a valid string literal (without its quotes) stands for.
std::string unescaped(std::string_view raw) {
  std::string out;
  for (std::size_t at = 0; at < raw.size();) {
    std::u16string units;
    for (auto unit = escaped_unit(raw, at); unit; unit = escaped_unit(raw, at += 6))
      units += static_cast<char16_t>(*unit);
    out += utf8(units);
    if (at >= raw.size()) break;
    const bool escape = raw[at] == '\\';
    out += escape ? unescaped(raw[at + 1]) : raw[at];
    at += escape ? 2 : 1;
  }
  return out;
}

// --- The tree ---

bool part_of_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// What the parser says without its head and without what it read, which may be long or no text at all:
// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected ']'; last
// read: '...'; expected ...".
std::string plain_message(std::string_view what) {
  const auto drop_to = [&what](std::string_view mark, std::size_t from) {
    const auto at = from == std::string_view::npos ? from : what.find(mark, from);
    if (at != std::string_view::npos) what.remove_prefix(at + mark.size());
  };
  drop_to("] ", 0);
  drop_to(": ", what.find("column "));
  constexpr std::string_view read = "; last read: '";
  constexpr std::string_view expected = "'; expected ";
  constexpr std::size_t longest = 200;
  const auto from = what.find(read);
  if (from == std::string_view::npos) return std::string{what.substr(0, longest)};
  const auto to = what.rfind(expected);
  const bool more = to != std::string_view::npos && to > from;
  return std::string{what.substr(0, from)} + (more ? std::string{what.substr(to + 1)} : "");
}

class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(Document& document, std::string_view text, bool surrogates)
      : document_{document}, text_{text}, surrogates_{surrogates} {}

  // How far the parser has read, as an offset; set by the iterator.
  void shown(const char* begin, const char** seen) {
    begin_ = begin;
    seen_ = seen;
  }

  bool null() override { return value(Kind::null, seen() - 4) != nullptr; }
  bool boolean(bool truth) override {
    Node* node = value(Kind::boolean, seen() - (truth ? 4 : 5));
    if (node != nullptr) node->truth = truth;
    return node != nullptr;
  }
  bool number_integer(number_integer_t number) override {
    return integer(number < 0,
                   number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number));
  }
  bool number_unsigned(number_unsigned_t number) override { return integer(false, number); }
  bool number_float(number_float_t, const string_t& written) override {
    Node* node = value(Kind::real, number_start());
    if (node != nullptr) node->text = written;
    return node != nullptr;
  }
  bool string(string_t& text) override {
    Node* node = value(Kind::text, string_start());
    if (node != nullptr) node->text = taken(text, node->offset);
    return node != nullptr;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Kind::object); }
  bool start_array(std::size_t) override { return open(Kind::array); }
  bool key(string_t& text) override {
    key_offset_ = string_start();
    key_ = taken(text, key_offset_);
    return true;
  }
  bool end_object() override {
    refuse_duplicates(*open_.back().node);
    open_.pop_back();
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception& error) override {
    const std::size_t offset = std::min(position == 0 ? 0 : position - 1, text_.size());
    problem(offset, open_.empty() ? "" : pointer_of(*open_.back().node),
            "this is no JSON: " + plain_message(error.what()));
    return false;
  }

 private:
  struct Open {
    Node* node;
    Node* last;
    std::uint32_t count;
  };

  std::size_t seen() const { return static_cast<std::size_t>(*seen_ - begin_); }

  std::size_t string_start() const {
    std::size_t at = seen() - 1;
    while (at > 0) {
      --at;
      if (text_[at] != '"') continue;
      std::size_t escapes = 0;
      while (escapes < at && text_[at - 1 - escapes] == '\\') ++escapes;
      if (escapes % 2 == 0) break;
    }
    return at;
  }
  // The parser may have read one byte too many.
  std::size_t number_start() const {
    std::size_t at = seen();
    if (at > 0 && !part_of_number(text_[at - 1])) --at;
    while (at > 0 && part_of_number(text_[at - 1])) --at;
    return at;
  }
  std::string taken(std::string& text, std::size_t start) const {
    return surrogates_ ? unescaped(text_.substr(start + 1, seen() - start - 2)) : std::move(text);
  }

  void problem(std::size_t offset, std::string pointer, std::string message) {
    document_.problems.push_back({offset, std::move(pointer), std::move(message)});
  }

  Node* value(Kind kind, std::size_t offset) {
    if (document_.nodes.size() >= values_max) {
      problem(offset, "", fmt::format("more than {} values", values_max));
      return nullptr;
    }
    Node& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.offset = offset;
    node.key_offset = offset;
    if (!open_.empty()) join(node);
    return &node;
  }
  void join(Node& node) {
    Open& parent = open_.back();
    node.parent = parent.node;
    node.index = parent.count++;
    if (parent.node->is(Kind::object)) {
      node.key = std::move(key_);
      node.key_offset = key_offset_;
    }
    (parent.last == nullptr ? parent.node->first : parent.last->next) = &node;
    parent.last = &node;
  }
  bool integer(bool negative, std::uint64_t magnitude) {
    Node* node = value(Kind::integer, number_start());
    if (node == nullptr) return false;
    node->negative = negative;
    node->number = magnitude;
    return true;
  }
  bool open(Kind kind) {
    Node* node = value(kind, seen() - 1);
    if (node == nullptr) return false;
    open_.push_back({node, nullptr, 0});
    if (open_.size() <= nesting_max) return true;
    problem(node->offset, pointer_of(*node), fmt::format("nested more than {} deep", nesting_max));
    return false;
  }
  void refuse_duplicates(const Node& object) {
    std::vector<const Node*> members;
    for (const Node& node : children(object)) members.push_back(&node);
    std::stable_sort(members.begin(), members.end(), [](const Node* a, const Node* b) { return a->key < b->key; });
    for (std::size_t i = 1; i < members.size() && document_.problems.size() < problems_max; ++i)
      if (members[i]->key == members[i - 1]->key)
        problem(members[i]->key_offset, pointer_of(*members[i]), "the key " + quote(members[i]->key) + " stands twice");
  }

  static constexpr std::size_t problems_max = 20;

  Document& document_;
  std::string_view text_;
  bool surrogates_;
  const char* begin_{};
  const char** seen_{};
  std::vector<Open> open_{};
  std::string key_{};
  std::size_t key_offset_{};
};

void parse_into(Document& document, std::string_view text) {
  const std::vector<std::size_t> surrogates = unpaired_surrogates(text);
  std::string shown;
  if (!surrogates.empty()) shown = text;
  for (const std::size_t at : surrogates) shown.replace(at, 6, "\\ufffd");
  const std::string_view read = surrogates.empty() ? text : std::string_view{shown};

  Builder builder{document, text, !surrogates.empty()};
  const char* seen = read.data();
  builder.shown(read.data(), &seen);
  nlohmann::json::sax_parse(Bytes{read.data(), &seen}, Bytes{read.data() + read.size(), &seen}, &builder);
}

}  // namespace

std::size_t count(const Node& parent) {
  std::size_t elements = 0;
  for (const Node* node = parent.first; node != nullptr; node = node->next) ++elements;
  return elements;
}

const Node* member(const Node& object, std::string_view key) {
  for (const Node& node : children(object))
    if (node.key == key) return &node;
  return nullptr;
}

Document parse(std::string_view text) {
  Document document;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    document.problems.push_back({0, "", "the file is empty"});
  else if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    document.problems.push_back({nul, "", "this is no JSON: a NUL byte"});
  else
    parse_into(document, text);
  if (!document.problems.empty()) document.nodes.clear();
  return document;
}

std::string pointer_of(const Node& node) {
  if (node.parent == nullptr) return {};
  return pointer_of(*node.parent) + "/" +
         (node.parent->is(Kind::object) ? pointer_segment(node.key) : std::to_string(node.index));
}

std::string one_line(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return node.truth ? "true" : "false";
    case Kind::integer:
      return (node.negative ? "-" : "") + std::to_string(node.number);
    case Kind::real:
      return node.text;
    case Kind::text:
      return quote(std::string_view{node.text});
    case Kind::array: {
      Array list;
      for (const Node& element : children(node)) list.add(one_line(element));
      return list.text();
    }
    case Kind::object:
      break;
  }
  Object object;
  for (const Node& value : children(node)) object.add(value.key, one_line(value));
  return object.text();
}

std::string described(const Node& node) {
  if (node.is(Kind::array)) return "a list";
  if (node.is(Kind::object)) return "an object";
  constexpr std::size_t shown_max = 60;
  if (!node.is(Kind::text) || node.text.size() <= shown_max) return one_line(node);
  std::size_t cut = shown_max;
  while ((static_cast<unsigned char>(node.text[cut]) & 0xC0U) == 0x80) --cut;
  return quote(std::string_view{node.text}.substr(0, cut)) + "...";
}

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto newlines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const auto inside =
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; });
  return {newlines + 1, line.size() - static_cast<std::size_t>(inside) + 1};
}

}  // namespace procreg::harness::json
