// Which option a subject takes for every choice: plans the scripts that decide, runs them, and keeps the shortest that shows it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/judge/judge.h"
#include "harness/judge/judgement.h"
#include "harness/scenario/script.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

// A script that shows that a subject does not take an option.
struct Evidence {
  std::uint8_t against{};      // the option that it rules out
  Script script{};             // its last step shows it
  std::string answer{};        // of the subject to that step
  std::string would_answer{};  // the specification's under the other option
};

struct Characterised {
  std::size_t choice{};
  std::uint8_t options{};            // those that are left, as bits
  std::vector<Evidence> evidence{};  // one for each option that is ruled out
};

// A script that no profile explains, or that contradicts others.
struct Disagreement {
  Script script{};
  Judgement judgement{};
};

struct Character {
  std::string failure{};                 // why the subject could not be asked; "" when it could
  std::vector<Characterised> choices{};  // all, in their order
  Knowledge knowledge{};                 // several products: combinations that cannot be told apart
  std::vector<Disagreement> disagreements{};
  std::size_t scripts{};  // run
  std::size_t steps{};
  bool interrupted{};

  // Every choice decided, and nothing contradicted.
  bool whole() const;
};

struct CharacteriseOptions {
  std::function<bool()> interrupted{};                                // asked between scripts
  std::function<void(std::size_t done, std::size_t all)> progress{};  // of the choices
};

// `scripts`: to choose from.
Character characterise(ForeignSubject& subject, const std::vector<Script>& scripts,
                       const CharacteriseOptions& options = {});

// Several lines: option by option what the subject does, with the shortest script that shows it.
std::string character_text(const Character& character);
std::string character_json(const Character& character, std::string_view name, std::string_view version);
// Format "procreg-profile/1", for `--profile FILE`. Choices that are not decided stand in `undecided`.
std::string profile_json(const Character& character, std::string_view name);

}  // namespace procreg::harness
