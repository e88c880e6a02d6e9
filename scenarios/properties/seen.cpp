#include "scenarios/properties/seen.h"

#include <algorithm>
#include <type_traits>

namespace procreg::scenarios {
namespace {

// --- Out of words ---

class Reader {
 public:
  explicit Reader(std::span<const std::uint64_t> words) : words_{words} {}

  // False once a word was asked for that is not there, or words are left at the end.
  bool exact() const { return !short_ && next_ == words_.size(); }

  std::uint64_t word() {
    if (next_ < words_.size()) return words_[next_++];
    short_ = true;
    return 0;
  }

  template <Described Record>
  void get(Record& record) {
    Record::fields::each([&](auto field) { value(record.*(field.member)); });
  }
  template <class T>
  void get(std::vector<T>& list) {
    const std::uint64_t count = word();
    for (std::uint64_t i = 0; i < count && !short_; ++i) get(list.emplace_back());
  }
  template <class T>
  void get(std::optional<T>& part) {
    if (word() != 0) get(part.emplace());
  }

  void get(SeenDump& dump) {
    get(dump.head);
    get(dump.threads);
    get(dump.ranges);
  }
  void get(SeenReport& report) {
    get(report.head);
    get(report.signature);
    get(report.flags);
    get(report.modules);
    get(report.debugger);
    get(report.dumps);
    get(report.not_collected);
    get(report.metadata);
    get(report.files);
    get(report.blocks);
    get(report.excluded);
    get(report.app_local_dump);
    get(report.recovery);
    get(report.restarted);
  }
  void get(SeenWer& wer) {
    get(wer.head);
    get(wer.recovery);
    get(wer.restart);
    get(wer.files);
    get(wer.blocks);
    get(wer.excluded);
    get(wer.metadata);
    get(wer.modules);
    get(wer.processes);
  }
  void get(SeenProcess& process) {
    get(process.head);
    get(process.dacl);
    get(process.life);
    get(process.threads);
    get(process.handles);
    get(process.heap);
    get(process.countdowns);
    get(process.recovery_faults);
    get(process.wer);
  }
  void get(SeenMachine& machine) {
    get(machine.head);
    get(machine.tags);
    get(machine.versions);
    get(machine.faults);
    get(machine.app_local_dumps);
    get(machine.objects);
    get(machine.processes);
  }
  void get(SeenFile& file) {
    units<4>(file.key);
    units<8>(file.content);
    get(file.acl);
    get(file.locks);
  }
  void get(SeenOpen& open) {
    get(open.is);
    units<4>(open.key);
  }
  void get(SeenServer& server) {
    get(server.head);
    get(server.shares);
    get(server.files);
    get(server.connections);
    get(server.opens);
    get(server.forced_closes);
  }
  void get(Seen& world) {
    get(world.head);
    get(world.existing_files);
    get(world.reports);
    get(world.machines);
    get(world.volumes);
    get(world.csv_opens);
    get(world.servers);
  }

 private:
  // What SnapshotWriter::string and ::bytes packed.
  template <std::size_t per_word, class Units>
  void units(Units& to) {
    const std::uint64_t count = word();
    std::uint64_t packed = 0;
    for (std::uint64_t i = 0; i < count && !short_; ++i) {
      if (i % per_word == 0) packed = word();
      to.push_back(static_cast<typename Units::value_type>(packed));
      packed >>= 64 / per_word;
    }
  }

  template <class T>
  requires(std::is_enum_v<T> || std::is_integral_v<T>) void value(T& to) { to = static_cast<T>(word()); }
  template <class T>
  void value(std::optional<T>& to) {
    const bool present = word() != 0;
    T held{};
    value(held);
    if (present) to = held;
  }
  void value(Guid& to) {
    to.high = word();
    to.low = word();
  }
  void value(VersionPair& to) {
    to.high = word();
    to.low = word();
  }
  void value(TextRef& to) { to.index = static_cast<std::uint32_t>(word()); }
  void value(StacksRef& to) { to.index = static_cast<std::uint32_t>(word()); }
  void value(RangesRef& to) { to.index = static_cast<std::uint32_t>(word()); }
  void value(LoadedModulesRef& to) { to.index = static_cast<std::uint32_t>(word()); }
  void value(NameRef& to) {
    const std::uint64_t packed = word();
    to.base = static_cast<std::uint16_t>(packed >> 16);
    to.part = static_cast<std::uint16_t>(packed);
  }

  std::span<const std::uint64_t> words_;
  std::size_t next_{};
  bool short_{};
};

// --- Into words ---

template <Described Record>
void put(SnapshotWriter& to, const Record& record) {
  to.record(record);
}

template <class T>
void put(SnapshotWriter& to, const std::vector<T>& list);
template <class T>
void put(SnapshotWriter& to, const std::optional<T>& part);

void put(SnapshotWriter& to, const SeenDump& dump) {
  put(to, dump.head);
  put(to, dump.threads);
  put(to, dump.ranges);
}
void put(SnapshotWriter& to, const SeenReport& report) {
  put(to, report.head);
  put(to, report.signature);
  put(to, report.flags);
  put(to, report.modules);
  put(to, report.debugger);
  put(to, report.dumps);
  put(to, report.not_collected);
  put(to, report.metadata);
  put(to, report.files);
  put(to, report.blocks);
  put(to, report.excluded);
  put(to, report.app_local_dump);
  put(to, report.recovery);
  put(to, report.restarted);
}
void put(SnapshotWriter& to, const SeenWer& wer) {
  put(to, wer.head);
  put(to, wer.recovery);
  put(to, wer.restart);
  put(to, wer.files);
  put(to, wer.blocks);
  put(to, wer.excluded);
  put(to, wer.metadata);
  put(to, wer.modules);
  put(to, wer.processes);
}
void put(SnapshotWriter& to, const SeenProcess& process) {
  put(to, process.head);
  put(to, process.dacl);
  put(to, process.life);
  put(to, process.threads);
  put(to, process.handles);
  put(to, process.heap);
  put(to, process.countdowns);
  put(to, process.recovery_faults);
  put(to, process.wer);
}
void put(SnapshotWriter& to, const SeenMachine& machine) {
  put(to, machine.head);
  put(to, machine.tags);
  put(to, machine.versions);
  put(to, machine.faults);
  put(to, machine.app_local_dumps);
  put(to, machine.objects);
  put(to, machine.processes);
}
void put(SnapshotWriter& to, const SeenFile& file) {
  to.string(file.key);
  to.bytes(file.content);
  put(to, file.acl);
  put(to, file.locks);
}
void put(SnapshotWriter& to, const SeenOpen& open) {
  put(to, open.is);
  to.string(open.key);
}
void put(SnapshotWriter& to, const SeenServer& server) {
  put(to, server.head);
  put(to, server.shares);
  put(to, server.files);
  put(to, server.connections);
  put(to, server.opens);
  put(to, server.forced_closes);
}
void put(SnapshotWriter& to, const Seen& world) {
  put(to, world.head);
  put(to, world.existing_files);
  put(to, world.reports);
  put(to, world.machines);
  put(to, world.volumes);
  put(to, world.csv_opens);
  put(to, world.servers);
}

template <class T>
void put(SnapshotWriter& to, const std::vector<T>& list) {
  to.list(list.size());
  for (const T& element : list) put(to, element);
}
template <class T>
void put(SnapshotWriter& to, const std::optional<T>& part) {
  to.optional(part.has_value());
  if (part) put(to, *part);
}

template <class T>
SnapshotWords written(const T& value) {
  SnapshotWords words;
  SnapshotWriter::append(words, [&](SnapshotWriter& writer) { put(writer, value); });
  return words;
}

template <class T, class Is>
const T* first(const std::vector<T>& list, Is&& is) {
  const auto found = std::find_if(list.begin(), list.end(), is);
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

const AdditionalProcessEntry* SeenProcess::entry(Pid pid) const {
  if (!wer) return nullptr;
  return first(wer->processes, [&](const AdditionalProcessEntry& e) { return e.processId == pid; });
}

const SnapHandle* SeenProcess::handle(HandleValue value) const {
  return first(handles, [&](const SnapHandle& h) { return h.value == value; });
}

std::vector<Pid> SeenProcess::registered() const {
  std::vector<Pid> pids;
  if (!wer) return pids;
  for (const auto& entry : wer->processes) pids.push_back(entry.processId);
  return pids;
}

const SeenProcess* SeenMachine::process(ObjectId object) const {
  return first(processes, [&](const SeenProcess& p) { return p.head.objectId == object; });
}

const SeenProcess* SeenMachine::process(Pid pid) const {
  return first(processes, [&](const SeenProcess& p) { return p.head.pid == pid; });
}

const SnapTag* SeenMachine::tag(ObjectId object) const {
  return first(tags, [&](const SnapTag& t) { return t.objectId == object; });
}

const SnapVersion* SeenMachine::version(Guid id) const {
  return first(versions, [&](const SnapVersion& v) { return v.id == id; });
}

const SeenOpen* SeenServer::open(DurableId id) const {
  return first(opens, [&](const SeenOpen& o) { return o.is.durableId == id; });
}

const SeenFile* SeenServer::file(std::u16string_view key) const {
  return first(files, [&](const SeenFile& f) { return f.key == key; });
}

const SnapConnection* SeenServer::connection(ConnectionId id) const {
  return first(connections, [&](const SnapConnection& c) { return c.id == id; });
}

const SnapShare* SeenServer::share(TextRef name) const {
  return first(shares, [&](const SnapShare& s) { return s.name == name; });
}

const SeenServer* Seen::server(TextRef name) const {
  return first(servers, [&](const SeenServer& s) { return s.head.name == name; });
}

const SeenProcess* Seen::process(ProcessKey key) const {
  const auto machine = static_cast<std::size_t>(key.machine);
  return machine < machines.size() ? machines[machine].process(key.object) : nullptr;
}

std::optional<Seen> seen(std::span<const std::uint64_t> words) {
  Reader reader{words};
  Seen world;
  reader.get(world);
  if (!reader.exact()) return std::nullopt;
  return world;
}

SnapshotWords words(const Seen& world) { return written(world); }
SnapshotWords words(const SeenProcess& process) { return written(process); }
SnapshotWords words(const SeenReport& report) { return written(report); }

std::string_view difference(const SeenReport& a, const SeenReport& b) {
  if (written(a.head) != written(b.head)) return "head";
  if (written(a.signature) != written(b.signature)) return "signature";
  if (written(a.flags) != written(b.flags)) return "flags";
  if (written(a.modules) != written(b.modules)) return "modules";
  if (written(a.debugger) != written(b.debugger)) return "debugger";
  if (written(a.dumps) != written(b.dumps)) return "dumps";
  if (written(a.not_collected) != written(b.not_collected)) return "notCollected";
  if (written(a.metadata) != written(b.metadata)) return "metadata";
  if (written(a.files) != written(b.files)) return "files";
  if (written(a.blocks) != written(b.blocks)) return "blocks";
  if (written(a.excluded) != written(b.excluded)) return "excluded";
  if (written(a.app_local_dump) != written(b.app_local_dump)) return "appLocalDump";
  if (written(a.recovery) != written(b.recovery)) return "recovery";
  if (written(a.restarted) != written(b.restarted)) return "restarted";
  return {};
}

SnapshotWords words(const SnapHandle& handle) { return written(handle); }
SnapshotWords words(const SnapTag& tag) { return written(tag); }
SnapshotWords words(const SeenServer& server) { return written(server); }
SnapshotWords words(const SeenOpen& open) { return written(open); }
SnapshotWords words(const std::vector<SnapVersion>& versions) { return written(versions); }
SnapshotWords words(const std::vector<SnapCsvOpen>& opens) { return written(opens); }
SnapshotWords words(const std::optional<SeenWer>& wer) { return written(wer); }
SnapshotWords words(const std::vector<SnapText>& texts) { return written(texts); }
SnapshotWords words(const std::vector<SnapProcess>& processes) { return written(processes); }
SnapshotWords words(const std::vector<SnapRange>& ranges) { return written(ranges); }

}  // namespace procreg::scenarios
