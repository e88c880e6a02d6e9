// What does a step cost at the other end of pipes, beside the pipes themselves: the same bytes sent to a program that sends them back?
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <climits>
#include <filesystem>

#include "bench/fixture.h"
#include "bench/question.h"
#include "harness/subject/child_process.h"
#include "harness/subject/program.h"
#include "harness/wire/steps.h"

namespace procreg::bench {

namespace {

using harness::ChildProcess;

constexpr std::array<std::size_t, 2> sizes{1, 50};  // steps of a message

struct Program {
  std::string_view name;
  std::string command;
};

std::string folder_of_this() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  return std::filesystem::path{std::string(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0)}
      .parent_path();
}

// Registers and unregisters a process: both succeed, and the world is as before.
std::vector<Step> steps_of(std::size_t count, std::uint64_t main) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < count; ++i) {
    WerRegisterAdditionalProcess add{.processId = {.raw = Pid{1004}}};
    WerUnregisterAdditionalProcess remove{.processId = {.raw = Pid{1004}}};
    add.by.raw = remove.by.raw = {MachineIndex{}, ObjectId{main}};
    if (i % 2 == 0)
      steps.emplace_back(add);
    else
      steps.emplace_back(remove);
  }
  return steps;
}

harness::Script script_with_main() {
  harness::Script script;
  script.names = {{"main", {}}};
  return script;
}

// Messages of so many steps, twice: the second one takes back what the first one made when the number is odd.
class Steps {
 public:
  Steps(const std::string& command, std::size_t size) : subject_{harness::program_subject(command)} {
    const auto begun = subject_->reset(script_, nullptr);
    const auto* processes = std::get_if<0>(&begun);
    if (processes == nullptr) return;
    const std::vector<Step> all = steps_of(2 * size, processes->front().process);
    first_.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    second_.assign(all.begin() + static_cast<std::ptrdiff_t>(size), all.end());
  }
  bool once() { return performed(first_) && performed(second_); }

 private:
  bool performed(const std::vector<Step>& steps) {
    if (steps.empty() || subject_->perform(steps, answers_)) return false;
    return answers_.back().answer.result == Result{Hresult::S_OK};
  }

  harness::Script script_{script_with_main()};
  std::unique_ptr<harness::ForeignSubject> subject_;
  std::vector<Step> first_{};
  std::vector<Step> second_{};
  std::vector<harness::ForeignAnswer> answers_{};
};

// The same bytes there and back.
class Echo {
 public:
  explicit Echo(std::size_t size) {
    auto started = ChildProcess::start("exec cat", nullptr);
    if (auto* child = std::get_if<0>(&started)) child_ = std::move(*child);
    for (const Step& step : steps_of(size, 1)) harness::wire::write_step(message_, script_with_main(), step);
    message_ += '\n';
  }
  bool once() { return echoed() && echoed(); }

 private:
  bool echoed() {
    const auto until = ChildProcess::Clock::now() + std::chrono::seconds{10};
    return child_ && child_->write(message_, until) == ChildProcess::Got::all &&
           child_->read_line(line_, 1U << 20, until) == ChildProcess::Got::all;
  }

  std::unique_ptr<ChildProcess> child_{};
  std::string message_{};
  std::string line_{};
};

template <class Side, class Make>
std::string add(std::string name, std::size_t size, Make make) {
  auto shared = std::make_shared<Shared<Side>>();
  benchmark::RegisterBenchmark(name.c_str(), [shared, size, make](benchmark::State& state) {
    Side& side = shared->get(make);
    for (auto _ : state) {
      if (!side.once()) {
        state.SkipWithError("a step was refused, or not answered");
        break;
      }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(2 * size) * state.iterations());
  })->UseRealTime();
  return name;
}

}  // namespace

void ask_about_programs(Questions& questions, Extent) {
  const std::array<Program, 2> programs{
      Program{"native", fmt::format("exec {}/procreg serve --no-snapshot", folder_of_this())},
      Program{"python", "exec python3 harness/subject/reference_subject.py"}};
  for (const auto& [name, command] : programs)
    for (const std::size_t size : sizes)
      questions.push_back(
          {.text = fmt::format("step of a program, {}, {} a message", name, size),
           .peer_text = "the bytes of a step, sent to cat and back",
           .ours = add<Steps>(fmt::format("program-{}-{}", name, size), size,
                              [command = command, size] { return std::make_unique<Steps>(command, size); }),
           .peer =
               add<Echo>(fmt::format("echo-{}-{}", name, size), size, [size] { return std::make_unique<Echo>(size); }),
           .goal = std::nullopt});
}

}  // namespace procreg::bench
