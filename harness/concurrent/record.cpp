#include "harness/concurrent/record.h"

#include <algorithm>

#include "harness/concurrent/preemption.h"
#include "harness/generate/choice_source.h"

namespace procreg::harness {

namespace {

// What one thread notes. Each operation belongs to the thread until `returned` has counted it; a round that is stuck is
// read up to there, and of the operation after that only what was written before `called` counted it.
struct Notes {
  std::vector<Operation> operations{};
  std::atomic<std::size_t> called{0};
  std::atomic<std::size_t> returned{0};
};

}  // namespace

struct Racers::Shared {
  std::mutex mutex{};
  std::condition_variable changed{};
  std::uint64_t round{};  // guarded by mutex, as the next five
  bool ending{};
  std::size_t still_running{};
  std::shared_ptr<Subject> subject{};
  Pauses pauses{};
  std::vector<Bindings> bindings{};

  std::vector<std::unique_ptr<Notes>> notes{};
  std::atomic<std::size_t> waiting{0};
  std::atomic<std::uint64_t> order{0};
  std::atomic<std::size_t> performing{0};  // threads that have steps left

  void run(std::size_t thread);
  void perform(std::size_t thread, Preemption& preemption);
};

void Racers::Shared::run(std::size_t thread) {
  std::uint64_t seen = 0;
  Preemption preemption{{order, performing}};
  while (true) {
    {
      std::unique_lock lock{mutex};
      changed.wait(lock, [&] { return ending || round != seen; });
      if (ending) return;
      seen = round;
    }
    perform(thread, preemption);
    const std::scoped_lock lock{mutex};
    --still_running;
    changed.notify_all();
  }
}

void wait_a_moment(SeededSource& draw) {
  std::atomic<std::uint32_t> spins{draw.one_in(4) ? draw.below(400) : 0};
  while (spins.load(std::memory_order_relaxed) > 0) spins.fetch_sub(1, std::memory_order_relaxed);
}

void stop_soon(Preemption& preemption, SeededSource& draw) {
  const std::uint32_t jitter = draw.below(2500);
  const std::uint32_t moves = 1 + draw.below(6);
  preemption.soon(std::chrono::nanoseconds{jitter}, moves);
}

// A call's place in the order is taken before it and a return's after it, each ordered only against the operation
// itself: what overlaps stays unordered for whoever looks for data races.
void Racers::Shared::perform(std::size_t thread, Preemption& preemption) {
  Notes& mine = *notes[thread];
  Bindings& bound = bindings[thread];
  SeededSource draw{pauses.seed, thread};
  draw.begin(0);
  waiting.fetch_sub(1);
  while (waiting.load() > 0) std::this_thread::yield();
  for (Operation& operation : mine.operations) {
    const Step as_written = operation.step;
    operation.step = bound.resolve(as_written);
    if (pauses.seed != 0) wait_a_moment(draw);
    if (pauses.seed != 0 && draw.one_in(8)) stop_soon(preemption, draw);
    operation.called = order.fetch_add(1, std::memory_order_acquire);
    mine.called.fetch_add(1, std::memory_order_release);
    preemption.enter();
    const Answer answer = subject->perform(operation.step);
    preemption.leave();
    operation.returned = order.fetch_add(1, std::memory_order_release);
    operation.answer = answer;
    mine.returned.fetch_add(1, std::memory_order_release);
    bound.bind(as_written, answer);
  }
  performing.fetch_sub(1, std::memory_order_relaxed);
}

Racers::Racers(std::size_t threads) : shared_{std::make_shared<Shared>()} {
  for (std::size_t thread = 0; thread < threads; ++thread) shared_->notes.push_back(std::make_unique<Notes>());
  for (std::size_t thread = 0; thread < threads; ++thread)
    threads_.emplace_back([shared = shared_, thread] { shared->run(thread); });
}

Racers::~Racers() {
  {
    const std::scoped_lock lock{shared_->mutex};
    shared_->ending = true;
  }
  shared_->changed.notify_all();
  for (std::thread& thread : threads_) {
    if (stuck_)
      thread.detach();
    else
      thread.join();
  }
}

std::size_t Racers::threads() const { return threads_.size(); }

Recorded Racers::race(const std::shared_ptr<Subject>& subject, std::span<const std::vector<Step>> parallel,
                      const Bindings& bindings, Pauses pauses, std::chrono::milliseconds limit) {
  Shared& shared = *shared_;
  std::unique_lock lock{shared.mutex};
  shared.subject = subject;
  shared.pauses = pauses;
  shared.bindings.assign(threads_.size(), bindings);
  shared.still_running = threads_.size();
  shared.waiting.store(threads_.size());
  shared.order.store(0);
  shared.performing.store(threads_.size());
  for (std::size_t thread = 0; thread < threads_.size(); ++thread) {
    Notes& notes = *shared.notes[thread];
    notes.operations.clear();
    notes.called.store(0);
    notes.returned.store(0);
    if (thread >= parallel.size()) continue;
    for (const Step& step : parallel[thread])
      notes.operations.push_back({.thread = static_cast<std::uint16_t>(thread), .step = step});
  }
  ++shared.round;
  shared.changed.notify_all();
  stuck_ = !shared.changed.wait_for(lock, limit, [&] { return shared.still_running == 0; });

  Recorded recorded{.history = {}, .stuck = stuck_};
  for (const auto& notes : shared.notes) {
    const std::size_t returned = notes->returned.load(std::memory_order_acquire);
    const std::size_t called = notes->called.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < returned; ++i) recorded.history.push_back(notes->operations[i]);
    if (returned == called) continue;
    const Operation& inside = notes->operations[returned];
    recorded.history.push_back({.thread = inside.thread, .step = inside.step, .answer = {}, .called = inside.called});
  }
  std::sort(recorded.history.begin(), recorded.history.end(),
            [](const Operation& a, const Operation& b) { return a.called < b.called; });
  return recorded;
}

std::size_t overlapping(const History& history) {
  std::size_t count = 0;
  std::uint64_t latest_return = 0;  // of those before
  for (std::size_t i = 0; i < history.size(); ++i) {
    const bool with_earlier = i > 0 && latest_return > history[i].called;
    const bool with_later =
        i + 1 < history.size() && (!history[i].answer || history[i + 1].called < history[i].returned);
    count += with_earlier || with_later ? 1U : 0U;
    latest_return = std::max(latest_return, history[i].answer ? history[i].returned : ~std::uint64_t{0});
  }
  return count;
}

}  // namespace procreg::harness
