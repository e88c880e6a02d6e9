// Which handles the steps of a scenario gave to a process, and to what: as far as the probe can know it without asking.
#pragma once

#include <cstdint>
#include <map>

#include "api/ids.h"

namespace procreg::harness::probe {

class GivenHandles {
 public:
  struct Given {
    std::uint64_t process{};  // the probe's number of the process that it names, 0 for none
    bool inheritable{};
  };

  void add(std::uint64_t value, Given given) { given_[entry(value)] = given; }
  void inherit(const GivenHandles& parent);
  // Stays in the table after it was closed: a value once given may be used again, by accident as it were.
  const Given* find(HandleValue value) const;

 private:
  // The two low bits of a handle mean nothing.
  static std::uint64_t entry(std::uint64_t value) { return value & ~std::uint64_t{3}; }
  std::map<std::uint64_t, Given> given_{};
};

// Values that no process has: NULL, the pseudo handles, and those that stand for what nobody has.
bool is_nobodys(HandleValue value);

}  // namespace procreg::harness::probe
