// Real Windows, or Wine, as a subject: each process of the world is a process of the system, an agent of the probe's, which makes
// the calls. What has no real counterpart is declared so, and what cannot be done safely is declined.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/probe/agent_pool.h"
#include "harness/probe/functions.h"
#include "harness/subject/foreign.h"

namespace procreg::harness::probe {

struct WindowsSubjectOptions {
  AgentProgram agent{};
  // Steps may be performed that change what other processes of the machine see, also when the probe has ended: versions of
  // application instances. Every world then begins with ResetAllAppInstanceVersions.
  bool machine_wide{};
};

class WindowsSubject final : public ForeignSubject {
 public:
  // `functions`: as the agents look them up. It lives longer.
  WindowsSubject(WindowsSubjectOptions options, const Functions& functions);

  const Abilities* abilities() override;
  const Stopped& failure() const override { return failure_; }
  std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) override;
  std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) override;
  std::variant<std::string, Stopped> snapshot() override;

 private:
  using Performed = std::variant<ForeignAnswer, Stopped>;

  bool start();
  bool filter_loaded();
  Can can(std::size_t kind);
  std::optional<Stopped> begin(const ProcessSpec& spec, std::vector<BegunProcess>& begun);
  // Adds threads to a process; nullopt: it has them.
  std::optional<Stopped> add_threads(AgentProcess& agent, std::uint32_t count);

  Performed perform(const Step& step);
  template <CFunction T>
  Performed make(AgentProcess& by, const T& call);
  Performed make(AgentProcess& by, const CreateProcess& call);
  Performed make(AgentProcess& by, const NewObject& call);
  Performed make(AgentProcess& process, const CreateThread& event);
  Performed make(AgentProcess& process, const ExitThread& event);
  // What the agent answers. That the step ended the agent is an answer, too.
  Performed ask(AgentProcess& agent, const Command& command);
  Performed ended_by(AgentProcess& agent, const Step& step);

  // What became of handles and processes by a call that was answered.
  template <CFunction T>
  void note(AgentProcess&, const T&, const ForeignAnswer&) {}
  void note(AgentProcess& by, const OpenProcess& call, const ForeignAnswer& answer);
  void note(AgentProcess& by, const DuplicateHandle& call, const ForeignAnswer& answer);
  void note(AgentProcess& by, const TerminateProcess& call, const ForeignAnswer& answer);

  // "" or why the step must not be performed.
  template <class T>
  std::string unsafe(AgentProcess& by, const T& call);
  std::string unsafe_handle(const AgentProcess& process, HandleValue value) const;
  std::string unsafe_pid(Pid pid);
  std::string unsafe_duplicate(AgentProcess& by, const DuplicateHandle& call);

  AgentProcess* find(ProcessKey key);
  AgentProcess* with_pid(Pid pid);
  // The process that a handle of `by` names; nullptr when the probe knows of none.
  AgentProcess* named(AgentProcess& by, HandleValue handle);

  const WindowsSubjectOptions options_;
  const Functions& functions_;
  Handle job_{};
  std::unique_ptr<AgentPool> pool_{};
  std::optional<Abilities> abilities_{};
  Stopped failure_{};
  Tables* tables_{};                                                    // of the script
  std::map<std::uint64_t, std::unique_ptr<AgentProcess>> processes_{};  // of the world, by number; ended ones too
  std::uint64_t next_process_{1};
};

}  // namespace procreg::harness::probe
