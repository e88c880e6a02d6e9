// The program `procreg`: arguments in, one command, exit status out.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <string>

#include "harness/cli/foreign.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/program.h"
#include "harness/cli/standard_output.h"
#include "harness/scenario/suggestion.h"

namespace procreg::cli {
namespace {

constexpr std::chrono::seconds step_limit{30};

// The message of an argument error without CLI11's own class names.
int complain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  std::cerr << fmt::format("procreg: {}\nTry procreg --help, or procreg COMMAND --help.\n", error.what());
  return static_cast<int>(ExitStatus::unusable);
}

// What is wrong with a first word that is no command; "" when it is one, or an option.
std::string wrong_command(std::string_view word) {
  if (word.starts_with('-')) return {};
  constexpr std::string_view commands[] = {"conform", "replay", "fuzz", "explore", "race",         "merge", "shrink",
                                           "explain", "list",   "dump", "serve",   "characterise", "bench"};
  const auto is_word = [&](std::string_view command) { return command == word; };
  return std::any_of(std::begin(commands), std::end(commands), is_word) ? ""
                                                                        : harness::unknown("command", word, commands);
}

int run(Program& program, int argc, char** argv) {
  if (const std::string wrong = argc > 1 ? wrong_command(argv[1]) : ""; !wrong.empty()) {
    std::cerr << fmt::format("procreg: {}\n", wrong);
    return static_cast<int>(ExitStatus::unusable);
  }
  try {
    program.app().parse(argc, argv);
    Progress progress{isatty(STDERR_FILENO) == 1};
    Watchdog watchdog{step_limit};
    const std::string& word = program.words().subject;
    if (is_foreign(word) && !program.takes_foreign())
      refuse(fmt::format("{} drives the subject impl only; conform takes program: and library:", argv[1]));
    const harness::SubjectFactory subject = is_foreign(word) ? harness::implementation : meant(subject_word(word));
    Session session{std::cout, std::cerr, watchdog.watched(subject), harness::properties(), &progress,
                    &watchdog, subject};
    return static_cast<int>(program.chosen()(session));
  } catch (const CLI::ParseError& error) {
    return complain(program.app(), error);
  }
}

int run_program(int argc, char** argv) {
  try {
    Program program;
    add_conform_commands(program);
    add_search_commands(program);
    add_lookup_commands(program);
    add_subject_commands(program);
    add_bench_command(program);
    return run(program, argc, argv);
  } catch (const std::bad_alloc&) {
    std::cerr << "procreg: out of memory\n";
  } catch (const std::exception& error) {
    std::cerr << "procreg: " << error.what() << '\n';
  }
  return static_cast<int>(ExitStatus::failed);
}

}  // namespace
}  // namespace procreg::cli

int main(int argc, char** argv) {
  using procreg::cli::ExitStatus;
  procreg::cli::handle_signals();
  procreg::cli::DescriptorBuffer standard_output{STDOUT_FILENO};
  std::streambuf* const before = std::cout.rdbuf(&standard_output);
  int status = procreg::cli::run_program(argc, argv);
  std::cout.flush();
  std::cout.rdbuf(before);

  // Results that did not get out are no results.
  if (const std::string failure = standard_output.failure(); !failure.empty()) {
    std::cerr << fmt::format("procreg: cannot write to standard output: {}\n", failure);
    status = static_cast<int>(ExitStatus::failed);
  }
  return status;
}
