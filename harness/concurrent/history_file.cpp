#include "harness/concurrent/history_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "api/names.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {

namespace {

using json::Node;

// --- Writing ---

// Machine, object, name, pid and thread.
std::string restarted_json(const Restarted& restarted) {
  return json::Array{}
      .add(json::integer(number(restarted.process.machine)))
      .add(json::integer(number(restarted.process.object)))
      .add(json::integer(static_cast<std::uint64_t>(restarted.name)))
      .add(json::integer(number(restarted.pid)))
      .add(json::integer(number(restarted.thread)))
      .text();
}

// Unlike what people read, also of bytes of which not all are known.
std::string exact_out_json(const Tables& tables, const OutInfo& out, const Answer& answer) {
  if (out.kind != OutKind::bytes) return out_json(tables, out, answer);
  json::Array words;
  for (const std::uint64_t word : answer.out) words.add(json::integer(word));
  return words.text();
}

std::string exact_answer_json(const Tables& tables, const Step& step, const Answer& answer) {
  json::Object object;
  object.add("returns", json::quote(text(answer.result)));
  json::Object outs;
  std::size_t index = 0;
  for (const OutInfo& out : info(step).outs)
    if (was_written(answer, index++)) outs.add(out.name, exact_out_json(tables, out, answer));
  if (!outs.empty()) object.add("out", outs.text());
  if (answer.lastError != 0) object.add("lastError", json::integer(answer.lastError));
  if (const auto again = restarted(step, answer))
    object.add("restarted", restarted_json(*again));
  else if (answer.made != 0)
    object.add("made", json::integer(answer.made));
  return object.text();
}

std::string operation_json(const Script& script, const Operation& operation) {
  json::Object object;
  object.add("thread", json::integer(operation.thread));
  object.add("step", json::quote(text(script, operation.step)));
  object.add("called", json::integer(operation.called));
  if (operation.answer) object.add("returned", json::integer(operation.returned));
  object.add("answer", operation.answer ? exact_answer_json(script.tables, operation.step, *operation.answer) : "null");
  return object.text();
}

std::string words_json(const SnapshotWords& words) {
  json::Array list;
  for (const std::uint64_t word : words) list.add(json::integer(word));
  return list.text();
}

// Only walks.
class Unmoved : public SnapshotVisitor {
 public:
  void enter(const SnapNode&, std::size_t) override {}
  void leave(const SnapNode&) override {}
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}
  void value(const SnapField&, const std::uint64_t*) override {}
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}
};

// Snapshots hold texts, stacks, ranges and modules by their places in a script's tables, and a script that is written and read back has
// other places. Rewrites the words of a snapshot from the ones to the others.
class Retabled final : public Unmoved {
 public:
  Retabled(const SnapshotWords& words, const Tables& from, Tables to)
      : words_{words}, from_{from}, to_{std::move(to)} {}

  SnapshotWords take() { return std::move(words_); }
  void value(const SnapField& field, const std::uint64_t* word) override {
    if (word == nullptr) return;
    const auto index = static_cast<std::uint32_t>(*word);
    std::uint64_t& out = words_[static_cast<std::size_t>(word - words_.data())];
    if (field.kind == SnapKind::text) out = to_.text(from_.at(TextRef{index})).index;
    if (field.kind == SnapKind::stacks) out = to_.stacks(from_.at(StacksRef{index})).index;
    if (field.kind == SnapKind::ranges) out = to_.ranges(from_.at(RangesRef{index})).index;
    if (field.kind == SnapKind::loaded_modules) out = to_.loaded_modules(from_.at(LoadedModulesRef{index})).index;
  }
  const SnapshotWords& words() const { return words_; }

 private:
  SnapshotWords words_;
  const Tables& from_;
  Tables to_;
};

SnapshotWords as_read_back(const Script& script, const std::string& written, const SnapshotWords& words) {
  const ReadResult back = read_script(written, script.file);
  const auto* read = std::get_if<Script>(&back);
  if (read == nullptr) return words;
  Retabled retabled{words, script.tables, read->tables};
  walk(retabled.words(), retabled);
  return retabled.take();
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
constexpr std::array<std::string_view, 5> answer_keys{"returns", "out", "lastError", "made", "restarted"};

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
    if (const Node* again = member(value, "restarted")) read_restarted(*again, answer);
    return answer;
  }

  void read_restarted(const Node& value, Answer& answer) {
    if (!value.is(json::Kind::array) || json::count(value) != 5)
      return in_.errors.at(value, "five numbers are expected: machine, object, name, pid and thread");
    std::array<std::uint64_t, 5> numbers{};
    for (const Node& each : json::children(value))
      numbers[each.index] = read_integer(in_, each, each.index == 1 ? ~std::uint64_t{0} : 0xFFFFFFFFU).value_or(0);
    const NameRef name = name_ref(static_cast<GivenName>(numbers[2]));
    const bool is_process = name.part == itself_part || (is_restart(name) && !is_thread_of_restart(name));
    if (numbers[0] >= in_.script.world.machines.size() || name.base > in_.script.names.size() || !is_process ||
        (name.base == 0 && name.part != 0))
      return in_.errors.at(value, "the machine or the name is none of the scenario");
    tell(answer, {.process = {static_cast<MachineIndex>(numbers[0]), ObjectId{numbers[1]}},
                  .name = static_cast<GivenName>(numbers[2]),
                  .pid = static_cast<Pid>(numbers[3]),
                  .thread = static_cast<Tid>(numbers[4])});
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
    } else if (out.kind == OutKind::text) {
      const auto text = read_text(in_, value, "a text");
      if (text) answer.out[out.word] = in_.script.tables.text(json::utf16(*text)).index;
    } else if (out.kind == OutKind::version) {
      Made made;
      Given<VersionPair> read;
      if (!read_value(in_, value, ValueKind::given_version, &read, made)) return;
      answer.out[out.word] = read.value->high;
      answer.out[out.word + std::size_t{1}] = read.value->low;
    } else if (out.kind == OutKind::ntstatus) {
      const auto status = read_text(in_, value, "an NTSTATUS");
      const auto named = status ? result_named(*status, ResultKind::ntstatus) : std::nullopt;
      if (named) answer.out[out.word] = named->value;
    } else if (out.kind == OutKind::bytes) {
      if (!expect(in_, value, json::Kind::array, "the words of the bytes (a list)")) return;
      for (const Node& word : json::children(value))
        if (word.index < answer.out.size())
          answer.out[word.index] = read_integer(in_, word, ~std::uint64_t{0}).value_or(0);
    } else if (const auto names = names_of(out.kind); !names.empty()) {
      answer.out[out.word] = read_word(in_, value, out.name, names).value_or(0);
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
  const std::string script = write_script(race.script);
  std::string out = fmt::format("{{\n  \"format\": {},\n  \"scenario\": {},\n  \"operations\": [",
                                json::quote(history_format_name), indented(script));
  for (std::size_t i = 0; i < race.history.size(); ++i)
    out += fmt::format("{}\n    {}", i == 0 ? "" : ",", operation_json(race.script, race.history[i]));
  out += "\n  ]";
  if (race.end) out += fmt::format(",\n  \"end\": {}", words_json(as_read_back(race.script, script, *race.end)));
  return out + "\n}\n";
}

ReadHistoryResult read_history(std::string_view json, std::string_view file_name) {
  RecordedRace race;
  Errors errors{json, file_name};
  const json::Document document = json::parse(json);
  errors.add(document.problems);
  if (!errors.none()) return errors.take();
  race.script.file = file_name;
  Reading in{errors, race.script};
  HistoryReader{in, race}.read(document.nodes.front());
  if (!errors.none()) return errors.take();
  return race;
}

ReadHistoryResult read_history_file(const std::string& path) { return read_file(path, read_history); }

}  // namespace procreg::harness
