#include <nlohmann/json.hpp>

#include <cmath>
#include <stdexcept>

#include "bench/report.h"

namespace procreg::bench {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view format = "procreg-bench/1";

Json to_json(const Machine& machine) {
  return {{"cpu", machine.cpu}, {"cores", machine.cores}, {"compiler", machine.compiler}, {"build", machine.build}};
}

Json to_json(const Row& row) {
  return {{"question", row.question},
          {"peer", row.peer},
          {"ours_ns", row.ours_ns},
          {"peer_ns", row.peer_ns},
          {"ratio", row.ratio},
          {"ratio_min", row.ratio_min},
          {"ratio_max", row.ratio_max},
          {"goal", row.goal ? Json(*row.goal) : Json(nullptr)},
          {"met", row.goal ? Json(row.met()) : Json(nullptr)},
          {"error", row.error.empty() ? Json(nullptr) : Json(row.error)}};
}

// `at` and `get` throw what is wrong in words; read_report hands it on.
Machine machine_from(const Json& json) {
  return {json.at("cpu").get<std::string>(), json.at("cores").get<unsigned>(), json.at("compiler").get<std::string>(),
          json.at("build").get<std::string>()};
}

double ratio_from(const Json& json, const char* key) {
  const double value = json.at(key).get<double>();
  if (!std::isfinite(value) || value < 0) throw std::runtime_error{std::string{key} + " is no ratio"};
  return value;
}

Row row_from(const Json& json) {
  Row row{.question = json.at("question").get<std::string>(),
          .peer = json.at("peer").get<std::string>(),
          .ours_ns = ratio_from(json, "ours_ns"),
          .peer_ns = ratio_from(json, "peer_ns"),
          .ratio = ratio_from(json, "ratio"),
          .ratio_min = ratio_from(json, "ratio_min"),
          .ratio_max = ratio_from(json, "ratio_max")};
  if (!json.at("goal").is_null()) row.goal = json.at("goal").get<double>();
  if (!json.at("error").is_null()) row.error = json.at("error").get<std::string>();
  return row;
}

Report report_from(const Json& json) {
  if (json.at("format").get<std::string>() != format) throw std::runtime_error{"the format is not procreg-bench/1"};
  Report report{.machine = machine_from(json.at("machine")),
                .rounds = json.at("rounds").get<unsigned>(),
                .quick = json.at("quick").get<bool>(),
                .rows = {}};
  for (const auto& row : json.at("questions")) report.rows.push_back(row_from(row));
  return report;
}

}  // namespace

std::string json(const Report& report) {
  Json rows = Json::array();
  for (const auto& row : report.rows) rows.push_back(to_json(row));
  const Json all{{"format", format},
                 {"machine", to_json(report.machine)},
                 {"rounds", report.rounds},
                 {"quick", report.quick},
                 {"questions", rows}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::variant<Report, std::string> read_report(std::string_view json) {
  try {
    return report_from(Json::parse(json));
  } catch (const std::exception& error) {
    return std::string{error.what()};
  }
}

}  // namespace procreg::bench
