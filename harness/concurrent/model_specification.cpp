#include "harness/concurrent/model_specification.h"

#include <algorithm>
#include <set>

#include "harness/lockstep/fingerprint.h"

namespace procreg::harness {

std::vector<Interval> intervals_of(const History& history) {
  std::vector<Interval> intervals;
  intervals.reserve(history.size());
  for (const Operation& operation : history)
    intervals.push_back({operation.called, operation.answer ? operation.returned : never});
  return intervals;
}

namespace {

bool has_ccf_faults(const model::State& begin, const History& history) {
  return std::any_of(begin.machines.begin(), begin.machines.end(),
                     [](const model::Machine& machine) { return !machine.faults.empty(); }) ||
         std::any_of(history.begin(), history.end(), [](const Operation& operation) {
           return std::holds_alternative<FailCcfAllocation>(operation.step);
         });
}

}  // namespace

ModelSpecification::ModelSpecification(const HistoryWorld& world, const History& history)
    : world_{world},
      circumstances_{world.profile, has_ccf_faults(world.begin, history)},
      history_{history},
      parts_{parts_of(history, circumstances_)},
      choices_{world.profile} {
  if (parts_.empty()) parts_.emplace_back();  // without operations the end must still be the beginning
  if (world.end != nullptr) note_end();
}

// What no part changes is looked at once; what a part changes, whenever it comes to its end.
void ModelSpecification::note_end() {
  std::set<Piece> changed;
  for (const auto& part : parts_) {
    std::set<Piece> of_part;
    for (const std::uint32_t operation : part)
      for (const Access& access : footprint(history_[operation].step, circumstances_))
        if (access.writes) of_part.insert(access.piece);
    changed.insert(of_part.begin(), of_part.end());
    changed_.emplace_back(of_part.begin(), of_part.end());
  }
  if (changed.count(Piece{}) > 0) return;  // there is one part only
  end_ = pieces_of(*world_.end);
  words_.clear();
  model::snapshot_of(world_.begin, world_.tables, words_);
  Pieces rest = end_;
  Pieces begin = pieces_of(words_);
  for (const Piece& piece : changed) {
    rest.erase(piece);
    begin.erase(piece);
  }
  untouched_unchanged_ = rest == begin;
}

bool ModelSpecification::apply(const State& from, std::uint32_t operation, State& to) {
  const Operation& performed = history_[operation];
  model::Ruled made = model::ruled(from, performed.step, world_.tables, choices_);
  if (performed.answer && made.ruling.answer != *performed.answer) return false;
  to = std::move(made.next);
  return true;
}

model::Ruling ModelSpecification::ruling(const State& from, std::uint32_t operation) {
  return model::ruled(from, history_[operation].step, world_.tables, choices_).ruling;
}

bool ModelSpecification::accepts(const State& state, std::size_t part) {
  if (world_.end == nullptr) return true;
  if (!untouched_unchanged_) return false;
  words_.clear();
  model::snapshot_of(state, world_.tables, words_);
  if (end_.empty()) return words_ == *world_.end;
  const Pieces pieces = pieces_of(words_);
  const auto in = [](const Pieces& all, const Piece& piece) {
    const auto found = all.find(piece);
    return found == all.end() ? nullptr : &found->second;
  };
  return std::all_of(changed_[part].begin(), changed_[part].end(), [&](const Piece& piece) {
    const SnapshotWords* ours = in(pieces, piece);
    const SnapshotWords* theirs = in(end_, piece);
    return (ours == nullptr) == (theirs == nullptr) && (ours == nullptr || *ours == *theirs);
  });
}

// What a state shows: states that differ in what is hidden too share a hash, which is allowed.
std::size_t ModelSpecification::hash(const State& state) {
  words_.clear();
  model::snapshot_of(state, world_.tables, words_);
  return mixed(0, words_);
}

// Lists longer than their inline room are rare and left out.
std::size_t ModelSpecification::bytes(const State& state) {
  std::size_t bytes = sizeof(State) + state.reports.size() * sizeof(model::Report);
  for (const model::Machine& machine : state.machines)
    bytes += sizeof(model::Machine) + machine.processes.size() * sizeof(model::Process) +
             machine.objects.size() * sizeof(model::OtherObject) + machine.tags.size() * sizeof(model::Tag);
  return bytes;
}

Linearization linearize(const HistoryWorld& world, const History& history, const LinearizeLimits& limits) {
  ModelSpecification specification{world, history};
  return linearize(specification, intervals_of(history), limits);
}

}  // namespace procreg::harness
