// From a state's number to the steps that lead to it, for states asked for in ascending order within one level.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/search/explore/discovery_log.h"

namespace procreg::harness {

class PathCursor {
 public:
  // `levels[l]` is the number of the first state of level l; the last entry is the level of the states to be asked for.
  void begin(const std::vector<std::uint64_t>& levels) {
    at_ = levels;
    first_found_.assign(levels.begin() + 1, levels.end());
    begins_ = true;
  }

  // The number of the state on level l of the path to the state last sought.
  std::uint64_t at(std::size_t level) const { return at_[level]; }
  std::size_t levels() const { return at_.size(); }

  // Moves to a state. Returns the first level on which the path differs from the one before.
  std::size_t seek(const DiscoveryLog& log, std::uint64_t state) {
    std::size_t level = at_.size() - 1;
    at_[level] = state;
    if (begins_) {  // the first states of the levels are no path: they need not have found each other
      begins_ = false;
      for (; level > 0; --level) move_up(log, level);
      return 0;
    }
    while (level > 0 && move_up(log, level)) --level;
    return level;
  }

 private:
  // Whether another state of the level above found the one at `level`.
  bool move_up(const DiscoveryLog& log, std::size_t level) {
    const std::uint64_t before = at_[level - 1];
    std::uint64_t finder = before;
    std::uint64_t first = first_found_[level - 1];
    for (std::size_t count = log.found(finder); at_[level] >= first + count; count = log.found(finder)) {
      first += count;
      ++finder;
    }
    first_found_[level - 1] = first;
    at_[level - 1] = finder;
    return finder != before;
  }

  std::vector<std::uint64_t> at_{};
  std::vector<std::uint64_t> first_found_{};  // the first state that at_[level] found
  bool begins_{};
};

}  // namespace procreg::harness
