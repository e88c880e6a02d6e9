#include "harness/cli/program.h"

#include <fmt/format.h>

#include "harness/cli/foreign.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/version.h"

namespace procreg::cli {

namespace {

constexpr auto statuses = R"(
Exit status: 0 conforms; 1 diverges; 2 undecided (interrupted, a bound was hit, a clause in scope never reached);
3 unusable input or arguments; 4 procreg or the subject failed; 5 nothing ran. Several in one run: 4, 1, 3, 2, 5, 0.
Results go to standard output; progress goes to standard error, and only to a terminal.)";

constexpr auto examples = R"(
Examples:
  procreg conform                             the whole suite
  procreg replay scenarios/regressions        scenarios step by step
  procreg fuzz --seed 7 --seconds 60 --save found
  procreg merge 1.json 2.json                 the results of two shards as one
  procreg race --threads 4 --seconds 60 --save found
  procreg explain WER-AP-11
  procreg dump crash.dmp                      what is inside a minidump
  procreg COMMAND --help                      more about a command
)";

}  // namespace

void refuse(const std::string& message) { throw CLI::ValidationError(message, static_cast<int>(ExitStatus::unusable)); }

std::function<std::string(const std::string&)> up_to(std::uint64_t most) {
  return [most](const std::string& word) {
    const auto number = number_of(word);
    return number && *number <= most ? "" : fmt::format("'{}' is not a number from 0 to {}", word, most);
  };
}

std::string at_least_one(const std::string& word) {
  return number_of(word).value_or(0) > 0 ? "" : fmt::format("'{}' is not a number from 1 to {}", word, number_max);
}

std::optional<harness::Script::NamedProfile> profile_of(const Words& words) {
  if (words.profile.empty()) return std::nullopt;
  return meant(profile_word(words.profile));
}

harness::Shard shard_of(const Words& words) { return meant(shard_word(words.shard)); }

harness::ProgramLimits limits_of(const Words& words) {
  return {.message = meant(seconds_word(words.step_limit)),
          .scenario = meant(seconds_word(words.scenario_limit)),
          .interrupted = &interruption()};
}

Program::Program()
    : app_{"Holds an implementation of the Windows process-registration APIs against their specification."} {
  app_.name("procreg");
  app_.set_version_flag("--version", std::string{version()});
  app_.set_help_flag("--help", "Prints this help and ends");
  app_.require_subcommand(1);
  app_.footer(std::string{examples} + statuses);
}

CLI::App& Program::command(const About& about, Command run) {
  CLI::App* added = app_.add_subcommand(about.name, about.does);
  added->footer("\nExamples:\n" + about.examples + statuses);
  added->set_help_flag("--help", "Prints this help and ends");
  added->callback([this, foreign = about.foreign, run = std::move(run)] {
    chosen_ = run;
    takes_foreign_ = foreign;
  });
  return *added;
}

void Program::add_subject(CLI::App& app) {
  app.add_option("--subject", words_.subject, "What is tested")->capture_default_str();
}

void Program::add_profile(CLI::App& app) {
  app.add_option("--profile", words_.profile,
                 "Profile of files that name none: documented, windows11, or one of them with other options, as in\n"
                 "documented:app-instance-zero-guid=accept,reregistration=first-wins\n"
                 "(without it such files run under both predefined profiles)");
}

void Program::add_limits(CLI::App& app) {
  app.add_option("--step-limit", words_.step_limit, "How long a subject may take for an answer")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--scenario-limit", words_.scenario_limit, "How long it may take for a scenario")
      ->type_name("SECONDS")
      ->capture_default_str();
}

}  // namespace procreg::cli
