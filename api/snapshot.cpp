#include "api/snapshot.h"

#include <array>
#include <type_traits>

#include "api/names.h"

namespace procreg {

namespace {

// Enumerations that are numbers without names.
template <class T>
inline constexpr bool is_number =
    std::is_same_v<T, ReportId> || std::is_same_v<T, FileType> || std::is_same_v<T, ConnectionId> ||
    std::is_same_v<T, DurableId> || std::is_same_v<T, VolatileId> || std::is_same_v<T, CsvOpenId> ||
    std::is_same_v<T, ShareAccess> || std::is_same_v<T, FileOffset> || std::is_same_v<T, FileLength>;

template <class T>
constexpr SnapField field_of(std::string_view name) {
  if constexpr (requires {
                  typename T::value_type;
                  requires std::is_same_v<T, std::optional<typename T::value_type>>;
                }) {
    SnapField inner = field_of<typename T::value_type>(name);
    inner.nullable = true;
    return inner;
  } else if constexpr (std::is_same_v<T, bool>) {
    return {name, SnapKind::boolean, false, nullptr};
  } else if constexpr (std::is_same_v<T, Pid>) {
    return {name, SnapKind::pid, false, nullptr};
  } else if constexpr (std::is_same_v<T, Tid>) {
    return {name, SnapKind::tid, false, nullptr};
  } else if constexpr (std::is_same_v<T, HandleValue>) {
    return {name, SnapKind::handle, false, nullptr};
  } else if constexpr (std::is_same_v<T, ObjectId> || std::is_same_v<T, OtherId>) {
    return {name, SnapKind::object_id, false, nullptr};
  } else if constexpr (std::is_same_v<T, MachineIndex>) {
    return {name, SnapKind::machine, false, nullptr};
  } else if constexpr (std::is_same_v<T, AccessMask> || std::is_same_v<T, Address> || std::is_same_v<T, FileRights>) {
    return {name, SnapKind::hex, false, nullptr};
  } else if constexpr (std::is_same_v<T, TextRef>) {
    return {name, SnapKind::text, false, nullptr};
  } else if constexpr (std::is_same_v<T, StacksRef>) {
    return {name, SnapKind::stacks, false, nullptr};
  } else if constexpr (std::is_same_v<T, RangesRef>) {
    return {name, SnapKind::ranges, false, nullptr};
  } else if constexpr (std::is_same_v<T, LoadedModulesRef>) {
    return {name, SnapKind::loaded_modules, false, nullptr};
  } else if constexpr (std::is_same_v<T, GivenName>) {
    return {name, SnapKind::given_name, false, nullptr};
  } else if constexpr (std::is_same_v<T, NameRef>) {
    return {name, SnapKind::thread_name, false, nullptr};
  } else if constexpr (std::is_same_v<T, Guid>) {
    return {name, SnapKind::guid, false, nullptr};
  } else if constexpr (std::is_same_v<T, VersionPair>) {
    return {name, SnapKind::version, false, nullptr};
  } else if constexpr (std::is_same_v<T, NtStatus>) {
    return {name, SnapKind::ntstatus, false, nullptr};
  } else if constexpr (is_number<T>) {
    return {name, SnapKind::number, false, nullptr};
  } else if constexpr (std::is_enum_v<T>) {
    return {name, SnapKind::enumeration, false, &names_of<T>};
  } else {
    static_assert(std::is_integral_v<T>);
    return {name, SnapKind::number, false, nullptr};
  }
}

constexpr std::string_view json_name(std::string_view member) {
  if (member.ends_with('_')) member.remove_suffix(1);
  return member;
}

template <class Record>
struct RowsOf {
  static constexpr auto rows = [] {
    std::array<SnapField, Record::fields::count> out{};
    std::size_t next = 0;
    Record::fields::each([&](auto field) {
      using Type = typename decltype(field)::type;
      out[next++] = field_of<Type>(json_name(decltype(field)::name));
    });
    return out;
  }();
};
template <class Record>
constexpr std::span<const SnapField> rows = RowsOf<Record>::rows;

using Shape = SnapNode::Shape;

template <class Record>
constexpr SnapNode leaf_list(std::string_view name) {
  return {name, Shape::list, rows<Record>, {}, -1};
}

template <class Record>
constexpr SnapNode leaf(Shape shape, std::string_view name) {
  return {name, shape, rows<Record>, {}, -1};
}

constexpr std::array dump_children{leaf_list<SnapTid>("threads"), leaf_list<SnapRange>("ranges")};
constexpr std::array report_children{leaf_list<SignatureEntry>("signature"),
                                     leaf<ReportFlags>(Shape::inline_record, "flags"),
                                     leaf_list<ReportedModule>("modules"),
                                     leaf<DebuggerEntry>(Shape::record, "debugger"),
                                     SnapNode{"dumps", Shape::list, rows<DumpHead>, dump_children, -1},
                                     leaf_list<NotCollectedEntry>("notCollected"),
                                     leaf_list<MetadataEntry>("metadata"),
                                     leaf_list<ReportedFile>("files"),
                                     leaf_list<ReportedBlock>("blocks"),
                                     leaf_list<BlockEntry>("excluded"),
                                     leaf<AppLocalDumpEntry>(Shape::optional, "appLocalDump"),
                                     leaf<RecoveryEnd>(Shape::optional, "recovery"),
                                     leaf<RestartedEntry>(Shape::optional, "restarted")};
constexpr std::array wer_children{leaf<RecoveryEntry>(Shape::optional, "recovery"),
                                  leaf<RestartEntry>(Shape::optional, "restart"),
                                  leaf_list<FileEntry>("files"),
                                  leaf_list<BlockEntry>("blocks"),
                                  leaf_list<BlockEntry>("excluded"),
                                  leaf_list<MetadataEntry>("metadata"),
                                  leaf_list<ModuleEntry>("modules"),
                                  leaf_list<AdditionalProcessEntry>("processes")};
constexpr std::array heap_children{leaf_list<SnapNumber>("countdowns")};
constexpr std::array process_children{leaf_list<SnapDacl>("dacl"),
                                      leaf<ProcessLife>(Shape::inline_record, "life"),
                                      leaf_list<SnapThread>("threads"),
                                      leaf_list<SnapHandle>("handles"),
                                      SnapNode{"heap", Shape::record, rows<HeapHead>, heap_children, -1},
                                      leaf_list<SnapNumber>("recoveryFaults"),
                                      SnapNode{"wer", Shape::optional, rows<WerHead>, wer_children, -1}};
constexpr std::array machine_children{
    leaf_list<SnapTag>("tags"),       leaf_list<SnapVersion>("versions"),
    leaf_list<SnapNumber>("faults"),  leaf_list<SnapProcess>("appLocalDumps"),
    leaf_list<SnapObject>("objects"), SnapNode{"processes", Shape::list, rows<ProcessHead>, process_children, 2}};
constexpr SnapNode key_node{"key", Shape::string, {}, {}, -1};
constexpr std::array file_children{key_node, SnapNode{"bytes", Shape::bytes, {}, {}, -1}, leaf_list<SnapFileAcl>("acl"),
                                   leaf_list<SnapLock>("locks")};
constexpr std::array open_children{key_node};
template <class Record>
constexpr SnapNode keyed(std::string_view name, int key, std::span<const SnapNode> children = {}) {
  return {name, Shape::list, rows<Record>, children, key};
}
constexpr std::array server_children{
    keyed<SnapShare>("shares", 0), SnapNode{"files", Shape::list, {}, file_children, SnapNode::key_is_string},
    keyed<SnapConnection>("connections", 1), keyed<SnapOpen>("opens", 1, open_children),
    leaf_list<SnapForcedClose>("forcedCloses")};
static_assert(rows<SnapConnection>[1].name == "name" && rows<SnapOpen>[1].name == "name" &&
              rows<SnapCsvOpen>[1].name == "name");
constexpr std::array world_children{leaf_list<SnapText>("existingFiles"),
                                    SnapNode{"reports", Shape::list, rows<ReportHead>, report_children, -1},
                                    SnapNode{"machines", Shape::list, rows<MachineHead>, machine_children, 0},
                                    keyed<SnapVolume>("volumes", 0),
                                    keyed<SnapCsvOpen>("csvOpens", 1),
                                    keyed<ServerHead>("servers", 0, server_children)};
constexpr SnapNode world_node{"world", Shape::record, rows<WorldHead>, world_children, -1};
static_assert(rows<ProcessHead>[2].name == "name");

class Walk {
 public:
  Walk(std::span<const std::uint64_t> words, SnapshotVisitor& visitor) : words_{words}, visitor_{visitor} {}

  bool node(const SnapNode& node) {
    if (node.shape == Shape::string || node.shape == Shape::bytes) return units(node);
    std::size_t count = 1;
    if (node.shape == Shape::list || node.shape == Shape::optional) {
      if (next_ >= words_.size()) return false;
      count = words_[next_++];
      if (count > words_.size() || (node.shape == Shape::optional && count > 1)) return false;
    }
    visitor_.enter(node, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (node.shape == Shape::list) visitor_.element(node, i);
      if (!content(node)) return false;
      if (node.shape == Shape::list) visitor_.element_end(node);
    }
    visitor_.leave(node);
    return true;
  }
  bool finished() const { return next_ == words_.size(); }

 private:
  bool units(const SnapNode& node) {
    if (next_ >= words_.size()) return false;
    const std::uint64_t count = words_[next_++];
    if (words_of_units(node, count) > words_.size() - next_) return false;
    visitor_.units(node, count, words_.data() + next_);
    next_ += words_of_units(node, count);
    return true;
  }
  bool content(const SnapNode& node) {
    for (const SnapField& field : node.fields) {
      const std::size_t width = words_of(field.kind);
      bool present = true;
      if (field.nullable) {
        if (next_ >= words_.size() || words_[next_] > 1) return false;
        present = words_[next_++] == 1;
      }
      if (next_ + width > words_.size()) return false;
      if (field.names != nullptr && words_[next_] >= field.names().size()) return false;
      visitor_.value(field, present ? &words_[next_] : nullptr);
      next_ += width;
    }
    for (const SnapNode& child : node.children)
      if (!this->node(child)) return false;
    return true;
  }

  std::span<const std::uint64_t> words_;
  SnapshotVisitor& visitor_;
  std::size_t next_{};
};

}  // namespace

const SnapNode& snapshot_layout() { return world_node; }

bool walk(std::span<const std::uint64_t> words, SnapshotVisitor& visitor) {
  Walk walk{words, visitor};
  return walk.node(world_node) && walk.finished();
}

}  // namespace procreg
