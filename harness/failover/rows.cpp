#include "harness/failover/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace procreg::harness {
namespace {

using Outcomes = std::span<const std::uint8_t>;

std::uint8_t bit(std::size_t value) { return static_cast<std::uint8_t>(1U << value); }
std::size_t size_of(std::size_t part) { return failover_dimensions()[part].values.size(); }
std::uint8_t all_of(std::size_t part) { return static_cast<std::uint8_t>(bit(size_of(part)) - 1U); }

// Splits a block of combinations by one part after another until all of a block end alike. Values whose blocks are equal stay
// together.
class Splitting {
 public:
  void split(Outcomes block, std::size_t part) {
    if (std::all_of(block.begin(), block.end(), [&](std::uint8_t outcome) { return outcome == block.front(); })) {
      add(block.front(), part);
    } else {
      each_group(block, part);
    }
  }
  std::vector<FailoverRow> rows() && { return std::move(rows_); }

 private:
  void add(std::uint8_t outcome, std::size_t part) {
    FailoverRow row{now_, outcome};
    for (; part < failover_parts; ++part) row.values[part] = all_of(part);
    rows_.push_back(row);
  }

  void each_group(Outcomes block, std::size_t part) {
    const std::size_t length = block.size() / size_of(part);
    std::uint8_t done = 0;
    for (std::size_t value = 0; value < size_of(part); ++value) {
      if ((done & bit(value)) != 0) continue;
      const Outcomes first = block.subspan(value * length, length);
      now_[part] = 0;
      for (std::size_t other = value; other < size_of(part); ++other)
        if (std::ranges::equal(first, block.subspan(other * length, length))) now_[part] |= bit(other);
      done |= now_[part];
      split(first, part + 1);
    }
  }

  std::array<std::uint8_t, failover_parts> now_{};
  std::vector<FailoverRow> rows_{};
};

// Rows that differ in one part only become one.
bool joined(std::vector<FailoverRow>& rows, std::size_t part) {
  std::map<std::pair<std::array<std::uint8_t, failover_parts>, std::uint8_t>, std::size_t> places;
  std::vector<FailoverRow> out;
  for (const FailoverRow& row : rows) {
    auto others = row.values;
    others[part] = 0;
    const auto [place, is_new] = places.emplace(std::pair{others, row.outcome}, out.size());
    if (is_new) out.push_back(row);
    out[place->second].values[part] |= row.values[part];
  }
  std::swap(rows, out);
  return rows.size() < out.size();
}

std::string listed(std::uint8_t values, const FailoverDimension& dimension) {
  std::string out;
  for (std::size_t value = 0; value < dimension.values.size(); ++value)
    if ((values & bit(value)) != 0) out += fmt::format("{}{}", out.empty() ? "" : ", ", dimension.values[value]);
  return out;
}

void each_combination_of(const FailoverRow& row, const auto& act) {
  std::vector<std::size_t> numbers{0};
  for (std::size_t part = 0; part < failover_parts; ++part) {
    std::vector<std::size_t> more;
    for (const std::size_t number : numbers)
      for (std::size_t value = 0; value < size_of(part); ++value)
        if ((row.values[part] & bit(value)) != 0) more.push_back(number * size_of(part) + value);
    numbers = std::move(more);
  }
  for (const std::size_t number : numbers) act(number);
}

}  // namespace

bool FailoverRow::covers(const Combination& combination) const {
  for (std::size_t part = 0; part < failover_parts; ++part)
    if ((values[part] & bit(combination.values[part])) == 0) return false;
  return true;
}

std::size_t FailoverRow::combinations() const {
  std::size_t count = 1;
  for (const std::uint8_t set : values) count *= static_cast<std::size_t>(std::popcount(set));
  return count;
}

std::vector<FailoverRow> merged(const FailoverTable& table) {
  std::vector<std::uint8_t> outcomes;
  outcomes.reserve(table.entries.size());
  for (const FailoverTable::Entry& entry : table.entries) outcomes.push_back(entry.outcome);
  Splitting splitting;
  splitting.split(outcomes, 0);
  std::vector<FailoverRow> rows = std::move(splitting).rows();
  for (bool again = true; again;) {
    again = false;
    for (std::size_t part = failover_parts; part-- > 0;) again = joined(rows, part) || again;
  }
  return rows;
}

std::string text(const FailoverRow& row, FailoverPart part) {
  const auto place = static_cast<std::size_t>(part);
  const std::uint8_t values = row.values[place];
  if (values == all_of(place)) return "any";
  const auto first = static_cast<std::size_t>(std::countr_zero(values));
  const bool to_the_end = (values >> first) == (all_of(place) >> first);
  const FailoverDimension& dimension = info(part);
  if (dimension.ordered && to_the_end && std::popcount(values) > 1)
    return fmt::format("{} and later", dimension.values[first]);
  return listed(values, dimension);
}

std::vector<ClauseSet> applied_to_rows(const FailoverTable& table, std::span<const FailoverRow> rows) {
  std::vector<ClauseSet> sets;
  ClauseSet everywhere = ClauseSet{}.set();
  for (const FailoverRow& row : rows) {
    ClauseSet common = ClauseSet{}.set();
    each_combination_of(row, [&](std::size_t number) { common &= table.applied[table.entries[number].applied]; });
    sets.push_back(common);
    everywhere &= common;
  }
  for (ClauseSet& set : sets) set &= ~everywhere;
  return sets;
}

}  // namespace procreg::harness
