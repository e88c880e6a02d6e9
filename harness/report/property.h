// What `conform` needs to know of a property suite. scenarios/properties implements properties(); everything else gets the
// list handed to it, so that tests can run suites of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/clause.h"
#include "harness/coverage/coverage.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

// Makes a fresh subject each time it is called.
using SubjectFactory = std::function<std::unique_ptr<Subject>()>;

struct PropertyResult {
  bool held{};
  std::uint64_t runs{};   // worlds tried; 0: the property looked at nothing, which counts as undecided, never as held
  std::uint64_t steps{};  // performed on the subject
  // When not held: what was seen, as a few lines of text without times and addresses, the shrunk case last.
  std::string counterexample{};
  // When not held and a script shows it: the shrunk script, saved beside the other failures.
  std::optional<Script> failing{};
};

struct Property {
  std::string_view name;            // a sentence: "A registration survives the exit of the registered process"
  std::span<const Clause> clauses;  // those that the property shows to hold
  // The same subject, seed and property give the same result on every machine. What is reached is added to `coverage`.
  PropertyResult (*run)(const SubjectFactory& subject, std::uint64_t seed, Coverage& coverage);
  bool draws{true};  // false: it tries all there is, and the seed means nothing
};

// Every property, in a fixed order. Defined in scenarios/properties.
std::span<const Property> properties();

}  // namespace procreg::harness
