#include "harness/concurrent/exhaustive.h"

namespace procreg::harness {

namespace {

using schedule::Point;
using schedule::PointKind;

constexpr std::uint64_t bit(std::size_t thread) { return std::uint64_t{1} << thread; }

bool is_boundary(PointKind kind) { return kind == PointKind::call || kind == PointKind::returned; }
bool only_looks(PointKind kind) { return kind == PointKind::load || kind == PointKind::wait; }

}  // namespace

bool dependent(const Point& a, const Point& b) {
  if (is_boundary(a.kind) && is_boundary(b.kind)) return a.kind != b.kind;
  if (a.on != b.on || a.on == nullptr) return false;
  return !(only_looks(a.kind) && only_looks(b.kind));
}

std::size_t Exhaustive::choose(std::span<const Standing> threads, std::size_t running) {
  if (depth_ == length_) {
    enter(threads, running);
    path_[depth_].chosen = best_of(path_[depth_]);
  }
  const std::size_t chosen = path_[depth_].chosen;
  if (chosen != no_thread) ++depth_;
  return chosen;
}

void Exhaustive::enter(std::span<const Standing> threads, std::size_t running) {
  if (path_.size() == length_) path_.emplace_back();
  Node& node = path_[length_];
  node.threads.assign(threads.begin(), threads.end());
  node.explored = 0;
  node.running = running;
  node.asleep = 0;
  node.preemptions = 0;
  if (length_ > 0) {
    const Node& parent = path_[length_ - 1];
    node.asleep = options_.reduces ? asleep_after(parent) : 0;
    node.preemptions = parent.preemptions + (is_preemption(parent, parent.chosen) ? 1 : 0);
  }
  ++length_;
}

// A thread stays asleep, or falls asleep because it has gone on from the node already, until a point that its own does not
// commute with is passed.
Exhaustive::Threads Exhaustive::asleep_after(const Node& node) const {
  const Point& passed = node.threads[node.chosen].next;
  Threads asleep = (node.asleep | node.explored) & ~bit(node.chosen);
  for (std::size_t i = 0; i < node.threads.size(); ++i)
    if ((asleep & bit(i)) != 0 && dependent(node.threads[i].next, passed)) asleep &= ~bit(i);
  return asleep;
}

bool Exhaustive::is_preemption(const Node& node, std::size_t thread) const {
  return node.running != no_thread && thread != node.running &&
         node.threads[node.running].state == Standing::State::ready;
}

// The running thread if it may go on, else the first that may; no_thread: none.
std::size_t Exhaustive::best_of(const Node& node) {
  std::size_t best = no_thread;
  for (std::size_t i = 0; i < node.threads.size(); ++i) {
    if (node.threads[i].state != Standing::State::ready || ((node.asleep | node.explored) & bit(i)) != 0) continue;
    if (options_.preemptions_max && is_preemption(node, i) && node.preemptions >= *options_.preemptions_max) {
      cut_ = true;
      continue;
    }
    if (best == no_thread || i == node.running) best = i;
  }
  return best;
}

bool Exhaustive::next() {
  depth_ = 0;
  for (; length_ > 0; --length_) {
    Node& node = path_[length_ - 1];
    if (node.chosen == no_thread) continue;
    node.explored |= bit(node.chosen);
    node.chosen = best_of(node);
    if (node.chosen != no_thread) return true;
  }
  return false;
}

std::vector<std::uint8_t> Exhaustive::choices() const {
  std::vector<std::uint8_t> made;
  for (std::size_t i = 0; i < length_; ++i)
    if (path_[i].chosen != no_thread) made.push_back(static_cast<std::uint8_t>(path_[i].chosen));
  return made;
}

}  // namespace procreg::harness
