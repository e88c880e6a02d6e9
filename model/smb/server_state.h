// What a state holds of CSV volumes and SMB servers (ccf.md 7.3, smb.md 2).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.h"
#include "api/smb.h"
#include "api/value.h"
#include "model/small.h"

namespace procreg::model {

struct Volume {
  TextRef name{};
  MachineIndex coordinator{};
  friend bool operator==(const Volume&, const Volume&) = default;
};

// An open of a file on a CSV volume. Number n of the world stands at place n - 1.
struct VolumeOpen {
  GivenName name{};
  TextRef volume{};
  MachineIndex machine{};
  bool flag{};  // 0x1 of the csv flags of its tag
  bool valid{};
  friend bool operator==(const VolumeOpen&, const VolumeOpen&) = default;
};

using Volumes = Small<Volume, 1>;
using VolumeOpens = Small<VolumeOpen, 1>;

// A Share object of a server: no two have one name, letter case aside.
struct Share {
  TextRef name{};
  TextRef local_path{};
  bool ca{};
  bool encrypt{};
  std::uint32_t ca_timeout_ms{};
  friend bool operator==(const Share&, const Share&) = default;
};

struct FileAcl {
  TextRef user{};
  FileRights mask{};
  friend bool operator==(const FileAcl&, const FileAcl&) = default;
};

struct Lock {
  DurableId open{};
  std::uint64_t offset{};
  std::uint64_t length{};
  bool exclusive{};
  friend bool operator==(const Lock&, const Lock&) = default;
};

using FileText = Small<char16_t, 24>;
using FileBytes = Small<std::uint8_t, 16>;
using FileAcls = Small<FileAcl, 1>;
using Locks = Small<Lock, 1>;

// The place of a file in its server's list: files stay for ever.
enum class FileId : std::uint32_t {};

struct File {
  FileText key{};  // SMB-OPEN-05
  FileBytes bytes{};
  FileAcls acl{};  // what SmbFileAcl has set, in the order of the first time
  Locks locks{};   // in order of creation
  friend bool operator==(const File&, const File&) = default;
};

// Number n of a server stands at place n - 1, also when it is down.
struct Connection {
  GivenName name{};
  MachineIndex machine{};
  Guid client_guid{};
  TextRef user{};
  Dialect dialect{};
  bool encrypted{};
  bool up{};
  std::uint32_t breaks{};
  friend bool operator==(const Connection&, const Connection&) = default;
};

struct Open {
  DurableId durable_id{};
  GivenName name{};
  VolatileId volatile_id{};
  std::optional<ConnectionId> connection{};  // none: an orphan
  TextRef share{};                           // the name that its Share object has
  FileId file{};
  FileRights granted{};
  ShareAccess share_access{};
  Guid client_guid{};
  TextRef owner{};
  std::optional<Guid> create_guid{};
  bool is_durable{};
  bool is_persistent{};
  bool replay_eligible{};
  std::uint32_t timeout_ms{};
  std::optional<std::uint64_t> deadline{};
  std::optional<Guid> app_instance_id{};
  std::optional<VersionPair> version{};
  HoldKind hold{};
  std::optional<Guid> lease_key{};
  friend bool operator==(const Open&, const Open&) = default;
};

struct LoggedClose {
  DurableId open{};
  ForcedClose reason{};
  friend bool operator==(const LoggedClose&, const LoggedClose&) = default;
};

using Shares = Small<Share, 1>;
using ServerFiles = Small<File, 1>;
using Connections = Small<Connection, 1>;
using Opens = Small<Open, 1>;
using LoggedCloses = Small<LoggedClose, 1>;

struct Server {
  TextRef name{};
  Dialect max_dialect{};
  Flavour flavour{};
  bool persistent_cap{};
  DurableId next_durable_id{1};
  VolatileId next_volatile_id{1};
  Shares shares{};  // in order of creation, as the files
  ServerFiles files{};
  Connections connections{};
  Opens opens{};  // by durable id
  LoggedCloses forced_closes{};
  friend bool operator==(const Server&, const Server&) = default;
};

// The place of a server in the world's list: servers stay for ever.
enum class ServerIndex : std::uint32_t {};
// Behind a pointer: a world without servers pays for none.
using Servers = std::vector<Server>;

}  // namespace procreg::model
