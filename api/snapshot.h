// The canonical visible state of a world (specification README, 5) as a flat sequence of 64-bit words: cheap to write after
// every step, equal worlds have equal words, and a layout tells what each word means (JSON, diffs, pointers).
//
// Model and implementation each write one with a SnapshotWriter, in the order of the layout:
//
//   WorldHead
//   list of reports:   ReportHead, list of dumps (DumpHead, list of SnapTid), list of NotCollectedEntry
//   list of machines:  MachineHead, list of SnapTag, list of countdowns (SnapNumber), list of SnapObject, list of processes:
//     process: ProcessHead, list of SnapDacl, ProcessLife, list of SnapThread, list of SnapHandle,
//              HeapHead, list of countdowns (SnapNumber), list of recovery faults (SnapNumber),
//              optional wer: WerHead, optional RecoveryEntry, lists of FileEntry, BlockEntry (blocks), BlockEntry (excluded),
//              MetadataEntry, ModuleEntry, AdditionalProcessEntry
//
// Orders are those of the specification. A field that later functions add goes into its record or its list here; the writers
// of both sides then do not compile or do not walk until they supply it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/describe.h"
#include "api/ids.h"
#include "api/limits.h"
#include "api/report.h"
#include "api/value.h"

namespace procreg {

// The given name of a process: base of its NameRef, 0 when it has none.
enum class GivenName : std::uint16_t {};

struct WorldHead {
  std::uint64_t now{};
  Tid nextTid{};
  using fields = Fields<&WorldHead::now, &WorldHead::nextTid>;
};

struct ReportHead {
  ReportId id{};
  std::uint64_t time{};
  MachineIndex machine{};
  Pid process{};
  ObjectId incarnation{};
  Cause cause{};
  Tid thread{};  // 0 for a hang
  ReportEvent event{};
  std::uint32_t flags{};
  std::optional<std::uint32_t> holdMs{};
  bool queued{};
  std::optional<RecoveryOutcome> outcome{};  // of the recovery, when it has ended
  bool cancelled{};                          // of that recovery
  using fields =
      Fields<&ReportHead::id, &ReportHead::time, &ReportHead::machine, &ReportHead::process, &ReportHead::incarnation,
             &ReportHead::cause, &ReportHead::thread, &ReportHead::event, &ReportHead::flags, &ReportHead::holdMs,
             &ReportHead::queued, &ReportHead::outcome, &ReportHead::cancelled>;
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

struct NotCollectedEntry {
  Pid process{};
  NotCollected reason{};
  using fields = Fields<&NotCollectedEntry::process, &NotCollectedEntry::reason>;
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

struct SnapNumber {
  std::uint32_t n{};
  using fields = Fields<&SnapNumber::n>;
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
  TextRef user{};
  bool seDebug{};  // `privileges`
  ProcessKind kind{};
  bool protected_{};
  std::optional<ObjectId> parent{};
  std::optional<ObjectId> creator{};
  std::optional<TextRef> package{};  // inputs
  bool dumpable{};
  ProcessState state{};
  std::uint64_t startTime{};
  std::optional<std::uint32_t> exitCode{};
  using fields = Fields<&ProcessHead::objectId, &ProcessHead::pid, &ProcessHead::name, &ProcessHead::user,
                        &ProcessHead::seDebug, &ProcessHead::kind, &ProcessHead::protected_, &ProcessHead::parent,
                        &ProcessHead::creator, &ProcessHead::package, &ProcessHead::dumpable, &ProcessHead::state,
                        &ProcessHead::startTime, &ProcessHead::exitCode>;
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
  bool recoveryEver{};
  bool storageExists{};
  using fields = Fields<&WerHead::flags, &WerHead::holdMs, &WerHead::recoveryEver, &WerHead::storageExists>;
};

struct RecoveryEntry {
  Address callback{};
  Address parameter{};
  std::uint32_t ping{};  // ms
  std::uint32_t flags{};
  using fields =
      Fields<&RecoveryEntry::callback, &RecoveryEntry::parameter, &RecoveryEntry::ping, &RecoveryEntry::flags>;
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

using SnapshotWords = std::vector<std::uint64_t>;

class SnapshotWriter {
 public:
  // Appends to `words`, which keeps its capacity from step to step.
  explicit SnapshotWriter(SnapshotWords& words) : words_{words} {}

  // The words of a record are gathered on the stack and appended at once: this runs after every step, for every process.
  template <Described Record>
  void record(const Record& record) {
    std::array<std::uint64_t, words_of<Record>()> gathered;
    std::uint64_t* at = gathered.data();
    Record::fields::each([&](auto field) { at = put(at, record.*(field.member)); });
    words_.insert(words_.end(), gathered.begin(), gathered.end());
  }
  // Announces how many elements follow.
  void list(std::size_t count) { words_.push_back(count); }
  // Announces whether the optional part follows.
  void optional(bool present) { words_.push_back(present ? 1 : 0); }

  template <Described Record, class Range, class ToRecord>
  void list(const Range& range, ToRecord&& to_record) {
    list(std::size(range));
    for (const auto& element : range) record(to_record(element));
  }

 private:
  template <class T>
  struct Words : std::integral_constant<std::size_t, 1> {};
  template <class T>
  struct Words<std::optional<T>> : std::integral_constant<std::size_t, 2> {};

  template <class Record>
  static consteval std::size_t words_of() {
    std::size_t words = 0;
    Record::fields::each([&](auto field) { words += Words<typename decltype(field)::type>::value; });
    return words;
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
  static std::uint64_t* put(std::uint64_t* at, TextRef text) { return put(at, text.index); }
  static std::uint64_t* put(std::uint64_t* at, NameRef name) {
    return put(at, static_cast<std::uint64_t>(name.base) << 16 | name.part);
  }

  SnapshotWords& words_;
};
template <>
struct SnapshotWriter::Words<Guid> : std::integral_constant<std::size_t, 2> {};

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
  given_name,
  thread_name,
  guid,
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
  enum class Shape : std::uint8_t { record, inline_record, list, optional };
  std::string_view name;
  Shape shape;
  std::span<const SnapField> fields;
  std::span<const SnapNode> children;
  // Index of the field whose value is the key of the element in JSON ({ "local": {...} }), -1: the list is an array.
  int key{-1};
};

const SnapNode& snapshot_layout();

class SnapshotVisitor {
 public:
  virtual ~SnapshotVisitor() = default;
  // Around a record, optional record, list, or element of a list. `count` is the number of elements for a list, 1 or 0 for an
  // optional that is present or not, else 1.
  virtual void enter(const SnapNode& node, std::size_t count) = 0;
  virtual void leave(const SnapNode& node) = 0;
  virtual void element(const SnapNode& list, std::size_t index) = 0;  // begins element `index`; ended by element_end
  virtual void element_end(const SnapNode& list) = 0;
  // `words` has 1 word (2 for a GUID); null when absent.
  virtual void value(const SnapField& field, const std::uint64_t* words) = 0;
};

// Walks the words along the layout. False when the words do not fit it exactly: a broken writer.
bool walk(std::span<const std::uint64_t> words, SnapshotVisitor& visitor);

}  // namespace procreg
