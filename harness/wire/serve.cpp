#include "harness/wire/serve.h"

#include <fmt/format.h>

#include <vector>

#include "api/choice.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/wire/abilities.h"
#include "harness/wire/answers.h"
#include "harness/wire/lines.h"
#include "harness/wire/message.h"
#include "harness/wire/steps.h"

namespace procreg::harness::wire {

namespace {

// Of JSON-RPC 2.0.
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int unknown_method = -32601;
constexpr int invalid_params = -32602;
constexpr int subject_failed = -32000;

struct Refused {
  int code;
  std::string message;
};

Refused failed(const Stopped& stopped) { return {subject_failed, stopped.message}; }

const Value& param(const Value& request, std::string_view key) {
  const Value* const params = member(request, "params");
  const Value* const found = params == nullptr ? nullptr : member(*params, key);
  if (found == nullptr) throw Refused{invalid_params, fmt::format("params has no \"{}\"", key)};
  return *found;
}

// The world of a reset, with the names that it gives.
Script script_of(const Value& world) {
  const std::string text = json_of(world);
  const json::Document document = json::parse(text);
  if (!document.problems.empty()) throw Refused{invalid_params, document.problems.front().message};
  Script script;
  Errors errors{text, "world"};
  Reading in{errors, script};
  harness::read_world(in, &document.nodes.front());
  if (!errors.none()) throw Refused{invalid_params, harness::text(errors.take().front())};
  return script;
}

std::uint8_t option_named(const ChoiceInfo& choice, const Value& option) {
  for (std::size_t i = 0; i < choice.options.size(); ++i)
    if (option.IsString() && text_of(option) == choice.options[i]) return static_cast<std::uint8_t>(i);
  throw Refused{invalid_params, fmt::format("{} has no option {}", choice.name, shown(option))};
}

Profile profile_of(const Value& options) {
  Profile profile = documented_profile();
  if (!options.IsObject()) throw Refused{invalid_params, "profile is an object of choices"};
  for (const auto& each : options.GetObject()) {
    const ChoiceInfo* const choice = find_choice(text_of(each.name));
    if (choice == nullptr) throw Refused{invalid_params, fmt::format("there is no choice {}", shown(each.name))};
    profile.option[static_cast<std::size_t>(choice - choices().data())] = option_named(*choice, each.value);
  }
  return profile;
}

class Server {
 public:
  Server(ForeignSubject& subject, int input, int output) : subject_{subject}, input_{input}, output_{output} {}

  bool run() {
    std::string line;
    for (;;) {
      const LineReader::End end = input_.read(line);
      if (end == LineReader::End::input) return true;
      if (end != LineReader::End::line) return false;
      if (!write_all(output_, answered(line))) return false;
      if (ended_) return true;
    }
  }

 private:
  std::string_view answered(std::string& line) {
    id_ = "null";
    try {
      if (std::string wrong = message_.parse(line); !wrong.empty()) throw Refused{parse_error, std::move(wrong)};
      const Value& request = message_.root();
      if (const Value* id = member(request, "id")) id_ = json_of(*id);
      out_ = "{\"jsonrpc\":\"2.0\",\"id\":" + id_ + ",\"result\":";
      const Value* const method = member(request, "method");
      if (method == nullptr || !method->IsString()) throw Refused{invalid_request, "a request has a method"};
      dispatch(text_of(*method), request);
      out_ += "}\n";
    } catch (const Refused& refused) {
      out_ = fmt::format("{{\"jsonrpc\":\"2.0\",\"id\":{},\"error\":{{\"code\":{},\"message\":{}}}}}\n", id_,
                         refused.code, json::quote(refused.message));
    }
    return out_;
  }

  void dispatch(std::string_view method, const Value& request) {
    if (method == "perform") return perform(request);
    if (method == "reset") return reset(request);
    if (method == "snapshot") return snapshot();
    if (method == "initialize") return initialize();
    if (method != "shutdown") throw Refused{unknown_method, fmt::format("there is no method {}", method)};
    ended_ = true;
    out_ += "null";
  }

  void initialize() {
    const Abilities* const abilities = subject_.abilities();
    if (abilities == nullptr) throw failed(subject_.failure());
    write_abilities(out_, *abilities);
  }

  void reset(const Value& request) {
    begun_ = false;
    script_ = script_of(param(request, "world"));
    const Value* const profile = member(*member(request, "params"), "profile");
    const auto followed = profile == nullptr ? std::nullopt : std::optional{profile_of(*profile)};
    const auto begun = subject_.reset(script_, followed ? &*followed : nullptr);
    if (const auto* stopped = std::get_if<Stopped>(&begun)) throw failed(*stopped);
    write_processes(out_, std::get<std::vector<BegunProcess>>(begun));
    begun_ = true;
  }

  void read_steps(const Value& list) {
    steps_.clear();
    if (!list.IsArray() || list.Empty()) throw Refused{invalid_params, "steps is a list of one or more steps"};
    for (const Value& value : list.GetArray()) {
      std::string wrong = read_step(value, script_, steps_.emplace_back());
      if (!wrong.empty()) throw Refused{invalid_params, fmt::format("step {}: {}", steps_.size(), wrong)};
    }
  }

  void perform(const Value& request) {
    if (!begun_) throw Refused{invalid_request, "reset comes before perform"};
    read_steps(param(request, "steps"));
    const auto stopped = subject_.perform(steps_, answers_);
    const bool declined = stopped && (stopped->why == Stopped::Why::cannot || stopped->why == Stopped::Why::missing);
    if (stopped && !declined) throw failed(*stopped);
    out_ += "{\"answers\":[";
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      if (i != 0) out_ += ',';
      write_answer(out_, script_, steps_[i], answers_[i]);
    }
    out_ += ']';
    if (declined)
      out_ += fmt::format(",\"{}\":{}", stopped->why == Stopped::Why::cannot ? "cannot" : "missing",
                          json::quote(stopped->message));
    out_ += '}';
  }

  void snapshot() {
    if (!begun_) throw Refused{invalid_request, "reset comes before snapshot"};
    const auto taken = subject_.snapshot();
    if (const auto* stopped = std::get_if<Stopped>(&taken)) throw failed(*stopped);
    out_ += std::get<std::string>(taken);
  }

  ForeignSubject& subject_;
  LineReader input_;
  int output_;
  Message message_{};
  Script script_{};
  std::vector<Step> steps_{};
  std::vector<ForeignAnswer> answers_{};
  std::string id_{};
  std::string out_{};
  bool begun_{};
  bool ended_{};
};

}  // namespace

bool serve(ForeignSubject& subject, int input, int output) { return Server{subject, input, output}.run(); }

}  // namespace procreg::harness::wire
