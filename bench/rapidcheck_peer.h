// rapidcheck's own way of testing something that has a state, on the workload of the lockstep benchmark.
#pragma once

#include <cstdint>

namespace procreg::bench {

// One property of `runs` command sequences, sizes 0 to 100, by rc::state::check. Answers how many commands were performed on the
// system under test, 0 when the property did not hold.
std::uint64_t rapidcheck_commands(std::uint64_t seed, int runs);

}  // namespace procreg::bench
