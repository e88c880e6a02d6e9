// An agent as the probe sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/probe/channel.h"
#include "harness/probe/given_handles.h"

namespace procreg::harness::probe {

// How an agent is started: the program, and the library whose functions it calls ("" for none).
struct AgentProgram {
  std::wstring program{};
  std::wstring library{};
  std::wstring command_line(const ProbeChannel& channel) const;
};

class AgentProcess {
 public:
  // Begins to be: nothing runs yet.
  AgentProcess() = default;
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;
  // Ends the process.
  ~AgentProcess();

  // Starts one in the job, where the processes that it starts will be, too. nullptr: the system does not. Whether it comes as far
  // as to open its pipe shows when it is asked something.
  static std::unique_ptr<AgentProcess> start(const AgentProgram& program, HANDLE job);
  // One that another agent starts, with the command line of `channel`; after that `started`.
  static std::unique_ptr<AgentProcess> expected();
  void started(DWORD pid, DWORD tid);

  // false: it ended before it answered.
  bool ask(const Command& command, Reply& reply);
  // Whether it ever opened its pipe.
  bool began() const { return connected_; }

  // Whether it has ended. The probe keeps its object no longer than that, so that it can go (OBJ-PROC-05).
  bool ended();
  // Waits until it has; its exit code.
  DWORD wait_for_end();
  // The system may take its time.
  void terminate();

  // Whether it has a handle of this value.
  bool has_open(HandleValue value) const;

  const ProbeChannel& channel() const { return channel_; }
  HANDLE process() const { return process_.get(); }  // nullptr once it has ended
  DWORD pid() const { return pid_; }

  std::uint64_t number{};
  std::vector<DWORD> threads{};  // the live ones, the oldest first
  GivenHandles given{};

 private:
  ProbeChannel channel_{};
  Handle process_{};
  DWORD pid_{};
  DWORD exit_code_{};
  bool connected_{};
};

}  // namespace procreg::harness::probe
