#include "harness/judge/deviations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

using json::Node;

constexpr std::string_view deviations_format = "procreg-deviations/1";
constexpr std::array<std::string_view, 2> keys{"format", "deviations"};
constexpr std::array<std::string_view, 2> deviation_keys{"clause", "reason"};

std::vector<std::string_view> clause_ids() {
  std::vector<std::string_view> ids;
  for (const ClauseInfo& clause : clauses()) ids.push_back(clause.id);
  return ids;
}

void read_deviation(Reading& in, const Node& value, Deviations& deviations) {
  if (!expect(in, value, json::Kind::object, "a deviation { \"clause\": ..., \"reason\": ... }")) return;
  refuse_unknown_keys(in, value, deviation_keys, {});
  const Node* const clause = needed_member(in, value, "clause");
  const Node* const reason = needed_member(in, value, "reason");
  if (clause == nullptr || reason == nullptr) return;
  const auto id = read_text(in, *clause, "the id of a clause");
  const auto why = read_text(in, *reason, "a text");
  if (!id || !why) return;
  const auto found = Clause::find(*id);
  if (!found) return in.errors.at(*clause, unknown("clause", *id, clause_ids()));
  if (deviations.find(*found) != nullptr) return in.errors.at(*clause, fmt::format("{} is listed twice", *id));
  if (why->empty()) return in.errors.at(*reason, "a reason is not empty");
  deviations.listed.push_back({*found, std::string{*why}});
}

void read_file(Reading& in, const Node& root, Deviations& deviations) {
  if (!expect(in, root, json::Kind::object, "an object { \"format\": ..., \"deviations\": [...] }")) return;
  refuse_unknown_keys(in, root, keys, {});
  const Node* const format = needed_member(in, root, "format");
  const Node* const list = needed_member(in, root, "deviations");
  if (format != nullptr && (!format->is(json::Kind::text) || format->text != deviations_format))
    in.errors.at(*format, fmt::format("the format is \"{}\"", deviations_format));
  if (list == nullptr || !expect(in, *list, json::Kind::array, "a list of deviations")) return;
  for (const Node& value : json::children(*list)) read_deviation(in, value, deviations);
}

}  // namespace

const Deviation* Deviations::find(Clause clause) const {
  const auto found =
      std::find_if(listed.begin(), listed.end(), [&](const Deviation& each) { return each.clause == clause; });
  return found == listed.end() ? nullptr : &*found;
}

std::variant<Deviations, std::vector<InputError>> read_deviations(std::string_view json, std::string_view file_name) {
  Errors errors{json, file_name};
  const json::Document document = json::parse(json);
  errors.add(document.problems);
  Deviations deviations{std::string{file_name}, {}};
  if (errors.none()) {
    Script unused;
    Reading in{errors, unused};
    read_file(in, document.nodes.front(), deviations);
  }
  if (!errors.none()) return errors.take();
  return deviations;
}

std::variant<Deviations, std::vector<InputError>> read_deviations_file(const std::string& path) {
  return read_file(path, read_deviations);
}

}  // namespace procreg::harness
