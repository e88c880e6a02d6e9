// Agents that wait for their scenario: one is started while another works, for a process takes the system milliseconds to start.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "harness/probe/agent_process.h"

namespace procreg::harness::probe {

class AgentPool {
 public:
  // `job`: of all agents.
  AgentPool(AgentProgram program, HANDLE job);
  AgentPool(const AgentPool&) = delete;
  AgentPool& operator=(const AgentPool&) = delete;
  ~AgentPool();

  // A fresh one. nullptr: the system starts none.
  std::unique_ptr<AgentProcess> take();

  static constexpr std::size_t spare_max = 4;

 private:
  void keep_spare();

  const AgentProgram program_;
  const HANDLE job_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::deque<std::unique_ptr<AgentProcess>> spare_{};  // guarded by mutex_, as the next two
  bool failed_{};                                      // the last start
  bool stop_{};
  std::thread starter_{};  // last: it uses all of the above
};

}  // namespace procreg::harness::probe
