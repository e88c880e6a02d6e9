#include "harness/search/explore/alphabet.h"

#include <algorithm>
#include <optional>
#include <set>

#include "harness/generate/drawing.h"
#include "harness/scenario/field_value.h"
#include "harness/search/explore/field_values.h"

namespace procreg::harness {

namespace {

template <class... T>
StepKinds kinds_of() {
  StepKinds kinds;
  (kinds.set(step_index<T>), ...);
  return kinds;
}

// A process that is registered for it may be restarted.
const StepKinds makers =
    kinds_of<CreateProcess, CreateThread, NewObject, OpenProcess, DuplicateHandle, RegisterApplicationRestart,
             SmbServerStart, SmbShare, SmbFileAcl, SmbConnect, SmbCreate, SmbDisconnect, CsvVolume, CsvOpen>();
const StepKinds file_kinds =
    kinds_of<SmbServerStart, SmbShare, SmbFileAcl, SmbConnect, SmbDisconnect, SmbCreate, SmbRead, SmbWrite, SmbLock,
             SmbClose, CsvVolume, CsvMoveCoordinator, CsvOpen, CsvIo, RegisterAppInstanceVersion,
             QueryAppInstanceVersion, ResetAllAppInstanceVersions>();
const StepKinds faults = kinds_of<FailAllocation, FailRecoveryApi, FailCcfAllocation>();

void append(std::size_t kind, const model::State& state, const AlphabetOptions& options, std::vector<Step>& steps) {
  each_step(kind, state, options, [&](const Step& step) { steps.push_back(step); });
}

void append_times(const model::State& state, std::vector<Step>& steps) {
  for (const Duration ms : interesting_times(state)) steps.push_back(AdvanceTime{ms});
}

// --- A step as words, to find equal ones ---

using Words = std::vector<std::uint64_t>;

template <class T>
requires(std::is_enum_v<T> || std::is_arithmetic_v<T>) void put(Words& words, T value) {
  words.push_back(static_cast<std::uint64_t>(value));
}
void put(Words& words, ProcessKey key) { words.insert(words.end(), {number(key.machine), number(key.object)}); }
void put(Words& words, const ConnectionKey& key) { words.insert(words.end(), {key.server.index, number(key.id)}); }
void put(Words& words, const OpenKey& key) {
  put(words, key.connection);
  words.insert(words.end(), {key.share.index, number(key.durable), number(key.volatile_)});
}
template <class Id>
void put(Words& words, const Ref<Id>& ref) {
  put(words, ref.raw);
}
template <class T>
void put(Words& words, const std::optional<T>& value);
void put(Words& words, RequiredText text) { words.push_back(text.ref.index); }
void put(Words& words, RequiredBytes bytes) { words.push_back(bytes.ref.index); }
void put(Words& words, const VersionPair& version) { words.insert(words.end(), {version.high, version.low}); }
void put(Words& words, const DurableRequest& request);
void put(Words& words, const Reconnect& reconnect);
void put(Words& words, const Guid& guid) { words.insert(words.end(), {guid.high, guid.low}); }
void put(Words& words, GuidIn guid) { put(words, guid.value); }
void put(Words& words, const TextIn& text);
void put(Words& words, MachineRef machine) { put(words, machine.index); }
void put(Words& words, Binds binds) { put(words, binds.base); }
void put(Words& words, const Capacity& capacity) { put(words, capacity.allocations); }
void put(Words& words, Flag flag) { put(words, flag.set); }
void put(Words& words, OutPointer pointer) { put(words, pointer.valid); }
void put(Words& words, ThreadCount threads) { put(words, threads.count); }
void put(Words& words, TextRef text) { put(words, text.index); }
void put(Words& words, BytesRef bytes) { put(words, bytes.index); }
void put(Words& words, DaclRef dacl) { put(words, dacl.index); }
void put(Words& words, StacksRef stacks) { put(words, stacks.index); }
void put(Words& words, RangesRef ranges) { put(words, ranges.index); }
void put(Words& words, LoadedModulesRef modules) { put(words, modules.index); }
void put(Words& words, SizeInOut size);
template <class T>
void put(Words& words, const Given<T>& given) {
  put(words, given.value);
}
template <class T>
void put(Words& words, const std::optional<T>& value) {
  words.push_back(value.has_value());
  if (value) put(words, *value);
}

void put(Words& words, const TextIn& text) { put(words, text.value); }
void put(Words& words, SizeInOut size) { put(words, size.value); }
void put(Words& words, const DurableRequest& request) {
  put(words, request.createGuid);
  words.insert(words.end(), {request.timeoutMs, request.persistent ? 1U : 0U});
}
void put(Words& words, const Reconnect& reconnect) {
  put(words, reconnect.handle);
  put(words, reconnect.createGuid);
  put(words, reconnect.persistent);
}

Words words_of(const Step& step) {
  Words words{step.index()};
  each_value(step, [&](const auto& value) { put(words, value); });
  return words;
}

// --- Exchanges ---

template <class Id>
void exchange(Id& id, Id a, Id b) {
  if (id == a) {
    id = b;
  } else if (id == b) {
    id = a;
  }
}

// Two things whose ids change places wherever a step names them.
struct Exchange {
  ProcessKey a{}, b{};
  Pid pid_a{}, pid_b{};
  std::vector<std::pair<Tid, Tid>> tids{};
  Guid guid_a{}, guid_b{};

  void operator()(Caller& caller) const { exchange(caller.raw, a, b); }
  void operator()(Target& target) const { exchange(target.raw, a, b); }
  void operator()(PidRef& pid) const { exchange(pid.raw, pid_a, pid_b); }
  void operator()(TidRef& tid) const {
    for (const auto& [x, y] : tids) exchange(tid.raw, x, y);
  }
  void operator()(Given<TidRef>& tid) const {
    if (tid.value) (*this)(*tid.value);
  }
  void operator()(GuidIn& guid) const {
    if (guid.value) exchange(*guid.value, guid_a, guid_b);
  }
  template <class T>
  void operator()(T&) const {}
};

Exchange exchange_of(ProcessKey a, const model::Process& x, ProcessKey b, const model::Process& y) {
  Exchange made{.a = a, .b = b, .pid_a = x.birth.pid, .pid_b = y.birth.pid};
  for (std::size_t i = 0; i < x.threads.size(); ++i) made.tids.emplace_back(x.threads[i].tid, y.threads[i].tid);
  return made;
}

using StepSet = std::set<Words>;

bool closed_under(const std::vector<Step>& steps, const StepSet& all, const Exchange& exchange) {
  return std::all_of(steps.begin(), steps.end(), [&](Step step) {
    each_value(step, exchange);
    return all.count(words_of(step)) != 0;
  });
}

// Born alike, but for what every process has for itself.
bool born_alike(const model::Process& a, const model::Process& b) {
  model::Birth birth = b.birth;
  birth.object = a.birth.object;
  birth.pid = a.birth.pid;
  birth.name = a.birth.name;
  return birth == a.birth && a.threads.size() == b.threads.size() && a.birth.name != GivenName{};
}

void fold_processes(const model::State& root, MachineIndex index, const std::vector<Step>& steps, const StepSet& all,
                    Folding& folding) {
  const auto& processes = machine_of(root, index).processes;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    if (processes[i].birth.restarts > 0) {
      folding.apart.push_back({index, processes[i].birth.object});
      continue;
    }
    const std::size_t name = name_ref(processes[i].birth.name).base;
    if (folding.alike.size() <= name) folding.alike.resize(name + 1);
    folding.alike[name] = static_cast<std::uint32_t>(name);
    for (std::size_t j = 0; j < i; ++j) {
      const ProcessKey a{index, processes[i].birth.object};
      const ProcessKey b{index, processes[j].birth.object};
      if (processes[j].birth.restarts > 0 || !born_alike(processes[i], processes[j])) continue;
      if (!closed_under(steps, all, exchange_of(a, processes[i], b, processes[j]))) continue;
      folding.alike[name] = folding.alike[name_ref(processes[j].birth.name).base];
      break;
    }
  }
}

// Every two of them may change places.
template <class Id>
bool interchangeable(const std::set<Id>& ids, const std::vector<Step>& steps, const StepSet& all, Id Exchange::*a,
                     Id Exchange::*b) {
  return std::all_of(ids.begin(), ids.end(), [&](const Id& id) {
    Exchange exchange;
    exchange.*a = *ids.begin();
    exchange.*b = id;
    return closed_under(steps, all, exchange);
  });
}

struct Chosen {
  std::set<Pid> pids{};
  std::set<Guid> guids{};

  void operator()(const PidRef& pid) {
    if (pid.raw >= unowned_pid) pids.insert(pid.raw);
  }
  void operator()(const GuidIn& guid) {
    if (guid.value && *guid.value != zero_guid) guids.insert(*guid.value);
  }
  template <class T>
  void operator()(const T&) {}
};

}  // namespace

namespace {
// It would be restarted, had it lived long enough; it may yet.
bool restart_is_registered(const model::State& state) {
  for (const model::Machine& machine : state.machines)
    for (const model::Process& process : machine.processes)
      if (process.wer.restart) return true;
  return false;
}

bool ripens(const model::Process& process) {
  return process.wer.restart && !process.core.failure_time && live(process);
}
}  // namespace

std::vector<Duration> interesting_times(const model::State& state) {
  std::optional<std::uint64_t> next;
  const auto waits = [&](std::uint64_t due) {
    if (due != ~std::uint64_t{0} && due >= state.now) next = std::min(next.value_or(due), due);
  };
  for (const model::Machine& machine : state.machines)
    for (const model::Process& process : machine.processes) {
      if (process.core.answer_due) waits(*process.core.answer_due);
      if (process.core.running) waits(process.core.running->deadline);
      if (ripens(process)) waits(process.core.start_time + restart_life_ms - 1);
    }
  for (const model::Server& server : state.servers)
    for (const model::Open& open : server.opens)
      if (open.deadline) waits(*open.deadline);
  if (!next) return {};
  const std::uint64_t ahead = *next - state.now;
  if (ahead == 0) return {Duration{1}};
  return {Duration{ahead}, Duration{ahead + 1}};
}

Alphabet::Alphabet(AlphabetOptions options, const model::State& root) : options_{std::move(options)} {
  StepKinds in_play = options_.kinds;
  for (const Step& step : options_.steps) in_play.set(step.index());
  may_restart_ = in_play[step_index<RegisterApplicationRestart>] || restart_is_registered(root);
  makes_nothing_ = (in_play & makers).none() && !may_restart_;
  about_files_ = (in_play & file_kinds).any();
  fixed_ = options_.steps;
  if (!fixed_.empty()) return;

  by_state_ = makes_nothing_ ? in_play & faults : in_play;
  if (in_play[step_index<AdvanceTime>]) by_state_.set(step_index<AdvanceTime>);
  for (std::size_t kind = 0; kind < step_kinds; ++kind)
    if (in_play[kind] && !by_state_[kind]) append(kind, root, options_, fixed_);
}

void Alphabet::list(const model::State& state, std::vector<Step>& steps) const {
  if (steps.size() < fixed_.size()) steps = fixed_;
  steps.resize(fixed_.size());
  if (by_state_.none()) return;
  for (std::size_t kind = 0; kind < step_kinds; ++kind) {
    if (!by_state_[kind]) continue;
    if (kind == step_index<AdvanceTime>) {
      append_times(state, steps);
    } else {
      append(kind, state, options_, steps);
    }
  }
}

bool Alphabet::may_fold(const model::State& root) const {
  return !about_files_ && root.servers.empty() && root.volumes.empty();
}

Folding Alphabet::folding(const model::State& root) const {
  std::vector<Step> steps;
  list(root, steps);
  StepSet all;
  Chosen chosen;
  for (const Step& step : steps) {
    all.insert(words_of(step));
    each_value(step, chosen);
  }
  Folding folding{.on = true};
  for (std::size_t machine = 0; machine < root.machines.size(); ++machine)
    fold_processes(root, static_cast<MachineIndex>(machine), steps, all, folding);
  folding.pids = interchangeable(chosen.pids, steps, all, &Exchange::pid_a, &Exchange::pid_b);
  folding.guids = interchangeable(chosen.guids, steps, all, &Exchange::guid_a, &Exchange::guid_b);
  return folding;
}

}  // namespace procreg::harness
