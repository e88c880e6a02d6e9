// The words of a command line that stand for something: clauses, choices, profiles, subjects.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/report/campaign.h"
#include "harness/report/property.h"
#include "harness/scenario/script.h"

namespace procreg::cli {

// An argument that cannot be used, as a message for the user.
struct BadArgument {
  std::string message;
};

// Digits and nothing else; nullopt too for a number of more than 64 bits.
std::optional<std::uint64_t> number_of(std::string_view word, int base = 10);

std::variant<Clause, BadArgument> clause_word(std::string_view word);

// A clause that can be made wrong: covered, and of kind decides or shapes.
std::variant<Clause, BadArgument> spoilable_clause(std::string_view word);

// "documented", "windows11:app-instance-zero-guid=accept,reregistration=first-wins", or as a report names it: "documented with
// app-instance-zero-guid=accept", or a file that ends in .json (harness/characterise/profile_file.h).
std::variant<harness::Script::NamedProfile, BadArgument> profile_word(std::string_view word);

// "impl": subjects in process. For others see harness/cli/foreign.h.
std::variant<harness::SubjectFactory, BadArgument> subject_word(std::string_view word);

// "2/8" is shard 2 of 8.
std::variant<harness::Shard, BadArgument> shard_word(std::string_view word);

// All ids and names that `explain` knows.
std::vector<std::string_view> clause_words();
std::vector<std::string_view> choice_words();

}  // namespace procreg::cli
