// The reference model as the sequential specification of a history.
#pragma once

#include <optional>
#include <vector>

#include "harness/concurrent/footprint.h"
#include "harness/concurrent/history.h"
#include "harness/concurrent/linearize.h"
#include "model/system.h"

namespace procreg::harness {

// What a history is held against. Addresses are kept: all must outlive the specification.
struct HistoryWorld {
  const model::State& begin;  // before the first operation
  const Tables& tables;
  const Profile& profile;
  // Of the subject, after the last operation; nullptr: none is known. It must be what the order leads to, which is how a
  // report shows that it was collected at one instant.
  const SnapshotWords* end{};
};

// The intervals of a history.
std::vector<Interval> intervals_of(const History& history);

// A specification for linearize(). Not thread-safe.
class ModelSpecification {
 public:
  using State = model::State;

  ModelSpecification(const HistoryWorld& world, const History& history);

  const State& begin() const { return world_.begin; }
  bool apply(const State& from, std::uint32_t operation, State& to);
  bool accepts(const State& state, std::size_t part);
  std::size_t hash(const State& state);
  static std::size_t bytes(const State& state);
  const std::vector<std::vector<std::uint32_t>>& parts() const { return parts_; }

  // What the model says of an operation in a state.
  model::Ruling ruling(const State& from, std::uint32_t operation);
  // Pieces that no operation may change are as they were at the beginning; always, where no end is known.
  bool untouched_is_unchanged() const { return untouched_unchanged_; }

 private:
  void note_end();

  const HistoryWorld world_;
  const Circumstances circumstances_;
  const History& history_;
  std::vector<std::vector<std::uint32_t>> parts_;
  std::vector<std::vector<Piece>> changed_{};  // by part
  Pieces end_{};                               // of the subject, where there are several parts
  bool untouched_unchanged_{true};
  model::Choices choices_;
  SnapshotWords words_{};
};

static_assert(Partitioned<ModelSpecification>);

// Checks a history against the model.
Linearization linearize(const HistoryWorld& world, const History& history, const LinearizeLimits& limits = {});

}  // namespace procreg::harness
