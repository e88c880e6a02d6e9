// A server with one share, clients with different GUIDs, and creates as the worked examples of smb.md write them.
#pragma once

#include "model/scene_test.h"

namespace procreg::model {

inline constexpr Guid client_a{1, 0xA};
inline constexpr Guid client_b{1, 0xB};
inline constexpr Guid client_c{1, 0xC};

// Two nodes, each with a process.
inline WorldSpec two_nodes() {
  WorldSpec world;
  world.machines = {{.name = "n1"}, {.name = "n2"}};
  world.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  return world;
}

struct ServerOptions {
  Dialect dialect{Dialect::smb_3_1_1};
  std::optional<Flavour> flavour{};
  bool ca{};
  bool encrypt{};
  std::uint32_t ca_timeout_ms{};
};

class SmbScene : public Scene {
 public:
  explicit SmbScene(ServerOptions options = {}, const Profile& profile = documented_profile())
      : Scene{profile, two_nodes()} {
    must(SmbServerStart{.server = {server_}, .maxDialect = {options.dialect}, .flavour = {options.flavour}});
    must(SmbShare{.server = {server_},
                  .share = {share_},
                  .localPath = {tables().text(u"C:\\d")},
                  .ca = {options.ca},
                  .encrypt = {options.encrypt},
                  .caTimeoutMs = {Milliseconds{options.ca_timeout_ms}}});
  }

  ConnectionRef connect(Guid client, Dialect dialect = Dialect::smb_3_1_1, TextRef user = default_user) {
    const Answer& answer = must(SmbConnect{
        .client = {MachineIndex{0}}, .server = {server_}, .clientGuid = client, .dialect = dialect, .user = {user}});
    return {{{server_, ConnectionId{static_cast<std::uint32_t>(answer.made)}}, {}}};
  }
  // OPEN_IF of \f, exclusive, GENERIC_READ | GENERIC_WRITE.
  SmbCreate create(ConnectionRef connection) {
    SmbCreate call{.conn = connection, .share = {share_}};
    call.path = {tables().text(u"f")};
    return call;
  }
  SmbCreate create(ConnectionRef connection, Guid id, std::optional<VersionPair> version = {}) {
    SmbCreate call = create(connection);
    call.ai = {id};
    call.av = {version};
    return call;
  }
  static SmbCreate durable(SmbCreate call, DurableRequest request, HoldKind hold = HoldKind::none) {
    call.dh2q = {request};
    call.hold = {hold};
    return call;
  }
  static SmbCreate shared(SmbCreate call) {
    call.shareAccess = {ShareAccess{7}};
    return call;
  }
  SmbCreate reconnect(ConnectionRef connection, const OpenRef& lost, bool persistent, HoldKind hold = HoldKind::none) {
    SmbCreate call = create(connection);
    call.dh2c = {Reconnect{.handle = lost, .persistent = persistent}};
    call.hold = {hold};
    return call;
  }
  // A create that must succeed.
  OpenRef opens(const SmbCreate& call) {
    const Answer answer = perform(call).answer;
    EXPECT_EQ(answer.result, NtStatus::STATUS_SUCCESS);
    OpenKey key{.connection = call.conn.raw, .share = call.share.ref};
    key.durable = made_durable(answer.made);
    key.volatile_ = made_volatile(answer.made);
    const Open* open = find_open(server(), key.durable);
    if (open != nullptr) key.create_guid = open->create_guid;
    return {{key, {}}};
  }
  Result reads(const OpenRef& h) { return does(SmbRead{.h = h}); }
  Result writes(const OpenRef& h, std::uint64_t offset, std::vector<std::uint8_t> bytes) {
    return does(SmbWrite{.h = h, .offset = FileOffset{offset}, .bytes = {tables().bytes(std::move(bytes))}});
  }
  Result locks(const OpenRef& h, std::uint64_t offset, std::uint64_t length, LockKind kind) {
    return does(SmbLock{.h = h, .offset = FileOffset{offset}, .length = FileLength{length}, .kind = kind});
  }
  void disconnect(ConnectionRef connection) { must(SmbDisconnect{.conn = connection}); }
  void allows(TextRef user, std::uint32_t mask) {
    must(SmbFileAcl{
        .server = {server_}, .localFile = {tables().text(u"C:\\d\\f")}, .user = {user}, .mask = FileRights{mask}});
  }

  const Server& server() const { return state().servers.front(); }
  TextRef server_name() const { return server_; }
  TextRef share_name() const { return share_; }
  // Reasons of the forced closes so far.
  std::vector<ForcedClose> log() const {
    std::vector<ForcedClose> reasons;
    for (const LoggedClose& close : server().forced_closes) reasons.push_back(close.reason);
    return reasons;
  }

 private:
  TextRef server_{tables().text(u"s")};
  TextRef share_{tables().text(u"share")};
};

}  // namespace procreg::model
