// Text in lines: wrapping, columns, lists that are cut short.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procreg::harness {

// Words in lines of at most `width` characters; a longer word has a line of its own. Every line but the first begins with
// `indent` spaces, which `width` does not count.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

// Rows of a label and a text beside it.
struct RowLayout {
  std::size_t indent{};  // spaces before the label
  std::size_t label{};   // width of its column
  std::size_t width{};   // of the text, as in `wrapped`
  // The lines of a row, each ended.
  std::string operator()(std::string_view label_text, std::string_view text) const;
};

// Rows under a step.
inline constexpr RowLayout step_row{.indent = 8, .label = 16, .width = 92};

// "a b c", or "a b c and 4 more" when there are more than `most`.
std::string listed(std::span<const std::string> items, std::size_t most);

// "1 step", "2 steps".
std::string counted(std::size_t count, std::string_view thing);

// Rows of texts under named columns.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

// Columns as wide as their widest cell, two spaces between them, none at the end of a line; without the head.
std::string text(const Table& table);

// An array of objects, one a line.
std::string json_text(const Table& table);

}  // namespace procreg::harness
