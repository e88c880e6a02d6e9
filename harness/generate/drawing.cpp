#include "harness/generate/drawing.h"

#include <algorithm>
#include <array>
#include <limits>

#include "harness/scenario/smb_rules.h"

namespace procreg::harness {

namespace {

constexpr std::uint8_t in(ProcessState state) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(state)); }
constexpr std::uint8_t normal = in(ProcessState::Running) | in(ProcessState::Hung);
constexpr std::uint8_t able = normal | in(ProcessState::InRecovery);

struct States {
  std::uint8_t preferred;
  bool needed;  // without a process in such a state the step says little
};

// The states of processes that a kind of step is about.
constexpr std::array<States, step_kinds> states_by_kind = [] {
  std::array<States, step_kinds> rows{};
  rows.fill({able, false});
  rows[step_index<ApplicationRecoveryInProgress>] = {in(ProcessState::InRecovery), true};
  rows[step_index<ApplicationRecoveryFinished>] = {in(ProcessState::InRecovery), true};
  rows[step_index<CreateThread>] = {normal, false};
  rows[step_index<ExitThread>] = {normal, false};
  rows[step_index<StopAnswering>] = {in(ProcessState::Running), false};
  rows[step_index<Answering>] = {normal, false};
  rows[step_index<CloseHung>] = {in(ProcessState::Hung), true};
  rows[step_index<UserChoice>] = {in(ProcessState::Crashed), true};
  rows[step_index<UserCancel>] = {in(ProcessState::InRecovery), true};
  rows[step_index<CallbackReturns>] = {in(ProcessState::InRecovery), true};
  return rows;
}();

bool is_in(const model::Process& process, std::uint8_t states) {
  return (in(process.core.state) & states) != 0 && process.birth.name != GivenName{};
}

std::uint32_t count_in(const model::Machine& machine, std::uint8_t states) {
  std::uint32_t count = 0;
  for (const auto& process : machine.processes) count += is_in(process, states) ? 1U : 0U;
  return count;
}

const model::Process* nth_in(const model::Machine& machine, std::uint8_t states, std::uint32_t n) {
  for (const auto& process : machine.processes)
    if (is_in(process, states) && n-- == 0) return &process;
  return nullptr;
}

// Of the latest handle of the first open that lost its connection; none: there is none, or it has no name.
GivenName orphans_name(const model::State& state) {
  for (const auto& server : state.servers)
    for (const auto& open : server.opens)
      if (!open.connection) return open.name;
  return {};
}

// The next time at which something happens by itself; 0 when nothing does.
std::uint64_t next_due(const model::State& state) {
  std::uint64_t due = std::numeric_limits<std::uint64_t>::max();
  for (const auto& machine : state.machines)
    for (const auto& process : machine.processes) {
      if (process.core.answer_due) due = std::min(due, *process.core.answer_due);
      if (process.core.running) due = std::min(due, process.core.running->deadline);
      const std::uint64_t ripe = process.core.start_time + restart_life_ms - 1;  // old enough to be restarted after it
      const bool waits = process.wer.restart && !process.core.failure_time && model::live(process);
      if (waits && ripe >= state.now && ripe > process.core.start_time) due = std::min(due, ripe);
    }
  for (const auto& server : state.servers)
    for (const auto& open : server.opens)
      if (open.deadline) due = std::min(due, *open.deadline);
  return due == std::numeric_limits<std::uint64_t>::max() ? 0 : due;
}

constexpr std::array<std::uint32_t, 8> dwords{0, 1, 2, 3, 259, 5, 4, 0xFFFFFFFFU};
constexpr std::array<std::uint32_t, 8> pings{1000, 0, 1, 5000, 299999, 300000, 300001, 0xFFFFFFFFU};
constexpr std::array<std::uint32_t, 8> byte_counts{0x1000, 0x2000, 0x800, 1, 0, 65536, 65537, 0xFFFFFFFFU};
constexpr std::array<std::uint32_t, 8> fault_flags{0x4, 0, 0x1, 0x2, 0x8, 0x42, 0x7FF, 0x800};
constexpr std::array<std::uint32_t, 8> file_types{1, 2, 1, 2, 2, 1, 0, 3};
constexpr std::array<std::uint64_t, 8> durations{1, 0, 1000, 5000, 5001, 300000, 300001, 60000};
constexpr std::array<std::int32_t, 8> bools{0, 1, 1, 0, 2, -1, 0x100, std::numeric_limits<std::int32_t>::min()};
constexpr std::array<std::uint32_t, 8> csv_flags{1, 0, 1, 1, 2, 3, 0x80000000U, 0xFFFFFFFFU};
constexpr std::array<std::uint64_t, 6> version_halves{1, 0, 2, 1, 0xFFFFFFFFU, ~std::uint64_t{0}};
constexpr std::array<std::uint32_t, 10> file_accesses{0x80000000U, 0xC0000000U, 0x40000000U, 0,           0x80,
                                                      0x02000000,  0x20,        0x00010000,  0x10000000U, 0x04000000};
constexpr std::array<std::uint32_t, 6> file_rights{file_write_rights, FILE_ALL_RIGHTS, 0,
                                                   file_read_rights,  FILE_READ_DATA,  file_execute_rights};
constexpr std::array<std::uint32_t, 7> context_lengths{20, 24, 0, 19, 21, 25, 0xFFFF};
constexpr std::array<std::uint32_t, 5> file_offsets{0, 1, 4, 8, 40};
constexpr std::array<std::uint64_t, 6> file_lengths{1, 0, 4, 8, 100, ~std::uint64_t{0}};
constexpr std::array<std::uint32_t, 6> timeouts{0, 1, 1000, 60000, 300000, 300001};
constexpr std::array<std::uint32_t, 8> odd_pids{4, 1, 1001, 0xFFFFFFFFU, 8, 1002, 2000, 0xCFFFFFFCU};

}  // namespace

bool makes_sense(std::size_t kind, const model::State& state) {
  const States& states = states_by_kind[kind];
  if (!states.needed) return true;
  return std::any_of(state.machines.begin(), state.machines.end(),
                     [&](const auto& machine) { return count_in(machine, states.preferred) > 0; });
}

std::uint32_t Drawing::hot(std::size_t size) {
  const std::uint32_t bound = 1 + source_.below(static_cast<std::uint32_t>(size));
  return source_.below(bound);
}

std::uint16_t Drawing::any_name(NameKind kind) {
  const auto names = situation_.names.of(kind);
  return names.empty() ? std::uint16_t{0} : source_.one_of(names);
}

NameRef Drawing::actor() {
  const auto& machines = situation_.state.machines;
  const auto count = static_cast<std::uint32_t>(machines.size());
  const std::uint32_t first = count == 1 ? 0 : source_.below(count);
  const std::uint32_t which = source_.below(32);
  const std::uint8_t states = which == 31 ? 0xFF : which == 30 ? able : states_by_kind[kind_].preferred;
  for (std::uint32_t i = 0; i < 2 * count && which > 0 && self_ == nullptr; ++i) {
    machine_ = &machines[(first + i) % count];
    const std::uint8_t wanted = i < count ? states : std::uint8_t{0xFF};
    if (const std::uint32_t found = count_in(*machine_, wanted)) self_ = nth_in(*machine_, wanted, hot(found));
  }
  if (self_ == nullptr) machine_ = &machines[first];
  const NameRef name =
      self_ != nullptr ? name_ref(self_->birth.name) : NameRef{any_name(NameKind::process), itself_part};
  self_base_ = is_restart(name) ? std::uint16_t{0} : name.base;
  other_ = self_;
  return name;
}

void Drawing::draw(Caller& by) { by.name = actor(); }
void Drawing::draw(Target& process) { process.name = actor(); }

void Drawing::draw(MachineRef& machine) {
  const auto count = static_cast<std::uint32_t>(situation_.state.machines.size());
  machine.index = MachineIndex{static_cast<std::uint8_t>(source_.below(count))};
  if (kind_ == step_index<SmbConnect>) machine_ = &situation_.state.machines[number(machine.index)];
}

// What WER restarts mostly has the name that is given to it by itself.
void Drawing::draw(Binds& as) {
  if (can_restart(kind_)) {
    if (source_.one_in(8)) as_ = &as;
    return;
  }
  const bool always = kind_ == step_index<CreateProcess> || kind_ == step_index<SmbConnect> ||
                      kind_ == step_index<SmbCreate> || kind_ == step_index<CsvOpen>;
  if (always || !source_.one_in(8)) as_ = &as;
}

void Drawing::finish(Step& step) {
  if (auto* start = std::get_if<SmbServerStart>(&step)) {
    const Dialect highest = highest_dialect(start->flavour.value.value_or(Flavour::generic));
    if (start->maxDialect.value.value_or(Dialect::smb_3_1_1) > highest) start->maxDialect.value = highest;
  } else if (auto* share = std::get_if<SmbShare>(&step)) {
    const model::Server* server = find_server(situation_.state, share->server.ref);
    if (server != nullptr && !is_3x(server->max_dialect)) share->ca = share->encrypt = {};
  } else if (auto* create = std::get_if<SmbCreate>(&step)) {
    if (create->dh2c.value && !source_.one_in(4)) reclaim(*create);
    settle(create->by, create->conn.name);
    drop_meaningless(*create);
    if (create->hold.value == HoldKind::handle_lease && !create->leaseKey.value)
      create->leaseKey.value = generated_guids()[1];
  } else if (auto* io = std::get_if<CsvIo>(&step)) {
    settle(io->by, io->open.name);
  }
  std::visit(
      [this](auto& call) {
        if constexpr (requires { call.h; }) settle(call.by, call.h.name);
      },
      step);
  bind(step);
}

void Drawing::reclaim(SmbCreate& create) {
  for (const model::Server& server : situation_.state.servers)
    for (const model::Open& open : server.opens) {
      if (open.connection || open.name == GivenName{}) continue;
      for (const model::Connection& connection : server.connections)
        if (connection.up && is_3x(connection.dialect) && connection.name != GivenName{})
          create.conn.name = name_ref(connection.name);
      create.dh2q.value.reset();
      create.dh2c.value->handle.name = name_ref(open.name);
      create.dh2c.value->persistent = open.is_persistent;
      create.hold.value = open.hold;
      create.leaseKey.value = open.lease_key;
      return;
    }
}

// Who calls is on the machine of what the call uses.
void Drawing::settle(Given<Caller>& by, NameRef used) {
  if (!by.value) return;
  const auto machine = [this](NameRef name) { return situation_.names.at(name.base).machine; };
  if (machine(by.value->name) != machine(used)) by.value.reset();
}

void Drawing::bind(const Step& step) {
  if (as_ == nullptr) return;
  const auto machine = machine_ == nullptr ? std::optional<MachineIndex>{}
                                           : static_cast<MachineIndex>(machine_ - situation_.state.machines.data());
  const std::uint16_t owner = can_restart(step) ? std::uint16_t{0} : self_base_;
  as_->base = situation_.names.claim(bound_kind(step), owner, machine);
}

NameRef Drawing::recent(NameKind kind) {
  const auto names = situation_.names.of(kind);
  if (names.empty()) return {};
  const auto last = names.last(std::min<std::size_t>(names.size(), 6));
  return {source_.one_of(last), itself_part};
}

void Drawing::draw(Given<Caller>& by) {
  if (source_.one_in(2)) draw(by.value.emplace());
}
// The machine of the connection is that of the open.
void Drawing::draw(ConnectionRef& connection) {
  connection.name = recent(NameKind::connection);
  if (const auto machine = situation_.names.at(connection.name.base).machine)
    machine_ = &situation_.state.machines[number(*machine)];
}
void Drawing::draw(OpenRef& open) { open.name = recent(NameKind::open); }
void Drawing::draw(CsvOpenRef& open) { open.name = recent(NameKind::csv_open); }

bool Drawing::existing_pid(PidRef& pid) {
  const auto& processes = machine_->processes;
  if (processes.empty()) return false;
  other_ = &processes[hot(processes.size())];
  pid.name = name_ref(other_->birth.name);
  if (!pid.name) pid.raw = other_->birth.pid;
  return true;
}

void Drawing::draw(PidRef& pid) {
  const std::uint32_t which = source_.below(32);
  if (which < 22 && existing_pid(pid)) return;
  if (which < 26) {
    pid.name = {any_name(NameKind::process), itself_part};
  } else if (which < 28) {
    pid.raw = Pid{1000 + 4 * source_.below(12)};
  } else if (which == 28) {
    pid.raw = Pid{number(unowned_pid) + 4 + 4 * source_.below(3)};
  } else if (which == 29) {
    pid.raw = Pid{source_.one_of(odd_pids)};
  }
}

bool Drawing::thread_of(const model::Process* process, TidRef& tid) {
  if (process == nullptr || process->threads.empty()) return false;
  const model::Thread& thread = process->threads[hot(process->threads.size())];
  tid.name = thread.name;
  if (!tid.name) tid.raw = thread.tid;
  return true;
}

void Drawing::draw(TidRef& tid) {
  const std::uint32_t which = source_.below(16);
  if (which < 4) return;
  if (which < 10 && thread_of(other_, tid)) return;
  if (which < 12 && !machine_->processes.empty() &&
      thread_of(&machine_->processes[hot(machine_->processes.size())], tid))
    return;
  if (which == 12) {
    tid.name = {any_name(NameKind::thread), itself_part};
  } else if (which == 13) {
    tid.name = {any_name(NameKind::process), first_thread_part};
  } else if (which == 14) {
    tid.raw = Tid{0x10000 + 4 * source_.below(12)};
  } else {
    tid.raw = Tid{number(unowned_tid) + 4 + 4 * source_.below(2)};
  }
}

// A name among the last ones; with `own` one that may lie in the caller's table.
bool Drawing::named_handle(HandleRef& handle, bool own) {
  for (const NameKind kind : {NameKind::handle, NameKind::process}) {
    const auto names = situation_.names.of(kind);
    const auto recent = names.last(std::min<std::size_t>(names.size(), 12));
    for (int again = 0; again < 3 && !recent.empty(); ++again) {
      const std::uint16_t base = source_.one_of(recent);
      const NameEntry& entry = situation_.names.at(base);
      if (entry.owner == 0 || (own && entry.owner != self_base_)) continue;
      const bool thread = kind == NameKind::process && source_.one_in(4);
      handle.name = {base, kind == NameKind::handle ? itself_part : thread ? thread_handle_part : handle_part};
      return true;
    }
  }
  return false;
}

bool Drawing::own_handle(HandleRef& handle) {
  if (self_ == nullptr || self_->handles.empty()) return false;
  const auto* entry = &self_->handles[source_.below(static_cast<std::uint32_t>(self_->handles.size()))];
  if (entry->object.type != ObjectType::Process)
    entry = &self_->handles[source_.below(static_cast<std::uint32_t>(self_->handles.size()))];
  const std::uint64_t tag_bits = source_.one_in(8) ? 1 + source_.below(3) : 0;
  handle.raw = HandleValue{number(entry->value) + tag_bits};
  return true;
}

void Drawing::draw(HandleRef& handle) {
  const std::uint32_t which = source_.below(32);
  if (which < 12 && named_handle(handle, true)) return;
  if (which < 20 && own_handle(handle)) return;
  if (which < 26) {
    handle.raw = current_process;
  } else if (which == 26) {
    handle.raw = current_thread;
  } else if (which == 27) {
    named_handle(handle, false);
  } else if (which == 28) {
    handle.raw = HandleValue{4 + 4 * source_.below(8)};
  } else if (which == 29) {
    handle.raw = HandleValue{number(unowned_handle) + 4 + 4 * source_.below(2)};
  }
}

void Drawing::draw(Dword& value) { value = Dword{source_.one_of(dwords)}; }
void Drawing::draw(Ping& ping) { ping = Ping{source_.one_of(pings)}; }

void Drawing::draw(ByteCount& size) { size = ByteCount{source_.one_of(byte_counts)}; }
void Drawing::draw(FaultFlags& flags) { flags = FaultFlags{source_.one_of(fault_flags)}; }
void Drawing::draw(FileType& type) { type = FileType{source_.one_of(file_types)}; }

void Drawing::draw(TextIn& text) {
  const auto texts = generated_texts();
  if (!source_.one_in(16)) text.value = texts[hot(texts.size())];
}

void Drawing::draw(Duration& ms) {
  const std::uint64_t now = situation_.state.now;
  const std::uint64_t due = next_due(situation_.state);
  const std::uint32_t which = source_.below(64);
  if (which < 48 && due >= now && due != 0) {
    ms = Duration{due - now + (which < 24 ? 1 : 0)};
  } else if (which == 63) {
    const std::uint64_t rest = std::numeric_limits<std::uint64_t>::max() - now;
    ms = Duration{rest - 5001 + 2 * source_.below(3000)};
  } else {
    ms = Duration{source_.one_of(durations)};
  }
}

void Drawing::draw(Address& address) {
  const std::uint32_t which = source_.below(8);
  address = Address{which == 7 ? 0 : 0x1000 * (std::uint64_t{which} + 1)};
}

void Drawing::draw(Bool& value) { value = Bool{source_.one_of(bools)}; }
void Drawing::draw(Countdown& n) { n = Countdown{1 + hot(4)}; }

void Drawing::draw(Capacity& n) {
  const std::uint32_t which = source_.below(6);
  if (which > 0) n.allocations = which - 1;
}

void Drawing::draw(Flag& flag) { flag.set = source_.one_in(3); }
void Drawing::draw(bool& value) { value = source_.one_in(2); }

void Drawing::draw(AccessMask& mask) {
  mask = source_.one_of(generated_masks());
  if (source_.one_in(4)) mask = mask | source_.one_of(generated_masks());
}

void Drawing::draw(GuidIn& guid) {
  const std::uint32_t which = source_.below(16);
  const auto guids = generated_guids();
  if (which < 14) guid.value = guids[which < 8 ? 1 : which < 13 ? 2 : 0];
}

void Drawing::draw(SizeInOut& size) {
  const std::uint32_t which = source_.below(8);
  if (which < 7) size.value = which < 3 ? 2000 : which < 5 ? source_.below(4) : 0;
}

void Drawing::draw(OutPointer& pointer) { pointer.valid = !source_.one_in(8); }
void Drawing::draw(ObjectType& type) {
  constexpr std::array types{ObjectType::Event, ObjectType::Thread, ObjectType::File, ObjectType::Token};
  type = source_.one_of(types);
}
void Drawing::draw(UserAction& action) {
  constexpr std::array actions{UserAction::check, UserAction::close, UserAction::check, UserAction::debug};
  action = source_.one_of(actions);
}
void Drawing::draw(ThreadCount& threads) {
  const std::uint32_t which = source_.below(8);
  threads.count = static_cast<std::uint16_t>(which < 6 ? 1 : which - 4);
}

void Drawing::draw(TextRef& user) { user = source_.one_of(generated_users()); }
void Drawing::draw(DaclRef& dacl) { dacl = source_.one_of(generated_dacls()); }
void Drawing::draw(StacksRef& stacks) { stacks = source_.one_of(generated_stacks()); }
void Drawing::draw(LoadedModulesRef& modules) { modules = source_.one_of(generated_loaded_modules()); }
void Drawing::draw(RangesRef& ranges) { ranges = source_.one_of(generated_ranges()); }
void Drawing::draw(BytesRef& ea) { ea = source_.one_of(generated_eas()); }

void Drawing::draw(CsvFlags& flags) { flags = CsvFlags{source_.one_of(csv_flags)}; }
void Drawing::draw(VersionNumber& half) { half = VersionNumber{source_.one_of(version_halves)}; }
void Drawing::draw(VersionPair& version) {
  version.high = source_.one_of(version_halves);
  version.low = source_.one_of(version_halves);
}
void Drawing::draw(Guid& guid) {
  const auto guids = generated_guids();
  guid = guids[source_.one_in(8) ? 0 : 1 + source_.below(static_cast<std::uint32_t>(guids.size() - 1))];
}
void Drawing::draw(Given<Guid>& guid) {
  if (source_.one_in(2)) draw(guid.value.emplace());
}
void Drawing::draw(Given<ShareAccess>& access) {
  if (!source_.one_in(3)) draw(access.value.emplace());
}
void Drawing::draw(Given<ContextLength>& length) {
  if (source_.one_in(16)) draw(length.value.emplace());
}
void Drawing::draw(Given<VersionPair>& version) {
  if (source_.one_in(2)) draw(version.value.emplace());
}

void Drawing::draw(ServerName& server) {
  server = source_.one_in(4) ? generated_smb().servers[1] : generated_smb().servers[0];
}
void Drawing::draw(ShareName& share) { share = generated_smb().shares[hot(generated_smb().shares.size())]; }
void Drawing::draw(LocalFolder& folder) { folder = source_.one_of(generated_smb().folders); }
void Drawing::draw(LocalFile& file) { file = source_.one_of(generated_smb().files); }
void Drawing::draw(SharePath& path) { path = generated_smb().paths[hot(generated_smb().paths.size())]; }
void Drawing::draw(UserName& user) { user = source_.one_of(generated_users()); }
void Drawing::draw(VolumeName& volume) { volume = source_.one_of(generated_smb().volumes); }
void Drawing::draw(RequiredBytes& bytes) { bytes.ref = source_.one_of(generated_smb().contents); }
void Drawing::draw(Dialect& dialect) {
  constexpr std::array likely{Dialect::smb_3_1_1, Dialect::smb_3_0_2};
  dialect = source_.one_in(4) ? static_cast<Dialect>(source_.below(5)) : source_.one_of(likely);
}
void Drawing::draw(Flavour& flavour) { flavour = static_cast<Flavour>(source_.below(4)); }
void Drawing::draw(HoldKind& hold) { hold = source_.one_in(2) ? HoldKind::batch : HoldKind::handle_lease; }
void Drawing::draw(Disposition& disposition) { disposition = static_cast<Disposition>(source_.below(3)); }
void Drawing::draw(LockKind& kind) { kind = static_cast<LockKind>(source_.below(3)); }
void Drawing::draw(FileAccess& access) { access = FileAccess{source_.one_of(file_accesses)}; }
void Drawing::draw(FileRights& rights) { rights = FileRights{source_.one_of(file_rights)}; }
void Drawing::draw(ShareAccess& access) { access = ShareAccess{source_.one_in(2) ? 7 : source_.below(8)}; }
void Drawing::draw(ContextLength& length) { length = ContextLength{source_.one_of(context_lengths)}; }
void Drawing::draw(FileOffset& offset) {
  const bool beyond = kind_ != step_index<SmbWrite> && source_.one_in(8);
  offset = FileOffset{beyond ? std::numeric_limits<std::uint64_t>::max() - source_.below(3)
                             : std::uint64_t{source_.one_of(file_offsets)}};
}
void Drawing::draw(FileLength& length) { length = FileLength{source_.one_of(file_lengths)}; }
void Drawing::draw(Milliseconds& ms) { ms = Milliseconds{source_.one_of(timeouts)}; }
void Drawing::draw(DurableRequest& request) {
  draw(request.createGuid);
  request.timeoutMs = source_.one_of(timeouts);
  request.persistent = source_.one_in(2);
}
// A handle that a connection has lost; the GUID is mostly that of its open.
void Drawing::draw(Given<Reconnect>& given) {
  const GivenName orphan = orphans_name(situation_.state);
  const bool reclaims = orphan != GivenName{} && source_.one_in(2);
  const NameRef handle = reclaims ? name_ref(orphan) : source_.one_in(8) ? recent(NameKind::open) : NameRef{};
  if (!handle) return;
  Reconnect& reconnect = given.value.emplace();
  reconnect.handle.name = handle;
  if (source_.one_in(4)) draw(reconnect.createGuid.emplace());
  reconnect.persistent = source_.one_in(2);
}

// The pid of a process that has been there, so that it may be used again; also one that may never come up by itself.
void Drawing::draw(Pid& free) {
  const std::uint32_t which = source_.below(32);
  const Pid before = situation_.bindings.at(any_name(NameKind::process)).pid;
  const bool ordinary = number(before) > 4 && number(before) < assignable_end;
  free = which == 31 ? Pid{assignable_end - 4} : which < 28 && ordinary ? before : Pid{1000 + 4 * source_.below(24)};
}

void Drawing::draw(Tid& free) {
  const std::uint32_t which = source_.below(32);
  free = which == 31 ? Tid{assignable_end - 4} : Tid{0x10000 + 4 * source_.below(24)};
}

}  // namespace procreg::harness
