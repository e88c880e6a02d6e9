#include "harness/cli/foreign.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "harness/cli/scenario_files.h"
#include "harness/report/suite_report.h"

namespace procreg::cli {
namespace {

ForeignFactory program(std::string command, const harness::ProgramLimits& limits) {
  return [command = std::move(command), limits] { return harness::program_subject(command, limits); };
}

}  // namespace

bool is_foreign(std::string_view subject) {
  return subject.starts_with(program_prefix) || subject.starts_with(library_prefix);
}

std::variant<ForeignFactory, BadArgument> foreign_word(std::string_view subject, const harness::ProgramLimits& limits) {
  const std::string what{subject.substr(program_prefix.size())};
  static_assert(program_prefix.size() == library_prefix.size());
  if (what.empty())
    return BadArgument{fmt::format("'{}' needs a {}", subject, subject == program_prefix ? "command" : "path")};
  if (subject.starts_with(program_prefix)) return program(what, limits);
  const std::string self = folder_of_program() + "/procreg";
  return program(fmt::format("exec {} serve --subject {}", harness::shell_word(self), harness::shell_word(subject)),
                 limits);
}

std::variant<std::chrono::milliseconds, BadArgument> seconds_word(std::string_view word) {
  const std::string text{word};
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  constexpr double most = 86'400;
  if (text.empty() || *end != '\0' || !(seconds >= 0.001) || seconds > most)
    return BadArgument{fmt::format("'{}' is not a number of seconds from 0.001 to {}", word, most)};
  return std::chrono::milliseconds{std::lround(seconds * 1000)};
}

}  // namespace procreg::cli
