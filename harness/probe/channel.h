// One end of a pipe between the probe and an agent: whole messages, a command and then its reply.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "harness/probe/handle.h"
#include "harness/probe/messages.h"

namespace procreg::harness::probe {

// The agent's end.
class AgentChannel {
 public:
  // The pipe's name begins with \\.\pipe\; false later on when there is none.
  explicit AgentChannel(const wchar_t* name);
  explicit operator bool() const { return static_cast<bool>(pipe_); }

  // false: the probe has gone.
  bool receive(Command& command);
  bool send(const Reply& reply);

 private:
  Handle pipe_;
  Bytes received_{};
};

// The probe's end. It waits as long as the agent lives: whoever started the probe has limits, and ends it.
class ProbeChannel {
 public:
  // Opens a pipe with a name that nobody has. false when the system has none to give.
  bool open();
  const std::wstring& name() const { return name_; }

  // Waits for the agent to open its end; false: `agent` (a process) ended, or took longer than `connect_max`.
  bool connect(HANDLE agent);
  // false: the agent has gone.
  bool send(const Command& command);
  bool receive(Reply& reply);

  static constexpr std::chrono::seconds connect_max{30};

 private:
  bool finished(bool begun, DWORD& size);

  std::wstring name_{};
  Handle pipe_{};
  Handle event_{};
  OVERLAPPED overlapped_{};
  Bytes received_{};
};

}  // namespace procreg::harness::probe
