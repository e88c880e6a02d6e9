#pragma once

#include <bitset>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string_view>

#include "api/clause_ids.h"

// The clauses of the specification as values. A clause is named in code by its id, and an id that does not exist does
// not compile:
//
//   return world.refuse(E_INVALIDARG, "WER-AP-02");
//
// Everything here is immutable after start-up and may be used from any thread.
namespace procreg {

// What a clause rests on; the first word of its provenance. To diverge from a documented clause is a fault, to differ
// from a chosen one is information.
enum class Basis : std::uint8_t { documented, header, measured, observed, chosen };

// How a clause can be seen to hold: by an answer (decides), by an output (shapes), between steps (law), not at all
// (definition).
enum class ClauseKind : std::uint8_t { decides, shapes, law, definition };

// The word as the specification spells it, which is also the name of the enumerator.
std::string_view name(Basis basis);
std::string_view name(ClauseKind kind);
std::ostream& operator<<(std::ostream& out, Basis basis);
std::ostream& operator<<(std::ostream& out, ClauseKind kind);

inline constexpr std::size_t clause_count = detail::clause_ids.size();

namespace detail {

inline constexpr std::uint16_t no_clause = 0xFFFF;
static_assert(clause_count < no_clause);

// The index of the id, or no_clause. Ids differ in length and in their last digits first, so those are looked at before
// the rest: this runs in the compiler for every clause that a file names.
constexpr std::uint16_t clause_index(std::string_view id) {
  if (id.size() < 2) return no_clause;
  const std::size_t size = id.size();
  const char last = id[size - 1];
  std::uint16_t index = 0;
  for (const std::string_view& known : clause_ids) {
    if (known.size() == size && known[size - 1] == last && known == id) return index;
    ++index;
  }
  return no_clause;
}

// Not constexpr and nowhere defined: a compiler that must call it says its name.
std::uint16_t no_clause_of_the_specification_has_this_id();

consteval std::uint16_t known_clause_index(std::string_view id) {
  const std::uint16_t index = clause_index(id);
  return index != no_clause ? index : no_clause_of_the_specification_has_this_id();
}

[[noreturn]] void clause_index_is_out_of_range();

}  // namespace detail

// A clause, or `none`. Two clauses are equal exactly when their ids are; they are ordered as in the specification, none
// last.
class Clause {
 public:
  // None.
  constexpr Clause() = default;

  // The clause with this id. An unknown id does not compile; for an id known only at run time see find().
  // Where a type must be written write Clause("WER-AP-11"): clang 14 crashes on some uses of Clause{"WER-AP-11"}.
  // NOLINTNEXTLINE(google-explicit-constructor): an id stands for its clause
  consteval Clause(const char* id) : index_{detail::known_clause_index(id)} {}

  // The clause at a position of clauses(). An index of clause_count or more ends the program.
  static constexpr Clause at(std::size_t index) {
    if (index >= clause_count) detail::clause_index_is_out_of_range();
    Clause clause;
    clause.index_ = static_cast<std::uint16_t>(index);
    return clause;
  }

  // The clause with this id, spelled exactly; nullopt when there is none, also for the id of a retired clause.
  static constexpr std::optional<Clause> find(std::string_view id) {
    const std::uint16_t index = detail::clause_index(id);
    if (index == detail::no_clause) return std::nullopt;
    return at(index);
  }

  constexpr bool is_none() const { return index_ == detail::no_clause; }

  // Its position in clauses() and its bit in a ClauseSet; 0xFFFF for none.
  constexpr std::size_t index() const { return index_; }

  // "none" for none.
  constexpr std::string_view id() const { return is_none() ? std::string_view{"none"} : detail::clause_ids[index_]; }

  friend constexpr bool operator==(Clause, Clause) = default;
  friend constexpr std::strong_ordering operator<=>(Clause, Clause) = default;

 private:
  std::uint16_t index_ = detail::no_clause;
};

// The id.
std::ostream& operator<<(std::ostream& out, Clause clause);

// A row of the specification as plain text: the cells without their markup, a source of "same" replaced by what it
// refers to. Of the two tables of states in wer.md, 3.6 has the state in the condition ("in Hung: Answer") and 3.7 the
// states in the effect ("Running, Hung: normal; InRecovery: ...").
struct ClauseInfo {
  std::string_view id;
  ClauseKind kind;
  Basis basis;
  std::string_view provenance;  // the whole cell; it begins with the word of `basis`
  std::string_view condition;
  std::string_view effect;
  std::string_view source;  // "-" where the specification names none
  bool covered;             // the model and the implementation follow it
};

// None ends the program.
const ClauseInfo& info(Clause clause);

// All clauses; clauses()[clause.index()] belongs to clause.
std::span<const ClauseInfo> clauses();

// Bit clause.index() stands for the clause; none has no bit.
using ClauseSet = std::bitset<clause_count>;

}  // namespace procreg
