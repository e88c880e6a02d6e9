// The means of a planted fault: a subject between the steps and the implementation.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "harness/subject/subject.h"
#include "scenarios/properties/seen.h"

namespace procreg::scenarios {

// What a fault has to work with. Steps performed through it are hidden: nobody sees their answers.
class Inside {
 public:
  explicit Inside(harness::Subject& inner) : inner_{inner} {}

  Answer perform(const Step& step) { return inner_.perform(step); }
  // The inner snapshot as it is now. Planted faults work on subjects that have one.
  Seen look();
  const Profile& profile() const { return profile_; }
  const WorldSpec& world() const { return world_; }
  const std::u16string& text(TextRef ref) const { return tables_->at(ref); }
  // `tables` outlives the world.
  void begin(const WorldSpec& world, const Tables& tables, const Profile& profile) {
    world_ = world;
    tables_ = &tables;
    profile_ = profile;
  }

 private:
  harness::Subject& inner_;
  Profile profile_{};
  WorldSpec world_{};
  const Tables* tables_{};
};

// A subject whose steps go through Fault::perform, a default-constructed one for each world. Where Fault has `show`, the
// snapshot goes through that; where it has `change`, the profile or the specification of a new world goes through that.
template <class Fault>
class Planted final : public harness::Wrapped {
 public:
  explicit Planted(std::unique_ptr<harness::Subject> inner) : Wrapped{std::move(inner)}, inside_{*inner_} {}

  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    fault_ = Fault{};
    Profile taken = profile;
    if constexpr (requires { fault_.change(taken); }) fault_.change(taken);
    WorldSpec begun = world;
    if constexpr (requires { fault_.change(begun); }) fault_.change(begun);
    inside_.begin(begun, tables, taken);
    inner_->reset(begun, tables, taken);
  }

  Answer perform(const Step& step) override {
    if constexpr (requires { fault_.perform(inside_, step); }) {
      return fault_.perform(inside_, step);
    } else {
      return inner_->perform(step);
    }
  }

  bool snapshot(SnapshotWords& to) override {
    if constexpr (requires(Seen & world) { fault_.show(world); }) {
      Seen world = inside_.look();
      fault_.show(world);
      const SnapshotWords shown = words(world);
      to.insert(to.end(), shown.begin(), shown.end());
      return true;
    } else {
      return inner_->snapshot(to);
    }
  }

 private:
  Inside inside_;
  Fault fault_{};
};

template <class Fault>
std::unique_ptr<harness::Subject> plant(std::unique_ptr<harness::Subject> inner) {
  return std::make_unique<Planted<Fault>>(std::move(inner));
}

// --- Words that several faults need ---

// The caller of a call, the target of an event of a process; nobody for any other step.
ProcessKey actor(const Step& step);

template <class T>
const T* as(const Step& step) {
  return std::get_if<T>(&step);
}

// The step registers an entry in one of the six lists.
bool registers(const Step& step);

Answer refusal(Result code);

Caller caller(ProcessKey key);
Target target(ProcessKey key);
PidRef raw(Pid pid);
HandleRef raw(HandleValue value);

// A pid that no story uses, for hidden registrations.
inline constexpr Pid hidden_pid{number(unowned_pid) + 0x4000};

// What a handle of the caller names: the process, its mask; nobody for anything else.
struct Reached {
  ProcessKey process{};
  AccessMask mask{};
  bool pseudo{};
};
Reached reached(const Seen& world, ProcessKey by, HandleValue handle);

// The process makes a hidden ExitProcess: as WER and the kernel see it, it just ends.
void end(Inside& inside, ProcessKey process);

Answer registered_hidden(Inside& inside, ProcessKey by, Pid pid);
Answer unregistered_hidden(Inside& inside, ProcessKey by, Pid pid);

// The step ends a process by exit or termination: which one, else nobody.
ProcessKey ending(const Seen& before, const Step& step);

// Calls with the machine index and each process of the world.
template <class Do>
void each_process(const Seen& world, Do&& act) {
  for (std::size_t m = 0; m < world.machines.size(); ++m)
    for (const SeenProcess& process : world.machines[m].processes)
      act(ProcessKey{MachineIndex{static_cast<std::uint8_t>(m)}, process.head.objectId}, process);
}

}  // namespace procreg::scenarios
