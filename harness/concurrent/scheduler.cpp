#include "harness/concurrent/scheduler.h"

#include <algorithm>

namespace procreg::harness {

namespace {

using schedule::Point;
using schedule::PointKind;

constexpr std::size_t stack_bytes = std::size_t{256} * 1024;
constexpr Point at_end{PointKind::end, nullptr, ""};

bool changes(PointKind kind) {
  return kind == PointKind::store || kind == PointKind::notify || kind == PointKind::unlock;
}

class TakingTurns {
 public:
  explicit TakingTurns(schedule::Turns& turns) { schedule::turns = &turns; }
  ~TakingTurns() { schedule::turns = nullptr; }
  TakingTurns(const TakingTurns&) = delete;
  TakingTurns& operator=(const TakingTurns&) = delete;
};

}  // namespace

RunEnd Scheduler::run(std::span<const std::function<void()>> bodies, Strategy& strategy, std::size_t points_max) {
  const TakingTurns turns{*this};
  strategy_ = &strategy;
  points_max_ = points_max;
  begin(bodies);
  running_ = no_thread;
  const std::size_t first = chosen();
  if (first != no_thread) {
    pass(first);
    main_.switch_to(*fibers_[first]);
  }
  return end_;
}

// Brings every thread before its first point.
void Scheduler::begin(std::span<const std::function<void()>> bodies) {
  while (fibers_.size() < bodies.size()) {
    const std::size_t thread = fibers_.size();
    fibers_.push_back(std::make_unique<Fiber>(stack_bytes));
    bodies_.emplace_back([this, thread] {
      running_ = thread;
      bodies_of_run_[thread]();
      stand(Standing::State::ended, at_end);
      if (!beginning_) go_on();
    });
  }
  bodies_of_run_ = bodies;
  threads_.assign(bodies.size(), {});
  held_.clear();
  points_ = 0;
  end_ = RunEnd::done;
  beginning_ = true;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    fibers_[i]->start(bodies_[i], main_);
    main_.switch_to(*fibers_[i]);
  }
  beginning_ = false;
}

void Scheduler::before(const Point& point) noexcept {
  const bool waits = point.kind == PointKind::lock && is_held(point.on);
  stand(waits ? Standing::State::waits : Standing::State::ready, point);
  if (beginning_) {
    fibers_[running_]->switch_to(main_);
  } else {
    go_on();
  }
}

void Scheduler::blocked(const Point& point) noexcept {
  stand(Standing::State::waits, point);
  go_on();
}

void Scheduler::stand(Standing::State state, const Point& point) noexcept { threads_[running_] = {state, point}; }

bool Scheduler::is_held(const void* lock) const noexcept {
  return std::find(held_.begin(), held_.end(), lock) != held_.end();
}

// On the running thread: lets the chosen one pass its point, and returns when this one is chosen.
void Scheduler::go_on() noexcept {
  const std::size_t self = running_;
  const std::size_t next = chosen();
  if (next != no_thread) pass(next);
  if (next == self) return;
  fibers_[self]->switch_to(next == no_thread ? main_ : *fibers_[next]);
}

// no_thread: the run has ended, and end_ says how.
std::size_t Scheduler::chosen() noexcept {
  bool ready = false;
  bool waiting = false;
  for (const Standing& thread : threads_) {
    ready = ready || thread.state == Standing::State::ready;
    waiting = waiting || thread.state == Standing::State::waits;
  }
  if (!ready) {
    end_ = waiting ? RunEnd::deadlock : RunEnd::done;
    return no_thread;
  }
  if (points_ == points_max_) {
    end_ = RunEnd::too_long;
    return no_thread;
  }
  const std::size_t next = strategy_->choose(threads_, running_);
  if (next == no_thread) end_ = RunEnd::given_up;
  return next;
}

// What passing the thread's point means for the others.
void Scheduler::pass(std::size_t thread) noexcept {
  ++points_;
  running_ = thread;
  const Point& point = threads_[thread].next;
  if (point.kind == PointKind::lock) {
    held_.push_back(point.on);
    for (Standing& other : threads_)
      if (&other != &threads_[thread] && other.state == Standing::State::ready && other.next.kind == PointKind::lock &&
          other.next.on == point.on)
        other.state = Standing::State::waits;
  }
  if (point.kind == PointKind::unlock) {
    const auto lock = std::find(held_.begin(), held_.end(), point.on);
    if (lock != held_.end()) held_.erase(lock);
  }
  if (changes(point.kind)) wake(point.on);
}

void Scheduler::wake(const void* on) noexcept {
  for (Standing& thread : threads_)
    if (thread.state == Standing::State::waits && thread.next.on == on) thread.state = Standing::State::ready;
}

}  // namespace procreg::harness
