#include "harness/search/explore/worlds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace procreg::harness {

namespace {

constexpr std::string_view wer_steps[] = {
    "WerRegisterAdditionalProcess",
    "WerUnregisterAdditionalProcess",
    "RegisterApplicationRecoveryCallback",
    "ApplicationRecoveryInProgress",
    "ApplicationRecoveryFinished",
    "StopAnswering",
    "Answer",
    "CloseHung",
    "Crash",
    "UserChoice",
    "UserCancel",
    "CallbackReturns",
    "FailAllocation",
    "FailRecoveryApi",
    "AdvanceTime",
};

constexpr std::string_view storage_steps[] = {
    "WerRegisterFile",
    "WerUnregisterFile",
    "WerRegisterMemoryBlock",
    "WerUnregisterMemoryBlock",
    "WerRegisterExcludedMemoryBlock",
    "WerUnregisterExcludedMemoryBlock",
    "WerRegisterCustomMetadata",
    "WerUnregisterCustomMetadata",
    "WerRegisterRuntimeExceptionModule",
    "WerUnregisterRuntimeExceptionModule",
    "WerSetFlags",
    "WerGetFlags",
    "RegisterApplicationRecoveryCallback",
    "UnregisterApplicationRecoveryCallback",
    "GetApplicationRecoveryCallback",
    "Crash",
    "UserChoice",
    "FailAllocation",
};

constexpr std::string_view restart_steps[] = {
    "RegisterApplicationRestart",
    "UnregisterApplicationRestart",
    "GetApplicationRestartSettings",
    "WerRegisterAppLocalDump",
    "WerUnregisterAppLocalDump",
    "RegisterApplicationRecoveryCallback",
    "ApplicationRecoveryFinished",
    "StopAnswering",
    "CloseHung",
    "Crash",
    "UserChoice",
    "CallbackReturns",
    "FailRecoveryApi",
    "AdvanceTime",
};

constexpr std::string_view ccf_steps[] = {
    "CreateProcess", "ExitProcess", "TerminateProcess", "OpenProcess",       "CloseHandle",
    "OpenTag",       "FilterLoad",  "FilterUnload",     "FailCcfAllocation", "RegisterAppInstance",
};

// `main` and others like it.
void add_processes(ExploreOptions& options, std::uint32_t count) {
  options.world.processes.clear();
  options.names.clear();
  for (std::uint32_t i = 1; i <= count; ++i) {
    options.names.push_back({i == 1 ? "main" : fmt::format("p{}", i), {}});
    options.world.processes.push_back({.name = static_cast<std::uint16_t>(i)});
  }
}

ExploreOptions wer_world(const WorldSize& size) {
  ExploreOptions options;
  add_processes(options, size.processes.value_or(3));
  options.world.limits = size.limits.value_or(tiny_limits);
  options.alphabet.kinds = kinds_named(wer_steps);
  return options;
}

ExploreOptions storage_world(const WorldSize& size) {
  ExploreOptions options;
  add_processes(options, size.processes.value_or(1));
  options.world.limits = size.limits.value_or(tiny_limits);
  options.alphabet.kinds = kinds_named(storage_steps);
  // As a path or a module the same as the first text, as a key another.
  options.alphabet.texts.push_back(options.tables.text(u"USER1"));
  return options;
}

ExploreOptions restart_world(const WorldSize& size) {
  ExploreOptions options;
  add_processes(options, size.processes.value_or(1));
  for (ProcessSpec& process : options.world.processes) process.package = default_user;  // any text is the name of one
  options.world.limits = size.limits.value_or(tiny_limits);
  options.alphabet.kinds = kinds_named(restart_steps);
  return options;
}

ExploreOptions ccf_world(const WorldSize& size) {
  ExploreOptions options;
  options.world.limits = size.limits.value_or(tiny_limits);
  options.alphabet.kinds = kinds_named(ccf_steps);
  options.alphabet.processes_max = size.processes.value_or(3);
  options.alphabet.handles_max = 4;
  return options;
}

constexpr std::string_view failover_steps[] = {
    "RegisterAppInstance", "RegisterAppInstanceVersion", "SmbCreate", "SmbClose", "SmbDisconnect", "SmbConnect",
    "AdvanceTime",
};

// Two nodes with a process each, one server with two shares that are one folder, the second continuously available.
ExploreOptions failover_world(const WorldSize& size) {
  ExploreOptions options;
  options.world.limits = size.limits.value_or(tiny_limits);
  options.world.machines = {{.name = "a"}, {.name = "b"}};
  options.world.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  options.names = {{"pa", {}}, {"pb", {}}, {"ca", {}}, {"cb", {}}};
  const TextRef server = options.tables.text(u"srv");
  const TextRef first = options.tables.text(u"data");
  const TextRef second = options.tables.text(u"ca");
  const TextRef folder = options.tables.text(u"C:\\data");
  constexpr Guid client_a{0x1111111111111111U, 0x1111111111111111U};
  constexpr Guid client_b{0x2222222222222222U, 0x2222222222222222U};
  const auto connect = [server](std::uint8_t machine, std::uint16_t name, const Guid& guid) {
    return SmbConnect{.client = {MachineIndex{machine}},
                      .as = {name},
                      .server = server,
                      .clientGuid = guid,
                      .dialect = Dialect::smb_3_1_1};
  };
  options.before = {SmbServerStart{.server = server}, SmbShare{.server = server, .share = first, .localPath = folder},
                    SmbShare{.server = server, .share = second, .localPath = folder, .ca = {true}},
                    connect(0, 3, client_a), connect(1, 4, client_b)};
  options.alphabet.kinds = kinds_named(failover_steps);
  return options;
}

struct Target {
  Pid pid{};
  Tid thread{};
};

// Registered and unregistered once, so that the storage, which stays, is there.
void add_registry(ExploreOptions& options, const std::vector<Target>& targets, std::uint32_t capacity) {
  options.world.limits.dumpCollection = capacity;
  const Caller by{{ProcessKey{MachineIndex{0}, ObjectId{1}}, {}}};
  const Caller main{{{}, {1, itself_part}}};
  auto& steps = options.alphabet.steps;
  for (const Target& target : targets) {
    for (const Tid thread : {no_thread, target.thread})
      steps.push_back(WerRegisterAdditionalProcess{by, {target.pid, {}}, {thread, {}}});
    steps.push_back(WerUnregisterAdditionalProcess{by, {target.pid, {}}});
  }
  if (targets.empty()) return;
  options.before = {WerRegisterAdditionalProcess{main, {targets.front().pid, {}}, {}},
                    WerUnregisterAdditionalProcess{main, {targets.front().pid, {}}}};
}

ExploreOptions registry_of(const WorldSize& size) {
  ExploreOptions options = registry_world(size.processes.value_or(12));
  if (size.limits) options.world.limits = *size.limits;
  return options;
}
ExploreOptions targets_of(const WorldSize& size) {
  ExploreOptions options = targets_world(size.processes.value_or(4));
  if (size.limits) options.world.limits = *size.limits;
  return options;
}

constexpr std::array worlds{
    ReadyWorld{"wer", "processes that register each other and recovery, hang, crash and recover; faults (3 processes)",
               wer_world},
    ReadyWorld{"storage",
               "files, blocks, excluded blocks and metadata in one budget; modules, flags, a crash (1 process)",
               storage_world},
    ReadyWorld{"restart",
               "a packaged process that fails, recovers, is restarted, and so on; app-local dumps (1 process)",
               restart_world},
    ReadyWorld{"ccf", "a process and its descendants with handles, tags, the filter and its faults (up to 3 processes)",
               ccf_world},
    ReadyWorld{"failover",
               "two nodes that open a file through two shares: tags, ids, versions, disconnects, orphans (2 processes)",
               failover_world},
    ReadyWorld{"registry", "one caller, a table of 5, and pids that nobody has, with one of two thread ids (12 pids)",
               registry_of},
    ReadyWorld{"targets", "the same with the pids of processes (4 beside the caller)", targets_of},
};

}  // namespace

std::span<const ReadyWorld> ready_worlds() { return worlds; }

StepKinds kinds_named(std::span<const std::string_view> names) {
  StepKinds kinds;
  for (const std::string_view name : names) kinds.set(step_kind(*find_step(name)));
  return kinds;
}

std::vector<std::string_view> ready_world_names() {
  std::vector<std::string_view> names;
  for (const ReadyWorld& world : worlds) names.push_back(world.name);
  return names;
}

const ReadyWorld* find_ready_world(std::string_view name) {
  const auto found =
      std::find_if(worlds.begin(), worlds.end(), [name](const auto& world) { return world.name == name; });
  return found != worlds.end() ? &*found : nullptr;
}

ExploreOptions registry_world(std::uint32_t pids, std::uint32_t capacity) {
  ExploreOptions options;
  std::vector<Target> targets;
  for (std::uint32_t i = 1; i <= pids; ++i)
    targets.push_back({Pid{number(unowned_pid) + 4 * i}, Tid{number(unowned_tid) + 4}});
  add_registry(options, targets, capacity);
  return options;
}

ExploreOptions targets_world(std::uint32_t processes, std::uint32_t capacity) {
  ExploreOptions options;
  add_processes(options, processes + 1);
  model::System system{options.world, options.tables, documented_profile()};
  std::vector<Target> targets;
  for (const model::Process& process : system.state().machines.front().processes)
    if (process.birth.object != ObjectId{1}) targets.push_back({process.birth.pid, process.threads.front().tid});
  add_registry(options, targets, capacity);
  return options;
}

}  // namespace procreg::harness
