// Ctrl-C: the first SIGINT or SIGTERM asks the run to stop after the current script, a second one ends the program.
#pragma once

#include <atomic>

namespace procreg::cli {

// Installs the handlers, and lets writing to a closed pipe fail instead of ending the program.
void handle_signals();

// Whether the run was asked to stop.
bool interrupted();
const std::atomic<bool>& interruption();

// As the first signal does; for tests. `false` forgets it.
void interrupt(bool stop = true);

}  // namespace procreg::cli
