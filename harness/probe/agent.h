// A process of the world: the probe's own program, which makes the calls of that process as it is told to.
//
// Each thread of the process in the scenario is one here. The oldest reads the pipe and makes the calls (OBJ-PROC-19); the others
// wait until it is their turn, or their end. So what a scenario sees of threads is real: the last one that ends ends the process.
#pragma once

#include <memory>
#include <vector>

#include "harness/probe/channel.h"
#include "harness/probe/performer.h"

namespace procreg::harness::probe {

class Agent {
 public:
  Agent(AgentChannel channel, const Functions& functions) : channel_{std::move(channel)}, performer_{functions} {}

  // On the first thread. Returns when the probe has gone.
  void run();

 private:
  struct Thread {
    Agent* agent{};
    DWORD id{};
    Handle thread{};
    Handle turn{};  // set when it is its turn, or its end
    bool ends{};
  };
  static DWORD WINAPI begin(void* thread);

  void read_commands();
  Reply obey(Command& command);
  Reply make_threads(std::uint32_t count);
  Reply end_thread(DWORD id);
  [[noreturn]] void end_this_thread();
  bool add_thread(Reply& reply);

  AgentChannel channel_;
  Performer performer_;
  std::vector<std::unique_ptr<Thread>> threads_{};  // live ones, the oldest first: it is the one that runs
  Handle ended_{};                                  // the thread whose turn it was before, until it has ended
};

}  // namespace procreg::harness::probe
