#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/report/json_report.h"

namespace procreg::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view not_in_xml = "\xEF\xBF\xBD";

// The text is UTF-8: JSON that was dumped.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\n')
      out += "&#10;";
    else if (c == '\t')
      out += "&#9;";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += not_in_xml;
    else
      out += c;
  }
  // U+FFFE and U+FFFF
  for (const std::string_view bad : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    for (std::size_t at = out.find(bad); at != std::string::npos; at = out.find(bad, at))
      out.replace(at, bad.size(), not_in_xml);
  return out;
}

struct Case {
  std::string name;
  std::string kind;  // "failure", "error", "skipped", "" for one that passed
  std::string message;
};

struct Group {
  std::string name;
  std::vector<Case> cases;
  std::size_t count(std::string_view kind) const {
    return static_cast<std::size_t>(
        std::count_if(cases.begin(), cases.end(), [&](const Case& c) { return c.kind == kind; }));
  }
};

std::string kind_of(const std::string& verdict) {
  if (verdict == "conforms") return "";
  if (verdict == "not-applicable") return "skipped";
  return verdict == "diverges" ? "failure" : "error";
}

std::string errors_of(const Json& scenario) {
  std::string message;
  for (const Json& error : scenario["errors"])
    message += fmt::format("{}:{}:{}: {}: {}\n", error["file"].get<std::string>(), error["line"].get<std::size_t>(),
                           error["column"].get<std::size_t>(), error["pointer"].get<std::string>(),
                           error["message"].get<std::string>());
  return message;
}

std::string run_message(const Json& run) {
  if (!run.contains("divergence")) return run.value("schedules", std::string{});
  const Json& divergence = run["divergence"];
  return fmt::format("step {}: {}\nclause {}\nmodel {}\nsubject {}\n{}\n", divergence["step"].get<std::size_t>(),
                     divergence["text"].get<std::string>(), divergence["clause"].get<std::string>(),
                     divergence["model"].dump(), divergence["subject"].dump(), run["again"].get<std::string>());
}

// A case a profile, or one for a file that could not be run.
Group scenarios_of(const Json& report) {
  Group group{"scenarios", {}};
  for (const Json& scenario : report["scenarios"]) {
    const auto file = scenario["file"].get<std::string>();
    const auto verdict = scenario["verdict"].get<std::string>();
    const std::string problems = errors_of(scenario);
    if (!problems.empty() || scenario["runs"].empty())
      group.cases.push_back({file, kind_of(verdict), problems.empty() ? verdict : problems});
    for (const Json& run : scenario["runs"])
      group.cases.push_back({fmt::format("{} under {}", file, run["profile"].get<std::string>()),
                             kind_of(run["verdict"].get<std::string>()), run_message(run)});
  }
  return group;
}

Group properties_of(const Json& report) {
  Group group{"properties", {}};
  for (const Json& property : report["properties"])
    group.cases.push_back({property["name"].get<std::string>(), kind_of(property["verdict"].get<std::string>()),
                           property.value("counterexample", std::string{"it looked at no world at all"})});
  return group;
}

Group clauses_of(const Json& report) {
  Group group{"clauses", {}};
  for (const Json& clause : report["clauses"]) {
    if (!clause["asked"].get<bool>()) continue;
    const bool reached = clause["reached"].get<bool>();
    group.cases.push_back({clause["id"].get<std::string>(), reached ? "" : "error", "never reached"});
  }
  return group;
}

Group problems_of(const Json& report) {
  Group group{"problems", {}};
  for (const Json& problem : report["problems"])
    group.cases.push_back({problem.get<std::string>(), "error", problem.get<std::string>()});
  if (report["interrupted"].get<bool>()) group.cases.push_back({"the run", "error", "interrupted"});
  return group;
}

std::string text(const Group& group, const Case& one) {
  const std::string head =
      fmt::format("    <testcase classname=\"procreg.{}\" name=\"{}\"", group.name, escaped(one.name));
  if (one.kind.empty()) return head + "/>\n";
  return fmt::format("{}>\n      <{} message=\"{}\"/>\n    </testcase>\n", head, one.kind, escaped(one.message));
}

std::string text(const Group& group) {
  std::string out =
      fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n", group.name,
                  group.cases.size(), group.count("failure"), group.count("error"), group.count("skipped"));
  for (const Case& one : group.cases) out += text(group, one);
  return out + "  </testsuite>\n";
}

}  // namespace

std::string junit_of(std::string_view suite_json) {
  const Json report = Json::parse(suite_json);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"procreg conform\">\n";
  for (const Group& group : {scenarios_of(report), properties_of(report), clauses_of(report), problems_of(report)})
    if (!group.cases.empty()) out += text(group);
  return out + "</testsuites>\n";
}

}  // namespace procreg::harness
