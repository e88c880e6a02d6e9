#include "harness/cli/conform.h"

#include <ostream>

#include "harness/cli/output.h"
#include "harness/report/json_report.h"
#include "harness/report/suite_report.h"

namespace procreg::cli {

ExitStatus conform(const ConformRequest& request, const Session& session) {
  const harness::SuiteResult result = run_suite(request, session);
  const bool text_wanted = request.json != "-";
  if (text_wanted) session.out << suite_text(result);

  bool written = true;
  if (!request.json.empty() || !request.junit.empty()) {
    const std::string json = suite_json(result);
    if (!text_wanted) session.out << json;
    if (text_wanted && !request.json.empty()) written = written_to(request.json, json, session);
    if (!request.junit.empty()) written = written_to(request.junit, harness::junit_of(json), session) && written;
  }
  return written ? exit_status(result.verdict) : ExitStatus::failed;
}

}  // namespace procreg::cli
