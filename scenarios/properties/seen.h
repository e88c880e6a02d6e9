// A snapshot's words as structs: what a property asks about, and what a planted fault changes before it hands them on.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshot.h"

namespace procreg::scenarios {

struct SeenDump {
  DumpHead head{};
  std::vector<SnapTid> threads{};
  std::vector<SnapRange> ranges{};
};

struct SeenReport {
  ReportHead head{};
  std::vector<SignatureEntry> signature{};
  ReportFlags flags{};
  std::vector<ReportedModule> modules{};
  DebuggerEntry debugger{};
  std::vector<SeenDump> dumps{};
  std::vector<NotCollectedEntry> not_collected{};
  std::vector<MetadataEntry> metadata{};
  std::vector<ReportedFile> files{};
  std::vector<ReportedBlock> blocks{};
  std::vector<BlockEntry> excluded{};
  std::optional<AppLocalDumpEntry> app_local_dump{};
  std::optional<RecoveryEnd> recovery{};
  std::optional<RestartedEntry> restarted{};
};

struct SeenWer {
  WerHead head{};
  std::optional<RecoveryEntry> recovery{};
  std::optional<RestartEntry> restart{};
  std::vector<FileEntry> files{};
  std::vector<BlockEntry> blocks{};
  std::vector<BlockEntry> excluded{};
  std::vector<MetadataEntry> metadata{};
  std::vector<ModuleEntry> modules{};
  std::vector<AdditionalProcessEntry> processes{};
};

struct SeenProcess {
  ProcessHead head{};
  std::vector<SnapDacl> dacl{};
  ProcessLife life{};
  std::vector<SnapThread> threads{};
  std::vector<SnapHandle> handles{};
  HeapHead heap{};
  std::vector<SnapNumber> countdowns{};
  std::vector<SnapNumber> recovery_faults{};
  std::optional<SeenWer> wer{};

  bool live() const { return head.state != ProcessState::Exited; }
  // nullptr when there is none. `pid` is the first entry with that pid, `handle` the entry with exactly that value.
  const AdditionalProcessEntry* entry(Pid pid) const;
  const SnapHandle* handle(HandleValue value) const;
  // The registered pids in list order; empty without storage.
  std::vector<Pid> registered() const;
};

struct SeenMachine {
  MachineHead head{};
  std::vector<SnapTag> tags{};
  std::vector<SnapVersion> versions{};
  std::vector<SnapNumber> faults{};
  std::vector<SnapProcess> app_local_dumps{};
  std::vector<SnapObject> objects{};
  std::vector<SeenProcess> processes{};

  // nullptr when there is none.
  const SeenProcess* process(ObjectId object) const;
  const SeenProcess* process(Pid pid) const;
  const SnapTag* tag(ObjectId object) const;
  const SnapVersion* version(Guid id) const;
};

struct SeenFile {
  std::u16string key{};
  std::vector<std::uint8_t> content{};
  std::vector<SnapFileAcl> acl{};
  std::vector<SnapLock> locks{};
};

struct SeenOpen {
  SnapOpen is{};
  std::u16string key{};

  bool orphan() const { return !is.connection; }
};

struct SeenServer {
  ServerHead head{};
  std::vector<SnapShare> shares{};
  std::vector<SeenFile> files{};
  std::vector<SnapConnection> connections{};
  std::vector<SeenOpen> opens{};
  std::vector<SnapForcedClose> forced_closes{};

  // nullptr when there is none.
  const SeenOpen* open(DurableId id) const;
  const SeenFile* file(std::u16string_view key) const;
  const SnapConnection* connection(ConnectionId id) const;
  const SnapShare* share(TextRef name) const;  // exactly this name
};

struct Seen {
  WorldHead head{};
  std::vector<SnapText> existing_files{};
  std::vector<SeenReport> reports{};
  std::vector<SeenMachine> machines{};
  std::vector<SnapVolume> volumes{};
  std::vector<SnapCsvOpen> csv_opens{};
  std::vector<SeenServer> servers{};

  const SeenServer* server(TextRef name) const;      // nullptr when there is none
  const SeenProcess* process(ProcessKey key) const;  // nullptr when there is none
};

// The words must fit the layout of api/snapshot.h exactly; nullopt when they do not.
std::optional<Seen> seen(std::span<const std::uint64_t> words);

// The words that `seen` reads again as an equal value.
SnapshotWords words(const Seen& world);
SnapshotWords words(const SeenProcess& process);
SnapshotWords words(const SeenReport& report);
// The name of a part in which the reports differ, "" when they are the same.
std::string_view difference(const SeenReport& a, const SeenReport& b);
SnapshotWords words(const SnapHandle& handle);
SnapshotWords words(const SnapTag& tag);
SnapshotWords words(const SeenServer& server);
SnapshotWords words(const SeenOpen& open);
SnapshotWords words(const std::vector<SnapVersion>& versions);
SnapshotWords words(const std::vector<SnapCsvOpen>& opens);
SnapshotWords words(const std::optional<SeenWer>& wer);
SnapshotWords words(const std::vector<SnapText>& texts);
SnapshotWords words(const std::vector<SnapProcess>& processes);
SnapshotWords words(const std::vector<SnapRange>& ranges);

// Every field equal. The records of api/snapshot.h have no ==; their words do.
template <class T>
bool same(const T& a, const T& b) {
  return words(a) == words(b);
}

}  // namespace procreg::scenarios
