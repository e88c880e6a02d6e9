#include "harness/cli/watchdog.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "api/step.h"
#include "harness/cli/exit_status.h"

namespace procreg::cli {

using harness::Subject;

// Marks in its slot when the subject is entered and left: two stores a step, no clock.
class Watched : public harness::Wrapped {
 public:
  Watched(Watchdog& watchdog, std::unique_ptr<Subject> inner)
      : Wrapped{std::move(inner)}, watchdog_{watchdog}, slot_{watchdog.add()} {}
  ~Watched() override { watchdog_.remove(slot_); }

  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    enter(reset_mark);
    inner_->reset(world, tables, profile);
    leave();
    count(slot_.worlds);
    slot_.steps.store(0, std::memory_order_relaxed);
  }
  Answer perform(const Step& step) override {
    enter(step.index());
    const Answer answer = inner_->perform(step);
    leave();
    count(slot_.steps);
    return answer;
  }
  bool snapshot(SnapshotWords& words) override {
    enter(snapshot_mark);
    const bool shown = inner_->snapshot(words);
    leave();
    return shown;
  }

  static constexpr std::size_t reset_mark = step_kinds;
  static constexpr std::size_t snapshot_mark = step_kinds + 1;

 private:
  void enter(std::size_t what) {
    slot_.step.store(what, std::memory_order_relaxed);
    slot_.entered.store(slot_.entered.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  static void count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void leave() { slot_.entered.store(slot_.entered.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  Watchdog& watchdog_;
  Watchdog::Slot& slot_;
};

namespace {

std::string doing(const Watchdog::Slot& slot) {
  const std::size_t what = slot.step.load(std::memory_order_relaxed);
  const std::uint64_t world = slot.worlds.load(std::memory_order_relaxed);
  if (what == Watched::reset_mark) return fmt::format("the beginning of its world {}", world + 1);
  const std::uint64_t step = slot.steps.load(std::memory_order_relaxed);
  if (what == Watched::snapshot_mark) return fmt::format("the snapshot after step {} of its world {}", step, world);
  return fmt::format("step {} ({}) of its world {}", step + 1, steps()[what].name, world);
}

}  // namespace

void Watchdog::end_program(const std::string& message) {
  std::fputs(fmt::format("procreg: {}\n", message).c_str(), stderr);
  std::fflush(stderr);
  _exit(static_cast<int>(ExitStatus::failed));
}

Watchdog::Watchdog(std::chrono::milliseconds limit, Alarm alarm)
    : limit_{limit}, alarm_{std::move(alarm)}, thread_{[this] { watch(); }} {}

Watchdog::~Watchdog() {
  {
    const std::scoped_lock lock{mutex_};
    ending_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void Watchdog::runs(std::string what) {
  const std::scoped_lock lock{mutex_};
  what_ = std::move(what);
}

harness::SubjectFactory Watchdog::watched(harness::SubjectFactory factory) {
  return [this, factory = std::move(factory)]() -> std::unique_ptr<Subject> {
    return std::make_unique<Watched>(*this, factory());
  };
}

Watchdog::Slot& Watchdog::add() {
  const std::scoped_lock lock{mutex_};
  return slots_.emplace_back().slot;
}

void Watchdog::remove(Slot& slot) {
  const std::scoped_lock lock{mutex_};
  slots_.remove_if([&](const Seen& seen) { return &seen.slot == &slot; });
}

void Watchdog::watch() {
  const auto pause = limit_ / 8;
  std::unique_lock lock{mutex_};
  while (!ended_.wait_for(lock, pause, [this] { return ending_; }))
    if (look()) return;
}

// Counts its own pauses: a machine that slept or a stopped program does not look like a step that hangs.
bool Watchdog::look() {
  for (Seen& seen : slots_) {
    const std::uint64_t entered = seen.slot.entered.load(std::memory_order_acquire);
    const bool same = entered % 2 == 1 && entered == seen.last;
    seen.inside = same ? seen.inside + limit_ / 8 : std::chrono::milliseconds{0};
    seen.last = entered;
    if (seen.inside < limit_) continue;
    alarm_(fmt::format("the subject has not come back from {} within {} ms, in {}", doing(seen.slot), limit_.count(),
                       what_));
    return true;
  }
  return false;
}

}  // namespace procreg::cli
