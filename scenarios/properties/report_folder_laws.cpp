// The law of report folders: scripts in which processes fail, and any others, their folders read back after each step.
#include <fmt/core.h>
#include <rapidcheck.h>

#include <exception>
#include <iterator>

#include "harness/generate/choice_source.h"
#include "harness/generate/generate.h"
#include "harness/generate/rapidcheck.h"
#include "harness/search/shrink.h"
#include "scenarios/properties/check.h"
#include "scenarios/properties/report_folders.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

constexpr std::size_t processes = 3;   // of a script of failures
constexpr std::size_t steps_max = 40;  // of any other
constexpr int scripts = 120;
constexpr std::size_t shrinking_runs_max = 150;

using harness::ChoiceSource;
using harness::Script;

// Texts that would do harm as names of files or as lines.
const std::u16string texts[] = {u"plain",        u"..",           u"../../up",
                                u"/absolute",    u"C:\\CON",      u"a\r\nReportType=9\r\n",
                                u"\xD800\xD800", u"\u2028\u0085", std::u16string(60, u'x')};

Script empty_script(ChoiceSource& source) {
  source.begin(0);
  Script script;
  script.names = {{"main", {}}};
  for (std::uint16_t name = 2; name <= processes; ++name) {
    script.names.push_back({fmt::format("p{}", name), {}});
    script.world.processes.push_back(ProcessSpec{.name = name});
  }
  script.world.additionalDataRequested = source.one_in(2);
  script.world.forceQueue = source.one_in(2);
  for (const std::u16string& text : texts) script.tables.text(text);
  const auto name = source.one_of(profile_names());
  script.profiles = {{std::string{name}, *find_profile(name)}};
  return script;
}

// A script in which each process of the world lives and fails in its own way.
class Failures {
 public:
  explicit Failures(ChoiceSource& source) : source_{source}, script_{empty_script(source)} {}

  Script script() && {
    for (who_.base = 1; who_.base <= script_.names.size(); ++who_.base) {
      source_.begin(who_.base);
      registrations();
      failure();
      ending();
    }
    return std::move(script_);
  }

 private:
  Caller by() const { return {{.raw = {}, .name = who_}}; }
  Target process() const { return {{.raw = {}, .name = who_}}; }
  void add(Step step) { script_.steps.push_back(std::move(step)); }
  bool coin() { return source_.one_in(2); }
  TextIn any_text() {
    return {script_.tables.text(texts[source_.below(static_cast<std::uint32_t>(std::size(texts)))])};
  }

  void registrations() {
    if (coin()) add(WerRegisterFile{by(), any_text(), FileType{1}, {}});
    if (coin()) add(WerRegisterRuntimeExceptionModule{by(), any_text(), Address{source_.below(3)}});
    if (coin()) add(WerRegisterMemoryBlock{by(), Address{0x10000 + source_.below(0x2000)}, ByteCount{16}});
    if (coin()) add(WerRegisterAdditionalProcess{by(), PidRef{.raw = {}, .name = {2, itself_part}}, {}});
    if (coin()) add(RegisterApplicationRecoveryCallback{by(), Address{0x1000}, {}, {}, {}});
    if (coin()) add(RegisterApplicationRestart{by(), any_text(), {}});
    if (coin()) add(AdvanceTime{Duration{60'000}, {}});
  }

  void failure() {
    if (coin()) {
      add(Crash{process(), {}, {}});
      add(UserChoice{process(), UserAction::close, {}, {}});
    } else {
      add(StopAnswering{process()});
      add(CloseHung{process()});
      add(UserChoice{process(), UserAction::check, {}, {}});
    }
  }

  // Of the recovery, if there is one.
  void ending() {
    if (coin()) add(UserCancel{process()});
    switch (source_.below(5)) {
      case 0:
        return add(ApplicationRecoveryFinished{by(), Bool{coin() ? 1 : 0}, {}});
      case 1:
        return add(CallbackReturns{process(), {}});
      case 2:
        return add(AdvanceTime{Duration{4999 + source_.below(3)}, {}});
      case 3:
        return add(Crash{process(), {}, {}});
      default:
        return add(ExitProcess{by(), Dword{1}, {}});
    }
  }

  ChoiceSource& source_;
  Script script_;
  NameRef who_{};
};

Script drawn_failures() {
  const auto lists = *harness::choice_lists(processes);
  harness::ListSource source{lists};
  return Failures{source}.script();
}

// Any steps in any world: few reports, but of every content.
Script drawn_script() {
  const auto lists = *harness::choice_lists(steps_max);
  harness::ListSource source{lists};
  return harness::generate_script(source, steps_max);
}

class FoldersAgainstReports {
 public:
  FoldersAgainstReports(const harness::SubjectFactory& make, harness::Coverage& coverage)
      : coverage_{coverage}, subject_{make()}, lockstep_{subject_} {}

  harness::PropertyResult run(std::uint64_t seed) && {
    result_.counterexample = subject_.unusable();
    if (!result_.counterexample.empty()) return std::move(result_);
    const std::string stopped = drawn_by_rapidcheck(seed, scripts, false, [&] { return one(); });
    if (result_.counterexample.empty()) result_.counterexample = stopped;
    result_.held = result_.counterexample.empty();
    return std::move(result_);
  }

 private:
  bool one() {
    const Script script = result_.runs % 2 == 0 ? drawn_failures() : drawn_script();
    const Profile profile = script.profiles.front().profile;
    const harness::Outcome outcome = lockstep_.run(script, profile, coverage_);
    ++result_.runs;
    result_.steps += outcome.steps;
    if (!outcome.divergence) return true;
    failed(harness::shrink(script, profile, subject_, *outcome.divergence, {.runs_max = shrinking_runs_max}));
    return false;
  }

  void failed(harness::Shrunk shrunk) {
    harness::Coverage ignored;
    lockstep_.run(shrunk.script, shrunk.profile, ignored);
    if (!subject_.agrees()) result_.counterexample = std::string{sentence_broken} + "the folders show other reports\n";
    result_.counterexample +=
        std::string{model_differs} + told(shrunk.script, shrunk.divergence) + "\n" + told(shrunk.script);
    result_.failing = std::move(shrunk.script);
  }

  harness::Coverage& coverage_;
  ShownByFolders subject_;
  harness::Lockstep lockstep_;
  harness::PropertyResult result_{};
};

harness::PropertyResult folders_show_the_reports(const harness::SubjectFactory& make, std::uint64_t seed,
                                                 harness::Coverage& coverage) {
  return FoldersAgainstReports{make, coverage}.run(seed);
}

}  // namespace

Suite report_folder_laws() {
  static const harness::Property all[] = {
      {"Report folders show each report as it is after every step", about<"WER-REP-37">(), folders_show_the_reports},
  };
  return all;
}

}  // namespace procreg::scenarios
