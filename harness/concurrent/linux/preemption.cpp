// A timer whose signal goes to one thread, which then lets others run wherever it is.
#include "harness/concurrent/preemption.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace procreg::harness {

struct Preemption::Timer {
  const Others others;
  timer_t id{};
  std::chrono::nanoseconds latency{};  // from setting the timer to its signal, as far as is known
  std::atomic<std::uint64_t> wanted{};
  std::atomic<bool> inside{};
  std::atomic<std::uint64_t> signals{};
};

namespace {

using Clock = std::chrono::steady_clock;

// A timer set to less may go off before the call that sets it returns.
constexpr struct itimerspec soonest {
  {}, { 0, 20'000 }
};
constexpr std::chrono::nanoseconds latency_step{250};
constexpr struct timespec pause { 0, 20'000 };
constexpr int pauses_max = 300;         // each takes 70 microseconds or more
constexpr int pauses_after_a_move = 5;  // after which others are thought to wait for what this thread has

int preempting_signal() { return SIGRTMIN + 5; }

void stand_still(const Preemption::Timer& timer) {
  const auto moves = [&] { return timer.others.moves.load(std::memory_order_relaxed); };
  std::uint64_t seen = moves();
  const std::uint64_t until = seen + timer.wanted.load(std::memory_order_relaxed);
  int left = pauses_max;
  while (left-- > 0 && moves() < until && timer.others.running.load(std::memory_order_relaxed) > 1) {
    nanosleep(&pause, nullptr);
    if (moves() == seen) continue;
    seen = moves();
    left = pauses_after_a_move;
  }
}

// It may interrupt anything: it loads lock-free atomics, makes system calls, and puts back what they change.
void interrupted(int, siginfo_t* info, void*) {
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  const int before = errno;
  auto& timer = *static_cast<Preemption::Timer*>(info->si_value.sival_ptr);
  timer.signals.fetch_add(1, std::memory_order_relaxed);
  if (timer.inside.load(std::memory_order_relaxed)) stand_still(timer);
  errno = before;
}

bool installed() {
  static const bool done = [] {
    struct sigaction action {};
    action.sa_sigaction = interrupted;
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    return sigaction(preempting_signal(), &action, nullptr) == 0;
  }();
  return done;
}

std::chrono::nanoseconds time_to_signal(Preemption::Timer& timer) {
  constexpr std::chrono::milliseconds longest{1};
  const std::uint64_t before = timer.signals.load(std::memory_order_relaxed);
  const auto begun = Clock::now();
  timer_settime(timer.id, 0, &soonest, nullptr);
  while (timer.signals.load(std::memory_order_relaxed) == before && Clock::now() - begun < longest) {
  }
  return Clock::now() - begun;
}

}  // namespace

Preemption::Preemption(Others others) {
  struct sigevent event {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = preempting_signal();
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  std::unique_ptr<Timer> timer{new Timer{.others = others}};
  event.sigev_value.sival_ptr = timer.get();
  if (!installed() || timer_create(CLOCK_MONOTONIC, &event, &timer->id) != 0) return;
  timer_ = std::move(timer);
  timer_->latency = time_to_signal(*timer_);
  for (int i = 0; i < 8; ++i) timer_->latency = std::min(timer_->latency, time_to_signal(*timer_));
}

Preemption::~Preemption() {
  if (timer_) timer_delete(timer_->id);
}

void Preemption::soon(std::chrono::nanoseconds jitter, std::uint64_t moves) {
  if (!timer_) return;
  timer_->wanted.store(moves, std::memory_order_relaxed);
  const std::uint64_t before = timer_->signals.load(std::memory_order_relaxed);
  const auto until = Clock::now() + timer_->latency - jitter;
  timer_settime(timer_->id, 0, &soonest, nullptr);
  while (Clock::now() < until) {
  }
  const bool too_late = timer_->signals.load(std::memory_order_relaxed) != before;
  timer_->latency += too_late ? -2 * latency_step : latency_step;
}

void Preemption::enter() {
  if (timer_) timer_->inside.store(true, std::memory_order_relaxed);
}
void Preemption::leave() {
  if (timer_) timer_->inside.store(false, std::memory_order_relaxed);
}

}  // namespace procreg::harness
