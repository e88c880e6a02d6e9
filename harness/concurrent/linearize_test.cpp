#include "harness/concurrent/linearize.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>

namespace procreg::harness {
namespace {

enum class Kind : std::uint8_t { write, read, enqueue, dequeue };

struct Op {
  Kind kind{};
  int value{};  // written, read, put in, or taken out; 0: the queue was empty
  std::uint64_t called{};
  std::uint64_t returned{never};
};

// A register that begins with 0, or a queue that begins empty: toy specifications over the same operations.
struct Cell {
  using State = int;
  static bool apply(const State& from, const Op& op, State& to) {
    to = op.kind == Kind::write ? op.value : from;
    return op.kind == Kind::write || op.value == from || op.returned == never;
  }
};
struct Queue {
  using State = std::deque<int>;
  static bool apply(const State& from, const Op& op, State& to) {
    to = from;
    if (op.kind == Kind::enqueue) {
      to.push_back(op.value);
      return true;
    }
    const int front = from.empty() ? 0 : from.front();
    if (!from.empty()) to.pop_front();
    return front == op.value || op.returned == never;
  }
};

template <class Toy>
struct Of {
  using State = typename Toy::State;
  const std::vector<Op>& ops;
  std::optional<State> end{};
  static State begin() { return {}; }
  bool apply(const State& from, std::uint32_t op, State& to) const { return Toy::apply(from, ops[op], to); }
  bool accepts(const State& state, std::size_t) const { return !end || state == *end; }
  static std::size_t hash(const State& state) {
    if constexpr (std::is_same_v<State, int>)
      return static_cast<std::size_t>(state);
    else
      return state.size();  // a poor one: equality must decide
  }
  static std::size_t bytes(const State&) { return sizeof(State); }
};

std::vector<Interval> intervals_of(const std::vector<Op>& ops) {
  std::vector<Interval> intervals;
  for (const Op& op : ops) intervals.push_back({op.called, op.returned});
  return intervals;
}

template <class Toy>
Linearization check(const std::vector<Op>& ops, std::optional<typename Toy::State> end = {},
                    const LinearizeLimits& limits = {}) {
  Of<Toy> spec{ops, std::move(end)};
  return linearize(spec, intervals_of(ops), limits);
}

// --- What decides ---

TEST(AHistory, WithoutOperationsIsLinearizable) { EXPECT_EQ(check<Cell>({}).verdict, Linearizable::yes); }

TEST(AHistory, MayOrderOverlappingOperationsEitherWay) {
  EXPECT_EQ(check<Cell>({{Kind::write, 1, 0, 3}, {Kind::read, 0, 1, 2}}).verdict, Linearizable::yes);
  EXPECT_EQ(check<Cell>({{Kind::write, 1, 0, 3}, {Kind::read, 1, 1, 2}}).verdict, Linearizable::yes);
  EXPECT_EQ(check<Cell>({{Kind::write, 1, 0, 3}, {Kind::read, 2, 1, 2}}).verdict, Linearizable::no);
}

TEST(AHistory, ThatIsFineOnlyIfRealTimeOrderIsIgnoredIsRefused) {
  EXPECT_EQ(check<Cell>({{Kind::write, 1, 0, 1}, {Kind::read, 0, 2, 3}}).verdict, Linearizable::no);
  EXPECT_EQ(check<Queue>({{Kind::enqueue, 1, 0, 1}, {Kind::enqueue, 2, 2, 3}, {Kind::dequeue, 2, 4, 5}}).verdict,
            Linearizable::no);
  // Sequentially consistent, each thread by itself: a later read of another thread sees an older value.
  EXPECT_EQ(check<Cell>({{Kind::write, 1, 0, 5}, {Kind::read, 1, 1, 2}, {Kind::read, 0, 3, 4}}).verdict,
            Linearizable::no);
}

TEST(AHistory, MayHoldTheSameOperationTwice) {
  const Op one{Kind::enqueue, 7, 0, 3};
  const Op other{Kind::enqueue, 7, 1, 2};
  EXPECT_EQ(check<Queue>({one, other, {Kind::dequeue, 7, 4, 5}, {Kind::dequeue, 7, 6, 7}}).verdict, Linearizable::yes);
  EXPECT_EQ(
      check<Queue>({one, other, {Kind::dequeue, 7, 4, 5}, {Kind::dequeue, 7, 6, 7}, {Kind::dequeue, 7, 8, 9}}).verdict,
      Linearizable::no);
}

TEST(APendingOperation, TakesEffectOrNot) {
  const Op pending{Kind::write, 1, 0, never};
  EXPECT_EQ(check<Cell>({pending, {Kind::read, 0, 1, 2}}).verdict, Linearizable::yes);
  EXPECT_EQ(check<Cell>({pending, {Kind::read, 1, 1, 2}}).verdict, Linearizable::yes);
  EXPECT_EQ(check<Cell>({pending, {Kind::read, 0, 1, 2}, {Kind::read, 1, 3, 4}}).verdict, Linearizable::yes);
  EXPECT_EQ(check<Cell>({pending, {Kind::read, 1, 1, 2}, {Kind::read, 0, 3, 4}}).verdict, Linearizable::no);
}

TEST(APendingOperation, HasNoEffectBeforeItsCall) {
  EXPECT_EQ(check<Cell>({{Kind::read, 1, 0, 1}, {Kind::write, 1, 2, never}}).verdict, Linearizable::no);
}

TEST(TheEnd, IsPartOfTheHistory) {
  const std::vector<Op> writes{{Kind::write, 1, 0, 3}, {Kind::write, 2, 1, 2}};
  EXPECT_EQ(check<Cell>(writes, 1).verdict, Linearizable::yes);
  EXPECT_EQ(check<Cell>(writes, 2).verdict, Linearizable::yes);
  const auto refused = check<Cell>(writes, 3);
  EXPECT_EQ(refused.verdict, Linearizable::no);
  EXPECT_EQ(refused.orders[0].size(), 2U);  // all can be ordered, and none is stuck: the end is what is wrong
  EXPECT_TRUE(refused.stuck.empty());
  // A pending operation may be what brings the end about.
  EXPECT_EQ(check<Cell>({{Kind::write, 1, 0, 3}, {Kind::write, 5, 1, never}}, 5).verdict, Linearizable::yes);
}

TEST(ARefusal, NamesTheOperationsOfWhichNoneCanFollow) {
  const auto refused =
      check<Cell>({{Kind::write, 1, 0, 1}, {Kind::read, 0, 2, 5}, {Kind::read, 2, 3, 4}, {Kind::read, 1, 6, 7}});
  EXPECT_EQ(refused.orders[0], (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(refused.stuck, (std::vector<std::uint32_t>{2, 1}));
}

// --- Held against every order there is ---

template <class Toy>
bool some_order_fits(const std::vector<Op>& ops, const typename Toy::State& state, std::set<std::size_t>& left) {
  bool answered_left = false;
  for (const std::size_t op : left) answered_left = answered_left || ops[op].returned != never;
  if (!answered_left) return true;
  for (const std::size_t op : std::set<std::size_t>{left}) {
    bool may_be_next = true;
    for (const std::size_t other : left) may_be_next = may_be_next && ops[other].returned >= ops[op].called;
    typename Toy::State next{};
    if (!may_be_next || !Toy::apply(state, ops[op], next)) continue;
    left.erase(op);
    const bool fits = some_order_fits<Toy>(ops, next, left);
    left.insert(op);
    if (fits) return true;
  }
  return false;
}

// `size` operations of up to four threads with answers that may or may not fit.
template <class Draw>
std::vector<Op> random_history(std::mt19937& random, std::size_t size, Draw draw) {
  const auto below = [&](std::uint64_t n) { return random() % n; };
  std::vector<Op> ops;
  std::vector<std::optional<std::size_t>> running(2 + below(3));
  std::uint64_t now = 0;
  while (ops.size() < size) {
    auto& thread = running[below(running.size())];
    if (thread) {
      ops[*thread].returned = now++;
      thread.reset();
    } else {
      Op op = draw(random);
      op.called = now++;
      thread = ops.size();
      ops.push_back(op);
    }
  }
  for (auto& thread : running)
    if (thread && below(3) > 0) ops[*thread].returned = now++;
  return ops;
}

// A real order for an accepted history: each answer fits, and nothing comes before what had returned before its call.
template <class Toy>
void expect_valid(const std::vector<Op>& ops, const std::vector<std::uint32_t>& order) {
  typename Toy::State state{};
  std::uint64_t latest_call = 0;
  for (const std::uint32_t op : order) {
    typename Toy::State next{};
    ASSERT_TRUE(Toy::apply(state, ops[op], next));
    state = next;
    EXPECT_GT(ops[op].returned, latest_call);
    latest_call = std::max(latest_call, ops[op].called);
  }
  const std::set<std::uint32_t> placed{order.begin(), order.end()};
  EXPECT_EQ(placed.size(), order.size());
  for (std::uint32_t op = 0; op < ops.size(); ++op) EXPECT_TRUE(placed.count(op) == 1 || ops[op].returned == never);
}

template <class Toy, class Draw>
void hold_against_every_order(unsigned seed, Draw draw) {
  std::mt19937 random{seed};
  int accepted = 0;
  constexpr int histories = 4000;
  for (int i = 0; i < histories; ++i) {
    const std::vector<Op> ops = random_history(random, 1 + random() % 7, draw);
    std::set<std::size_t> left;
    for (std::size_t op = 0; op < ops.size(); ++op) left.insert(op);
    const bool fits = some_order_fits<Toy>(ops, {}, left);
    const Linearization result = check<Toy>(ops);
    ASSERT_EQ(result.verdict, fits ? Linearizable::yes : Linearizable::no) << "history " << i << " of seed " << seed;
    if (fits) expect_valid<Toy>(ops, result.orders[0]);
    accepted += fits ? 1 : 0;
  }
  EXPECT_GT(accepted, histories / 10);
  EXPECT_LT(accepted, histories * 9 / 10);
}

TEST(TheChecker, AgreesWithEveryOrderOfSmallRegisterHistories) {
  hold_against_every_order<Cell>(1, [](std::mt19937& random) {
    const bool writes = random() % 2 == 0;
    const int value = static_cast<int>(random() % 3);
    return Op{writes ? Kind::write : Kind::read, value};
  });
}

TEST(TheChecker, AgreesWithEveryOrderOfSmallQueueHistories) {
  hold_against_every_order<Queue>(2, [](std::mt19937& random) {
    const bool puts = random() % 2 == 0;
    const int value = static_cast<int>(random() % 3);
    return Op{puts ? Kind::enqueue : Kind::dequeue, puts ? value + 1 : value};
  });
}

// --- Long ones ---

// A short queue under overlapping operations that really took effect in one order.
std::vector<Op> long_history(std::size_t size, unsigned seed) {
  std::mt19937 random{seed};
  std::vector<Op> ops;
  std::deque<int> queue;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t moment = 10 * (i + 1);
    const bool puts = queue.size() < 3 && random() % 2 == 0;
    Op op{puts ? Kind::enqueue : Kind::dequeue, 0, 2 * (moment - random() % 25 % moment),
          2 * (moment + random() % 25) + 1};
    if (puts) {
      op.value = static_cast<int>(1 + random() % 5);
      queue.push_back(op.value);
    } else if (!queue.empty()) {
      op.value = queue.front();
      queue.pop_front();
    }
    ops.push_back(op);
  }
  std::stable_sort(ops.begin(), ops.end(), [](const Op& a, const Op& b) { return a.called < b.called; });
  return ops;
}

TEST(ALongHistory, IsOrderedInAboutOneTryAnOperation) {
  const auto ops = long_history(20'000, 3);
  const auto result = check<Queue>(ops);
  ASSERT_EQ(result.verdict, Linearizable::yes);
  expect_valid<Queue>(ops, result.orders[0]);
  EXPECT_LT(result.tries, 40 * ops.size());
}

TEST(ALongHistory, WithOneWrongAnswerAtItsEndIsRefused) {
  auto ops = long_history(3'000, 4);
  ops.push_back({Kind::dequeue, 77, 1'000'000, 1'000'001});
  const auto result = check<Queue>(ops);
  EXPECT_EQ(result.verdict, Linearizable::no);
  EXPECT_EQ(result.stuck, (std::vector<std::uint32_t>{static_cast<std::uint32_t>(ops.size() - 1)}));
}

// --- Limits ---

// Writes that nobody can tell apart until the end, which is wrong: each order has to be looked at.
std::vector<Op> hard_history() {
  std::vector<Op> ops;
  for (int i = 0; i < 24; ++i) ops.push_back({Kind::enqueue, i + 1, static_cast<std::uint64_t>(i), 100});
  ops.push_back({Kind::dequeue, 77, 101, 102});
  return ops;
}

TEST(Limits, OfTimeAreObeyedWithinASearch) {
  LinearizeLimits limits;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{20};
  EXPECT_EQ(check<Queue>(hard_history(), {}, limits).verdict, Linearizable::ran_out);
  EXPECT_LT(std::chrono::steady_clock::now(), *limits.deadline + std::chrono::seconds{5});
}

TEST(Limits, OfMemoryAreObeyedWithinASearch) {
  EXPECT_EQ(check<Queue>(hard_history(), {}, {.bytes_max = 100'000}).verdict, Linearizable::ran_out);
}

TEST(Limits, AreNotMetByAHistoryWithQuiescentCuts) {
  std::vector<Op> ops;
  for (std::uint64_t i = 0; i < 400; ++i) {
    ops.push_back({Kind::write, 1, 10 * i, 10 * i + 3});
    ops.push_back({Kind::write, 2, 10 * i + 1, 10 * i + 4});
    ops.push_back({Kind::write, 3, 10 * i + 2, 10 * i + 5});
  }
  ops.push_back({Kind::read, 9, 9000, 9001});
  EXPECT_EQ(check<Cell>(ops, {}, {.bytes_max = 25'000}).verdict, Linearizable::no);
}

TEST(Limits, IncludeBeingToldToStop) {
  const std::atomic<bool> stop{true};
  EXPECT_EQ(check<Queue>(hard_history(), {}, {.stop = &stop}).verdict, Linearizable::ran_out);
}

// --- Parts ---

struct TwoCells : Of<Cell> {
  std::vector<std::vector<std::uint32_t>> split;
  const std::vector<std::vector<std::uint32_t>>& parts() const { return split; }
};

TEST(Parts, AreOrderedByThemselves) {
  const std::vector<Op> ops{{Kind::write, 1, 0, 1}, {Kind::read, 0, 2, 3}, {Kind::read, 1, 4, 5}};
  TwoCells apart{{ops, {}}, {{0, 2}, {1}}};
  EXPECT_EQ(linearize(apart, intervals_of(ops)).verdict, Linearizable::yes);
  TwoCells wrong{{ops, {}}, {{1}, {0}, {2}}};
  const auto refused = linearize(wrong, intervals_of(ops));
  EXPECT_EQ(refused.verdict, Linearizable::no);
  EXPECT_EQ(refused.failed_part, 2U);
}

}  // namespace
}  // namespace procreg::harness
