// Is a history of overlapping operations one that a sequential specification allows: can each operation be given one moment
// between its call and its return, so that in the order of these moments all answers are those of the specification?
//
// The search is that of Wing and Gong, with the memory of Lowe (a configuration that failed once is not tried again), and it
// is exact: configurations are compared by the equality of their states, never by a digest alone.
//
//   - Operations are laid out in lanes, in each of which one ends before the next begins. What has been ordered so far is then
//     one number a lane, whatever the length of the history.
//   - Only failures are remembered. A history whose first attempt goes well costs one step an operation, and no memory
//     beyond a state now and then.
//   - Where all operations before a moment end before any after it begins (a quiescent cut), failures behind the cut may be
//     forgotten when memory runs short: they can be met again only through another state at the cut.
//   - Parts of the history that share no state are searched on their own, where the specification knows such parts.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace procreg::harness {

// When an operation was called and when it returned, in one total order; `never` for one without an answer: it may have
// taken effect at any time after its call, or not at all.
inline constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
struct Interval {
  std::uint64_t called{};
  std::uint64_t returned{never};
};

// A sequential specification of numbered operations. States are values.
template <class S>
concept Specification = requires(S spec, const typename S::State& from, typename S::State& to, std::uint32_t operation,
                                 std::size_t part) {
  { spec.begin() } -> std::convertible_to<typename S::State>;
  // Whether the operation may come next with the answer it gave; `to` is then the state after it, else it is unspecified.
  { spec.apply(from, operation, to) } -> std::same_as<bool>;
  // Whether a part of the history may end in this state.
  { spec.accepts(from, part) } -> std::same_as<bool>;
  { spec.hash(from) } -> std::convertible_to<std::size_t>;
  { spec.bytes(from) } -> std::convertible_to<std::size_t>;
  { from == from } -> std::convertible_to<bool>;
};

// One that knows which operations share no state with the others: every operation in one part, each part ascending.
template <class S>
concept Partitioned = Specification<S> && requires(S spec) {
  { spec.parts() } -> std::convertible_to<std::vector<std::vector<std::uint32_t>>>;
};

enum class Linearizable : std::uint8_t { yes, no, ran_out };

struct LinearizeLimits {
  std::size_t bytes_max{std::size_t{512} << 20};
  std::optional<std::chrono::steady_clock::time_point> deadline{};
  const std::atomic<bool>* stop{};
};

struct Linearization {
  Linearizable verdict{Linearizable::yes};
  // An order for each part. Of `failed_part`: the longest beginning that was found; of parts after it: none.
  std::vector<std::vector<std::uint32_t>> orders{};
  std::size_t failed_part{};           // of the verdict `no`
  std::vector<std::uint32_t> stuck{};  // of the verdict `no`: the operations of which none can follow that beginning
  std::uint64_t tries{};               // steps of the specification
};

namespace detail {

// Watches the limits; asked in every step of the search.
class Budget {
 public:
  explicit Budget(const LinearizeLimits& limits) : limits_{limits} {}

  // False: time is up, or the search was told to stop.
  bool tick() {
    if (++ticks_ % between_looks != 0 && !over_) return true;
    over_ = over_ || (limits_.stop != nullptr && limits_.stop->load(std::memory_order_relaxed)) ||
            (limits_.deadline && std::chrono::steady_clock::now() >= *limits_.deadline);
    return !over_;
  }
  std::uint64_t ticks() const { return ticks_; }
  std::size_t bytes_max() const { return limits_.bytes_max; }

 private:
  static constexpr std::uint64_t between_looks = 64;
  const LinearizeLimits& limits_;
  std::uint64_t ticks_{};
  bool over_{};
};

// The operations of one part in lanes.
class Lanes {
 public:
  Lanes(std::span<const Interval> intervals, std::span<const std::uint32_t> operations) : intervals_{intervals} {
    for (const std::uint32_t operation : operations) lane_for(intervals[operation]).push_back(operation);
    next_.resize(lanes_.size());
    note_cuts(operations);
  }

  std::size_t count() const { return lanes_.size(); }
  std::span<const std::uint32_t> taken() const { return next_; }  // by lane
  std::size_t depth() const { return depth_; }
  bool all_answered() const { return answered_left_ == 0; }

  // The lanes whose next operation may come next, by the time of its return: usually the order in which they took effect.
  void candidates(std::vector<std::uint32_t>& lanes) const {
    lanes.clear();
    std::uint64_t first_return = never;
    for (std::uint32_t lane = 0; lane < count(); ++lane)
      if (has_next(lane)) first_return = std::min(first_return, interval(lane).returned);
    for (std::uint32_t lane = 0; lane < count(); ++lane)
      if (has_next(lane) && interval(lane).called < first_return) lanes.push_back(lane);
    std::sort(lanes.begin(), lanes.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair{interval(a).returned, interval(a).called} < std::pair{interval(b).returned, interval(b).called};
    });
  }

  std::uint32_t operation(std::uint32_t lane) const { return lanes_[lane][next_[lane]]; }
  void take(std::uint32_t lane) {
    if (interval(lane).returned != never) --answered_left_;
    ++next_[lane];
    ++depth_;
  }
  void give_back(std::uint32_t lane) {
    --next_[lane];
    --depth_;
    if (interval(lane).returned != never) ++answered_left_;
  }

  // The first quiescent cut at this depth or behind it; nullopt: there is none.
  std::optional<std::size_t> cut_from(std::size_t depth) const {
    const auto cut = std::lower_bound(cuts_.begin(), cuts_.end(), depth);
    return cut == cuts_.end() ? std::nullopt : std::optional{*cut};
  }

 private:
  bool has_next(std::uint32_t lane) const { return next_[lane] < lanes_[lane].size(); }
  const Interval& interval(std::uint32_t lane) const { return intervals_[operation(lane)]; }

  std::vector<std::uint32_t>& lane_for(const Interval& interval) {
    for (auto& lane : lanes_)
      if (intervals_[lane.back()].returned < interval.called) return lane;
    return lanes_.emplace_back();
  }

  void note_cuts(std::span<const std::uint32_t> operations) {
    std::uint64_t last_return = 0;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const Interval& interval = intervals_[operations[i]];
      if (i > 0 && last_return < interval.called) cuts_.push_back(i);
      last_return = std::max(last_return, interval.returned);
      if (interval.returned != never) ++answered_left_;
    }
  }

  std::span<const Interval> intervals_;
  std::vector<std::vector<std::uint32_t>> lanes_{};
  std::vector<std::uint32_t> next_{};
  std::vector<std::size_t> cuts_{};  // depths, ascending
  std::size_t depth_{};
  std::size_t answered_left_{};
};

// Configurations from which nothing leads to the end.
template <Specification S>
class Failures {
 public:
  explicit Failures(S& spec) : spec_{spec} {}

  bool has(std::span<const std::uint32_t> taken, const typename S::State& state) const {
    const auto found = by_taken_.find(hash_of(taken));
    if (found == by_taken_.end()) return false;
    const std::size_t hash = spec_.hash(state);
    return std::any_of(found->second.begin(), found->second.end(), [&](const Failed& failed) {
      return failed.hash == hash && std::equal(taken.begin(), taken.end(), failed.taken.begin()) &&
             failed.state == state;
    });
  }

  void add(std::size_t depth, std::span<const std::uint32_t> taken, const typename S::State& state) {
    by_taken_[hash_of(taken)].push_back({depth, spec_.hash(state), {taken.begin(), taken.end()}, state});
    bytes_ += bytes_of(by_taken_[hash_of(taken)].back());
  }

  std::size_t bytes() const { return bytes_; }

  void forget_behind(std::size_t depth) {
    bytes_ = 0;
    for (auto bucket = by_taken_.begin(); bucket != by_taken_.end();) {
      std::erase_if(bucket->second, [&](const Failed& failed) { return failed.depth > depth; });
      for (const Failed& failed : bucket->second) bytes_ += bytes_of(failed);
      bucket = bucket->second.empty() ? by_taken_.erase(bucket) : std::next(bucket);
    }
  }

 private:
  struct Failed {
    std::size_t depth;
    std::size_t hash;
    std::vector<std::uint32_t> taken;
    typename S::State state;
  };

  static std::uint64_t hash_of(std::span<const std::uint32_t> taken) {
    std::uint64_t hash = 0x9E3779B97F4A7C15U;
    for (const std::uint32_t count : taken) hash = (hash ^ count) * 0xD1342543DE82EF95U + (hash >> 29);
    return hash;
  }
  std::size_t bytes_of(const Failed& failed) const {
    constexpr std::size_t of_the_table = 64;
    return sizeof(Failed) - sizeof(typename S::State) + failed.taken.size() * sizeof(std::uint32_t) +
           spec_.bytes(failed.state) + of_the_table;
  }

  S& spec_;
  std::unordered_map<std::uint64_t, std::vector<Failed>> by_taken_{};
  std::size_t bytes_{};
};

// The states along the path: all of the last ones, one now and then of those before. What is missing is made again.
template <Specification S>
class Trail {
 public:
  explicit Trail(S& spec) : spec_{spec} {}

  void save(std::size_t depth, const typename S::State& state) {
    marks_.push_back({depth, slot_with(state)});
    if (marks_.size() - thinned_ >= 2 * every) thin();
  }

  // The state at `depth`, which the operations of `path` lead to.
  void restore(std::size_t depth, std::span<const std::uint32_t> path, typename S::State& state) {
    while (marks_.back().depth > depth) drop_last();
    thinned_ = std::min(thinned_, marks_.size());
    state = slots_[marks_.back().slot];
    for (std::size_t at = marks_.back().depth; at < depth; ++at) {
      spec_.apply(state, path[at], between_);
      std::swap(state, between_);
      save(at + 1, state);
    }
  }

  std::size_t bytes() const { return slots_.empty() ? 0 : slots_.size() * spec_.bytes(slots_.front()); }

 private:
  static constexpr std::size_t every = 64;
  struct Mark {
    std::size_t depth;
    std::size_t slot;
  };

  std::size_t slot_with(const typename S::State& state) {
    if (free_.empty()) {
      slots_.push_back(state);
      return slots_.size() - 1;
    }
    const std::size_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = state;
    return slot;
  }
  void drop_last() {
    free_.push_back(marks_.back().slot);
    marks_.pop_back();
  }
  // Of the older half of those that all are there, the first stays.
  void thin() {
    const auto first = marks_.begin() + static_cast<std::ptrdiff_t>(thinned_) + 1;
    const auto last = first + static_cast<std::ptrdiff_t>(every) - 1;
    std::for_each(first, last, [&](const Mark& mark) { free_.push_back(mark.slot); });
    marks_.erase(first, last);
    ++thinned_;
  }

  S& spec_;
  std::vector<Mark> marks_{};
  std::vector<typename S::State> slots_{};
  std::vector<std::size_t> free_{};
  std::size_t thinned_{};  // marks before this one have been thinned
  typename S::State between_{};
};

// Depth first over the configurations of one part.
template <Specification S>
class Search {
 public:
  Search(S& spec, std::span<const Interval> intervals, std::span<const std::uint32_t> operations, std::size_t part,
         Budget& budget)
      : spec_{spec}, part_{part}, budget_{budget}, lanes_{intervals, operations}, failures_{spec}, trail_{spec} {
    tried_.push_back(0);
    trail_.save(0, state_);
  }

  Linearizable run() {
    while (true) {
      if (tried_.back() == 0 && lanes_.all_answered() && spec_.accepts(state_, part_)) return finish(Linearizable::yes);
      if (!budget_.tick()) return finish(Linearizable::ran_out);
      if (advance()) continue;
      if (lanes_.depth() == 0) return finish(Linearizable::no);
      if (!retreat()) return finish(Linearizable::ran_out);
    }
  }

  // Of the end, or of the longest beginning.
  const std::vector<std::uint32_t>& order() const { return longest_; }
  const std::vector<std::uint32_t>& stuck() const { return stuck_; }

 private:
  // One operation further; false when none is left to try here.
  bool advance() {
    lanes_.candidates(candidates_);
    while (tried_.back() < candidates_.size()) {
      const std::uint32_t lane = candidates_[tried_.back()++];
      const std::uint32_t operation = lanes_.operation(lane);
      if (!spec_.apply(state_, operation, next_)) {
        if (!budget_.tick()) return true;  // the caller asks again, and ends
        continue;
      }
      lanes_.take(lane);
      if (failures_.has(lanes_.taken(), next_)) {
        lanes_.give_back(lane);
        continue;
      }
      step_to(lane, operation);
      return true;
    }
    return false;
  }

  void step_to(std::uint32_t lane, std::uint32_t operation) {
    std::swap(state_, next_);
    path_.push_back(operation);
    path_lanes_.push_back(lane);
    tried_.push_back(0);
    trail_.save(path_.size(), state_);
  }

  // Back by one operation; false when there is no memory to note that this configuration failed.
  bool retreat() {
    note_longest();
    failures_.add(lanes_.depth(), lanes_.taken(), state_);
    if (!has_room()) return false;
    lanes_.give_back(path_lanes_.back());
    path_.pop_back();
    path_lanes_.pop_back();
    tried_.pop_back();
    unchanged_ = std::min(unchanged_, path_.size());
    trail_.restore(path_.size(), path_, state_);
    return true;
  }

  bool has_room() {
    const std::size_t before = failures_.bytes();
    if (before + trail_.bytes() <= budget_.bytes_max()) return true;
    if (const auto cut = lanes_.cut_from(lanes_.depth())) failures_.forget_behind(*cut);
    return failures_.bytes() <= before / 4 * 3;  // else it would soon be as full again
  }

  void note_longest() {
    if (path_.size() <= longest_.size() && !(longest_.empty() && stuck_.empty())) return;
    longest_.resize(path_.size());
    std::copy(path_.begin() + static_cast<std::ptrdiff_t>(unchanged_), path_.end(),
              longest_.begin() + static_cast<std::ptrdiff_t>(unchanged_));
    unchanged_ = path_.size();
    stuck_.clear();
    lanes_.candidates(candidates_);
    for (const std::uint32_t lane : candidates_) stuck_.push_back(lanes_.operation(lane));
  }

  Linearizable finish(Linearizable verdict) {
    if (verdict == Linearizable::no) {
      note_longest();
    } else {
      longest_ = std::move(path_);
    }
    return verdict;
  }

  S& spec_;
  std::size_t part_;
  Budget& budget_;
  Lanes lanes_;
  Failures<S> failures_;
  Trail<S> trail_;
  typename S::State state_{spec_.begin()};
  typename S::State next_{state_};
  std::vector<std::uint32_t> path_{};        // operations
  std::vector<std::uint32_t> path_lanes_{};  // and their lanes
  std::vector<std::size_t> tried_{};         // at each depth, how many candidates
  std::vector<std::uint32_t> candidates_{};
  std::vector<std::uint32_t> longest_{};
  std::vector<std::uint32_t> stuck_{};
  std::size_t unchanged_{};  // so much of the path is as it was when `longest_` was noted
};

template <Specification S>
std::vector<std::vector<std::uint32_t>> parts_of(S& spec, std::size_t operations) {
  if constexpr (Partitioned<S>) {
    return spec.parts();
  } else {
    std::vector<std::uint32_t> all(operations);
    std::iota(all.begin(), all.end(), 0U);
    return {std::move(all)};
  }
}

}  // namespace detail

// Intervals by operation, in order of `called`. One part that cannot be ordered decides, also when another one ran out.
template <Specification S>
Linearization linearize(S& spec, std::span<const Interval> intervals, const LinearizeLimits& limits = {}) {
  Linearization result;
  detail::Budget budget{limits};
  const auto parts = detail::parts_of(spec, intervals.size());
  for (std::size_t part = 0; part < parts.size() && result.verdict != Linearizable::no; ++part) {
    detail::Search<S> search{spec, intervals, parts[part], part, budget};
    const Linearizable verdict = search.run();
    if (verdict != Linearizable::yes) result.verdict = verdict;
    result.orders.push_back(search.order());
    if (verdict == Linearizable::no) {
      result.failed_part = part;
      result.stuck = search.stuck();
    }
  }
  result.tries = budget.ticks();
  return result;
}

}  // namespace procreg::harness
