// `parallel` and `schedule`.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

using json::Node;

void refuse_expectations(Reading& in, const Node& step) {
  for (const Node& key : json::children(step))
    if (std::find(expectation_keys.begin(), expectation_keys.end(), key.key) != expectation_keys.end())
      in.errors.at_key(key, fmt::format("a step of \"parallel\" has no {}: what comes out depends on the order",
                                        json::quote(key.key)));
}

std::vector<Step> read_thread(Reading& in, const Node& list) {
  std::vector<Step> steps;
  if (!expect(in, list, json::Kind::array, "the steps of a thread (a list)")) return steps;
  if (list.first == nullptr) in.errors.at(list, "at least one step is expected");
  for (const Node& value : json::children(list)) {
    const auto step = read_action(in, value);
    if (!step) continue;
    refuse_expectations(in, value);
    steps.push_back(*step);
  }
  return steps;
}

void read_threads_of(Reading& in, const Node& list) {
  if (!expect(in, list, json::Kind::array, "a list of threads, each a list of steps")) return;
  if (list.first == nullptr) in.errors.at(list, "at least one thread is expected");
  const std::size_t threads = json::count(list);
  if (threads > parallel_max)
    return in.errors.at(list, fmt::format("{} threads, and a scenario has at most {}", threads, parallel_max));
  for (const Node& thread : json::children(list)) {
    in.scope.enter(static_cast<std::uint16_t>(in.script.parallel.size() + 1));
    in.script.parallel.push_back(read_thread(in, thread));
  }
}

std::optional<std::uint16_t> read_thread_index(Reading& in, const Node& value) {
  const auto index = read_integer(in, value, std::numeric_limits<std::uint32_t>::max());
  if (!index) return std::nullopt;
  const std::size_t threads = in.script.parallel.size();
  if (*index < threads) return static_cast<std::uint16_t>(*index);
  in.errors.at(value, fmt::format("there is no thread {}: \"parallel\" has {}, from 0", *index, threads));
  return std::nullopt;
}

std::optional<std::string_view> read_point(Reading& in, const Node& value) {
  const auto point = read_text(in, value, "the name of a point (\"call\", \"lock process gate\")");
  if (!point || !point->empty()) return point;
  in.errors.at(value, "the name of a point is not empty");
  return std::nullopt;
}

std::optional<std::uint32_t> read_occurrence(Reading& in, const Node* value) {
  if (value == nullptr) return 1;
  const auto occurrence = read_integer(in, *value, std::numeric_limits<std::uint32_t>::max());
  if (occurrence && *occurrence == 0) {
    in.errors.at(*value, "occurrences are counted from 1");
    return std::nullopt;
  }
  return occurrence ? std::optional{static_cast<std::uint32_t>(*occurrence)} : std::nullopt;
}

const Node* required(Reading& in, const Node& object, std::string_view key) {
  const Node* value = member(object, key);
  if (value == nullptr) in.errors.at(object, fmt::format("the key {} is missing", json::quote(key)));
  return value;
}

void read_switch(Reading& in, const Node& value) {
  if (!expect(in, value, json::Kind::object, "a switch (an object)")) return;
  refuse_unknown_keys(in, value, switch_keys, {});
  const Node* thread_value = required(in, value, "thread");
  const Node* point_value = required(in, value, "point");
  const auto thread = thread_value == nullptr ? std::nullopt : read_thread_index(in, *thread_value);
  const auto point = point_value == nullptr ? std::nullopt : read_point(in, *point_value);
  const auto occurrence = read_occurrence(in, member(value, "occurrence"));
  if (thread && point && occurrence) in.script.schedule.push_back({*thread, std::string{*point}, *occurrence});
}

void read_schedule(Reading& in, const Node& list) {
  if (!expect(in, list, json::Kind::array, "a list of switches")) return;
  if (list.first == nullptr) in.errors.at(list, "at least one switch is expected");
  for (const Node& each : json::children(list)) read_switch(in, each);
}

}  // namespace

void read_parallel(Reading& in, const Node* threads, const Node* schedule) {
  if (threads != nullptr) read_threads_of(in, *threads);
  if (schedule == nullptr) return;
  if (threads == nullptr) return in.errors.at_key(*schedule, "a schedule is of threads, and there is no \"parallel\"");
  read_schedule(in, *schedule);
}

}  // namespace procreg::harness
