// A subject that is not this project's own implementation in process: a shared library, a program at the other end of a pipe,
// real Windows. It has ids of its own, can perform some steps only, follows a profile that nobody may know, and may fail.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/profile.h"
#include "api/snapshot.h"
#include "api/step.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

// What a subject can do with one kind of step.
enum class Can : std::uint8_t {
  no,       // it has no way to perform it: a scenario with such a step is not applicable
  missing,  // it would call the function, but the implementation does not have it: not implemented
  yes
};

// What a subject says of itself before anything else.
struct Abilities {
  std::string name{};
  std::string version{};
  std::array<Can, step_kinds> steps{};
  // Bit i of a kind: field i of its row (api/step.h) may have another value than a key that is left out stands for. Only the
  // bits of optional_fields matter: fields that may not be left out, `as` and `restartedAs` are always fine.
  std::array<std::uint64_t, step_kinds> fields{};
  // Parts of `world` that need not be as by default: "machines", "limits", "existingFiles" ..., "processes" (several processes),
  // "processes.threads", "processes.user" ... (keys of a process).
  std::set<std::string, std::less<>> world{};
  bool
      raw_ids{};  // pids, tids and handles that a scenario gives as numbers mean there what they mean in the specification
  bool profile{};   // it follows the profile that reset names; else it has one of its own
  bool snapshot{};  // its snapshots are complete, with the ids that the specification gives out
};

// The optional fields of a kind of step, as bits of Abilities::fields.
std::uint64_t optional_fields(std::size_t kind);
// Every step with every field; the rest stays as it is.
void perform_everything(Abilities& abilities);
// All that Abilities::world can hold.
const std::set<std::string, std::less<>>& parts_of_worlds();
// Why the scenario is not applicable: what it needs and the subject cannot do, "FailAllocation", "CreateProcess with pid", "a world with
// its own limits"; "" where it can be tried. A function that is missing is tried: that is a finding.
std::string what_it_lacks(const Abilities& abilities, const Script& script);

// Why a subject did not go on.
struct Stopped {
  enum class Why : std::uint8_t {
    cannot,       // it says that it cannot perform this step; it goes on living
    missing,      // likewise, because the implementation does not have the function
    not_started,  // the program cannot be run, the library cannot be loaded
    died,         // it ended, or was ended by a signal
    hung,         // no answer within the limit of a step, or of a scenario
    flooded,      // more than a message may have
    nonsense      // an answer that is none: no JSON, the wrong shape, an unknown word
  };
  Why why{};
  std::string message{};  // one sentence that names the limit, the signal, or what was read
};

// What a subject answers to a step, in its own ids.
struct ForeignAnswer {
  // `made` is 0 or the subject's own number for what was made: of a process any number but 0 that it gives to no other process
  // of its machine.
  Answer answer{};
  std::vector<Tid> threads{};          // of a process made: all of its threads; empty: the one in dwThreadId
  std::vector<Restarted> restarted{};  // processes restarted, in their order; names are not set
};

// A process of the world, in the subject's own ids.
struct BegunProcess {
  std::uint64_t process{};  // its number, see ForeignAnswer
  Pid pid{};
  std::vector<Tid> threads{};
};

// Not thread-safe. Ids that a step holds are the subject's own.
class ForeignSubject {
 public:
  virtual ~ForeignSubject() = default;

  // Starts what has to be started, once. nullptr: it cannot be, see `failure`.
  virtual const Abilities* abilities() = 0;
  virtual const Stopped& failure() const = 0;

  // Begins a world, whatever came before: also after a failure, with a fresh subject. The processes in list order.
  // `script` stays where it is until the next reset; of it the world, the names and the tables matter. Its tables may have grown
  // whenever perform is called, and texts that the subject answers are added to them.
  // `profile`: nullptr unless the subject follows one.
  virtual std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) = 0;

  // Performs resolved steps in their order. `answers` is cleared and then has one for each that was performed; nullopt: that is
  // all of them.
  virtual std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) = 0;

  // The snapshot now as the JSON of the specification's README, 5; asked only of a subject with Abilities::snapshot.
  virtual std::variant<std::string, Stopped> snapshot() = 0;

  // What it wrote beside its answers (standard error), at most the last megabyte; never a failure.
  virtual std::string log() const { return {}; }
};

// How a subject in process stands in for one that is not: for `serve`, and for tests of whoever judges.
struct StandIn {
  std::string name{"impl"};
  std::optional<Profile> own{};  // it follows this one whatever it is told, and says that it has one of its own
  bool snapshot{true};
};
// Everything can be performed. Of several processes that one step restarts it tells of the first.
std::unique_ptr<ForeignSubject> stand_in(std::unique_ptr<Subject> subject, StandIn options = {});

}  // namespace procreg::harness
