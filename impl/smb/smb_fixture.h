// For the tests of the SMB server: a world of a few machines with short names for its steps.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What a step of the SMB family answered.
struct Opened {
  NtStatus status{};
  CreateAction action{};
  HoldKind hold{};
  DurableState durable{};
  std::uint32_t timeout_ms{};
  OpenKey key{};
};

// Machines a, b and c with a process `by(machine)` each, a server `s` and a share `d` of c:\data on it unless told otherwise.
class SmbWorld : public TestWorld {
 public:
  static constexpr std::uint32_t read_write = 0xC0010000;
  static constexpr std::uint32_t share_all = 7;
  static constexpr Guid client_a{10, 1};
  static constexpr Guid client_b{10, 2};
  static constexpr Guid client_c{10, 3};

  explicit SmbWorld(const Profile& profile = documented_profile()) : TestWorld{machines(), profile} {}

  static ProcessKey process(std::uint8_t machine) { return {MachineIndex{machine}, ObjectId{1}}; }
  TextRef ref(std::u16string_view text) { return tables().text(text); }

  // --- Events ---

  Result start(Dialect dialect = Dialect::smb_3_1_1, std::optional<Flavour> flavour = {},
               std::u16string_view name = u"s") {
    return result(SmbServerStart{.server = {ref(name)}, .maxDialect = {dialect}, .flavour = {flavour}});
  }
  Result share(std::u16string_view name = u"d", std::u16string_view path = u"c:\\data", bool ca = false,
               bool encrypt = false, std::uint32_t timeout = 0, std::u16string_view server = u"s") {
    return result(SmbShare{.server = {ref(server)},
                           .share = {ref(name)},
                           .localPath = {ref(path)},
                           .ca = {ca},
                           .encrypt = {encrypt},
                           .caTimeoutMs = {Milliseconds{timeout}}});
  }
  // Server and share.
  void serve(Dialect dialect = Dialect::smb_3_1_1, std::optional<Flavour> flavour = {}, bool ca = false) {
    start(dialect, flavour);
    share(u"d", u"c:\\data", ca);
  }
  Result acl(std::u16string_view file, std::u16string_view user, std::uint32_t mask) {
    return result(SmbFileAcl{{ref(u"s")}, {ref(file)}, {ref(user)}, FileRights{mask}});
  }
  ConnectionKey connect(Guid client, Dialect dialect = Dialect::smb_3_1_1, std::uint8_t machine = 0,
                        std::u16string_view user = u"user1", std::u16string_view server = u"s") {
    const Answer answer = perform(SmbConnect{.client = {MachineIndex{machine}},
                                             .server = {ref(server)},
                                             .clientGuid = client,
                                             .dialect = dialect,
                                             .user = {ref(user)}});
    return {ref(server), ConnectionId{static_cast<std::uint32_t>(answer.made)}};
  }
  Result disconnect(ConnectionKey connection) {
    SmbDisconnect step;
    step.conn.raw = connection;
    return result(step);
  }

  // --- Calls ---

  // An exclusive create of file f with everything left out.
  SmbCreate creating(ConnectionKey connection, std::u16string_view path = u"f", std::u16string_view share = u"d") {
    SmbCreate step;
    step.conn.raw = connection;
    step.share.ref = ref(share);
    step.path.ref = ref(path);
    return step;
  }
  static SmbCreate with(SmbCreate step, std::optional<Guid> ai, std::optional<VersionPair> av = {}) {
    step.ai.value = ai;
    step.av.value = av;
    return step;
  }
  static SmbCreate sharing(SmbCreate step, std::uint32_t share = share_all) {
    step.shareAccess.value = ShareAccess{share};
    return step;
  }
  static SmbCreate durably(SmbCreate step, Guid create_guid, std::uint32_t timeout = 0, bool persistent = false) {
    step.dh2q.value = DurableRequest{create_guid, timeout, persistent};
    return step;
  }
  static SmbCreate holding(SmbCreate step, HoldKind hold, std::optional<Guid> key = {}) {
    step.hold.value = hold;
    step.leaseKey.value = key;
    return step;
  }
  static SmbCreate made_by(SmbCreate step, ProcessKey who) {
    step.by.value.emplace();
    step.by.value->raw = who;
    return step;
  }
  static SmbCreate reclaiming(SmbCreate step, const OpenKey& handle, bool persistent = false) {
    step.dh2c.value.emplace();
    step.dh2c.value->handle.raw = handle;
    step.dh2c.value->persistent = persistent;
    return step;
  }

  Opened create(const SmbCreate& step) {
    const Answer answer = perform(step);
    Opened opened{.status = static_cast<NtStatus>(answer.result.value)};
    if (opened.status != NtStatus::STATUS_SUCCESS) return opened;
    opened.action = static_cast<CreateAction>(answer.out[0]);
    opened.hold = static_cast<HoldKind>(answer.out[1]);
    opened.durable = static_cast<DurableState>(answer.out[2]);
    opened.timeout_ms = static_cast<std::uint32_t>(answer.out[3]);
    opened.key = {step.conn.raw, step.share.ref, made_durable(answer.made), made_volatile(answer.made), {}};
    if (step.dh2q.value) opened.key.create_guid = step.dh2q.value->createGuid;
    if (step.dh2c.value) opened.key.create_guid = step.dh2c.value->handle.raw.create_guid;
    return opened;
  }
  NtStatus status(const SmbCreate& step) { return create(step).status; }

  Answer read_answer(const OpenKey& handle, std::uint64_t offset = 0, std::uint32_t length = 64) {
    SmbRead step{.offset = FileOffset{offset}, .length = ByteCount{length}};
    step.h.raw = handle;
    return perform(step);
  }
  NtStatus read(const OpenKey& handle, std::uint64_t offset = 0, std::uint32_t length = 64) {
    return status_of(read_answer(handle, offset, length));
  }
  NtStatus write(const OpenKey& handle, std::uint64_t offset, std::vector<std::uint8_t> bytes) {
    SmbWrite step{.offset = FileOffset{offset}, .bytes = {tables().bytes(std::move(bytes))}};
    step.h.raw = handle;
    return status_of(perform(step));
  }
  NtStatus lock(const OpenKey& handle, std::uint64_t offset, std::uint64_t length, LockKind kind) {
    SmbLock step{.offset = FileOffset{offset}, .length = FileLength{length}, .kind = kind};
    step.h.raw = handle;
    return status_of(perform(step));
  }
  NtStatus close(const OpenKey& handle) {
    SmbClose step;
    step.h.raw = handle;
    return status_of(perform(step));
  }

  // --- What a server holds ---

  const Server* server() { return world().calls().servers.first(); }  // the latest
  const Open* open(const OpenKey& handle) {
    const Open* found = server()->handles.find(handle.durable).open;
    return found != nullptr && found->durable == handle.durable ? found : nullptr;
  }
  // Of an orphan.
  std::uint64_t deadline(const OpenKey& handle) { return server()->ledger.orphans.deadline_of(*open(handle)); }
  // Forced closes so far.
  std::vector<std::pair<std::uint32_t, ForcedClose>> log() {
    std::vector<std::pair<std::uint32_t, ForcedClose>> closes;
    for (const SnapForcedClose& close : server()->ledger.log) closes.emplace_back(number(close.open), close.reason);
    return closes;
  }
  std::uint32_t breaks(ConnectionKey connection) { return server()->connection(connection.id)->breaks; }

 private:
  static NtStatus status_of(const Answer& answer) { return static_cast<NtStatus>(answer.result.value); }
  static WorldSpec machines() {
    WorldSpec spec;
    spec.machines = {{"a", FilterState::loaded}, {"b", FilterState::loaded}, {"c", FilterState::loaded}};
    spec.processes.clear();
    for (std::uint8_t machine = 0; machine < 3; ++machine)
      spec.processes.push_back({.name = static_cast<std::uint16_t>(machine + 1), .machine = MachineIndex{machine}});
    return spec;
  }
};

}  // namespace procreg::impl::inline PROCREG_SYNC

namespace procreg {
inline std::ostream& operator<<(std::ostream& out, NtStatus status) { return out << Result{status}.value; }
}  // namespace procreg
