// From a plot to a property: many stories drawn by rapidcheck, each also run in lockstep with the model.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "api/clause.h"
#include "harness/lockstep/lockstep.h"
#include "harness/report/property.h"
#include "scenarios/properties/story.h"

namespace procreg::scenarios {

// How PropertyResult::counterexample tells apart what was noticed; a line each, in this order.
inline constexpr std::string_view sentence_broken = "The sentence does not hold: ";
inline constexpr std::string_view model_differs = "Model and subject differ: ";

using Plot = void (*)(Story& story);

// Calls `one` until it is false or has been true `runs` times; while it is false it is called again with smaller draws. `one`
// draws with rapidcheck's own generators. "" when it was true each time, else why rapidcheck stopped.
// Deterministic: rapidcheck gets its seed here and reads neither the clock nor RC_PARAMS, and it prints nothing.
std::string drawn_by_rapidcheck(std::uint64_t seed, int runs, bool shrinking, const std::function<bool()>& one);

// `runs` stories. A story fails when its own sentence does, or when the model differs at one of its steps. Failures shrink
// towards small draws, and a broken sentence never shrinks to a mere difference.
harness::PropertyResult check(const harness::SubjectFactory& subject, std::uint64_t seed, harness::Coverage& coverage,
                              Plot plot, int runs);

// What differs at which step, as one line.
std::string told(const harness::Script& script, const harness::Divergence& divergence);
// The profile and the steps of a script, a line each.
std::string told(const harness::Script& script);

// check as the function of a Property. Two hundred stories reach what these small stories can do; see planted_faults_test.cpp.
template <Plot plot, int runs = 200>
harness::PropertyResult run(const harness::SubjectFactory& subject, std::uint64_t seed, harness::Coverage& coverage) {
  return check(subject, seed, coverage, plot, runs);
}

// The text of a clause id as a template argument.
template <std::size_t size>
struct Id {
  char text[size]{};
  consteval Id(const char (&id)[size]) { std::copy_n(id, size, text); }
};

// The clauses of a property: about<"WER-ALL-01">(). An unknown id does not compile.
template <Id... ids>
std::span<const Clause> about() {
  static constexpr std::array<Clause, sizeof...(ids)> clauses{Clause(ids.text)...};
  return clauses;
}

}  // namespace procreg::scenarios
