#include "harness/concurrent/history_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {

namespace {

using json::Node;

// --- Writing ---

std::string exact_answer_json(const Step& step, const Answer& answer) {
  json::Object object;
  object.add("returns", json::quote(text(answer.result)));
  json::Object outs;
  std::size_t index = 0;
  for (const OutInfo& out : info(step).outs)
    if (was_written(answer, index++)) outs.add(out.name, out_json(out, answer));
  if (!outs.empty()) object.add("out", outs.text());
  if (answer.lastError != 0) object.add("lastError", json::integer(answer.lastError));
  if (answer.made != 0) object.add("made", json::integer(answer.made));
  return object.text();
}

std::string operation_json(const Script& script, const Operation& operation) {
  json::Object object;
  object.add("thread", json::integer(operation.thread));
  object.add("step", json::quote(text(script, operation.step)));
  object.add("called", json::integer(operation.called));
  if (operation.answer) object.add("returned", json::integer(operation.returned));
  object.add("answer", operation.answer ? exact_answer_json(operation.step, *operation.answer) : "null");
  return object.text();
}

std::string words_json(const SnapshotWords& words) {
  json::Array list;
  for (const std::uint64_t word : words) list.add(json::integer(word));
  return list.text();
}

// Every line but the first two spaces further in, without the last line break.
std::string indented(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, text.find_last_not_of('\n') + 1)) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

// --- Reading ---

constexpr std::array<std::string_view, 4> file_keys_of_history{"format", "scenario", "operations", "end"};
constexpr std::array<std::string_view, 5> operation_keys{"thread", "step", "called", "returned", "answer"};
constexpr std::array<std::string_view, 4> answer_keys{"returns", "out", "lastError", "made"};

class Unmoved final : public SnapshotVisitor {
 public:
  void enter(const SnapNode&, std::size_t) override {}
  void leave(const SnapNode&) override {}
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void value(const SnapField&, const std::uint64_t*) override {}
};

bool is_snapshot(const SnapshotWords& words) {
  Unmoved visitor;
  return walk(words, visitor);
}

class HistoryReader {
 public:
  HistoryReader(Reading& in, RecordedRace& race) : in_{in}, race_{race} {}

  void read(const Node& root) {
    if (!expect(in_, root, json::Kind::object, "a history (an object)") || !has_format(root)) return;
    refuse_unknown_keys(in_, root, file_keys_of_history, {});
    if (const Node* scenario = needed(root, "scenario")) read_script_part(*scenario);
    const Node* operations = needed(root, "operations");
    if (!in_.errors.none() || operations == nullptr) return;
    read_operations(*operations);
    if (const Node* end = member(root, "end")) read_end(*end);
  }

 private:
  // What a thread of the scenario has done so far.
  struct Thread {
    Bindings bindings;
    std::size_t steps{};
    const Node* last{};        // its last operation
    bool inside{};             // which did not return
    std::uint64_t returned{};  // or did
  };

  const Node* needed(const Node& object, std::string_view key) {
    const Node* value = member(object, key);
    if (value == nullptr) in_.errors.at(object, fmt::format("the key \"{}\" is missing", key));
    return value;
  }

  bool has_format(const Node& root) {
    const Node* format = member(root, "format");
    if (format != nullptr && format->is(json::Kind::text) && format->text == history_format_name) return true;
    in_.errors.at(format != nullptr ? *format : root,
                  fmt::format("this is no history (\"format\": \"{}\")", history_format_name));
    return false;
  }

  void read_script_part(const Node& scenario) {
    read_scenario(in_, scenario);
    if (!in_.errors.none()) return;
    if (in_.script.parallel.empty())
      in_.errors.at(scenario, "the key \"parallel\" is missing: there are no threads to have a history");
    if (in_.script.profiles.size() != 1) in_.errors.at(scenario, "a history has exactly one profile");
    in_.script.expectations.clear();
  }

  void read_operations(const Node& list) {
    if (!expect(in_, list, json::Kind::array, "a list of operations")) return;
    const Prepared begun = prepared(in_.script, in_.script.profiles.front().profile);
    threads_.assign(in_.script.parallel.size(), {begun.bindings});
    for (const Node& operation : json::children(list)) read_operation(operation);
  }

  void read_operation(const Node& value) {
    if (!expect(in_, value, json::Kind::object, "an operation (an object)")) return;
    refuse_unknown_keys(in_, value, operation_keys, {});
    const Node* thread_value = needed(value, "thread");
    const Node* called_value = needed(value, "called");
    const Node* answer = needed(value, "answer");
    if (thread_value == nullptr || called_value == nullptr || answer == nullptr) return;
    const auto index = read_integer(in_, *thread_value, threads_.size() - 1);
    const auto called = read_integer(in_, *called_value, json::exact_integer_max);
    if (!index || !called) return;
    Thread& thread = threads_[*index];
    const std::vector<Step>& steps = in_.script.parallel[*index];
    if (thread.steps == steps.size())
      return in_.errors.at(value,
                           fmt::format("thread {} has {} steps in the scenario, and no more", *index, steps.size()));
    const Step& as_written = steps[thread.steps++];
    Operation operation{static_cast<std::uint16_t>(*index), thread.bindings.resolve(as_written), {}, *called, 0};
    check_step(value, as_written);
    check_call(value, *called_value, thread, *called);
    if (!answer->is(json::Kind::null)) {
      operation.answer = read_answer(*answer, operation.step);
      operation.returned = read_return(value, *called);
      if (operation.answer) thread.bindings.bind(as_written, *operation.answer);
    }
    thread.last = &value;
    thread.inside = answer->is(json::Kind::null);
    thread.returned = operation.returned;
    race_.history.push_back(operation);
  }

  void check_step(const Node& value, const Step& step) {
    const Node* written = needed(value, "step");
    if (written == nullptr) return;
    const auto words = read_text(in_, *written, "the step as text");
    if (const std::string expected = text(in_.script, step); words && *words != expected)
      in_.errors.at(*written, fmt::format("the scenario says {} here", json::quote(expected)));
  }

  void check_call(const Node& value, const Node& called_value, const Thread& thread, std::uint64_t called) {
    if (!positions_.insert(called).second) in_.errors.at(called_value, "two calls or returns have this place");
    if (!race_.history.empty() && called < race_.history.back().called)
      in_.errors.at(called_value, "operations stand in the order of their calls");
    if (thread.last != nullptr && (thread.inside || called < thread.returned))
      in_.errors.at(value, "the thread is called while its last operation has not returned");
  }

  std::uint64_t read_return(const Node& value, std::uint64_t called) {
    const Node* returned = needed(value, "returned");
    if (returned == nullptr) return called + 1;
    const auto place = read_integer(in_, *returned, json::exact_integer_max);
    if (!place) return called + 1;
    if (*place <= called) in_.errors.at(*returned, "the return is not after the call");
    if (!positions_.insert(*place).second) in_.errors.at(*returned, "two calls or returns have this place");
    return *place;
  }

  std::optional<Answer> read_answer(const Node& value, const Step& step) {
    if (!expect(in_, value, json::Kind::object, "an answer (an object), or null")) return std::nullopt;
    refuse_unknown_keys(in_, value, answer_keys, {});
    Answer answer;
    if (const Node* returns = needed(value, "returns")) read_result(*returns, step, answer);
    if (const Node* outs = member(value, "out")) read_outs(*outs, step, answer);
    if (const Node* code = member(value, "lastError"))
      answer.lastError = static_cast<std::uint32_t>(read_integer(in_, *code, 0xFFFFFFFFU).value_or(0));
    if (const Node* made = member(value, "made")) answer.made = read_integer(in_, *made, ~std::uint64_t{0}).value_or(0);
    return answer;
  }

  void read_result(const Node& value, const Step& step, Answer& answer) {
    const auto words = read_text(in_, value, "a result");
    if (!words) return;
    if (const auto result = result_named(*words, info(step).answers))
      answer.result = *result;
    else
      in_.errors.at(value, fmt::format("{} is no answer of {}", json::described(value), info(step).name));
  }

  void read_outs(const Node& value, const Step& step, Answer& answer) {
    if (!expect(in_, value, json::Kind::object, "the outputs (an object)")) return;
    const auto outs = info(step).outs;
    for (const Node& written : json::children(value)) {
      const auto found =
          std::find_if(outs.begin(), outs.end(), [&](const OutInfo& out) { return out.name == written.key; });
      if (found == outs.end()) {
        in_.errors.at_key(written, fmt::format("{} has no output {}", info(step).name, json::quote(written.key)));
        continue;
      }
      answer.written |= 1U << (found - outs.begin());
      read_out(written, *found, answer);
    }
  }

  void read_out(const Node& value, const OutInfo& out, Answer& answer) {
    if (out.kind == OutKind::boolean) {
      answer.out[out.word] = read_boolean(in_, value).value_or(false) ? 1 : 0;
    } else if (out.kind == OutKind::guid) {
      const auto guid = value.is(json::Kind::text) ? guid_named(value.text) : std::nullopt;
      if (!guid) return in_.errors.at(value, fmt::format("a GUID is expected, not {}", json::described(value)));
      answer.out[out.word] = guid->high;
      answer.out[out.word + std::size_t{1}] = guid->low;
    } else {
      answer.out[out.word] = read_integer(in_, value, ~std::uint64_t{0}).value_or(0);
    }
  }

  void read_end(const Node& list) {
    if (!expect(in_, list, json::Kind::array, "the words of a snapshot (a list)")) return;
    SnapshotWords& words = race_.end.emplace();
    for (const Node& word : json::children(list))
      words.push_back(read_integer(in_, word, ~std::uint64_t{0}).value_or(0));
    if (in_.errors.none() && !is_snapshot(words)) in_.errors.at(list, "these are not the words of a snapshot");
  }

  Reading& in_;
  RecordedRace& race_;
  std::vector<Thread> threads_{};
  std::set<std::uint64_t> positions_{};
};

}  // namespace

std::string write_history(const RecordedRace& race) {
  std::string out = fmt::format("{{\n  \"format\": {},\n  \"scenario\": {},\n  \"operations\": [",
                                json::quote(history_format_name), indented(write_script(race.script)));
  for (std::size_t i = 0; i < race.history.size(); ++i)
    out += fmt::format("{}\n    {}", i == 0 ? "" : ",", operation_json(race.script, race.history[i]));
  out += "\n  ]";
  if (race.end) out += fmt::format(",\n  \"end\": {}", words_json(*race.end));
  return out + "\n}\n";
}

ReadHistoryResult read_history(std::string_view json, std::string_view file_name) {
  RecordedRace race;
  Errors errors{json, file_name};
  json::Document document = json::parse(json);
  for (json::Problem& problem : document.problems)
    errors.add(problem.offset, std::move(problem.pointer), std::move(problem.message));
  if (!errors.none()) return errors.take();
  race.script.file = file_name;
  Reading in{errors, race.script};
  HistoryReader{in, race}.read(document.nodes.front());
  if (!errors.none()) return errors.take();
  return race;
}

ReadHistoryResult read_history_file(const std::string& path) {
  auto content = read_whole_file(path);
  if (auto* errors = std::get_if<std::vector<InputError>>(&content)) return std::move(*errors);
  return read_history(std::get<std::string>(content), path);
}

}  // namespace procreg::harness
