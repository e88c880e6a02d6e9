#include "harness/cli/conform.h"

#include <fmt/format.h>

#include <ostream>

#include "harness/cli/output.h"
#include "harness/report/json_report.h"
#include "harness/report/suite_report.h"

namespace procreg::cli {
namespace {

// False, with a message, when the file could not be written.
bool write_file(const std::string& path, std::string_view content, const Session& session) {
  const std::string error = write_output(path, content);
  if (!error.empty()) session.err << fmt::format("procreg: {}\n", error);
  return error.empty();
}

}  // namespace

ExitStatus conform(const ConformRequest& request, const Session& session) {
  const harness::SuiteResult result = run_suite(request, session);
  const bool text_wanted = request.json != "-";
  if (text_wanted) session.out << suite_text(result);

  bool written = true;
  if (!request.json.empty() || !request.junit.empty()) {
    const std::string json = suite_json(result);
    if (!text_wanted) session.out << json;
    if (text_wanted && !request.json.empty()) written = write_file(request.json, json, session);
    if (!request.junit.empty()) written = write_file(request.junit, harness::junit_of(json), session) && written;
  }
  return written ? exit_status(result.verdict) : ExitStatus::failed;
}

}  // namespace procreg::cli
