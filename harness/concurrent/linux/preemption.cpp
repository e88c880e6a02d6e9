// A timer whose signal goes to one thread, which then lets others run wherever it is.
#include "harness/concurrent/preemption.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace procreg::harness {

namespace {

int preempting_signal() { return SIGRTMIN + 5; }

}  // namespace

struct Preemption::Timer {
  const Others others;
  timer_t id{};
  std::atomic<std::uint64_t> wanted{};
  std::atomic<bool> inside{};
  std::atomic<int> misses{};  // signals since `in` that came between operations
};

namespace {

constexpr struct timespec pause { 0, 20'000 };
constexpr int pauses_max = 40;  // each takes 70 microseconds or more
constexpr int misses_max = 4;
constexpr std::chrono::nanoseconds after_a_miss{4000};

void set(timer_t timer, std::chrono::nanoseconds time) {
  constexpr long per_second = 1'000'000'000;
  struct itimerspec when {};
  when.it_value.tv_sec = time.count() / per_second;
  when.it_value.tv_nsec = time.count() % per_second;
  timer_settime(timer, 0, &when, nullptr);
}

// It may interrupt anything: it loads lock-free atomics, makes system calls, and puts back what they change.
void stand_still(int, siginfo_t* info, void*) {
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  const int before = errno;
  auto& timer = *static_cast<Preemption::Timer*>(info->si_value.sival_ptr);
  const auto& moves = timer.others.moves;
  const std::uint64_t until = moves.load(std::memory_order_relaxed) + timer.wanted.load(std::memory_order_relaxed);
  const auto nobody_else = [&] { return timer.others.running.load(std::memory_order_relaxed) < 2; };
  if (!timer.inside.load(std::memory_order_relaxed)) {
    if (timer.misses.fetch_add(1, std::memory_order_relaxed) < misses_max) set(timer.id, after_a_miss);
  } else {
    for (int i = 0; i < pauses_max && moves.load(std::memory_order_relaxed) < until && !nobody_else(); ++i)
      nanosleep(&pause, nullptr);
  }
  errno = before;
}

bool installed() {
  static const bool done = [] {
    struct sigaction action {};
    action.sa_sigaction = stand_still;
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    return sigaction(preempting_signal(), &action, nullptr) == 0;
  }();
  return done;
}

}  // namespace

Preemption::Preemption(Others others) {
  struct sigevent event {};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = preempting_signal();
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  std::unique_ptr<Timer> timer{new Timer{.others = others}};
  event.sigev_value.sival_ptr = timer.get();
  if (installed() && timer_create(CLOCK_MONOTONIC, &event, &timer->id) == 0) timer_ = std::move(timer);
}

Preemption::~Preemption() {
  if (timer_) timer_delete(timer_->id);
}

void Preemption::in(std::chrono::nanoseconds time, std::uint64_t moves) {
  if (!timer_) return;
  timer_->wanted.store(moves, std::memory_order_relaxed);
  timer_->misses.store(0, std::memory_order_relaxed);
  set(timer_->id, time);
}

// A signal that is on its way finds that there is no more to try.
void Preemption::call_off() {
  if (!timer_) return;
  timer_->misses.store(misses_max, std::memory_order_relaxed);
  set(timer_->id, std::chrono::nanoseconds{0});
}

void Preemption::enter() {
  if (timer_) timer_->inside.store(true, std::memory_order_relaxed);
}
void Preemption::leave() {
  if (timer_) timer_->inside.store(false, std::memory_order_relaxed);
}

}  // namespace procreg::harness
