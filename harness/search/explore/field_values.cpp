#include "harness/search/explore/field_values.h"

#include <algorithm>
#include <functional>
#include <set>
#include <span>
#include <string_view>

#include "harness/scenario/field_value.h"

namespace procreg::harness {

namespace {

using model::Machine;
using model::Process;
using model::State;

constexpr Guid first_guid{0x1111111111111111U, 0x1111111111111111U};
constexpr Guid second_guid{0x2222222222222222U, 0x2222222222222222U};
constexpr Pid nobodys_pid{number(unowned_pid) + 4};
constexpr Tid nobodys_tid{number(unowned_tid) + 4};
constexpr HandleValue nobodys_handle{number(unowned_handle) + 4};
constexpr Address some_callback{0x1000};

// A place for a value, while the fields of a step are gone through.
class Values {
 public:
  Values(const State& state, const AlphabetOptions& options, const std::function<void(const Step&)>& each)
      : state_{state}, options_{options}, each_{each} {}

  void of(std::size_t kind) {
    step_ = steps()[kind].make();
    fields_ = steps()[kind].fields;
    field(0);
  }

 private:
  void field(std::size_t index) {
    if (index == fields_.size()) {
      if (has_room()) each_(step_);
      return;
    }
    const FieldInfo& info = fields_[index];
    with_value(info.kind, info.at(address(step_)), [&](auto& value) {
      const auto rest = [&, index](const auto& chosen) {
        value = chosen;
        field(index + 1);
      };
      choose(info.name, value, rest);
    });
  }

  template <class T, class Rest>
  static void choose_each(std::initializer_list<T> values, const Rest& rest) {
    for (const T& value : values) rest(value);
  }

  // --- Who acts ---

  template <class Rest>
  void each_process(const Rest& rest) {
    for (std::size_t machine = 0; machine < state_.machines.size(); ++machine)
      for (const Process& process : state_.machines[machine].processes) {
        if (!live(process)) continue;
        machine_ = &state_.machines[machine];
        self_ = named_ = &process;
        rest(ProcessKey{static_cast<MachineIndex>(machine), process.birth.object});
      }
  }
  template <class Rest>
  void choose(std::string_view, Caller&, const Rest& rest) {
    each_process([&](ProcessKey key) { rest(Caller{{key, {}}}); });
  }
  template <class Rest>
  void choose(std::string_view, Target&, const Rest& rest) {
    each_process([&](ProcessKey key) { rest(Target{{key, {}}}); });
  }
  template <class Rest>
  void choose(std::string_view, MachineRef&, const Rest& rest) {
    for (std::size_t machine = 0; machine < state_.machines.size(); ++machine) {
      machine_ = &state_.machines[machine];
      rest(MachineRef{static_cast<MachineIndex>(machine)});
    }
  }

  // --- Ids ---

  std::set<Pid> gone_pids() const {
    std::set<Pid> pids;
    for (const Process& process : machine_->processes)
      for (const auto& entry : process.wer.processes)
        if (entry.processId < unowned_pid && find(*machine_, entry.processId) == nullptr) pids.insert(entry.processId);
    return pids;
  }

  template <class Rest>
  void choose(std::string_view, PidRef&, const Rest& rest) {
    for (const Process& process : machine_->processes) {
      named_ = &process;
      rest(PidRef{process.birth.pid, {}});
    }
    named_ = nullptr;
    for (const Pid gone : gone_pids()) rest(PidRef{gone, {}});
    rest(PidRef{nobodys_pid, {}});
  }
  // Of the process named before: none, its first thread, one that is nobody's where it has no thread.
  template <class Rest>
  void choose(std::string_view field, TidRef&, const Rest& rest) {
    const bool none_is_fine = field != "thread";
    if (none_is_fine) rest(TidRef{no_thread, {}});
    if (!none_is_fine && named_ != nullptr)
      for (const auto& thread : named_->threads) rest(TidRef{thread.tid, {}});
    if (none_is_fine)
      rest(TidRef{named_ != nullptr && !named_->threads.empty() ? named_->threads.front().tid : nobodys_tid, {}});
  }
  template <class Rest>
  void choose(std::string_view field, HandleRef&, const Rest& rest) {
    const bool of_process = field == "hSourceProcessHandle" || field == "hTargetProcessHandle";
    rest(HandleRef{current_process, {}});
    for (const auto& handle : self_->handles)
      if (!of_process || handle.object.type == ObjectType::Process) rest(HandleRef{handle.value, {}});
    if (!of_process) rest(HandleRef{nobodys_handle, {}});
  }
  template <class Rest>
  void choose(std::string_view, Given<HandleRef>&, const Rest& rest) {
    rest(Given<HandleRef>{});
    for (const auto& handle : self_->handles)
      if (handle.object.type == ObjectType::Process) rest(Given<HandleRef>{HandleRef{handle.value, {}}});
  }
  template <class Rest>
  void choose(std::string_view, Given<Pid>&, const Rest& rest) {
    rest(Given<Pid>{});
    for (const Pid gone : gone_pids()) rest(Given<Pid>{gone});
  }
  template <class Rest>
  void choose(std::string_view, GuidIn&, const Rest& rest) {
    choose_each({GuidIn{}, GuidIn{first_guid}, GuidIn{second_guid}}, rest);
  }

  // --- What files are opened by ---

  // A process of the machine of the connection, which a step names first.
  template <class Rest>
  void choose(std::string_view, Given<Caller>&, const Rest& rest) {
    rest(Given<Caller>{});
    if (std::holds_alternative<SmbCreate>(step_))
      each_process([&](ProcessKey key) { rest(Given<Caller>{Caller{{key, {}}}}); });
    machine_ = nullptr;
  }
  template <class Rest>
  void choose(std::string_view, ConnectionRef&, const Rest& rest) {
    for (const model::Server& server : state_.servers)
      for (std::size_t i = 0; i < server.connections.size(); ++i) {
        const bool by_other = machine_ != nullptr && machine_ != &machine_of(state_, server.connections[i].machine);
        if (!server.connections[i].up || by_other) continue;
        server_ = &server;
        rest(ConnectionRef{{{server.name, static_cast<ConnectionId>(i + 1)}, {}}});
      }
  }
  // Orphans too where a connection takes them back.
  template <class Rest>
  void each_open(bool orphans, const Rest& rest) {
    for (const model::Server& server : state_.servers)
      for (const model::Open& open : server.opens)
        if (open.connection.has_value() != orphans)
          rest(OpenKey{.connection = {server.name, open.connection.value_or(ConnectionId{1})},
                       .share = open.share,
                       .durable = open.durable_id,
                       .volatile_ = open.volatile_id,
                       .create_guid = open.create_guid});
  }
  template <class Rest>
  void choose(std::string_view, OpenRef&, const Rest& rest) {
    each_open(false, [&](const OpenKey& key) { rest(OpenRef{{key, {}}}); });
  }
  template <class Rest>
  void choose(std::string_view, Given<Reconnect>&, const Rest& rest) {
    rest(Given<Reconnect>{});
    const auto& create = std::get<SmbCreate>(step_);
    const bool alone = !create.by.value && !create.ai.value && !create.dh2q.value;
    if (alone) each_open(true, [&](const OpenKey& key) { rest(Given<Reconnect>{Reconnect{{{key, {}}}, {}, true}}); });
  }
  template <class Rest>
  void choose(std::string_view, CsvOpenRef&, const Rest& rest) {
    for (std::size_t i = 0; i < state_.csv_opens.size(); ++i) rest(CsvOpenRef{{static_cast<CsvOpenId>(i + 1), {}}});
  }
  // A client of each machine.
  template <class Rest>
  void choose(std::string_view, Guid&, const Rest& rest) {
    rest(machine_ == &state_.machines.front() ? first_guid : second_guid);
  }
  // Ids, where a process does not bring its own.
  template <class Rest>
  void choose(std::string_view field, Given<Guid>&, const Rest& rest) {
    rest(Given<Guid>{});
    if (field == "ai" && !std::get<SmbCreate>(step_).by.value)
      choose_each({Given<Guid>{first_guid}, Given<Guid>{second_guid}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, Given<VersionPair>&, const Rest& rest) {
    rest(Given<VersionPair>{});
    if (std::get<SmbCreate>(step_).ai.value)
      choose_each({Given<VersionPair>{VersionPair{0, 1}}, Given<VersionPair>{VersionPair{1, 0}}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, Given<DurableRequest>&, const Rest& rest) {
    choose_each({Given<DurableRequest>{}, Given<DurableRequest>{DurableRequest{first_guid, 1000, true}}}, rest);
  }
  template <class Rest>
  void choose(std::string_view field, VersionNumber&, const Rest& rest) {
    rest(VersionNumber{0});
    if (field == "InstanceVersionHigh") rest(VersionNumber{1});
  }
  template <class Rest>
  void choose(std::string_view, CsvFlags&, const Rest& rest) {
    choose_each({CsvFlags{0}, CsvFlags{1}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, Dialect&, const Rest& rest) {
    rest(Dialect::smb_3_1_1);
  }
  template <class Rest>
  void choose(std::string_view, ServerName&, const Rest& rest) {
    for (const model::Server& server : state_.servers) rest(ServerName{server.name});
  }
  template <class Rest>
  void choose(std::string_view, ShareName&, const Rest& rest) {
    if (server_ == nullptr) return;
    for (const model::Share& share : server_->shares) rest(ShareName{share.name});
  }
  template <class Rest>
  void choose(std::string_view, SharePath&, const Rest& rest) {
    for (const TextRef path : options_.texts) rest(SharePath{path});
  }
  template <class Rest>
  void choose(std::string_view, VolumeName&, const Rest& rest) {
    for (const model::Volume& volume : state_.volumes) rest(VolumeName{volume.name});
  }

  // --- Plain values ---

  template <class Rest>
  void choose(std::string_view field, Dword&, const Rest& rest) {
    rest(Dword{0});
    if (field == "dwFlags") rest(Dword{1});
    if (field == "dwOptions") choose_each({Dword{DUPLICATE_SAME_ACCESS}, Dword{DUPLICATE_CLOSE_SOURCE}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, Ping&, const Rest& rest) {
    choose_each({Ping{0}, Ping{RECOVERY_MAX_PING_INTERVAL + 1}}, rest);
  }
  template <class Rest>
  void choose(std::string_view field, Address&, const Rest& rest) {
    rest(Address{0});
    if (field == "pRecoveyCallback") rest(some_callback);
    if (field == "pContext") rest(Address{0x1000});
    if (field == "pvAddress" || field == "address") choose_each({Address{0x1000}, Address{0x2000}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, ByteCount&, const Rest& rest) {
    choose_each({ByteCount{0}, ByteCount{0x1000}, ByteCount{0x2000}}, rest);
  }
  // Threads go on after a crash, or not.
  template <class Rest>
  void choose(std::string_view, FaultFlags&, const Rest& rest) {
    choose_each({FaultFlags{0}, FaultFlags{0x4}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, FileType&, const Rest& rest) {
    choose_each({FileType{1}, FileType{2}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, TextIn&, const Rest& rest) {
    rest(TextIn{});
    for (const TextRef text : options_.texts) rest(TextIn{text});
  }
  template <class Rest>
  void choose(std::string_view, Bool&, const Rest& rest) {
    choose_each({Bool{0}, Bool{1}}, rest);
  }
  template <class Rest>
  void choose(std::string_view field, Flag&, const Rest& rest) {
    rest(Flag{false});
    if (field != "protected") rest(Flag{true});
  }
  template <class Rest>
  void choose(std::string_view, Capacity&, const Rest& rest) {
    choose_each({Capacity{}, Capacity{1}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, AccessMask&, const Rest& rest) {
    choose_each({PROCESS_ALL_ACCESS, PROCESS_QUERY_LIMITED_INFORMATION}, rest);
  }
  // Too small, and large enough for the texts that are chosen here.
  template <class Rest>
  void choose(std::string_view, SizeInOut&, const Rest& rest) {
    choose_each({SizeInOut{0}, SizeInOut{16}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, OutPointer&, const Rest& rest) {
    choose_each({OutPointer{true}, OutPointer{false}}, rest);
  }
  template <class Rest>
  void choose(std::string_view, UserAction&, const Rest& rest) {
    choose_each({UserAction::check, UserAction::close, UserAction::debug}, rest);
  }
  // Everything else is what a scenario gets that leaves it out.
  template <class T, class Rest>
  void choose(std::string_view, T& left_out, const Rest& rest) {
    rest(T{left_out});
  }

  // --- Bounds ---

  template <class... T>
  bool is_any() const {
    return (std::holds_alternative<T>(step_) || ...);
  }
  bool has_room() const {
    if (is_any<CreateProcess>() && machine_->processes.size() >= options_.processes_max) return false;
    if (is_any<CreateThread>() && self_->threads.size() >= options_.threads_max) return false;
    if (is_any<OpenProcess, DuplicateHandle>() && self_->handles.size() >= options_.handles_max) return false;
    if (is_any<CreateProcess>() && self_->handles.size() + 2 > options_.handles_max) return false;
    if (is_any<NewObject>() && !room_for_object()) return false;
    if (is_any<SmbConnect>() && !room_on_servers(&model::Server::connections, options_.connections_max)) return false;
    if (is_any<SmbCreate>() && !room_on_servers(&model::Server::opens, options_.opens_max)) return false;
    if (is_any<CsvOpen>() && state_.csv_opens.size() >= options_.opens_max) return false;
    if (is_any<FailAllocation>() && self_->heap.countdowns.size() >= options_.faults_max) return false;
    if (is_any<FailRecoveryApi>() && self_->core.recovery_faults.size() >= options_.faults_max) return false;
    return !is_any<FailCcfAllocation>() || machine_->faults.size() < options_.faults_max;
  }
  template <class List>
  bool room_on_servers(List model::Server::*list, std::size_t max) const {
    return std::all_of(state_.servers.begin(), state_.servers.end(),
                       [&](const model::Server& server) { return (server.*list).size() < max; });
  }
  bool room_for_object() const {
    const auto others = std::count_if(machine_->objects.begin(), machine_->objects.end(),
                                      [](const auto& object) { return object.type != ObjectType::Thread; });
    return others < options_.objects_max && self_->handles.size() < options_.handles_max;
  }

  const State& state_;
  const AlphabetOptions& options_;
  const std::function<void(const Step&)>& each_;
  Step step_{};
  std::span<const FieldInfo> fields_{};
  const Machine* machine_{};
  const Process* self_{};
  const Process* named_{};
  const model::Server* server_{};
};

}  // namespace

void each_step(std::size_t kind, const model::State& state, const AlphabetOptions& options,
               const std::function<void(const Step&)>& each) {
  Values{state, options, each}.of(kind);
}

}  // namespace procreg::harness
