#pragma once

#include <span>

#include "api/clause.h"

// The parts that clauses() is put together from. Only clause.cpp and its test include this.
namespace procreg::detail {

std::span<const ClauseInfo> wer_clauses();
std::span<const ClauseInfo> obj_ccf_clauses();
std::span<const ClauseInfo> smb_clauses();

// True when the tables, one after the other, hold exactly the ids of clause_ids in their order. While it is false,
// clauses() is short or info() answers with another clause's row; a test asks.
bool clause_tables_match_ids();

}  // namespace procreg::detail
