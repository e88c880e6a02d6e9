// How ids stand in the words of a state: as they are, or by their order among all that the state mentions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/state.h"

namespace procreg::harness {

inline bool is_unowned(Pid pid) { return pid >= unowned_pid; }
inline bool is_unowned(Tid tid) { return number(tid) >= number(unowned_tid); }

// For worlds in which nothing is made: every id is that of the beginning.
struct RawIds {
  static std::uint64_t object(MachineIndex, ObjectId id) { return number(id); }
  static std::uint64_t pid(MachineIndex, Pid pid) { return number(pid); }
  static std::uint64_t tid(Tid tid) { return number(tid); }
  static std::uint64_t other(MachineIndex, OtherId id) { return number(id); }
  static std::uint64_t given(GivenName name) { return number(name); }
  static std::uint64_t thread(NameRef name) { return std::uint64_t{name.base} << 16 | name.part; }
  template <class Sink>
  static void guid(Sink& out, const Guid& guid) {
    out.put(guid.high);
    out.put(guid.low);
  }
};

// An order-preserving renaming: each id is its place among those mentioned, from 1. What nobody has keeps its number, and so
// do 0 (no thread, the pid that is refused) and GUIDs, which calls choose.
class RankedIds : public RawIds {
 public:
  // To be filled with every id that is going to be asked for, then sorted.
  class Collector : public RawIds {
   public:
    explicit Collector(RankedIds& ids) : ids_{ids} {}
    std::uint64_t object(MachineIndex machine, ObjectId id) { return ids_.objects_.add(machine, number(id)); }
    std::uint64_t pid(MachineIndex machine, Pid pid) { return ids_.pids_.add(machine, number(pid)); }
    std::uint64_t tid(Tid tid) { return ids_.tids_.add({}, number(tid)); }
    std::uint64_t other(MachineIndex machine, OtherId id) { return ids_.others_.add(machine, number(id)); }

   private:
    RankedIds& ids_;
  };

  void clear() {
    each([](Ranks& ranks) { ranks.clear(); });
  }
  void sort() {
    each([](Ranks& ranks) { ranks.sort(); });
  }

  std::uint64_t object(MachineIndex machine, ObjectId id) const { return objects_.rank(machine, number(id)); }
  std::uint64_t pid(MachineIndex machine, Pid pid) const {
    return is_unowned(pid) || pid == Pid{} ? number(pid) : pids_.rank(machine, number(pid));
  }
  std::uint64_t tid(Tid tid) const {
    return is_unowned(tid) || tid == no_thread ? number(tid) : tids_.rank({}, number(tid));
  }
  std::uint64_t other(MachineIndex machine, OtherId id) const { return others_.rank(machine, number(id)); }

 private:
  class Ranks {
   public:
    void clear() { ids_.clear(); }
    std::uint64_t add(MachineIndex machine, std::uint64_t id) {
      ids_.push_back({machine, id});
      return 0;
    }
    void sort() {
      std::sort(ids_.begin(), ids_.end());
      ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    }
    std::uint64_t rank(MachineIndex machine, std::uint64_t id) const {
      const auto first = std::lower_bound(ids_.begin(), ids_.end(), std::pair{machine, std::uint64_t{0}});
      return static_cast<std::uint64_t>(std::lower_bound(first, ids_.end(), std::pair{machine, id}) - first) + 1;
    }

   private:
    std::vector<std::pair<MachineIndex, std::uint64_t>> ids_{};
  };

  template <class F>
  void each(F&& f) {
    for (Ranks* ranks : {&objects_, &pids_, &tids_, &others_}) f(*ranks);
  }

  Ranks objects_{};
  Ranks pids_{};
  Ranks tids_{};
  Ranks others_{};
};

}  // namespace procreg::harness
