// The calls and events of SMB clients and servers (smb.md 3) as structs, one field table each.
// Without `by` an unnamed program of the machine of the connection calls, which has no tag (specification README, 4.1).
#pragma once

#include <array>
#include <string_view>

#include "api/describe.h"
#include "api/out.h"
#include "api/status.h"
#include "api/value.h"

namespace procreg {

struct SmbServerStart {
  ServerName server{};
  Given<Dialect> maxDialect{};  // left out: 3.1.1
  Given<Flavour> flavour{};     // left out: smb-default-flavour
  Given<bool> persistentHandles{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&SmbServerStart::server, &SmbServerStart::maxDialect, &SmbServerStart::flavour,
                        &SmbServerStart::persistentHandles>;
};

struct SmbShare {
  ServerName server{};
  ShareName share{};
  LocalFolder localPath{};
  Flag ca{};
  Flag encrypt{};
  Given<Milliseconds> caTimeoutMs{};  // left out: 0
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&SmbShare::server, &SmbShare::share, &SmbShare::localPath, &SmbShare::ca, &SmbShare::encrypt,
                        &SmbShare::caTimeoutMs>;
};

struct SmbFileAcl {
  ServerName server{};
  LocalFile localFile{};
  UserName user{};
  FileRights mask{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&SmbFileAcl::server, &SmbFileAcl::localFile, &SmbFileAcl::user, &SmbFileAcl::mask>;
};

struct SmbConnect {
  MachineRef client{};
  Binds as{};
  ServerName server{};
  Guid clientGuid{};
  Dialect dialect{};
  Given<TextRef> user{};  // left out: user1
  Flag encrypted{};
  static constexpr ResultKind answers = ResultKind::applied;
  static constexpr std::array outs{OutInfo{"dialect", OutKind::dialect, 0}};
  using fields = Fields<&SmbConnect::client, &SmbConnect::as, &SmbConnect::server, &SmbConnect::clientGuid,
                        &SmbConnect::dialect, &SmbConnect::user, &SmbConnect::encrypted>;
};

struct SmbDisconnect {
  ConnectionRef conn{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&SmbDisconnect::conn>;
};

struct SmbCreate {
  Given<Caller> by{};
  Binds as{};
  ConnectionRef conn{};
  ShareName share{};
  SharePath path{};
  Given<FileAccess> desiredAccess{};  // left out: default_desired_access
  Given<ShareAccess> shareAccess{};   // left out: 0
  Given<Disposition> disposition{};   // left out: OPEN_IF
  Given<Guid> ai{};                   // `contexts` in JSON, up to dh2c
  Given<ContextLength> aiLength{};    // left out: app_instance_id_length
  Given<VersionPair> av{};
  Given<ContextLength> avLength{};  // left out: app_instance_version_length
  Given<DurableRequest> dh2q{};
  Given<Reconnect> dh2c{};
  Given<HoldKind> hold{};   // left out: none
  Given<Guid> leaseKey{};   // there with handle-lease; means nothing without
  Given<BytesRef> ea{};     // means nothing without `by`
  Given<bool> encrypted{};  // left out: as the connection
  static constexpr ResultKind answers = ResultKind::ntstatus;
  static constexpr std::array outs{OutInfo{"action", OutKind::create_action, 0}, OutInfo{"hold", OutKind::hold, 1},
                                   OutInfo{"durable", OutKind::durable_state, 2},
                                   OutInfo{"timeoutMs", OutKind::dword, 3}};
  // These fields are members of an object of this name in JSON.
  static constexpr std::string_view group = "contexts";
  static constexpr std::array<std::string_view, 6> grouped{"ai", "aiLength", "av", "avLength", "dh2q", "dh2c"};
  using fields = Fields<&SmbCreate::by, &SmbCreate::as, &SmbCreate::conn, &SmbCreate::share, &SmbCreate::path,
                        &SmbCreate::desiredAccess, &SmbCreate::shareAccess, &SmbCreate::disposition, &SmbCreate::ai,
                        &SmbCreate::aiLength, &SmbCreate::av, &SmbCreate::avLength, &SmbCreate::dh2q, &SmbCreate::dh2c,
                        &SmbCreate::hold, &SmbCreate::leaseKey, &SmbCreate::ea, &SmbCreate::encrypted>;
};

struct SmbRead {
  Given<Caller> by{};
  OpenRef h{};
  FileOffset offset{};
  ByteCount length{};
  Given<bool> encrypted{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  static constexpr std::array outs{OutInfo{"bytes", OutKind::bytes, 0}};
  using fields = Fields<&SmbRead::by, &SmbRead::h, &SmbRead::offset, &SmbRead::length, &SmbRead::encrypted>;
};

// It ends at file_size_max at the latest.
struct SmbWrite {
  Given<Caller> by{};
  OpenRef h{};
  FileOffset offset{};
  RequiredBytes bytes{};
  Given<bool> encrypted{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  using fields = Fields<&SmbWrite::by, &SmbWrite::h, &SmbWrite::offset, &SmbWrite::bytes, &SmbWrite::encrypted>;
};

struct SmbLock {
  Given<Caller> by{};
  OpenRef h{};
  FileOffset offset{};
  FileLength length{};
  LockKind kind{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  using fields = Fields<&SmbLock::by, &SmbLock::h, &SmbLock::offset, &SmbLock::length, &SmbLock::kind>;
};

struct SmbClose {
  Given<Caller> by{};
  OpenRef h{};
  Given<bool> encrypted{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  using fields = Fields<&SmbClose::by, &SmbClose::h, &SmbClose::encrypted>;
};

}  // namespace procreg
