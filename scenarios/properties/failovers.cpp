// Two clients open a file one after the other: all combinations of what may decide who has it afterwards.
#include <algorithm>
#include <array>
#include <utility>

#include "harness/failover/table.h"
#include "scenarios/properties/check.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum harness::FailoverPart;
using enum NtStatus;

// --- What smb.md 6.2 and 8 say, word by word ---

struct Value {
  harness::FailoverPart part{};
  std::string_view is{};  // "": none
};

// The combination that cells differ from: a takeover by a greater version.
constexpr Value usual[] = {{path, "same"},
                           {second_dialect, "3.1.1"},
                           {server_dialect, "3.1.1"},
                           {second_id, "equal"},
                           {share, "same"},
                           {client_guid, "different"},
                           {first_id, "yes"},
                           {first_durable, "no"},
                           {first_dialect, "3.1.1"},
                           {first_version, "yes"},
                           {second_version, "greater by high"},
                           {second_durable, "no"},
                           {may_read, "yes"},
                           {profile, "documented"}};
static_assert(std::size(usual) == harness::failover_parts);

struct Cell {
  std::string_view says;
  std::array<Value, 3> values;
  NtStatus second;
  NtStatus write;  // of the first client afterwards
};

constexpr Cell cells[] = {
    {"no version, none sent: passes",
     {{{first_version, "no"}, {second_version, "absent"}}},
     STATUS_SUCCESS,
     STATUS_FILE_CLOSED},
    {"no version, none sent on 3.0: passes",
     {{{first_version, "no"}, {second_version, "absent"}, {second_dialect, "3.0"}}},
     STATUS_SUCCESS,
     STATUS_FILE_CLOSED},
    {"no version, any sent: passes",
     {{{first_version, "no"}, {second_version, "less by low"}}},
     STATUS_SUCCESS,
     STATUS_FILE_CLOSED},
    {"a version, none sent: rejects", {{{second_version, "absent"}}}, STATUS_FILE_FORCED_CLOSED, STATUS_SUCCESS},
    {"a version, none sent on 3.0: rejects",
     {{{second_version, "absent"}, {second_dialect, "3.0"}}},
     STATUS_FILE_FORCED_CLOSED,
     STATUS_SUCCESS},
    {"greater by its high half: passes", {{{second_version, "greater by high"}}}, STATUS_SUCCESS, STATUS_FILE_CLOSED},
    {"greater by its low half: passes", {{{second_version, "greater by low"}}}, STATUS_SUCCESS, STATUS_FILE_CLOSED},
    {"equal: rejects", {{{second_version, "equal"}}}, STATUS_FILE_FORCED_CLOSED, STATUS_SUCCESS},
    {"less by its high half: rejects", {{{second_version, "less by high"}}}, STATUS_FILE_FORCED_CLOSED, STATUS_SUCCESS},
    {"less by its low half: rejects", {{{second_version, "less by low"}}}, STATUS_FILE_FORCED_CLOSED, STATUS_SUCCESS},
    {"no version, one sent anyway on 3.0: passes",
     {{{first_version, "no"}, {second_dialect, "3.0"}}},
     STATUS_SUCCESS,
     STATUS_FILE_CLOSED},
    {"a version, a greater one sent anyway on 3.0.2: rejects",
     {{{second_dialect, "3.0.2"}}},
     STATUS_FILE_FORCED_CLOSED,
     STATUS_SUCCESS},
    {"a server below 3.1.1 rejects no version",
     {{{server_dialect, "3.0.2"}, {first_durable, "yes"}, {second_version, "less by high"}}},
     STATUS_SUCCESS,
     STATUS_FILE_CLOSED},
    {"the holder's client again: a share violation",
     {{{client_guid, "same"}}},
     STATUS_SHARING_VIOLATION,
     STATUS_SUCCESS},
    {"another id: a share violation", {{{second_id, "different"}}}, STATUS_SHARING_VIOLATION, STATUS_SUCCESS},
    {"no id: a share violation", {{{second_id, "absent"}}}, STATUS_SHARING_VIOLATION, STATUS_SUCCESS},
    {"another share: a share violation", {{{share, "different"}}}, STATUS_SHARING_VIOLATION, STATUS_SUCCESS},
    {"another file: both have theirs", {{{path, "different"}}}, STATUS_SUCCESS, STATUS_SUCCESS},
};

void put(harness::Combination& combination, const Value& value) {
  if (value.is.empty()) return;
  const auto values = info(value.part).values;
  combination.set(value.part,
                  static_cast<std::size_t>(std::find(values.begin(), values.end(), value.is) - values.begin()));
}

harness::Combination combination_of(const Cell& cell) {
  harness::Combination combination;
  for (const Value& value : usual) put(combination, value);
  for (const Value& value : cell.values) put(combination, value);
  return combination;
}

// The answers of the subject alone, by steps.
std::vector<Result> answers(harness::Subject& subject, const harness::Script& script) {
  harness::Bindings bindings;
  bindings.clear(script.names.size());
  bindings.bind_world(script.world);
  subject.reset(script.world, script.tables, script.profiles.front().profile);
  std::vector<Result> results;
  for (const Step& step : script.steps) {
    const Answer answer = subject.perform(bindings.resolve(step));
    bindings.bind(step, answer);
    results.push_back(answer.result);
  }
  return results;
}

// Fills `result` where a cell is not as it says; the model has no part in this.
bool every_cell_is_so(harness::Subject& subject, harness::FailoverScripts& scripts, harness::PropertyResult& result) {
  for (const Cell& cell : cells) {
    const harness::Combination combination = combination_of(cell);
    const harness::Script& script = scripts.of(combination);
    const std::vector<Result> seen = answers(subject, script);
    ++result.runs;
    result.steps += seen.size();
    if (seen[seen.size() - 2] == Result{cell.second} && seen.back() == Result{cell.write}) continue;
    result.counterexample = std::string{sentence_broken} + std::string{cell.says} + "\n" + text(combination) + "\n" +
                            "the second create: " + text(seen[seen.size() - 2]) +
                            "; the first client's write: " + text(seen.back()) + "\n" + told(script);
    result.failing = script;
    return false;
  }
  return true;
}

// --- All combinations, against the model ---

std::string seen_at(const harness::FailoverDifference& difference) {
  return std::string{model_differs} + told(difference.script, difference.divergence) + "\n" +
         text(difference.combination) + "\n" + told(difference.script);
}

// There is nothing to draw.
harness::PropertyResult every_combination(const harness::SubjectFactory& make, std::uint64_t /*seed*/,
                                          harness::Coverage& coverage) {
  harness::FailoverScripts scripts;
  const auto subject = make();
  harness::PropertyResult result;
  if (!every_cell_is_so(*subject, scripts, result)) return result;
  harness::FailoverRun run = harness::run_every_combination(*subject, coverage);
  result.held = !run.difference;
  result.runs += run.table.entries.size();
  result.steps += run.steps;
  if (run.difference) {
    ++result.runs;
    result.counterexample = seen_at(*run.difference);
    result.failing = std::move(run.difference->script);
  }
  return result;
}

}  // namespace

Suite failovers() {
  static const harness::Property all[] = {
      {"However two clients open a file one after the other, who has it afterwards is as the tables and the model say",
       about<"SMB-AI-04", "SMB-AI-05", "SMB-AI-06", "SMB-AI-07", "SMB-AI-10", "SMB-AI-17", "SMB-VER-03", "SMB-VER-04",
             "SMB-VER-07", "SMB-VER-11">(),
       every_combination, false},
  };
  return all;
}

}  // namespace procreg::scenarios
