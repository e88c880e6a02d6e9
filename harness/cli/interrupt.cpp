#include "harness/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "harness/cli/exit_status.h"

namespace procreg::cli {
namespace {

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int) {
  if (stop_asked.exchange(true)) _exit(static_cast<int>(ExitStatus::undecided));
}

}  // namespace

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

bool interrupted() { return stop_asked.load(std::memory_order_relaxed); }
const std::atomic<bool>& interruption() { return stop_asked; }
void interrupt(bool stop) { stop_asked = stop; }

}  // namespace procreg::cli
