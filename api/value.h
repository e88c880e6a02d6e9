// The kinds of value that a step's fields hold. The TYPE of a field says what it means: JSON, schema, printing, generation and
// shrinking go by it, so a new meaning is a new type here and never an attribute of a field.
// All are trivially copyable; texts, byte strings and dacls are indices into the script's Tables.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/ids.h"
#include "api/limits.h"
#include "api/memory.h"
#include "api/smb.h"
#include "api/stable_list.h"

namespace procreg {

// A name that a script binds. `base` is the position of the given name in the script's list of names plus one, 0 for none;
// `part` is what of it is meant: the thing itself, w.handle, w.threadHandle, or thread k of it (first_thread_part + k, k from 0).
struct NameRef {
  std::uint16_t base{};
  std::uint16_t part{};
  explicit constexpr operator bool() const { return base != 0; }
  friend constexpr bool operator==(const NameRef&, const NameRef&) = default;
};
inline constexpr std::uint16_t itself_part = 0;
inline constexpr std::uint16_t handle_part = 1;
inline constexpr std::uint16_t thread_handle_part = 2;
inline constexpr std::uint16_t first_thread_part = 3;
// w.restarted<k>, k from 1: part first_restart_part + 2 * (k - 1); its only thread has the next one.
inline constexpr std::uint16_t first_restart_part = 0x2000;
inline constexpr std::uint32_t restart_names_max = 0x6FFF;

// The name of a process: base of its NameRef, with the part above it for one that WER restarted; 0 when it has none.
enum class GivenName : std::uint32_t {};
constexpr GivenName given_name(NameRef name) { return GivenName{name.base | std::uint32_t{name.part} << 16}; }
constexpr NameRef name_ref(GivenName name) {
  const auto word = static_cast<std::uint32_t>(name);
  return {static_cast<std::uint16_t>(word), static_cast<std::uint16_t>(word >> 16)};
}
constexpr bool is_restart(NameRef name) { return name.part >= first_restart_part; }
constexpr bool is_thread_of_restart(NameRef name) {
  return is_restart(name) && (name.part - first_restart_part) % 2 == 1;
}
// Of process k (from 1) that WER made in the chain that `first` began; none when that has none, or k has no name any more.
constexpr GivenName restarted_name(GivenName first, std::uint32_t k) {
  const NameRef name = name_ref(first);
  if (!name || k == 0 || k > restart_names_max) return GivenName{};
  return given_name({name.base, static_cast<std::uint16_t>(first_restart_part + 2 * (k - 1))});
}
// Of thread k (from 0) of a process when that is made.
constexpr NameRef thread_name(GivenName process, std::uint16_t k) {
  const NameRef name = name_ref(process);
  if (!name) return {};
  if (is_restart(name)) return {name.base, static_cast<std::uint16_t>(name.part + 1 + k)};
  return {name.base, static_cast<std::uint16_t>(first_thread_part + k)};
}

// An id in a step: a raw number, or a name that the runner resolves before it performs the step. In a *resolved* step
// `name` is kept for messages and `raw` holds the number; model and implementation read `raw` only.
template <class Id>
struct Ref {
  Id raw{};
  NameRef name{};
  friend constexpr bool operator==(const Ref&, const Ref&) = default;
};
using PidRef = Ref<Pid>;
using TidRef = Ref<Tid>;
using HandleRef = Ref<HandleValue>;

// The process that makes a call (`by`) or that an event happens to (`process`): always a name in a script, the object in a
// resolved step. `nobody` when the name's binder was refused: a call is then not-runnable, an event not-applicable.
struct Caller : Ref<ProcessKey> {
  friend constexpr bool operator==(const Caller&, const Caller&) = default;
};
struct Target : Ref<ProcessKey> {
  friend constexpr bool operator==(const Target&, const Target&) = default;
};

struct MachineRef {
  MachineIndex index{};
  friend constexpr bool operator==(const MachineRef&, const MachineRef&) = default;
};

// `as`: the name that the thing made by this step gets; base 0 when the step gives none.
struct Binds {
  std::uint16_t base{};
  friend constexpr bool operator==(const Binds&, const Binds&) = default;
};

// Numbers with a meaning.
enum class Dword : std::uint32_t {};       // flags and codes
enum class Ping : std::uint32_t {};        // ms; interesting at 0, 300000, 300001
enum class ByteCount : std::uint32_t {};   // size of a memory block; interesting at 0, 65536, 65537
enum class FaultFlags : std::uint32_t {};  // WER_FAULT_REPORTING_ bits
enum class FileType : std::uint32_t {};    // WER_REGISTER_FILE_TYPE: 1 and 2 are types
enum class Duration : std::uint64_t {};    // virtual ms
enum class Address : std::uint64_t {};     // never dereferenced; NULL is 0
enum class Bool : std::int32_t {};         // a BOOL parameter: any value, TRUE iff nonzero
enum class Countdown : std::uint32_t {};   // of a fault, at least 1 (0: input error)
enum class CsvFlags : std::uint32_t {};    // SET_APPINSTANCE_CSV_FLAGS_ bits
enum class Milliseconds : std::uint32_t {};

// SetHeapCapacity: null in JSON is unlimited.
struct Capacity {
  std::optional<std::uint32_t> allocations;
  friend constexpr bool operator==(const Capacity&, const Capacity&) = default;
};

// A flag of a step that is false when left out.
struct Flag {
  bool set{};
  friend constexpr bool operator==(const Flag&, const Flag&) = default;
};

// A key that may be left out.
template <class T>
struct Given {
  std::optional<T> value{};
  friend constexpr bool operator==(const Given&, const Given&) = default;
};

// A pointer to a GUID; nullopt is NULL (null in JSON; the key is required).
struct GuidIn {
  std::optional<Guid> value{};
  friend constexpr bool operator==(const GuidIn&, const GuidIn&) = default;
};
// A pointer to an output: valid unless the step writes null for it.
struct OutPointer {
  bool valid{true};
  friend constexpr bool operator==(const OutPointer&, const OutPointer&) = default;
};

struct TextRef {
  std::uint32_t index{};
  friend constexpr auto operator<=>(const TextRef&, const TextRef&) = default;
};
struct BytesRef {
  std::uint32_t index{};
  friend constexpr bool operator==(const BytesRef&, const BytesRef&) = default;
};
// A pointer to UTF-16 text; nullopt is NULL (null in JSON; the key is required).
// The text holds no NUL: it ends there for a function (WER-ALL-19), so whoever makes it cuts it.
struct TextIn {
  std::optional<TextRef> value{};
  friend constexpr bool operator==(const TextIn&, const TextIn&) = default;
};
struct DaclRef {
  std::uint32_t index{};
  friend constexpr bool operator==(const DaclRef&, const DaclRef&) = default;
};

// A text that the step must have.
struct RequiredText {
  TextRef ref{};
  friend constexpr bool operator==(const RequiredText&, const RequiredText&) = default;
};
// What such a text is: the same to a reader, not to a generator.
template <class What>
struct TextOf : RequiredText {
  constexpr TextOf() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): only says what it is
  constexpr TextOf(RequiredText text) : RequiredText{text} {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr TextOf(TextRef text) : RequiredText{text} {}
};
using ServerName = TextOf<struct OfServer>;
using ShareName = TextOf<struct OfShare>;
using LocalFolder = TextOf<struct OfFolder>;  // of a share, on its server
using LocalFile = TextOf<struct OfFile>;
using SharePath = TextOf<struct OfPath>;  // of a file, below its share
using UserName = TextOf<struct OfUser>;
using VolumeName = TextOf<struct OfVolume>;

// Bytes that the step must have.
struct RequiredBytes {
  BytesRef ref{};
  friend constexpr bool operator==(const RequiredBytes&, const RequiredBytes&) = default;
};

// A connection to the server whose name is this text. Id 0: one that did not come about; it counts as down.
struct ConnectionKey {
  TextRef server{};
  ConnectionId id{};
  friend constexpr auto operator<=>(const ConnectionKey&, const ConnectionKey&) = default;
};
// What a successful SmbCreate returned. Durable id 0: it did not succeed, so the handle names no open.
// `create_guid`: that of the open at that time, what `dh2c` sends unless it says another.
struct OpenKey {
  ConnectionKey connection{};
  TextRef share{};
  DurableId durable{};
  VolatileId volatile_{};
  std::optional<Guid> create_guid{};
  friend constexpr bool operator==(const OpenKey&, const OpenKey&) = default;
};
// Always names in a script.
struct ConnectionRef : Ref<ConnectionKey> {
  friend constexpr bool operator==(const ConnectionRef&, const ConnectionRef&) = default;
};
struct OpenRef : Ref<OpenKey> {
  friend constexpr bool operator==(const OpenRef&, const OpenRef&) = default;
};
// Id 0: the CsvOpen did not succeed.
struct CsvOpenRef : Ref<CsvOpenId> {
  friend constexpr bool operator==(const CsvOpenRef&, const CsvOpenRef&) = default;
};

// The create context DH2Q.
struct DurableRequest {
  Guid createGuid{};
  std::uint32_t timeoutMs{};
  bool persistent{};
  friend constexpr bool operator==(const DurableRequest&, const DurableRequest&) = default;
};
// The create context DH2C. `createGuid` left out: OpenKey::create_guid of the handle.
struct Reconnect {
  OpenRef handle{};
  std::optional<Guid> createGuid{};
  bool persistent{};
  friend constexpr bool operator==(const Reconnect&, const Reconnect&) = default;
};

struct StacksRef {
  std::uint32_t index{};
  friend constexpr bool operator==(const StacksRef&, const StacksRef&) = default;
};
struct RangesRef {
  std::uint32_t index{};
  friend constexpr bool operator==(const RangesRef&, const RangesRef&) = default;
};
struct LoadedModulesRef {
  std::uint32_t index{};
  friend constexpr bool operator==(const LoadedModulesRef&, const LoadedModulesRef&) = default;
};

// A pointer to a size that a call reads and writes, with the number it points to; nullopt is NULL (null in JSON).
struct SizeInOut {
  std::optional<std::uint32_t> value{};
  friend constexpr bool operator==(const SizeInOut&, const SizeInOut&) = default;
};

// How many threads a new process has (at least 1); the names given to them stand in the script's list of names.
struct ThreadCount {
  std::uint16_t count{1};
  friend constexpr bool operator==(const ThreadCount&, const ThreadCount&) = default;
};
inline constexpr std::uint16_t thread_count_max = 4096;

enum class ObjectType : std::uint8_t { Process, Thread, Event, File, Token };  // NewObject makes all but Process
enum class UserAction : std::uint8_t { check, close, debug };

// A dacl: what each listed user may be granted; users that are not listed may be granted nothing (OBJ-PROC-07).
struct DaclEntry {
  TextRef user{};
  AccessMask mask{};
  friend constexpr bool operator==(const DaclEntry&, const DaclEntry&) = default;
};
using Dacl = std::vector<DaclEntry>;

// What the indices of a script's values point to. Equal texts have equal indices, so users are compared by index. What at() gives
// stays where it is as long as the tables live, and may be read beside one thread that adds (StableList).
class Tables {
 public:
  Tables();
  TextRef text(std::u16string_view text);  // the index of an equal text, or of a new one
  BytesRef bytes(std::vector<std::uint8_t> bytes);
  DaclRef dacl(Dacl dacl);
  StacksRef stacks(Stacks stacks);
  RangesRef ranges(Ranges ranges);
  LoadedModulesRef loaded_modules(LoadedModules modules);
  const std::u16string& at(TextRef ref) const { return texts_[ref.index]; }
  const std::vector<std::uint8_t>& at(BytesRef ref) const { return bytes_[ref.index]; }
  const Dacl& at(DaclRef ref) const { return dacls_[ref.index]; }
  const Stacks& at(StacksRef ref) const { return stacks_[ref.index]; }
  const Ranges& at(RangesRef ref) const { return ranges_[ref.index]; }
  const LoadedModules& at(LoadedModulesRef ref) const { return loaded_modules_[ref.index]; }
  std::size_t texts() const { return texts_.size(); }
  std::size_t all_bytes() const { return bytes_.size(); }
  std::size_t all_dacls() const { return dacls_.size(); }
  std::size_t all_stacks() const { return stacks_.size(); }
  std::size_t all_ranges() const { return ranges_.size(); }
  std::size_t all_loaded_modules() const { return loaded_modules_.size(); }

 private:
  struct HashOfText {
    using is_transparent = void;
    std::size_t operator()(std::u16string_view text) const { return std::hash<std::u16string_view>{}(text); }
  };

  // One after another; appends what is new.
  std::uint32_t searched(std::u16string_view text);

  StableList<std::u16string> texts_;
  std::unordered_map<std::u16string, std::uint32_t, HashOfText, std::equal_to<>>
      places_;  // of all texts, once there are many
  StableList<std::vector<std::uint8_t>> bytes_;
  StableList<Dacl> dacls_;
  StableList<Stacks> stacks_;
  StableList<Ranges> ranges_;
  StableList<LoadedModules> loaded_modules_;
};
// What every table holds at the same place.
inline constexpr TextRef default_user{0};  // user1
inline constexpr TextRef empty_text{1};
inline constexpr TextRef APPCRASH{2};  // event names (WER-REP-02, WER-REP-38)
inline constexpr TextRef MoAppCrash{3};
inline constexpr TextRef AppHang{4};
inline constexpr RangesRef default_data{0};  // [0x10000, 0x11000)
inline constexpr RangesRef no_ranges{1};
inline constexpr StacksRef default_stacks{0};  // default_stack(k) for every thread

}  // namespace procreg
