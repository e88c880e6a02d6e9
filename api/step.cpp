#include "api/step.h"

#include <string>

namespace procreg {

namespace {

// What a member's type means.
template <class T>
inline constexpr ValueKind kind_of = [] {
  if constexpr (std::is_same_v<T, Caller>)
    return ValueKind::caller;
  else if constexpr (std::is_same_v<T, Target>)
    return ValueKind::target;
  else if constexpr (std::is_same_v<T, MachineRef>)
    return ValueKind::machine;
  else if constexpr (std::is_same_v<T, Binds>)
    return ValueKind::binds;
  else if constexpr (std::is_same_v<T, PidRef>)
    return ValueKind::pid;
  else if constexpr (std::is_same_v<T, TidRef>)
    return ValueKind::tid;
  else if constexpr (std::is_same_v<T, HandleRef>)
    return ValueKind::handle;
  else if constexpr (std::is_same_v<T, Dword>)
    return ValueKind::dword;
  else if constexpr (std::is_same_v<T, Ping>)
    return ValueKind::ping;
  else if constexpr (std::is_same_v<T, ByteCount>)
    return ValueKind::byte_count;
  else if constexpr (std::is_same_v<T, FaultFlags>)
    return ValueKind::fault_flags;
  else if constexpr (std::is_same_v<T, FileType>)
    return ValueKind::file_type;
  else if constexpr (std::is_same_v<T, Duration>)
    return ValueKind::duration;
  else if constexpr (std::is_same_v<T, Address>)
    return ValueKind::address;
  else if constexpr (std::is_same_v<T, Bool>)
    return ValueKind::boolean;
  else if constexpr (std::is_same_v<T, Countdown>)
    return ValueKind::countdown;
  else if constexpr (std::is_same_v<T, Capacity>)
    return ValueKind::capacity;
  else if constexpr (std::is_same_v<T, Flag>)
    return ValueKind::flag;
  else if constexpr (std::is_same_v<T, AccessMask>)
    return ValueKind::mask;
  else if constexpr (std::is_same_v<T, GuidIn>)
    return ValueKind::guid;
  else if constexpr (std::is_same_v<T, TextIn>)
    return ValueKind::text;
  else if constexpr (std::is_same_v<T, SizeInOut>)
    return ValueKind::size_in_out;
  else if constexpr (std::is_same_v<T, OutPointer>)
    return ValueKind::out_pointer;
  else if constexpr (std::is_same_v<T, ObjectType>)
    return ValueKind::object_type;
  else if constexpr (std::is_same_v<T, UserAction>)
    return ValueKind::user_action;
  else if constexpr (std::is_same_v<T, ThreadCount>)
    return ValueKind::thread_count;
  else if constexpr (std::is_same_v<T, Given<Pid>>)
    return ValueKind::given_pid_number;
  else if constexpr (std::is_same_v<T, Given<Tid>>)
    return ValueKind::given_tid_number;
  else if constexpr (std::is_same_v<T, Given<TidRef>>)
    return ValueKind::given_tid;
  else if constexpr (std::is_same_v<T, Given<HandleRef>>)
    return ValueKind::given_handle;
  else if constexpr (std::is_same_v<T, Given<TextRef>>)
    return ValueKind::given_text;
  else if constexpr (std::is_same_v<T, Given<DaclRef>>)
    return ValueKind::given_dacl;
  else if constexpr (std::is_same_v<T, Given<StacksRef>>)
    return ValueKind::given_stacks;
  else if constexpr (std::is_same_v<T, Given<RangesRef>>)
    return ValueKind::given_ranges;
  else if constexpr (std::is_same_v<T, Given<LoadedModulesRef>>)
    return ValueKind::given_loaded_modules;
  else if constexpr (std::is_same_v<T, Given<BytesRef>>)
    return ValueKind::given_bytes;
  else if constexpr (std::is_same_v<T, Given<bool>>)
    return ValueKind::given_bool;
  else if constexpr (std::is_same_v<T, Given<AccessMask>>)
    return ValueKind::given_mask;
  else if constexpr (std::is_same_v<T, CsvFlags>)
    return ValueKind::csv_flags;
  else if constexpr (std::is_same_v<T, VersionNumber>)
    return ValueKind::version_number;
  else if constexpr (std::is_base_of_v<RequiredText, T>)
    return ValueKind::required_text;
  else if constexpr (std::is_same_v<T, RequiredBytes>)
    return ValueKind::required_bytes;
  else if constexpr (std::is_same_v<T, Given<Caller>>)
    return ValueKind::given_caller;
  else if constexpr (std::is_same_v<T, ConnectionRef>)
    return ValueKind::connection;
  else if constexpr (std::is_same_v<T, OpenRef>)
    return ValueKind::open;
  else if constexpr (std::is_same_v<T, CsvOpenRef>)
    return ValueKind::csv_open;
  else if constexpr (std::is_same_v<T, Guid>)
    return ValueKind::guid_value;
  else if constexpr (std::is_same_v<T, Dialect>)
    return ValueKind::dialect;
  else if constexpr (std::is_same_v<T, LockKind>)
    return ValueKind::lock_kind;
  else if constexpr (std::is_same_v<T, FileRights>)
    return ValueKind::file_rights;
  else if constexpr (std::is_same_v<T, FileOffset>)
    return ValueKind::file_offset;
  else if constexpr (std::is_same_v<T, FileLength>)
    return ValueKind::file_length;
  else if constexpr (std::is_same_v<T, Given<Dialect>>)
    return ValueKind::given_dialect;
  else if constexpr (std::is_same_v<T, Given<Flavour>>)
    return ValueKind::given_flavour;
  else if constexpr (std::is_same_v<T, Given<Milliseconds>>)
    return ValueKind::given_milliseconds;
  else if constexpr (std::is_same_v<T, Given<FileAccess>>)
    return ValueKind::given_file_access;
  else if constexpr (std::is_same_v<T, Given<ShareAccess>>)
    return ValueKind::given_share_access;
  else if constexpr (std::is_same_v<T, Given<Disposition>>)
    return ValueKind::given_disposition;
  else if constexpr (std::is_same_v<T, Given<Guid>>)
    return ValueKind::given_guid;
  else if constexpr (std::is_same_v<T, Given<ContextLength>>)
    return ValueKind::given_length;
  else if constexpr (std::is_same_v<T, Given<VersionPair>>)
    return ValueKind::given_version;
  else if constexpr (std::is_same_v<T, Given<DurableRequest>>)
    return ValueKind::given_durable_request;
  else if constexpr (std::is_same_v<T, Given<Reconnect>>)
    return ValueKind::given_reconnect;
  else if constexpr (std::is_same_v<T, Given<HoldKind>>)
    return ValueKind::given_hold;
}();

// A trailing underscore only keeps a member from being a keyword; `Answering` stands for the event Answer, whose name the
// struct of a step's answer has.
constexpr std::string_view json_name(std::string_view member) {
  if (member.ends_with('_')) member.remove_suffix(1);
  return member;
}

template <class T>
consteval std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_suffix(1);
  if (const auto more = text.find(';'); more != std::string_view::npos) text = text.substr(0, more);
  text = text.substr(text.rfind(':') + 1);
  return text == "Answering" ? "Answer" : text;
}
static_assert(type_name<OpenProcess>() == "OpenProcess");

template <class T>
constexpr std::string_view group_of(std::string_view field) {
  if constexpr (requires { T::group; })
    for (const std::string_view grouped : T::grouped)
      if (grouped == field) return T::group;
  return {};
}

template <class T, auto Member>
constexpr FieldInfo row(Field<Member>) {
  constexpr std::string_view name = json_name(Field<Member>::name);
  return {name, kind_of<typename Field<Member>::type>,
          [](void* step) -> void* { return &(static_cast<T*>(step)->*Member); },
          [](const void* step) -> const void* { return &(static_cast<const T*>(step)->*Member); }, group_of<T>(name)};
}

template <class T>
struct RowsOf {
  static constexpr auto rows = [] {
    std::array<FieldInfo, T::fields::count> out{};
    std::size_t next = 0;
    T::fields::each([&](auto field) { out[next++] = row<T>(field); });
    return out;
  }();
  static_assert(arity<T> == T::fields::count, "a member is missing from the field table");
};

template <class T>
constexpr std::span<const OutInfo> outs_of() {
  if constexpr (requires { T::outs; }) return T::outs;
  return {};
}

template <class T>
concept Restarts = requires(T step) {
  step.restartedAs;
};

template <class Variant>
struct StepRows;
template <class... T>
struct StepRows<std::variant<T...>> {
  static constexpr std::array rows{
      StepInfo{type_name<T>(), Call<T>, T::answers, RowsOf<T>::rows, outs_of<T>(), []() -> Step { return T{}; }}...};
  static constexpr std::array<bool, sizeof...(T)> restarts{Restarts<T>...};
};

template <class T>
bool same_fields(const T& a, const T& b) {
  bool same = true;
  T::fields::each([&](auto field) { same = same && a.*(field.member) == b.*(field.member); });
  return same;
}

}  // namespace

std::span<const StepInfo> steps() { return StepRows<Step>::rows; }

const StepInfo* find_step(std::string_view name) {
  for (const StepInfo& step : steps())
    if (step.name == name) return &step;
  return nullptr;
}

void* address(Step& step) {
  return std::visit([](auto& s) -> void* { return &s; }, step);
}
const void* address(const Step& step) {
  return std::visit([](const auto& s) -> const void* { return &s; }, step);
}

bool may_be_left_out(ValueKind kind) {
  switch (kind) {
    case ValueKind::binds:
    case ValueKind::flag:
    case ValueKind::out_pointer:
    case ValueKind::thread_count:
    case ValueKind::given_pid_number:
    case ValueKind::given_tid_number:
    case ValueKind::given_tid:
    case ValueKind::given_handle:
    case ValueKind::given_text:
    case ValueKind::given_dacl:
    case ValueKind::given_stacks:
    case ValueKind::given_ranges:
    case ValueKind::given_loaded_modules:
    case ValueKind::given_bytes:
    case ValueKind::given_bool:
    case ValueKind::given_mask:
    case ValueKind::given_caller:
    case ValueKind::given_dialect:
    case ValueKind::given_flavour:
    case ValueKind::given_milliseconds:
    case ValueKind::given_file_access:
    case ValueKind::given_share_access:
    case ValueKind::given_disposition:
    case ValueKind::given_guid:
    case ValueKind::given_length:
    case ValueKind::given_version:
    case ValueKind::given_durable_request:
    case ValueKind::given_reconnect:
    case ValueKind::given_hold:
      return true;
    default:
      return false;
  }
}

bool can_restart(std::size_t kind) { return StepRows<Step>::restarts[kind]; }

std::optional<Restarted> restarted(const Step& step, const Answer& answer) {
  if (answer.made == 0 || !can_restart(step)) return std::nullopt;
  return Restarted{.process = {static_cast<MachineIndex>(answer.out[3]), ObjectId{answer.made}},
                   .name = static_cast<GivenName>(answer.out[2]),
                   .pid = static_cast<Pid>(answer.out[0]),
                   .thread = static_cast<Tid>(answer.out[1])};
}

bool operator==(const Step& a, const Step& b) {
  return a.index() == b.index() &&
         std::visit(
             [&b](const auto& left) { return same_fields(left, *std::get_if<std::decay_t<decltype(left)>>(&b)); }, a);
}

}  // namespace procreg
