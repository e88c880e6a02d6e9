// The words of a command line that stand for subjects which are not `impl`.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "harness/cli/words.h"
#include "harness/subject/foreign.h"
#include "harness/subject/program.h"

namespace procreg::cli {

using ForeignFactory = std::function<std::unique_ptr<harness::ForeignSubject>()>;

inline constexpr std::string_view program_prefix = "program:";  // a command
inline constexpr std::string_view library_prefix = "library:";  // a path
// It begins with one of them.
bool is_foreign(std::string_view subject);

// Of one of these. A library runs in a process of its own, behind `procreg serve`, so that it may die and hang.
std::variant<ForeignFactory, BadArgument> foreign_word(std::string_view subject, const harness::ProgramLimits& limits);

// "10", "0.5": seconds, more than 0.
std::variant<std::chrono::milliseconds, BadArgument> seconds_word(std::string_view word);

}  // namespace procreg::cli
