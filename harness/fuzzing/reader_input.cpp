#include "harness/fuzzing/reader_input.h"

#include <algorithm>

namespace procreg::fuzzing {
namespace {

using harness::InputError;
using harness::Script;
using Errors = std::vector<InputError>;

bool same(const Script& a, const Script& b) {
  return a.name == b.name && a.why == b.why && a.clauses == b.clauses && a.profiles == b.profiles &&
         a.world == b.world && a.names == b.names && a.steps == b.steps && a.expectations == b.expectations &&
         a.parallel == b.parallel && a.schedule == b.schedule;
}

}  // namespace

std::string reader_problem(std::string_view input, Write write) {
  const auto first = harness::read_script(input, "input");
  if (const auto* errors = std::get_if<Errors>(&first)) {
    const bool silent = errors->empty() || std::any_of(errors->begin(), errors->end(),
                                                       [](const InputError& error) { return error.message.empty(); });
    return silent ? "refused without a reason" : "";
  }
  const std::string written = write(std::get<Script>(first));
  const auto second = harness::read_script(written, "written");
  if (const auto* errors = std::get_if<Errors>(&second))
    return "what was accepted is refused when it is written: " + text(errors->front()) + "\n" + written;
  if (!same(std::get<Script>(first), std::get<Script>(second))) return "what is read back differs:\n" + written;
  if (write(std::get<Script>(second)) != written) return "what is written again differs:\n" + written;
  return {};
}

}  // namespace procreg::fuzzing
