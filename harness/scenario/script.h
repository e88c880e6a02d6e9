// A scenario in memory: the world it begins with, its steps, the names it binds, what it expects.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/clause.h"
#include "api/profile.h"
#include "api/step.h"
#include "api/world.h"

namespace procreg::harness {

// The given names of a script. Base b of a NameRef is entry b - 1.
struct GivenNameEntry {
  std::string name;  // "w"
  std::vector<std::string>
      thread_names;  // "ui", ... of a process; thread k may be written w.<k + 1> or w.<name>; may be empty
  friend bool operator==(const GivenNameEntry&, const GivenNameEntry&) = default;
};
using Names = std::vector<GivenNameEntry>;

// "w", "w.ui", "w.handle", "w.threadHandle"; "" for base 0.
std::string text(const Names& names, NameRef ref);

// What a scenario file expects of one step. The JSON of `out`, `report` and `leaves` is kept as text (an object or array) and
// compared by harness/scenario/expectations.h; "" when not given.
struct Expectation {
  std::optional<Result> returns{};
  std::optional<std::uint32_t> lastError{};
  std::string out{};
  std::string report{};
  std::string leaves{};
  bool none() const { return !returns && !lastError && out.empty() && report.empty() && leaves.empty(); }
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

// One switch of a schedule: `thread` (index into Script::parallel) runs until it stands, for the `occurrence`-th time (from
// 1), at `point` ("lock process gate", "call", "return", "end"); then the thread of the next switch runs. After the last
// switch the threads run on in the order of their indexes.
struct ScheduleSwitch {
  std::uint16_t thread{};
  std::string point{};
  std::uint32_t occurrence{1};
  friend bool operator==(const ScheduleSwitch&, const ScheduleSwitch&) = default;
};

struct Script {
  std::string name{};  // title
  std::string file{};  // path as given, "" for a generated one
  std::vector<std::string> clauses{};
  // Profiles to run under; empty: both predefined ones. `label` is the name, or "documented with app-instance-zero-guid=accept".
  struct NamedProfile {
    std::string label;
    Profile profile;
    friend bool operator==(const NamedProfile&, const NamedProfile&) = default;
  };
  std::vector<NamedProfile> profiles{};
  bool world_given{};  // the file has a `world`
  WorldSpec world{};
  Tables tables{};
  Names names{};
  std::vector<Step> steps{};
  std::vector<Expectation> expectations{};  // empty, or one a step
  std::vector<std::uint32_t> lines{};       // empty, or the line of the file each step begins on
  // After `steps`, each list on a thread of its own; empty: none. A thread uses the names of the world, of `steps`, and its
  // own; no two threads give the same name.
  std::vector<std::vector<Step>> parallel{};
  std::vector<ScheduleSwitch> schedule{};  // empty: whatever order the threads take
  std::string why{};                       // what the file says about itself; "" when it does not
};

inline constexpr std::uint32_t first_tid_of_world = 0x10000;  // OBJ-PROC-18; the others follow by 4

// The pids that the processes of a valid world get, in list order (ccf.md OBJ-PROC-02).
std::vector<Pid> world_pids(const WorldSpec& world);

// What names stand for on one side while a script runs: base -> what was bound. A name that is not bound (its step was refused
// or has not been performed) stands for what nobody has (specification README, 4.2).
class Bindings {
 public:
  struct Bound {
    bool is{};
    ProcessKey process{};  // of a process
    Pid pid{};
    Tid first_tid{};  // thread k of a process has first_tid + 4k; also the tid of a thread name
    std::uint16_t threads{};
    HandleValue handle{};  // of a handle name, or w.handle
    HandleValue thread_handle{};
    ConnectionKey connection{};
    Dialect dialect{};  // of the connection
    OpenKey open{};
    CsvOpenId csv_open{};
    friend bool operator==(const Bound&, const Bound&) = default;
  };

  void clear(std::size_t names);
  // The processes of the world are bound before the first step; objects, pids and tids in list order (ccf.md OBJ-PROC).
  void bind_world(const WorldSpec& world);
  // Binds what `step` made, if it has a name (`as`) and the answer made something.
  void bind(const Step& step, const Answer& answer);
  // A name stands for this, whatever it stood for.
  void set(std::uint16_t base, const Bound& bound) { bound_[base] = bound; }
  // Binds what WER restarted, if it has a name.
  void bind(const Restarted& restarted);
  // Binds all that a step made, as the model says (a ruling): the answer tells only of the first process restarted.
  template <class Ruling>
  void bind_all(const Step& step, const Ruling& ruling) {
    bind(step, ruling.answer);
    for (std::size_t i = 1; i < ruling.restarted.size(); ++i) bind(ruling.restarted.data()[i]);
  }
  // The step with every name replaced by what it stands for. A step without names is returned as it is.
  Step resolve(const Step& step) const;

  const Bound& at(std::uint16_t base) const { return bound_[base]; }
  std::size_t size() const { return bound_.size(); }

  // What a name stands for where a process, pid, tid or handle is meant; what nobody has while it is not bound.
  ProcessKey process(NameRef name) const { return known(name).is ? known(name).process : nobody; }
  Pid pid(NameRef name) const { return known(name).is ? known(name).pid : unowned_pid; }
  Tid tid(NameRef name) const;
  HandleValue handle(NameRef name) const;
  ConnectionKey connection(NameRef name) const { return known(name).connection; }
  const OpenKey& open(NameRef name) const { return known(name).open; }
  CsvOpenId csv_open(NameRef name) const { return known(name).csv_open; }

  friend bool operator==(const Bindings&, const Bindings&) = default;

 private:
  const Bound& known(NameRef name) const {
    if (name.base >= bound_.size()) no_such_base();
    return is_restart(name) ? restart(name) : bound_[name.base];
  }
  const Bound& restart(NameRef name) const;
  // What a successful SmbCreate returned.
  OpenKey opened(const SmbCreate& create, std::uint64_t made) const;
  [[noreturn]] static void no_such_base();

  std::vector<Bound> bound_{};  // by base; entry 0 is never bound
  std::vector<std::pair<NameRef, Bound>> restarts_{};
};

}  // namespace procreg::harness
