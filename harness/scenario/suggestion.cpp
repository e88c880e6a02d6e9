#include "harness/scenario/suggestion.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/scenario/json_text.h"

namespace procreg::harness {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many characters to insert, drop or replace; case does not count.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string list(std::span<const std::string_view> words, std::string_view last_separator) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? last_separator : ", ";
    out += json::quote(words[i]);
  }
  return out;
}

// As `distance`, and near where one is the beginning of the other.
std::size_t strangeness(std::string_view word, std::string_view known) {
  constexpr std::size_t beginning_min = 4;
  const bool beginning =
      std::min(word.size(), known.size()) >= beginning_min && (known.starts_with(word) || word.starts_with(known));
  return beginning ? 1 : distance(word, known);
}

constexpr std::size_t word_max = 100;
constexpr std::size_t listed_max = 40;

}  // namespace

std::vector<std::string_view> near(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > word_max) return {};
  const std::size_t far = std::max<std::size_t>(2, word.size() / 4);
  std::vector<std::pair<std::size_t, std::string_view>> found;
  for (const std::string_view candidate : known)
    if (const std::size_t d = strangeness(word, candidate); d <= far && d < candidate.size())
      found.emplace_back(d, candidate);
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string_view> out;
  for (const auto& [d, candidate] : found)
    if (out.size() < 3 && d <= found.front().first + 1) out.push_back(candidate);
  return out;
}

std::string unknown(std::string_view what, std::string_view word, std::span<const std::string_view> known) {
  std::string out = fmt::format("unknown {} {}", what, json::quote(word.substr(0, word_max)));
  if (const auto candidates = near(word, known); !candidates.empty())
    return out + fmt::format("; did you mean {}?", list(candidates, " or "));
  if (known.empty()) return out + "; there is none here";
  return known.size() > listed_max ? out : out + "; known: " + list(known, ", ");
}

}  // namespace procreg::harness
