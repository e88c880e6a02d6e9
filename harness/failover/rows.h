// The table of all combinations with those that end alike told together.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/failover/combination.h"
#include "harness/failover/table.h"

namespace procreg::harness {

// All combinations of these values end so.
struct FailoverRow {
  std::array<std::uint8_t, failover_parts> values{};  // bit v: with value v; at least one
  std::uint8_t outcome{};                             // index into FailoverTable::outcomes
  bool covers(const Combination& combination) const;
  std::size_t combinations() const;
};

// Every combination is in exactly one row. The table must be whole.
std::vector<FailoverRow> merged(const FailoverTable& table);

// "any", "3.0 and later", "equal, absent".
std::string text(const FailoverRow& row, FailoverPart part);

// For each row the clauses that applied to every combination of it, without those that applied to every combination there is.
std::vector<ClauseSet> applied_to_rows(const FailoverTable& table, std::span<const FailoverRow> rows);

}  // namespace procreg::harness
