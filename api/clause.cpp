#include "api/clause.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <vector>

#include "api/clause_tables.h"

namespace procreg {
namespace {

std::vector<ClauseInfo> all_tables() {
  std::vector<ClauseInfo> rows;
  rows.reserve(clause_count);
  for (const auto part : {detail::wer_clauses(), detail::obj_ccf_clauses(), detail::smb_clauses()})
    rows.insert(rows.end(), part.begin(), part.end());
  return rows;
}

}  // namespace

void detail::clause_index_is_out_of_range() { std::abort(); }

bool detail::clause_tables_match_ids() {
  const auto has_id = [](const ClauseInfo& row, std::string_view id) { return row.id == id; };
  const auto rows = clauses();
  return std::equal(rows.begin(), rows.end(), clause_ids.begin(), clause_ids.end(), has_id);
}

std::string_view name(Basis basis) {
  switch (basis) {
    case Basis::documented:
      return "documented";
    case Basis::header:
      return "header";
    case Basis::measured:
      return "measured";
    case Basis::observed:
      return "observed";
    case Basis::chosen:
      return "chosen";
  }
  std::abort();
}

std::string_view name(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::decides:
      return "decides";
    case ClauseKind::shapes:
      return "shapes";
    case ClauseKind::law:
      return "law";
    case ClauseKind::definition:
      return "definition";
  }
  std::abort();
}

std::ostream& operator<<(std::ostream& out, Basis basis) { return out << name(basis); }

std::ostream& operator<<(std::ostream& out, ClauseKind kind) { return out << name(kind); }

std::ostream& operator<<(std::ostream& out, Clause clause) { return out << clause.id(); }

std::span<const ClauseInfo> clauses() {
  static const std::vector<ClauseInfo> rows = all_tables();
  return rows;
}

const ClauseInfo& info(Clause clause) {
  const auto rows = clauses();
  if (clause.index() >= rows.size()) detail::clause_index_is_out_of_range();
  return rows[clause.index()];
}

}  // namespace procreg
