#include "harness/subject/program.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/choice.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/write_steps.h"
#include "harness/subject/child_process.h"
#include "harness/wire/abilities.h"
#include "harness/wire/answers.h"
#include "harness/wire/message.h"
#include "harness/wire/steps.h"

namespace procreg::harness {

namespace {

using wire::member;
using wire::Value;
using Clock = ChildProcess::Clock;

constexpr std::chrono::milliseconds start_limit{30'000};  // to answer `initialize`, at least
constexpr std::chrono::milliseconds end_limit{2000};      // to end after `shutdown`, or after its output ended

std::string seconds(std::chrono::milliseconds limit) {
  return fmt::format("{:g} s", static_cast<double>(limit.count()) / 1000);
}

void append_profile(std::string& out, const Profile& profile) {
  out += ",\"profile\":{";
  for (std::size_t i = 0; i < choice_count; ++i) {
    const ChoiceInfo& choice = choices()[i];
    out += fmt::format("{}\"{}\":\"{}\"", i == 0 ? "" : ",", choice.name, choice.options[profile.option[i]]);
  }
  out += '}';
}

class Program final : public ForeignSubject {
 public:
  Program(std::string command, ProgramLimits limits) : command_{std::move(command)}, limits_{limits} {}

  ~Program() override {
    if (!child_) return;
    begin("shutdown");
    out_ += "}\n";
    if (child_->write(out_, Clock::now() + end_limit) == ChildProcess::Got::all)
      child_->ended(Clock::now() + end_limit);
  }

  const Abilities* abilities() override {
    if (!child_ && !start()) return nullptr;
    return &*abilities_;
  }
  const Stopped& failure() const override { return failure_; }

  std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) override {
    if (!child_ && !start()) return failure_;
    script_ = &script;
    scenario_until_ = Clock::now() + limits_.scenario;
    begin("reset");
    out_ += ",\"params\":{\"scenario\":" + json::quote(script.name.empty() ? script.file : script.name) +
            ",\"world\":" + world_json(script);
    if (profile != nullptr) append_profile(out_, *profile);
    out_ += "}}\n";
    const Value* const result = ask();
    if (result == nullptr) return failure_;
    std::vector<BegunProcess> processes;
    if (std::string wrong = wire::read_processes(*result, script, processes); !wrong.empty())
      return nonsense("reset", wrong);
    return processes;
  }

  std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) override {
    answers.clear();
    if (!child_) return failure_;
    begin("perform");
    out_ += ",\"params\":{\"steps\":[";
    for (const Step& step : steps) {
      if (out_.back() != '[') out_ += ',';
      wire::write_step(out_, *script_, step);
    }
    out_ += "]}}\n";
    const Value* const result = ask();
    if (result == nullptr) return failure_;
    return read(*result, steps, answers);
  }

  std::variant<std::string, Stopped> snapshot() override {
    if (!child_) return failure_;
    begin("snapshot");
    out_ += "}\n";
    const Value* const result = ask();
    if (result == nullptr) return failure_;
    return wire::json_of(*result);
  }

  std::string log() const override { return child_ ? log_ + child_->log() : log_; }

 private:
  bool start() {
    auto started = ChildProcess::start(command_, limits_.interrupted);
    if (auto* reason = std::get_if<std::string>(&started)) {
      failure_ = {Stopped::Why::not_started, std::move(*reason)};
      return false;
    }
    child_ = std::move(std::get<std::unique_ptr<ChildProcess>>(started));
    scenario_until_ = Clock::time_point::max();
    begin("initialize");
    out_ += fmt::format(R"(,"params":{{"protocol":"{}","harness":"procreg"}}}})", wire::protocol_name) + '\n';
    const Value* const result = ask(std::max(limits_.message, start_limit));
    if (result == nullptr) {
      if (failure_.why == Stopped::Why::died) failure_.why = Stopped::Why::not_started;
      return false;
    }
    std::string wrong = wire::read_abilities(*result, abilities_.emplace());
    if (!wrong.empty()) nonsense("initialize", wrong);
    return wrong.empty();
  }

  void begin(std::string_view method) {
    method_ = method;
    out_.clear();
    fmt::format_to(std::back_inserter(out_), R"({{"jsonrpc":"2.0","id":{},"method":"{}")", ++id_, method);
  }

  // Sends the request and awaits its answer; nullptr: `failure_` says why there is none.
  const Value* ask() { return ask(limits_.message); }
  const Value* ask(std::chrono::milliseconds limit) {
    const auto message_until = Clock::now() + limit;
    const bool scenario_ends = scenario_until_ < message_until;
    const auto until = scenario_ends ? scenario_until_ : message_until;
    ChildProcess::Got got = child_->write(out_, until);
    // One that ended while it was written to may have answered before.
    if (got != ChildProcess::Got::late) got = child_->read_line(line_, wire::line_bytes_max, until);
    if (got == ChildProcess::Got::all) return result_of_line();
    stop(got, scenario_ends, limit);
    return nullptr;
  }

  const Value* result_of_line() {
    shown_ = wire::shown(line_);
    if (const std::string wrong = message_.parse(line_); !wrong.empty()) {
      nonsense(method_, fmt::format("no JSON ({}): {}", wrong, shown_));
      return nullptr;
    }
    const Value& answer = message_.root();
    const Value* const id = member(answer, "id");
    const Value* const result = member(answer, "result");
    const Value* const error = member(answer, "error");
    if (id == nullptr || !id->IsUint64() || id->GetUint64() != id_) {
      nonsense(method_, fmt::format("the answer to another request than {}: {}", id_, shown_));
    } else if (error != nullptr && !error->IsNull()) {
      const Value* const message = member(*error, "message");
      nonsense(method_, fmt::format("the error {}", message == nullptr ? wire::shown(*error) : wire::shown(*message)));
    } else if (result == nullptr) {
      nonsense(method_, fmt::format("neither result nor error: {}", shown_));
    } else {
      return result;
    }
    return nullptr;
  }

  void stop(ChildProcess::Got got, bool scenario_ends, std::chrono::milliseconds limit) {
    switch (got) {
      case ChildProcess::Got::too_long:
        return give_up(Stopped::Why::flooded, fmt::format("it answered {} with more than {} bytes and no end of a line",
                                                          method_, wire::line_bytes_max));
      case ChildProcess::Got::late:
        if (limits_.interrupted != nullptr && *limits_.interrupted)
          return give_up(Stopped::Why::hung, "it was not waited for: the run was interrupted");
        return give_up(Stopped::Why::hung,
                       scenario_ends ? fmt::format("the scenario was not over after {}", seconds(limits_.scenario))
                                     : fmt::format("it did not answer {} within {}", method_, seconds(limit)));
      default:
        break;
    }
    const std::string how = child_->ended(Clock::now() + end_limit);
    give_up(Stopped::Why::died, how.empty() ? fmt::format("it closed its output before it answered {}", method_)
                                            : fmt::format("it {} before it answered {}", how, method_));
  }

  std::optional<Stopped> read(const Value& result, std::span<const Step> steps, std::vector<ForeignAnswer>& answers) {
    const Value* const list = member(result, "answers");
    if (list == nullptr || !list->IsArray())
      return nonsense(method_, fmt::format("no list of answers: {}", wire::shown(result)));
    if (list->Size() > steps.size())
      return nonsense(method_, fmt::format("{} answers to {} steps", list->Size(), steps.size()));
    for (const Value& value : list->GetArray()) {
      const Step& step = steps[answers.size()];
      const std::string wrong = wire::read_answer(value, *script_, step, answers.emplace_back());
      if (wrong.empty()) continue;
      answers.pop_back();
      return nonsense(method_, fmt::format("{}: {}", info(step).name, wrong));
    }
    return declined(result, steps.size() - answers.size());
  }

  std::optional<Stopped> declined(const Value& result, std::size_t left) {
    for (const auto& [key, why] :
         {std::pair{"cannot", Stopped::Why::cannot}, std::pair{"missing", Stopped::Why::missing}}) {
      const Value* const reason = member(result, key);
      if (reason == nullptr) continue;
      if (left == 0) return nonsense(method_, fmt::format("\"{}\", though every step was answered", key));
      return Stopped{why, reason->IsString() ? std::string{wire::text_of(*reason)} : wire::shown(*reason)};
    }
    if (left != 0) return nonsense(method_, fmt::format("{} answers too few", left));
    return std::nullopt;
  }

  Stopped nonsense(std::string_view method, const std::string& what) {
    give_up(Stopped::Why::nonsense, fmt::format("it answered {} with {}", method, what));
    return failure_;
  }

  // The next reset has a fresh one.
  void give_up(Stopped::Why why, std::string message) {
    failure_ = {why, std::move(message)};
    child_->ended(Clock::now());  // for what it wrote to standard error before its end
    log_ += child_->log();
    if (log_.size() > ChildProcess::log_bytes_max) log_.erase(0, log_.size() - ChildProcess::log_bytes_max);
    child_.reset();
  }

  std::string command_;
  ProgramLimits limits_;
  std::unique_ptr<ChildProcess> child_{};
  std::optional<Abilities> abilities_{};
  Stopped failure_{};
  Script* script_{};
  Clock::time_point scenario_until_{};
  std::uint64_t id_{};
  std::string_view method_{};
  std::string out_{};
  std::string line_{};
  std::string shown_{};
  wire::Message message_{};
  std::string log_{};
};

}  // namespace

std::unique_ptr<ForeignSubject> program_subject(std::string command, ProgramLimits limits) {
  return std::make_unique<Program>(std::move(command), limits);
}

}  // namespace procreg::harness
