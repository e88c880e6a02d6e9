// What C code says of a world or a process, in the words of the api. What a scenario file may not say is refused here too: the
// implementation relies on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "impl/abi/c_headers.h"

namespace procreg::impl::inline PROCREG_SYNC {

// nullopt: unusable, and `problem` says why. nullptr: the default world.
std::optional<Beginning> read_beginning(const procreg_world_spec* c, std::string& problem);

// A child: all of the step but `by`, `as` and the handle of its parent. Its texts and lists are added to `texts`.
std::optional<CreateProcess> read_child(const procreg_inputs& c, Texts& texts, std::string& problem);

// What the threads of a process are called; "" where one has no name.
std::vector<std::string> thread_names(const procreg_inputs& c);

// Why it cannot be asked for: bits that are not simulated (OBJ-OPEN). "" when it can.
std::string problem_of_mask(std::uint32_t mask);
// Why it cannot be given out; "" when it can.
std::string problem_of_pid(std::uint32_t pid);
std::string problem_of_tid(std::uint32_t tid);

}  // namespace procreg::impl::inline PROCREG_SYNC
