// Why a shrunk script fails: which of its steps and arguments are needed, which could be anything, and the nearest script
// that passes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/search/shrink.h"

namespace procreg::harness {

// Whether a value is needed for the failure. Told by other values of SmallValues in its place, one at a time.
enum class Need : std::uint8_t {
  exactly,  // with none of the others does the script fail in the same way
  some,     // with some of them
  any,      // with all of them
  untried,  // no other was tried: there is none, or the search ended early
};
std::string_view name(Need need);  // "exactly", "some", "any", "untried"

struct ArgumentNeed {
  std::string_view field{};
  std::string value{};  // as a scenario file writes it
  Need need{};
  std::vector<std::string> also{};  // the others with which it fails in the same way
  std::size_t tried{};              // others
};

struct StepNeed {
  bool needed{};  // without it the script does not fail in the same way; the failing step itself always is
  std::vector<ArgumentNeed> arguments{};  // but the name of what it makes
};

// A script that passes, and how it comes from the one that fails.
struct Passing {
  Script script{};
  std::string edit{};  // "step 2: ms is 4999 instead of 5000", "without step 1: ...", "before step 2: ..."
};

struct Explanation {
  std::vector<StepNeed> steps{};
  // With one argument changed, else with one step left out, else with one more: one in which the model decides the last
  // step by the same clause, if there is such a script, else any.
  std::optional<Passing> nearest{};
  std::size_t runs{};
  bool finished{};  // false: stopped, or out of runs
};

// `failure` is what `script` runs into under `profile`, at its last step.
Explanation explained(const Script& script, const Profile& profile, Subject& subject, const Divergence& failure,
                      const ShrinkOptions& options = {});

// Several lines, each ended and indented by two spaces.
std::string text(const Script& script, const Explanation& explanation);
std::string json_text(const Explanation& explanation);

}  // namespace procreg::harness
