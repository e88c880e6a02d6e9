#include "harness/report/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/json_text.h"

namespace procreg::harness {
namespace {

std::vector<std::size_t> widths(const Table& table) {
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  return widths;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string lines;
  std::size_t line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (line != 0 && line + 1 + word.size() > width) {
      lines += "\n" + std::string(indent, ' ');
      line = 0;
    }
    if (line != 0) lines += ' ';
    lines += word;
    line += word.size() + (line != 0 ? 1 : 0);
  }
  return lines;
}

std::string RowLayout::operator()(std::string_view label_text, std::string_view text) const {
  return fmt::format("{:{}}{:<{}}{}\n", "", indent, label_text, label, wrapped(text, indent + label, width));
}

std::string listed(std::span<const std::string> items, std::size_t most) {
  std::string list;
  for (std::size_t i = 0; i < std::min(items.size(), most); ++i) list += (i == 0 ? "" : " ") + items[i];
  if (items.size() > most) list += fmt::format(" and {} more", items.size() - most);
  return list;
}

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string text(const Table& table) {
  const auto columns = widths(table);
  std::string out;
  for (const auto& row : table.rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += fmt::format("{}{:<{}}", i == 0 ? "" : "  ", row[i], columns[i]);
    line.resize(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string json_text(const Table& table) {
  std::string out = "[";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += r == 0 ? "\n  {" : ",\n  {";
    for (std::size_t i = 0; i < table.rows[r].size(); ++i)
      out += fmt::format("{}{}: {}", i == 0 ? "" : ", ", json::quote(table.columns[i]), json::quote(table.rows[r][i]));
    out += '}';
  }
  return out + (table.rows.empty() ? "]\n" : "\n]\n");
}

}  // namespace procreg::harness
