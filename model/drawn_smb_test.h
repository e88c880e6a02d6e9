// Random scripts of clients and servers: two machines, few servers, shares, files and ids. What they name they take from the
// state that the steps before make, so that handles and connections mostly are there.
#pragma once

#include "model/drawn_script_test.h"

namespace procreg::model {

class DrawnSmb {
 public:
  DrawnSmb(Dice& dice, Script& script)
      : dice_{dice}, script_{script}, system_{script.world, script.tables, script.profile} {}

  void begin() {
    add(start(text(u"s")));
    for (int i = 0; i < 3; ++i) add(share(text(u"s")));
    for (int i = 0; i < 3; ++i) add(connect());
    for (std::uint32_t machine = 0; machine < 2; ++machine)
      if (dice_.one_in(2)) add(tag({MachineIndex{static_cast<std::uint8_t>(machine)}, ObjectId{1}}));
  }

  void step() {
    switch (dice_.below(24)) {
      case 0:
        return dice_.one_in(4) ? add(start(server_name())) : add(share(server_name()));
      case 1:
        return add(acl());
      case 2:
      case 3:
        return add(connect());
      case 4:
        return dice_.one_in(2) ? add(SmbDisconnect{.conn = connection()}) : add(connect());
      case 5:
        return add(AdvanceTime{.ms = Duration{dice_.of({1U, 100U, 101U, 60001U, 300001U})}});
      case 6:
        return add(read());
      case 7:
        return add(write());
      case 8:
      case 9:
        return add(lock());
      case 10:
        return add(close());
      case 11:
      case 12:
        return add(reconnect());
      case 13:
        return add(ccf());
      case 14:
        return add(version());
      case 15:
        return add(csv());
      case 16:
        return changes_hands();
      default:
        return add(create());
    }
  }

 private:
  // An open that is lost and reclaimed takes more steps than chance brings together.
  void changes_hands() {
    SmbCreate call = create();
    call.dh2q = {durable()};
    call.hold = {HoldKind::batch};
    call.av = {};
    add(call);
    const Server* server = find_server(system_.state(), call.conn.raw.server);
    if (server == nullptr || server->opens.empty()) return;
    const Open lost = server->opens.back();
    add(SmbDisconnect{.conn = call.conn});
    SmbCreate again = call;
    again.dh2q = {};
    again.dh2c = {Reconnect{.handle = named(*server, lost), .persistent = lost.is_persistent}};
    for (SmbCreate* next : {&again, &call}) {
      SmbConnect event = connect();
      event.server = {server->name};
      event.user = {lost.owner};
      add(event);
      next->conn.raw.id = ConnectionId{static_cast<std::uint32_t>(server->connections.size())};
      add(*next);
    }
  }

  void add(const Step& step) {
    system_.perform(step);
    script_.steps.push_back(step);
  }

  TextRef text(const char16_t* words) { return script_.tables.text(words); }
  TextRef text(std::initializer_list<const char16_t*> some) { return text(dice_.of(some)); }
  TextRef server_name() { return text({u"s", u"s", u"s", u"s", u"s", u"s", u"t"}); }
  TextRef share_name() { return text({u"a", u"a", u"a", u"a", u"a", u"A", u"b", u"b", u"c"}); }
  TextRef user() { return dice_.one_in(6) ? text(u"other") : default_user; }
  MachineIndex machine() { return MachineIndex{static_cast<std::uint8_t>(dice_.below(2))}; }
  ProcessKey key() { return {machine(), ObjectId{dice_.of({1U, 1U, 1U, 2U, 3U})}}; }
  Guid guid() { return dice_.of({guid_g, guid_g, guid_g, guid_g2, guid_g2, zero_guid}); }
  VersionPair pair() { return dice_.of({VersionPair{0, 0}, VersionPair{1, 0}, VersionPair{1, 7}, VersionPair{2, 0}}); }
  std::optional<bool> sometimes() { return dice_.one_in(4) ? std::optional{dice_.one_in(2)} : std::nullopt; }
  Given<Caller> caller() { return dice_.one_in(3) ? Given<Caller>{by(key())} : Given<Caller>{}; }

  SmbServerStart start(TextRef name) {
    SmbServerStart event{.server = {name}};
    if (dice_.one_in(2)) event.maxDialect = {dialect()};
    if (dice_.one_in(2)) event.flavour = {static_cast<Flavour>(dice_.below(4))};
    if (dice_.one_in(6)) event.persistentHandles = {false};
    return event;
  }
  Dialect dialect() {
    return dice_.of({Dialect::smb_3_1_1, Dialect::smb_3_1_1, Dialect::smb_3_1_1, Dialect::smb_3_0_2, Dialect::smb_2_1});
  }
  SmbShare share(TextRef server) {
    SmbShare event{.server = {server}, .share = {share_name()}, .localPath = {text({u"C:\\d", u"c:\\D"})}};
    event.ca = {dice_.one_in(2)};
    event.encrypt = {dice_.one_in(6)};
    if (dice_.one_in(2)) event.caTimeoutMs = {Milliseconds{100}};
    return event;
  }
  SmbFileAcl acl() {
    const std::uint32_t mask = dice_.of({0U, file_write_rights, file_read_rights, FILE_EXECUTE, FILE_ALL_RIGHTS});
    return {.server = {server_name()},
            .localFile = {text({u"C:\\d\\f", u"c:\\d\\F", u"C:\\d\\g"})},
            .user = {user()},
            .mask = FileRights{mask}};
  }
  SmbConnect connect() {
    SmbConnect event{.client = {machine()}, .server = {server_name()}, .clientGuid = guid(), .dialect = dialect()};
    event.user = {user()};
    event.encrypted = {dice_.one_in(3)};
    return event;
  }

  const Server* some_server() {
    const Servers& servers = system_.state().servers;
    return servers.empty() ? nullptr : &servers[dice_.below(static_cast<std::uint32_t>(servers.size()))];
  }
  ConnectionKey some_connection() {
    const Server* server = some_server();
    if (server == nullptr || dice_.one_in(20)) return {};
    std::vector<ConnectionId> ids;
    for (std::uint32_t id = 1; id <= server->connections.size(); ++id)
      if (dice_.one_in(20) || find_connection(*server, ConnectionId{id})->up) ids.push_back(ConnectionId{id});
    if (ids.empty()) return {server->name, ConnectionId{}};
    return {server->name, ids[dice_.below(static_cast<std::uint32_t>(ids.size()))]};
  }
  ConnectionRef connection() { return {{some_connection(), {}}}; }
  OpenRef open() {
    const Server* server = some_server();
    if (server == nullptr || server->opens.empty() || dice_.one_in(20)) return {};
    return named(*server, server->opens[dice_.below(static_cast<std::uint32_t>(server->opens.size()))]);
  }
  OpenRef orphan() {
    const Server* server = some_server();
    if (server == nullptr) return {};
    const auto found = std::find_if(server->opens.begin(), server->opens.end(),
                                    [](const Open& open) { return !open.connection.has_value(); });
    return found != server->opens.end() ? named(*server, *found) : OpenRef{};
  }
  OpenRef named(const Server& server, const Open& found) {
    OpenKey key{.connection = {server.name, found.connection.value_or(ConnectionId{1})},
                .share = found.share,
                .durable = found.durable_id,
                .volatile_ = found.volatile_id,
                .create_guid = found.create_guid};
    if (dice_.one_in(20)) key.durable = DurableId{dice_.below(number(server.next_durable_id)) + 1};
    if (dice_.one_in(20)) key.volatile_ = VolatileId{number(found.volatile_id) + 1};
    if (dice_.one_in(20)) key.connection = some_connection();
    return {{key, {}}};
  }

  SmbCreate create() {
    SmbCreate call{.by = caller(), .conn = connection(), .share = {share_name()}};
    call.path = {text({u"f", u"f", u"f", u"f", u"f", u"\\F\\", u"g"})};
    if (dice_.one_in(16)) call.path = {text({u"x\\f", u"", u"x/f", u"x\\\\f", u".."})};
    if (dice_.one_in(2)) call.desiredAccess = {access()};
    if (dice_.one_in(2)) call.shareAccess = {ShareAccess{dice_.of({7U, 7U, 1U, 3U})}};
    if (dice_.one_in(4)) call.disposition = {dice_.of({Disposition::OPEN, Disposition::CREATE})};
    add_contexts(call);
    add_hold(call);
    if (dice_.one_in(10)) call.ea = {ea()};
    call.encrypted = {sometimes()};
    return call;
  }
  FileAccess access() {
    return FileAccess{
        dice_.of({0U, 0x80U, FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_ALL, FILE_GENERIC_EXECUTE,
                  FILE_MAXIMUM_ALLOWED, FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_READ_DATA})};
  }
  void add_contexts(SmbCreate& call) {
    if (!dice_.one_in(3)) call.ai = {guid()};
    if (dice_.one_in(16)) call.aiLength = {ContextLength{19}};
    if (dice_.one_in(2)) call.av = {pair()};
    if (dice_.one_in(16)) call.avLength = {ContextLength{23}};
    if (!dice_.one_in(3)) call.dh2q = {durable()};
  }
  DurableRequest durable() {
    const std::uint32_t timeout = dice_.of({0U, 100U, 300001U});
    return {.createGuid = Guid{9, dice_.below(6)}, .timeoutMs = timeout, .persistent = dice_.one_in(2)};
  }
  void add_hold(SmbCreate& call) {
    if (!dice_.one_in(3)) call.hold = {dice_.of({HoldKind::batch, HoldKind::batch, HoldKind::handle_lease})};
    if (call.hold.value == HoldKind::handle_lease) call.leaseKey = {Guid{7, dice_.below(2)}};
  }
  BytesRef ea() { return script_.tables.bytes(std::vector<std::uint8_t>(dice_.of({16U, 20U, 17U}), 1)); }

  SmbCreate reconnect() {
    const OpenRef lost = dice_.one_in(3) ? open() : orphan();
    SmbCreate call = create();
    if (dice_.one_in(2)) call.hold = {};
    call.dh2c = {Reconnect{.handle = lost, .persistent = dice_.one_in(2)}};
    if (dice_.one_in(10)) call.dh2c.value->createGuid = Guid{9, dice_.below(6)};
    if (!dice_.one_in(10)) call.dh2q = {};
    if (!dice_.one_in(6)) call.encrypted = {true};
    if (!dice_.one_in(3)) call.conn = {{{lost.raw.connection.server, some_connection().id}, {}}};
    return call;
  }

  FileOffset offset() { return FileOffset{dice_.of({0ULL, 0ULL, 1ULL, 8ULL, ~0ULL})}; }
  SmbRead read() {
    SmbRead call{.by = caller(), .h = open()};
    call.offset = offset();
    call.length = ByteCount{dice_.of({0U, 4U, 100U})};
    call.encrypted = {sometimes()};
    return call;
  }
  SmbWrite write() {
    SmbWrite call{.by = caller(), .h = open()};
    call.offset = FileOffset{dice_.of({0U, 1U, 8U})};
    call.bytes = {script_.tables.bytes(std::vector<std::uint8_t>(dice_.below(6), 0x5A))};
    call.encrypted = {sometimes()};
    return call;
  }
  SmbLock lock() {
    SmbLock call{.by = caller(), .h = open()};
    call.offset = offset();
    call.length = FileLength{dice_.of({0U, 1U, 4U})};
    call.kind = dice_.of({LockKind::shared, LockKind::exclusive, LockKind::unlock});
    return call;
  }
  SmbClose close() { return {.by = caller(), .h = open(), .encrypted = {sometimes()}}; }

  RegisterAppInstance tag(ProcessKey process) {
    RegisterAppInstance call{.by = by(process), .ProcessHandle = handle(current_process)};
    call.AppInstanceId = {guid()};
    call.ChildrenInheritAppInstance = Bool{1};
    return call;
  }
  Step ccf() {
    switch (dice_.below(6)) {
      case 0:
        return FilterLoad{.machine = {machine()}};
      case 1:
        return dice_.one_in(4) ? Step{FilterUnload{.machine = {machine()}}} : Step{FilterLoad{.machine = {machine()}}};
      case 2:
        return FailCcfAllocation{.machine = {machine()}};
      case 3:
        return dice_.one_in(10) ? Step{ExitProcess{.by = by(key())}} : Step{CreateProcess{.by = by(key())}};
      case 4:
        return tag(key());
      default:
        return flags();
    }
  }
  SetAppInstanceCsvFlags flags() {
    SetAppInstanceCsvFlags call{.by = by(key())};
    call.ProcessHandle = handle(dice_.of({number(current_process), number(current_process), std::uint64_t{4}}));
    call.Mask = CsvFlags{dice_.of({0U, 1U, 1U, 3U})};
    call.Flags = CsvFlags{dice_.of({0U, 1U, 1U, 3U})};
    return call;
  }
  Step version() {
    const Caller caller = by(key());
    if (dice_.one_in(12)) return ResetAllAppInstanceVersions{.by = caller};
    if (dice_.one_in(3)) {
      QueryAppInstanceVersion call{.by = caller, .AppInstanceId = {guid()}};
      call.VersionStatus = {!dice_.one_in(6)};
      return call;
    }
    RegisterAppInstanceVersion call{.by = caller, .AppInstanceId = {guid()}};
    const VersionPair drawn = pair();
    call.InstanceVersionHigh = VersionNumber{drawn.high};
    call.InstanceVersionLow = VersionNumber{drawn.low};
    return call;
  }
  Step csv() {
    const RequiredText volume{text({u"v", u"v", u"w"})};
    const auto opens = static_cast<std::uint32_t>(system_.state().csv_opens.size());
    switch (dice_.below(6)) {
      case 0:
        return CsvVolume{.name = volume, .coordinator = {machine()}};
      case 1:
        return CsvMoveCoordinator{.name = volume, .machine = {machine()}};
      case 2:
        return CsvIo{.open = {{CsvOpenId{dice_.below(opens + 1)}, {}}}};
      case 3:
        return flags();
      default: {
        CsvOpen call{.by = by(key()), .volume = volume};
        if (dice_.one_in(4)) call.ea = {ea()};
        return call;
      }
    }
  }

  Dice& dice_;
  Script& script_;
  System system_;
};

inline WorldSpec draw_smb_world(Dice& dice) {
  WorldSpec world;
  world.machines.push_back(
      {.name = "another", .ccf = dice.of({FilterState::loaded, FilterState::loaded, FilterState::absent})});
  world.processes.push_back({.name = 2, .machine = MachineIndex{1}});
  world.processes.push_back({.name = 3});
  return world;
}

inline Script draw_smb(std::uint64_t seed) {
  Dice dice{seed};
  Script script;
  script.profile = draw_profile(dice);
  script.world = draw_smb_world(dice);
  DrawnSmb drawn{dice, script};
  drawn.begin();
  for (int i = 0; i < 80; ++i) drawn.step();
  return script;
}

}  // namespace procreg::model
