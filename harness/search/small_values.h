// The few values of each kind that matter most: what short scripts are made of, and what else an argument could have
// been.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "harness/scenario/script.h"
#include "harness/search/repair.h"

namespace procreg::harness {

// How many values of a kind: those that the smallest scripts need, or about as many as the generator draws from.
enum class Breadth : std::uint8_t { least, usual };

// For the fields of the steps of one script, before each step.
class SmallValues {
 public:
  // `names` are bound before the step; names, tables and machines are those of the script. Both outlive this.
  SmallValues(const Script& script, const BoundNames& names, Breadth breadth)
      : script_{script}, names_{names}, breadth_{breadth} {}

  // How many values the field of the step may take. Numbers include those next to the one the step has.
  std::size_t count(const Step& step, const FieldInfo& field) const;
  // Whether there is something for every field of the step that nothing can stand for.
  bool can_make(const Step& step) const;
  // Gives the field its value number `place`, below count for the same step.
  void take(Step& step, const FieldInfo& field, std::size_t place) const;

 private:
  const Script& script_;
  const BoundNames& names_;
  Breadth breadth_;
};

// Which steps small_steps makes.
struct StepChoice {
  std::optional<std::size_t> kind{};  // of that kind only
  // All combinations of values are made where they are few, else those in which at most so many fields are not as they
  // are by default.
  std::size_t changes{2};
};

// Steps with small values, each once, in a fixed order, the kinds as they come in the table. What a step makes gets a
// name of its own: base `made`.
std::vector<Step> small_steps(const Script& script, const BoundNames& names, std::uint16_t made,
                              const StepChoice& choice = {});

}  // namespace procreg::harness
