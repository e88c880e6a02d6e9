// Digests that take no notice of which of several interchangeable processes, pids or GUIDs is which.
//
// Processes are told apart by what they hold and by who refers to them, as in the refinement of graph colours; where that
// leaves some alike, each is tried as the first of them and the smallest digest counts. Whatever order is found, the digest is
// that of the whole state written in it: two states with one digest differ by a renaming, and nothing else. Where too many
// orders would have to be tried the fewer are, and a state may then have two digests: states are counted twice, never lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/state.h"

namespace procreg::harness {

// What may be exchanged, and whether how long processes lived tells states apart. Processes that were made while the world went
// on may always be exchanged.
struct Folding {
  bool on{};
  std::vector<std::uint32_t> alike{};  // by base of the name of a process of the world: equal numbers may be exchanged
  std::vector<ProcessKey> apart{};     // of the root, restarted by WER: not to be exchanged with any
  bool pids{};                         // pids that nobody has
  bool guids{};                        // but the one of zeros
  bool lives{};
};

class FoldedDigest {
 public:
  explicit FoldedDigest(Folding folding) : folding_{std::move(folding)} {}

  std::uint64_t of(const model::State& state);

  // Used by the ways of naming ids; see folding.cpp.
  struct Node {
    MachineIndex machine{};
    const model::Process* process{};
    std::uint64_t incoming{};  // of this round
    bool tied{};               // refers to something that may be exchanged, or is referred to
  };
  static constexpr std::size_t nowhere = ~std::size_t{0};
  std::size_t node_of(MachineIndex machine, ObjectId id) const { return objects_.find(machine, number(id)).node; }
  std::size_t node_of(MachineIndex machine, Pid pid) const { return pids_.find(machine, number(pid)).node; }
  struct Place {
    std::size_t node{nowhere};
    std::size_t thread{};
  };
  Place thread_of(Tid tid) const { return tids_.find({}, number(tid)); }
  Place thread_of(MachineIndex machine, OtherId object) const { return thread_objects_.find(machine, number(object)); }
  const Folding& folding() const { return folding_; }
  Node& node(std::size_t index) { return nodes_[index]; }

 private:
  using Colours = std::vector<std::uint64_t>;

  // Where the ids of one kind stand: processes ask for their own and for those they refer to, several times a state.
  class Places {
   public:
    void clear() { known_.clear(); }
    void add(MachineIndex machine, std::uint64_t id, Place place) { known_.push_back({{machine, id}, place}); }
    // After everything was added. Of several things with the same id the first counts.
    void sort();
    // After sort.
    Place find(MachineIndex machine, std::uint64_t id) const;

   private:
    struct Known {
      std::pair<MachineIndex, std::uint64_t> id;
      Place place;
    };
    static bool before(const Known& a, const Known& b) { return a.id < b.id; }
    std::vector<Known> known_{};
  };

  void begin(const model::State& state);
  void add(const Node& node);
  std::uint64_t first_colour(const Node& node) const;
  void refine(Colours& colours);
  Colours refined_once(const Colours& colours);
  void search(Colours colours, std::size_t depth);
  std::vector<std::size_t> order_by(const Colours& colours) const;
  std::uint64_t written(const std::vector<std::size_t>& order);

  Folding folding_;
  const model::State* state_{};
  std::vector<Node> nodes_{};
  Places objects_{};
  Places pids_{};
  Places tids_{};  // of no machine
  Places thread_objects_{};
  std::uint64_t best_{};
  std::size_t leaves_{};
};

}  // namespace procreg::harness
