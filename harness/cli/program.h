// The command line of procreg: what its commands and their options are made of.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "harness/cli/session.h"
#include "harness/cli/words.h"
#include "harness/scenario/script.h"
#include "harness/subject/program.h"

namespace procreg::cli {

// What stands on the command line cannot be used, and the message says why.
[[noreturn]] void refuse(const std::string& message);

// What a word stands for; refuses one that stands for nothing.
template <class T>
T meant(std::variant<T, BadArgument> word) {
  if (const auto* bad = std::get_if<BadArgument>(&word)) refuse(bad->message);
  return std::get<T>(std::move(word));
}

// For CLI::Option::check: CLI11 would read -1 as a very large number, and one that is too large as the largest.
inline constexpr std::uint64_t number_max = ~std::uint64_t{0};
inline constexpr std::uint64_t seconds_max = 1'000'000'000;
std::function<std::string(const std::string&)> up_to(std::uint64_t most);
std::string at_least_one(const std::string& word);

// What is common to several commands, as it stands on the command line.
struct Words {
  std::string subject{"impl"};
  std::string profile{};
  std::string shard{"1/1"};
  std::string step_limit{"10"};
  std::string scenario_limit{"60"};
};
// What it means; refused where it means nothing. nullopt: no profile is named.
std::optional<harness::Script::NamedProfile> profile_of(const Words& words);
harness::Shard shard_of(const Words& words);
harness::ProgramLimits limits_of(const Words& words);

// Runs a command once the arguments are complete.
using Command = std::function<ExitStatus(Session&)>;

class Program {
 public:
  // Has no command yet.
  Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // What help says of a command.
  struct About {
    std::string name{};
    std::string does{};
    std::string examples{};  // lines, each ended
    bool foreign{};          // it takes program: and library: as subjects; other commands refuse them
  };
  // A command without options; help names commands in the order in which they are added.
  CLI::App& command(const About& about, Command run);

  // Options that several commands have; they end in `words`.
  void add_subject(CLI::App& app);
  void add_profile(CLI::App& app);
  void add_limits(CLI::App& app);
  Words& words() { return words_; }

  CLI::App& app() { return app_; }
  // Once the arguments are parsed: the command that they name, and whether it takes foreign subjects.
  const Command& chosen() const { return chosen_; }
  bool takes_foreign() const { return takes_foreign_; }

 private:
  CLI::App app_;
  Command chosen_{};
  bool takes_foreign_{};
  Words words_{};
};

// The commands, by the file that has their options (options_conform.cpp ...), in the order of help.
void add_conform_commands(Program& program);  // conform, replay
void add_search_commands(Program& program);   // fuzz, explore, merge, race, shrink
void add_lookup_commands(Program& program);   // explain, list, dump
void add_subject_commands(Program& program);  // characterise, serve
void add_bench_command(Program& program);

}  // namespace procreg::cli
