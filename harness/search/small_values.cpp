#include "harness/search/small_values.h"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <span>
#include <type_traits>

#include "harness/generate/world.h"
#include "harness/scenario/field_value.h"

namespace procreg::harness {

namespace {

constexpr std::size_t combinations_max = 64;
// Longer than any timer runs.
constexpr std::uint64_t long_enough = std::uint64_t{1} << 40;

template <class T>
void add(std::vector<T>& values, const T& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

class Values {
 public:
  Values(const Script& script, const BoundNames& names, Breadth breadth)
      : script_{script}, names_{names}, usual_{breadth == Breadth::usual} {}

  template <class T>
  requires std::is_base_of_v<Ref<ProcessKey>, T> std::vector<T> of(const T&)
  const {
    std::vector<T> out;
    for (const NameRef name : processes_in(names_)) out.push_back({{nobody, name}});
    return out;
  }
  std::vector<ConnectionRef> of(const ConnectionRef&) const { return things<ConnectionRef>(NameKind::connection); }
  std::vector<OpenRef> of(const OpenRef&) const { return things<OpenRef>(NameKind::open); }
  std::vector<CsvOpenRef> of(const CsvOpenRef&) const { return things<CsvOpenRef>(NameKind::csv_open); }
  std::vector<Guid> of(const Guid& now) const {
    const auto known = generated_guids();
    std::vector<Guid> out{known.begin(), known.end()};
    add(out, now);
    return out;
  }
  std::vector<CsvFlags> of(CsvFlags now) const { return numbers(now, {0, 1}, {2, max32}); }
  std::vector<VersionNumber> of(VersionNumber now) const { return numbers(now, {0, 1}, {2}); }
  std::vector<FileOffset> of(FileOffset now) const { return numbers(now, {0, 1}, {2}); }
  std::vector<FileLength> of(FileLength now) const { return numbers(now, {0, 1}, {2}); }
  std::vector<Dialect> of(Dialect) const { return {Dialect::smb_3_1_1, Dialect::smb_2_0_2, Dialect::smb_3_0}; }
  std::vector<LockKind> of(LockKind) const { return {LockKind::shared, LockKind::exclusive, LockKind::unlock}; }
  std::vector<FileRights> of(FileRights now) const {
    std::vector<FileRights> out{FileRights{}, FileRights{FILE_ALL_RIGHTS}};
    add(out, now);
    return out;
  }
  std::vector<RequiredBytes> of(RequiredBytes now) const { return {now}; }
  template <class T>
  requires std::is_base_of_v<RequiredText, T> std::vector<T> of(const T& now)
  const { return {now}; }
  // Two that nobody has: beside a process that exists they make three entries of a table.
  std::vector<PidRef> of(const PidRef&) const {
    auto out = ids(processes_in(names_), {Pid{}}, unowned_pid);
    out.push_back({Pid{number(unowned_pid) + 8}, {}});
    return out;
  }
  std::vector<TidRef> of(const TidRef&) const { return ids(threads_in(names_), {Tid{}}, unowned_tid); }
  // The caller's own process first: most handles are of processes.
  std::vector<HandleRef> of(const HandleRef&) const {
    return ids(handles_in(names_), {current_process, null_handle, current_thread}, unowned_handle);
  }
  std::vector<MachineRef> of(MachineRef) const {
    std::vector<MachineRef> out;
    for (std::size_t i = 0; i < script_.world.machines.size(); ++i)
      out.push_back({MachineIndex{static_cast<std::uint8_t>(i)}});
    return out;
  }
  std::vector<Binds> of(Binds as) const { return {as}; }
  std::vector<Dword> of(Dword now) const { return numbers(now, {0, 1, 2, 3}, {4, 259, max32}); }
  std::vector<Ping> of(Ping now) const { return numbers(now, {0, 1}, {1000, 5000, 300'000, 300'001, max32}); }
  std::vector<ByteCount> of(ByteCount now) const { return numbers(now, {0, 1}, {0x1000, 65536, 65537, max32}); }
  std::vector<FaultFlags> of(FaultFlags now) const { return numbers(now, {0, 4}, {1, 2, 8, 0x40, 0x7FF, 0x800}); }
  std::vector<FileType> of(FileType now) const { return numbers(now, {0, 1}, {2, 3}); }
  std::vector<TextIn> of(const TextIn& now) const {
    std::vector<TextIn> out{{}};
    for (const TextRef text : of(TextRef{})) out.push_back({text});
    add(out, now);
    return out;
  }
  std::vector<Address> of(Address now) const { return numbers(now, {0, 1}, {0x7FFF0000}); }
  std::vector<Duration> of(Duration now) const {
    return numbers(now, {1, 5000, long_enough}, {0, 1000, 5001, 60'000, 300'000});
  }
  std::vector<Countdown> of(Countdown now) const {
    auto out = numbers(now, {1, 2}, {3, 4});
    std::erase(out, Countdown{0});
    return out;
  }
  std::vector<Bool> of(Bool now) const {
    std::vector<Bool> out{Bool{0}, Bool{1}};
    if (usual_) out.insert(out.end(), {Bool{2}, Bool{-1}});
    add(out, now);
    return out;
  }
  std::vector<Capacity> of(Capacity now) const {
    std::vector<Capacity> out{{}, {0}, {1}};
    if (usual_) out.insert(out.end(), {{2}, {3}, {4}});
    add(out, now);
    return out;
  }
  std::vector<Flag> of(Flag) const { return {{false}, {true}}; }
  std::vector<bool> of(bool) const { return {false, true}; }
  std::vector<AccessMask> of(AccessMask now) const {
    std::vector<AccessMask> out{AccessMask{},       PROCESS_TERMINATE,      AccessMask{2},
                                PROCESS_DUP_HANDLE, PROCESS_CREATE_PROCESS, PROCESS_QUERY_INFORMATION,
                                PROCESS_ALL_ACCESS};
    if (usual_)
      for (const AccessMask mask : generated_masks()) add(out, mask);
    add(out, now);
    return out;
  }
  std::vector<GuidIn> of(const GuidIn& now) const {
    std::vector<GuidIn> out{{}};
    const auto known = generated_guids();
    for (const Guid& guid : known.first(usual_ ? known.size() : std::min<std::size_t>(known.size(), 2)))
      out.push_back({guid});
    add(out, now);
    return out;
  }
  std::vector<OutPointer> of(OutPointer) const { return {{true}, {false}}; }
  std::vector<ObjectType> of(ObjectType) const {
    return {ObjectType::Event, ObjectType::Thread, ObjectType::File, ObjectType::Token};
  }
  std::vector<UserAction> of(UserAction) const { return {UserAction::check, UserAction::close, UserAction::debug}; }
  std::vector<ThreadCount> of(ThreadCount now) const {
    std::vector<ThreadCount> out{{1}, {2}};
    add(out, now);
    return out;
  }
  std::vector<TextRef> of(TextRef) const {
    std::vector<TextRef> out;
    for (std::uint32_t i = 0; i < std::min<std::size_t>(script_.tables.texts(), usual_ ? 4 : 2); ++i)
      out.push_back({i});
    return out;
  }
  std::vector<DaclRef> of(DaclRef now) const { return {now}; }
  std::vector<StacksRef> of(StacksRef now) const { return {now}; }
  std::vector<RangesRef> of(RangesRef now) const { return {now}; }
  std::vector<LoadedModulesRef> of(LoadedModulesRef now) const { return {now}; }
  std::vector<SizeInOut> of(SizeInOut now) const {
    std::vector<SizeInOut> out{{}, {0}, {1}};
    if (usual_) out.insert(out.end(), {{2}, {8}, {1025}});
    add(out, now);
    return out;
  }
  std::vector<BytesRef> of(BytesRef now) const { return {now}; }
  std::vector<Pid> of(Pid now) const { return {now}; }
  std::vector<Tid> of(Tid now) const { return {now}; }
  template <class T>
  std::vector<Given<T>> of(const Given<T>& now) const {
    std::vector<Given<T>> out{{}};
    if constexpr (only_own<T>) {
      if (now.value) out.push_back(now);
    } else {
      for (const T value : of(now.value.value_or(T{}))) add(out, Given<T>{value});
    }
    return out;
  }

 private:
  // Values that point into the script's tables, pids and tids to give, and the many fields of SmbCreate: only those that the
  // step has already.
  template <class T>
  static constexpr bool only_own =
      std::is_same_v<T, DaclRef> || std::is_same_v<T, StacksRef> || std::is_same_v<T, RangesRef> ||
      std::is_same_v<T, LoadedModulesRef> || std::is_same_v<T, BytesRef> || std::is_same_v<T, Pid> ||
      std::is_same_v<T, Tid> || std::is_same_v<T, FileAccess> || std::is_same_v<T, ShareAccess> ||
      std::is_same_v<T, Disposition> || std::is_same_v<T, ContextLength> || std::is_same_v<T, VersionPair> ||
      std::is_same_v<T, DurableRequest> || std::is_same_v<T, Reconnect> || std::is_same_v<T, HoldKind> ||
      std::is_same_v<T, Guid> || std::is_same_v<T, Milliseconds> || std::is_same_v<T, Flavour> ||
      std::is_same_v<T, Dialect>;

  template <class T>
  std::vector<T> things(NameKind kind) const {
    std::vector<T> out;
    for (const NameRef name : things_in(names_, kind)) out.push_back({{{}, name}});
    return out;
  }

  static constexpr std::uint64_t max32 = std::numeric_limits<std::uint32_t>::max();

  template <class T>
  std::vector<T> numbers(T now, std::initializer_list<std::uint64_t> few,
                         std::initializer_list<std::uint64_t> more) const {
    std::vector<T> out;
    const auto value = static_cast<std::uint64_t>(now);
    const std::uint64_t most = std::numeric_limits<std::underlying_type_t<T>>::max();
    if (usual_ && value > 0) out.push_back(static_cast<T>(value - 1));
    if (usual_ && value < most) out.push_back(static_cast<T>(value + 1));
    for (const std::uint64_t number : few) add(out, static_cast<T>(number));
    if (usual_)
      for (const std::uint64_t number : more) add(out, static_cast<T>(number));
    add(out, now);
    return out;
  }

  template <class Id>
  static std::vector<Ref<Id>> ids(const std::vector<NameRef>& names, std::initializer_list<Id> before, Id unowned) {
    std::vector<Ref<Id>> out;
    for (const Id id : before) out.push_back({id, {}});
    for (const NameRef name : names) out.push_back({Id{}, name});
    out.push_back({Id{number(unowned) + 4}, {}});
    return out;
  }

  const Script& script_;
  const BoundNames& names_;
  bool usual_;
};

// --- Steps of one kind ---

class Combinations {
 public:
  Combinations(const SmallValues& values, Step first, std::size_t changes, std::vector<Step>& out)
      : values_{values}, fields_{info(first).fields}, out_{out} {
    std::size_t all = 1;
    for (const FieldInfo& field : fields_) all *= std::max<std::size_t>(values_.count(first, field), 1);
    for (const FieldInfo& field : fields_)
      if (values_.count(first, field) > 0) values_.take(first, field, 0);
    add(first, 0, all <= combinations_max ? fields_.size() : changes);
  }

 private:
  // The step, and what becomes of it when up to `changes` of the fields from `from` on take another than their first
  // value.
  void add(const Step& step, std::size_t from, std::size_t changes) {
    out_.push_back(step);
    if (changes == 0) return;
    for (std::size_t i = from; i < fields_.size(); ++i)
      for (std::size_t place = 1; place < values_.count(step, fields_[i]); ++place) {
        Step changed = step;
        values_.take(changed, fields_[i], place);
        add(changed, i + 1, changes - 1);
      }
  }

  const SmallValues& values_;
  std::span<const FieldInfo> fields_;
  std::vector<Step>& out_;
};

}  // namespace

std::size_t SmallValues::count(const Step& step, const FieldInfo& field) const {
  Step copy = step;
  const Values values{script_, names_, breadth_};
  return with_value(field.kind, field.at(address(copy)), [&](const auto& value) { return values.of(value).size(); });
}

// A connection, an open: nothing can stand for one that is not there.
bool SmallValues::can_make(const Step& step) const {
  const auto fields = info(step).fields;
  return std::all_of(fields.begin(), fields.end(), [&](const FieldInfo& field) {
    const bool must =
        field.kind == ValueKind::connection || field.kind == ValueKind::open || field.kind == ValueKind::csv_open;
    return !must || count(step, field) > 0;
  });
}

void SmallValues::take(Step& step, const FieldInfo& field, std::size_t place) const {
  const Values values{script_, names_, breadth_};
  with_value(field.kind, field.at(address(step)), [&](auto& value) { value = values.of(value)[place]; });
}

std::vector<Step> small_steps(const Script& script, const BoundNames& names, std::uint16_t made,
                              const StepChoice& choice) {
  const SmallValues values{script, names, Breadth::least};
  std::vector<Step> out;
  for (std::size_t i = choice.kind.value_or(0); i < (choice.kind ? *choice.kind + 1 : step_kinds); ++i) {
    Step first = steps()[i].make();
    if (Binds* const as = binds(first); as != nullptr && !can_restart(first)) as->base = made;
    if (values.can_make(first)) Combinations{values, first, choice.changes, out};
  }
  return out;
}

}  // namespace procreg::harness
