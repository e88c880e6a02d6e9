// What does a step on a shared library cost, through its functions of C, beside the same step on the implementation in process?
#include <fmt/format.h>

#include <array>

#include "bench/fixture.h"
#include "bench/question.h"
#include "harness/subject/library.h"
#include "harness/subject/subject.h"

namespace procreg::bench {

namespace {

using harness::ForeignAnswer;
using harness::Stopped;

// Steps that leave the world as it was; all succeed.
enum class Workload : std::uint8_t {
  processes,  // numbers only
  files,      // a text
  handles     // a handle, an output and the last error
};
constexpr std::array<std::string_view, 3> workload_names{"processes", "files", "handles"};

template <class T>
Step by_main(T step, std::uint64_t process) {
  step.by.raw = {MachineIndex{}, ObjectId{process}};
  return step;
}

// `main` is the subject's own number of it.
std::vector<Step> steps_of(Workload workload, Tables& tables, std::uint64_t main) {
  const PidRef pid{.raw = Pid{1004}};
  const TextIn path{tables.text(u"C:\\ProgramData\\App\\last.log")};
  switch (workload) {
    case Workload::processes:
      return {by_main(WerRegisterAdditionalProcess{.processId = pid}, main),
              by_main(WerUnregisterAdditionalProcess{.processId = pid}, main)};
    case Workload::files:
      return {by_main(WerRegisterFile{{}, path, FileType{2}, {}}, main), by_main(WerUnregisterFile{{}, path}, main)};
    case Workload::handles:
      return {by_main(WerGetFlags{.hProcess = {current_process}}, main),
              by_main(GetExitCodeProcess{.hProcess = {current_process}}, main)};
  }
  return {};
}

bool accepted(const Answer& answer) { return answer.result == Result{Hresult::S_OK} || answer.result == TRUE_; }

harness::Script script_with_main() {
  harness::Script script;
  script.names = {{"main", {}}};
  return script;
}

class InProcess {
 public:
  explicit InProcess(Workload workload) : steps_{steps_of(workload, tables_, 1)} {
    subject_->reset(WorldSpec{}, tables_, documented_profile());
  }
  std::size_t size() const { return steps_.size(); }
  bool once() {
    bool good = true;
    for (const Step& step : steps_) good = accepted(subject_->perform(step)) && good;
    return good;
  }

 private:
  Tables tables_{};
  std::vector<Step> steps_;
  std::unique_ptr<harness::Subject> subject_{harness::implementation()};
};

class Library {
 public:
  explicit Library(Workload workload) {
    const auto begun = library_->reset(script_, nullptr);
    if (const auto* processes = std::get_if<0>(&begun))
      steps_ = steps_of(workload, script_.tables, processes->front().process);
  }
  std::size_t size() const { return steps_.size(); }
  // One step a call of perform, as lockstep makes them.
  bool once() {
    bool good = !steps_.empty();
    for (const Step& step : steps_) {
      good = !library_->perform({&step, 1}, answers_) && good;
      good = accepted(answers_.at(0).answer) && good;
    }
    return good;
  }

 private:
  harness::Script script_{script_with_main()};
  std::vector<Step> steps_{};
  std::vector<ForeignAnswer> answers_{};
  std::unique_ptr<harness::ForeignSubject> library_{harness::library_subject(PROCREG_LIBRARY)};
};

template <class Side>
std::string add(std::string_view side, Workload workload) {
  auto name = fmt::format("{}-{}", side, workload_names[static_cast<std::size_t>(workload)]);
  auto shared = std::make_shared<Shared<Side>>();
  benchmark::RegisterBenchmark(name.c_str(), [shared, workload](benchmark::State& state) {
    Side& steps = shared->get([&] { return std::make_unique<Side>(workload); });
    for (auto _ : state) {
      if (!steps.once()) {
        state.SkipWithError("a step was refused");
        break;
      }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(steps.size()) * state.iterations());
  });
  return name;
}

}  // namespace

void ask_about_the_library(Questions& questions, Extent) {
  constexpr double at_most_twice = 0.5;
  for (const Workload workload : {Workload::processes, Workload::files, Workload::handles})
    questions.push_back(
        {.text = fmt::format("step on a shared library, {}", workload_names[static_cast<std::size_t>(workload)]),
         .peer_text = "the same step in process",
         .ours = add<Library>("library", workload),
         .peer = add<InProcess>("in-process", workload),
         .goal = at_most_twice});
}

}  // namespace procreg::bench
