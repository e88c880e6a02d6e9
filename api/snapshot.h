// The canonical visible state of a world (specification README, 5) as a flat sequence of 64-bit words: cheap to write after
// every step, equal worlds have equal words, and a layout tells what each word means (JSON, diffs, pointers).
//
// Model and implementation each write one with a SnapshotWriter, in the order of the layout:
//
//   WorldHead, list of existing files (SnapText)
//   list of reports:   ReportHead, list of SignatureEntry, ReportFlags, list of ReportedModule, DebuggerEntry,
//                      list of dumps (DumpHead, list of SnapTid, list of SnapRange), list of NotCollectedEntry,
//                      lists of MetadataEntry, ReportedFile, ReportedBlock (blocks), BlockEntry (excluded),
//                      optional AppLocalDumpEntry, optional RecoveryEnd, optional RestartedEntry
//   list of machines:  MachineHead, list of SnapTag, list of SnapVersion, list of countdowns (SnapNumber), list of app-local dumps (SnapProcess),
//                      list of SnapObject, list of processes:
//     process: ProcessHead, list of SnapDacl, ProcessLife, list of SnapThread, list of SnapHandle,
//              HeapHead, list of countdowns (SnapNumber), list of recovery faults (SnapNumber),
//              optional wer: WerHead, optional RecoveryEntry, optional RestartEntry, lists of FileEntry, BlockEntry (blocks),
//              BlockEntry (excluded), MetadataEntry, ModuleEntry, AdditionalProcessEntry
//   list of SnapVolume, list of SnapCsvOpen
//   list of servers:   ServerHead, list of SnapShare, list of files, list of SnapConnection, list of opens,
//                      list of SnapForcedClose
//     file:    no record; key (string), content (bytes), list of SnapFileAcl, list of SnapLock
//     open:    SnapOpen, key (string)
//
// Orders are those of the specification. A field that later functions add goes into its record or its list here; the writers
// of both sides then do not compile or do not walk until they supply it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/describe.h"
#include "api/ids.h"
#include "api/limits.h"
#include "api/report.h"
#include "api/smb.h"
#include "api/status.h"
#include "api/value.h"

namespace procreg {

struct WorldHead {
  std::uint64_t now{};
  Tid nextTid{};
  using fields = Fields<&WorldHead::now, &WorldHead::nextTid>;
};

struct SnapText {
  TextRef text{};
  using fields = Fields<&SnapText::text>;
};

struct ReportHead {
  ReportId id{};
  std::uint64_t time{};
  MachineIndex machine{};
  Pid process{};
  ObjectId incarnation{};
  Cause cause{};
  Tid thread{};  // 0 for a hang
  TextRef event{};
  using fields = Fields<&ReportHead::id, &ReportHead::time, &ReportHead::machine, &ReportHead::process,
                        &ReportHead::incarnation, &ReportHead::cause, &ReportHead::thread, &ReportHead::event>;
};

struct SignatureEntry {
  TextRef name{};
  TextRef value{};
  using fields = Fields<&SignatureEntry::name, &SignatureEntry::value>;
};

struct ReportFlags {
  std::uint32_t flags{};
  std::optional<std::uint32_t> holdMs{};
  bool queued{};
  using fields = Fields<&ReportFlags::flags, &ReportFlags::holdMs, &ReportFlags::queued>;
};

struct ReportedModule {
  TextRef dll{};
  Address context{};
  ModuleOutcome outcome{};
  using fields = Fields<&ReportedModule::dll, &ReportedModule::context, &ReportedModule::outcome>;
};

struct DebuggerEntry {
  std::optional<TextRef> custom{};  // absent: the default debugger
  bool automatic{};
  using fields = Fields<&DebuggerEntry::custom, &DebuggerEntry::automatic>;
};

struct DumpHead {
  MachineIndex machine{};
  Pid process{};
  ObjectId incarnation{};
  DumpKind kind{};
  AccessMask mask{};  // MINIDUMP_TYPE bits
  Tid extraThread{};
  Tid extraThreadMissing{};
  using fields = Fields<&DumpHead::machine, &DumpHead::process, &DumpHead::incarnation, &DumpHead::kind,
                        &DumpHead::mask, &DumpHead::extraThread, &DumpHead::extraThreadMissing>;
};

struct SnapTid {
  Tid tid{};
  using fields = Fields<&SnapTid::tid>;
};

// Bytes begin to end - 1.
struct SnapRange {
  Address begin{};
  Address end{};
  using fields = Fields<&SnapRange::begin, &SnapRange::end>;
};

struct NotCollectedEntry {
  Pid process{};
  NotCollected reason{};
  using fields = Fields<&NotCollectedEntry::process, &NotCollectedEntry::reason>;
};

struct ReportedFile {
  TextRef path{};
  FileType type{};
  std::uint32_t flags{};
  FileStatus status{};
  using fields = Fields<&ReportedFile::path, &ReportedFile::type, &ReportedFile::flags, &ReportedFile::status>;
};

struct ReportedBlock {
  Address address{};
  std::uint32_t size{};  // bytes
  BlockStatus status{};
  using fields = Fields<&ReportedBlock::address, &ReportedBlock::size, &ReportedBlock::status>;
};

struct AppLocalDumpEntry {
  TextRef path{};
  DumpKind kind{};  // of the primary dump
  using fields = Fields<&AppLocalDumpEntry::path, &AppLocalDumpEntry::kind>;
};

// How the recovery of the failed process ended.
struct RecoveryEnd {
  RecoveryOutcome outcome{};
  bool cancelled{};
  using fields = Fields<&RecoveryEnd::outcome, &RecoveryEnd::cancelled>;
};

// The process that WER made in place of the failed one.
struct RestartedEntry {
  Pid process{};
  TextRef commandLine{};
  using fields = Fields<&RestartedEntry::process, &RestartedEntry::commandLine>;
};

struct MachineHead {
  MachineIndex name{};
  FilterState filter{};
  Pid nextPid{};
  ObjectId nextProcess{};
  OtherId nextObject{};
  std::uint32_t freshCounter{};
  using fields = Fields<&MachineHead::name, &MachineHead::filter, &MachineHead::nextPid, &MachineHead::nextProcess,
                        &MachineHead::nextObject, &MachineHead::freshCounter>;
};

struct SnapTag {
  ObjectId objectId{};
  bool hasId{};
  Guid id{};
  bool inherit{};
  std::uint32_t csvFlags{};
  TagOrigin origin{};
  using fields = Fields<&SnapTag::objectId, &SnapTag::hasId, &SnapTag::id, &SnapTag::inherit, &SnapTag::csvFlags,
                        &SnapTag::origin>;
};

struct SnapVersion {
  Guid id{};
  VersionPair version{};
  NtStatus lastStatus{};
  using fields = Fields<&SnapVersion::id, &SnapVersion::version, &SnapVersion::lastStatus>;
};

struct SnapNumber {
  std::uint32_t n{};
  using fields = Fields<&SnapNumber::n>;
};

struct SnapProcess {
  ObjectId objectId{};
  using fields = Fields<&SnapProcess::objectId>;
};

struct SnapObject {
  OtherId id{};
  ObjectType type{};
  Tid tid{};  // of a Thread object's thread, 0 for any other and for a Thread made by NewObject
  using fields = Fields<&SnapObject::id, &SnapObject::type, &SnapObject::tid>;
};

struct ProcessHead {
  ObjectId objectId{};
  Pid pid{};
  GivenName name{};
  GivenName restartOf{};     // the first process of the chain that WER restarted up to this one; none: it is no restart
  std::uint32_t restarts{};  // of that chain up to this one
  TextRef user{};
  bool seDebug{};  // `privileges`
  ProcessKind kind{};
  bool protected_{};
  std::optional<ObjectId> parent{};
  std::optional<ObjectId> creator{};
  std::optional<TextRef> package{};  // inputs, up to `loadedModules`
  bool localFolderUsable{};
  bool dumpable{};
  StacksRef stacks{default_stacks};
  RangesRef data{default_data};
  RangesRef private_{no_ranges};
  RangesRef mapped{no_ranges};
  std::optional<LoadedModulesRef> loadedModules{};
  ProcessState state{};
  std::uint64_t startTime{};
  std::optional<std::uint32_t> exitCode{};
  using fields = Fields<&ProcessHead::objectId, &ProcessHead::pid, &ProcessHead::name, &ProcessHead::restartOf,
                        &ProcessHead::restarts, &ProcessHead::user, &ProcessHead::seDebug, &ProcessHead::kind,
                        &ProcessHead::protected_, &ProcessHead::parent, &ProcessHead::creator, &ProcessHead::package,
                        &ProcessHead::localFolderUsable, &ProcessHead::dumpable, &ProcessHead::stacks,
                        &ProcessHead::data, &ProcessHead::private_, &ProcessHead::mapped, &ProcessHead::loadedModules,
                        &ProcessHead::state, &ProcessHead::startTime, &ProcessHead::exitCode>;
};

struct SnapDacl {  // in the order given; the default dacl is one entry, the process's own user with PROCESS_ALL_ACCESS
  TextRef user{};
  AccessMask mask{};
  using fields = Fields<&SnapDacl::user, &SnapDacl::mask>;
};

struct ProcessLife {
  std::optional<std::uint64_t> answerDue{};
  std::optional<std::uint64_t> failureTime{};
  bool recoveryInTime{};
  bool restartInTime{};
  std::optional<Cause> cause{};
  bool flags4{};
  bool debugged{};
  bool userRestart{};
  std::optional<std::uint32_t> ping{};  // of the running recovery, as the next two
  std::optional<std::uint64_t> deadline{};
  bool cancelled{};
  bool callbackReturned{};
  std::uint32_t lastError{};
  using fields = Fields<&ProcessLife::answerDue, &ProcessLife::failureTime, &ProcessLife::recoveryInTime,
                        &ProcessLife::restartInTime, &ProcessLife::cause, &ProcessLife::flags4, &ProcessLife::debugged,
                        &ProcessLife::userRestart, &ProcessLife::ping, &ProcessLife::deadline, &ProcessLife::cancelled,
                        &ProcessLife::callbackReturned, &ProcessLife::lastError>;
};

struct SnapThread {
  Tid tid{};
  // How the script calls it: NameRef of the thread, base 0 for one without a name (CreateThread without `as`).
  // w.1, w.2 ... of CreateProcess have the base of w and part first_thread_part + 0, 1 ...; CreateThread's `as` has part 0.
  NameRef name{};
  std::uint32_t k{};  // lowest number no live thread of the process had (specification README, 3.2)
  using fields = Fields<&SnapThread::tid, &SnapThread::name, &SnapThread::k>;
};

struct SnapHandle {
  HandleValue value{};
  ObjectType type{};       // of the object
  std::uint64_t object{};  // ObjectId of a process, OtherId of any other
  AccessMask mask{};
  bool inheritable{};
  using fields =
      Fields<&SnapHandle::value, &SnapHandle::type, &SnapHandle::object, &SnapHandle::mask, &SnapHandle::inheritable>;
};

struct HeapHead {
  std::optional<std::uint32_t> capacity{};
  using fields = Fields<&HeapHead::capacity>;
};

struct WerHead {
  std::uint32_t flags{};
  std::optional<std::uint32_t> holdMs{};
  std::optional<TextRef> appLocalDump{};
  bool recoveryEver{};
  bool storageExists{};
  using fields = Fields<&WerHead::flags, &WerHead::holdMs, &WerHead::appLocalDump, &WerHead::recoveryEver,
                        &WerHead::storageExists>;
};

struct RecoveryEntry {
  Address callback{};
  Address parameter{};
  std::uint32_t ping{};  // ms
  std::uint32_t flags{};
  using fields =
      Fields<&RecoveryEntry::callback, &RecoveryEntry::parameter, &RecoveryEntry::ping, &RecoveryEntry::flags>;
};

struct RestartEntry {
  TextRef commandLine{};
  std::uint32_t flags{};
  using fields = Fields<&RestartEntry::commandLine, &RestartEntry::flags>;
};

struct AdditionalProcessEntry {
  Pid processId{};
  Tid threadId{};
  std::optional<ObjectId> incarnation{};  // of the process that existed with the pid when it was registered
  using fields = Fields<&AdditionalProcessEntry::processId, &AdditionalProcessEntry::threadId,
                        &AdditionalProcessEntry::incarnation>;
};

struct FileEntry {
  TextRef path{};
  FileType type{};
  std::uint32_t flags{};
  using fields = Fields<&FileEntry::path, &FileEntry::type, &FileEntry::flags>;
};

// A registered or an excluded memory block.
struct BlockEntry {
  Address address{};
  std::uint32_t size{};  // bytes
  using fields = Fields<&BlockEntry::address, &BlockEntry::size>;
};

struct MetadataEntry {
  TextRef key{};
  TextRef value{};
  using fields = Fields<&MetadataEntry::key, &MetadataEntry::value>;
};

struct ModuleEntry {
  TextRef dll{};
  Address context{};
  using fields = Fields<&ModuleEntry::dll, &ModuleEntry::context>;
};

struct SnapVolume {
  TextRef name{};
  MachineIndex coordinator{};
  using fields = Fields<&SnapVolume::name, &SnapVolume::coordinator>;
};

struct SnapCsvOpen {
  CsvOpenId id{};
  GivenName name{};
  TextRef volume{};
  MachineIndex machine{};
  bool flag{};  // 0x1 of the csv flags of its tag
  bool valid{};
  using fields = Fields<&SnapCsvOpen::id, &SnapCsvOpen::name, &SnapCsvOpen::volume, &SnapCsvOpen::machine,
                        &SnapCsvOpen::flag, &SnapCsvOpen::valid>;
};

struct ServerHead {
  TextRef name{};
  Dialect maxDialect{};
  Flavour flavour{};
  bool persistentCap{};
  DurableId nextDurableId{1};
  VolatileId nextVolatileId{1};
  using fields = Fields<&ServerHead::name, &ServerHead::maxDialect, &ServerHead::flavour, &ServerHead::persistentCap,
                        &ServerHead::nextDurableId, &ServerHead::nextVolatileId>;
};

struct SnapShare {
  TextRef name{};
  TextRef localPath{};
  bool ca{};
  bool encrypt{};
  std::uint32_t caTimeoutMs{};
  using fields =
      Fields<&SnapShare::name, &SnapShare::localPath, &SnapShare::ca, &SnapShare::encrypt, &SnapShare::caTimeoutMs>;
};

struct SnapFileAcl {  // in code unit order of the users
  TextRef user{};
  FileRights mask{};
  using fields = Fields<&SnapFileAcl::user, &SnapFileAcl::mask>;
};

struct SnapLock {  // in order of creation
  DurableId open{};
  FileOffset offset{};
  FileLength length{};
  bool exclusive{};
  using fields = Fields<&SnapLock::open, &SnapLock::offset, &SnapLock::length, &SnapLock::exclusive>;
};

struct SnapConnection {
  ConnectionId id{};
  GivenName name{};
  MachineIndex machine{};
  Guid clientGuid{};
  TextRef user{};
  Dialect dialect{};
  bool encrypted{};
  bool up{};
  std::uint32_t breaks{};
  using fields = Fields<&SnapConnection::id, &SnapConnection::name, &SnapConnection::machine,
                        &SnapConnection::clientGuid, &SnapConnection::user, &SnapConnection::dialect,
                        &SnapConnection::encrypted, &SnapConnection::up, &SnapConnection::breaks>;
};

struct SnapOpen {
  DurableId durableId{};
  GivenName name{};  // of the handle: the latest one, after a reconnect
  VolatileId volatileId{};
  std::optional<ConnectionId> connection{};  // absent: an orphan
  TextRef share{};                           // the name of the Share object
  FileRights granted{};
  ShareAccess shareAccess{};
  Guid clientGuid{};
  TextRef owner{};
  std::optional<Guid> createGuid{};
  bool isDurable{};
  bool isPersistent{};
  bool replayEligible{};
  std::uint32_t timeoutMs{};
  std::optional<std::uint64_t> deadline{};
  std::optional<Guid> appInstanceId{};
  std::optional<VersionPair> version{};
  HoldKind hold{};
  std::optional<Guid> leaseKey{};  // while hold is handle_lease
  using fields =
      Fields<&SnapOpen::durableId, &SnapOpen::name, &SnapOpen::volatileId, &SnapOpen::connection, &SnapOpen::share,
             &SnapOpen::granted, &SnapOpen::shareAccess, &SnapOpen::clientGuid, &SnapOpen::owner, &SnapOpen::createGuid,
             &SnapOpen::isDurable, &SnapOpen::isPersistent, &SnapOpen::replayEligible, &SnapOpen::timeoutMs,
             &SnapOpen::deadline, &SnapOpen::appInstanceId, &SnapOpen::version, &SnapOpen::hold, &SnapOpen::leaseKey>;
};

struct SnapForcedClose {
  DurableId open{};
  ForcedClose reason{};
  using fields = Fields<&SnapForcedClose::open, &SnapForcedClose::reason>;
};

// Leaves what it makes room for as it is: a snapshot writes every word.
template <class T>
struct UnsetAllocator : std::allocator<T> {
  UnsetAllocator() = default;
  template <class Other>
  UnsetAllocator(const UnsetAllocator<Other>&) noexcept {}
  template <class Other>
  struct rebind {
    using other = UnsetAllocator<Other>;
  };
  template <class Made>
  void construct(Made* at) noexcept {
    ::new (static_cast<void*>(at)) Made;
  }
  template <class Made, class... Arguments>
  void construct(Made* at, Arguments&&... arguments) {
    ::new (static_cast<void*>(at)) Made(std::forward<Arguments>(arguments)...);
  }
};

using SnapshotWords = std::vector<std::uint64_t, UnsetAllocator<std::uint64_t>>;

class SnapshotWriter {
 public:
  // Appends what `write` writes to the SnapshotWriter& it is called with. `words` keeps its capacity from step to step, and is
  // not to be looked at before this returns.
  template <class Write>
  static void append(SnapshotWords& words, Write&& write) {
    SnapshotWriter out{words};
    write(out);
    words.resize(static_cast<std::size_t>(out.at_ - words.data()));
  }
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  // The words of a record are written where they stay: this runs after every step, for every process.
  template <Described Record>
  void record(const Record& record) {
    static_assert(words_of<Record>() <= room);
    advance(put_fields(at_, record, typename Record::fields{}));
  }
  // Announces how many elements follow.
  void list(std::size_t count) { word(count); }
  // A text that no table holds: its code units, four a word, the first in the lowest bits.
  void string(std::u16string_view text) { packed<char16_t, 4>(text.data(), text.size()); }
  // Bytes, eight a word, the first in the lowest bits.
  void bytes(std::span<const std::uint8_t> bytes) { packed<std::uint8_t, 8>(bytes.data(), bytes.size()); }
  // Announces whether the optional part follows.
  void optional(bool present) { word(present ? 1 : 0); }

  template <Described Record, class Range, class ToRecord>
  void list(const Range& range, ToRecord&& to_record) {
    list(std::size(range));
    for (const auto& element : range) record(to_record(element));
  }

 private:
  template <class T>
  struct Words : std::integral_constant<std::size_t, 1> {};
  template <class T>
  struct Words<std::optional<T>> : std::integral_constant<std::size_t, 1 + Words<T>::value> {};

  template <class Record>
  static consteval std::size_t words_of() {
    std::size_t words = 0;
    Record::fields::each([&](auto field) { words += Words<typename decltype(field)::type>::value; });
    return words;
  }

  template <class Record, auto... Members>
  [[gnu::always_inline]] static std::uint64_t* put_fields(std::uint64_t* at, const Record& record, Fields<Members...>) {
    ((at = put(at, record.*Members)), ...);
    return at;
  }
  template <class T>
  requires(std::is_enum_v<T> || std::is_integral_v<T>) static std::uint64_t* put(std::uint64_t* at, T value) {
    *at = static_cast<std::uint64_t>(value);
    return at + 1;
  }
  template <class T>
  static std::uint64_t* put(std::uint64_t* at, const std::optional<T>& value) {
    return put(put(at, value.has_value()), value.value_or(T{}));
  }
  static std::uint64_t* put(std::uint64_t* at, const Guid& guid) { return put(put(at, guid.high), guid.low); }
  static std::uint64_t* put(std::uint64_t* at, const VersionPair& pair) { return put(put(at, pair.high), pair.low); }
  static std::uint64_t* put(std::uint64_t* at, TextRef text) { return put(at, text.index); }
  static std::uint64_t* put(std::uint64_t* at, StacksRef stacks) { return put(at, stacks.index); }
  static std::uint64_t* put(std::uint64_t* at, RangesRef ranges) { return put(at, ranges.index); }
  static std::uint64_t* put(std::uint64_t* at, LoadedModulesRef modules) { return put(at, modules.index); }
  static std::uint64_t* put(std::uint64_t* at, NameRef name) {
    return put(at, static_cast<std::uint64_t>(name.base) << 16 | name.part);
  }

  template <class Unit, std::size_t per_word>
  void packed(const Unit* units, std::size_t count) {
    word(count);
    for (std::size_t begin = 0; begin < count; begin += per_word) {
      std::uint64_t packed = 0;
      for (std::size_t i = 0; i < per_word && begin + i < count; ++i)
        packed |= static_cast<std::uint64_t>(units[begin + i]) << 8 * sizeof(Unit) * i;
      word(packed);
    }
  }

  // Words that there is always room for: a record is written first, and asked about room is then once.
  static constexpr std::size_t room = 64;

  explicit SnapshotWriter(SnapshotWords& words) : words_{words} { make_room(words.size(), words.capacity()); }
  // While this writes there are words in advance, as many as there is capacity for. Those are unset: growing copies none of them.
  [[gnu::noinline]] void make_room(std::size_t used, std::size_t wanted) {
    words_.resize(used);
    words_.reserve(std::max(wanted, used + room));
    words_.resize(words_.capacity());
    at_ = words_.data() + used;
    last_ = words_.data() + words_.size() - room;
  }
  void advance(std::uint64_t* to) {
    at_ = to;
    if (to > last_) [[unlikely]]
      make_room(static_cast<std::size_t>(to - words_.data()), 2 * words_.size());
  }
  void word(std::uint64_t value) { advance(put(at_, value)); }

  SnapshotWords& words_;
  std::uint64_t* at_{};    // the next word
  std::uint64_t* last_{};  // behind it there is no room
};
template <>
struct SnapshotWriter::Words<Guid> : std::integral_constant<std::size_t, 2> {};
template <>
struct SnapshotWriter::Words<VersionPair> : std::integral_constant<std::size_t, 2> {};

// --- Reading the words, for cold users ---

enum class SnapKind : std::uint8_t {
  number,
  hex,
  boolean,
  pid,
  tid,
  handle,
  object_id,
  machine,
  text,
  stacks,
  ranges,
  loaded_modules,
  given_name,
  thread_name,
  guid,
  version,
  ntstatus,
  enumeration
};

struct SnapField {
  std::string_view name;
  SnapKind kind;
  bool nullable;                                 // two words: present, value
  std::span<const std::string_view> (*names)();  // of an enumeration, else nullptr
};

// A node: its fields, then its children. An inline record's fields stand in its parent's JSON object.
struct SnapNode {
  // string and bytes: no fields and no children (SnapshotWriter::string, bytes).
  enum class Shape : std::uint8_t { record, inline_record, list, optional, string, bytes };
  std::string_view name;
  Shape shape;
  std::span<const SnapField> fields;
  std::span<const SnapNode> children;
  // Index of the field whose value is the key of the element in JSON ({ "local": {...} }); key_is_string: its first child is a
  // string, which is the key; -1: the list is an array.
  int key{-1};
  static constexpr int key_is_string = -2;
};

const SnapNode& snapshot_layout();

// How many words a value of a field has that is present, and the units of a node of shape string or bytes have.
constexpr std::size_t words_of(SnapKind kind) { return kind == SnapKind::guid || kind == SnapKind::version ? 2 : 1; }
constexpr std::size_t words_of_units(const SnapNode& node, std::size_t count) {
  const std::size_t per_word = node.shape == SnapNode::Shape::string ? 4 : 8;
  return count / per_word + (count % per_word != 0 ? 1 : 0);
}

class SnapshotVisitor {
 public:
  virtual ~SnapshotVisitor() = default;
  // Around a record, optional record, list, or element of a list. `count` is the number of elements for a list, 1 or 0 for an
  // optional that is present or not, else 1.
  virtual void enter(const SnapNode& node, std::size_t count) = 0;
  virtual void leave(const SnapNode& node) = 0;
  virtual void element(const SnapNode& list, std::size_t index) = 0;  // begins element `index`; ended by element_end
  virtual void element_end(const SnapNode& list) = 0;
  // `words` has 1 word (2 for a GUID and for a version); null when absent.
  virtual void value(const SnapField& field, const std::uint64_t* words) = 0;
  // A node of shape string or bytes with `count` units, packed.
  virtual void units(const SnapNode& node, std::size_t count, const std::uint64_t* words) = 0;
};

// Walks the words along the layout. False when the words do not fit it exactly: a broken writer.
bool walk(std::span<const std::uint64_t> words, SnapshotVisitor& visitor);

}  // namespace procreg
