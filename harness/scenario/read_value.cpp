// One reader a kind of value, never one a call.
#include <fmt/format.h>

#include <limits>

#include "api/names.h"
#include "harness/scenario/field_value.h"
#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

constexpr std::uint64_t dword_max = 0xFFFFFFFFU;
constexpr std::uint64_t qword_max = std::numeric_limits<std::uint64_t>::max();

std::string article_and_word(Meaning kind) { return fmt::format("a {}", word_of(kind)); }

// "@thread1" where a thread cannot stand, "@process0", "@proces1".
std::string wrong_literal(std::string_view text, Meaning wanted) {
  for (const Meaning other : {Meaning::process, Meaning::thread, Meaning::handle})
    if (other != wanted && unowned_number(text, other))
      return fmt::format("{} stands for {}, and {} is expected here", json::quote(text), article_and_word(other),
                         article_and_word(wanted));
  return fmt::format("{} is none of \"@process1\", \"@thread1\", \"@handle1\" and so on", json::quote(text));
}

struct Reader {
  Reading& in;
  const json::Node& value;
  Made& made;

  // A raw number, a literal, or a name.
  template <class Id>
  bool id(Ref<Id>& ref, Meaning kind, std::uint64_t max) const {
    if (!value.is(json::Kind::text) || value.text.starts_with("0x")) return number_into(ref.raw, max);
    if (value.text.starts_with('@')) {
      const auto literal = unowned_number(value.text, kind);
      if (literal) ref.raw = static_cast<Id>(*literal);
      if (!literal) in.errors.at(value, wrong_literal(value.text, kind));
      return literal.has_value();
    }
    return name_into(ref.name, kind);
  }
  template <class T>
  bool number_into(T& out, std::uint64_t max) const {
    const auto number = read_integer(in, value, max);
    if (number) out = static_cast<T>(*number);
    return number.has_value();
  }
  bool name_into(NameRef& out, Meaning kind) const {
    const auto name = read_name(in, value, kind);
    if (name) out = *name;
    return name.has_value();
  }
  template <class T>
  bool word_into(T& out, std::string_view what) const {
    const auto index = read_word(in, value, what, names_of<T>());
    if (index) out = static_cast<T>(*index);
    return index.has_value();
  }

  bool named(NameRef& name, Meaning meaning) const {
    return read_text(in, value, fmt::format("the name of a {}", word_of(meaning))).has_value() &&
           name_into(name, meaning);
  }
  bool operator()(Ref<ProcessKey>& ref) const { return named(ref.name, Meaning::process); }
  bool operator()(ConnectionRef& ref) const { return named(ref.name, Meaning::connection); }
  bool operator()(OpenRef& ref) const { return named(ref.name, Meaning::open); }
  bool operator()(CsvOpenRef& ref) const { return named(ref.name, Meaning::csv_open); }
  bool operator()(MachineRef& ref) const {
    const auto index = read_machine(in, value);
    if (index) ref.index = *index;
    return index.has_value();
  }
  bool operator()(Binds&) const {
    made.as = &value;
    return true;
  }
  bool operator()(PidRef& ref) const { return id(ref, Meaning::process, dword_max); }
  bool operator()(TidRef& ref) const { return id(ref, Meaning::thread, dword_max); }
  bool operator()(HandleRef& ref) const {
    if (value.is(json::Kind::null)) return true;
    if (value.is(json::Kind::text) && value.text == "NULL") {
      in.errors.at(value, "NULL is written null");
      return false;
    }
    const bool pseudo =
        value.is(json::Kind::text) && (value.text == "CURRENT_PROCESS" || value.text == "CURRENT_THREAD");
    if (pseudo) ref.raw = value.text == "CURRENT_PROCESS" ? current_process : current_thread;
    return pseudo || id(ref, Meaning::handle, qword_max);
  }
  bool operator()(Dword& number) const { return number_into(number, dword_max); }
  bool operator()(Ping& number) const { return number_into(number, dword_max); }
  bool operator()(ByteCount& number) const { return number_into(number, dword_max); }
  bool operator()(FaultFlags& number) const { return number_into(number, dword_max); }
  bool operator()(FileType& number) const { return number_into(number, dword_max); }
  bool operator()(CsvFlags& number) const { return number_into(number, dword_max); }
  bool operator()(Milliseconds& number) const { return number_into(number, dword_max); }
  bool operator()(ContextLength& number) const {
    return number_into(number, std::numeric_limits<std::uint16_t>::max());
  }
  bool operator()(FileAccess& mask) const { return number_into(mask, dword_max); }
  bool operator()(FileRights& mask) const {
    if (!number_into(mask, dword_max)) return false;
    if ((number(mask) & ~FILE_ALL_RIGHTS) == 0) return true;
    in.errors.at(value, fmt::format("an acl holds specific rights of files only (0x{:08X})", FILE_ALL_RIGHTS));
    return false;
  }
  bool operator()(ShareAccess& access) const {
    constexpr std::uint64_t all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    return number_into(access, all);
  }
  bool operator()(FileOffset& number) const { return number_into(number, qword_max); }
  bool operator()(FileLength& number) const { return number_into(number, qword_max); }
  bool operator()(VersionNumber& number) const { return number_into(number, qword_max); }
  bool operator()(VersionPair& pair) const {
    const std::size_t halves = value.is(json::Kind::array) ? json::count(value) : 0;
    if (halves != 2) {
      in.errors.at(value, fmt::format("a version [high, low] is expected, not {}", described(value)));
      return false;
    }
    const auto high = read_integer(in, *value.first, qword_max);
    const auto low = read_integer(in, *value.first->next, qword_max);
    if (high && low) pair = {*high, *low};
    return high && low;
  }
  bool operator()(Duration& number) const { return number_into(number, qword_max); }
  bool operator()(Address& address) const { return value.is(json::Kind::null) || number_into(address, qword_max); }
  bool operator()(Bool& number) const {
    if (value.is(json::Kind::boolean)) {
      number = static_cast<Bool>(value.truth ? 1 : 0);
      return true;
    }
    const bool fits = value.is(json::Kind::integer) && value.number <= (value.negative ? 0x80000000U : 0x7FFFFFFFU);
    if (!fits) {
      in.errors.at(value,
                   fmt::format("true, false or a number of 32 bits with a sign is expected, not {}", described(value)));
      return false;
    }
    const auto magnitude = static_cast<std::int64_t>(value.number);
    number = static_cast<Bool>(value.negative ? -magnitude : magnitude);
    return true;
  }
  bool operator()(Countdown& countdown) const {
    if (!number_into(countdown, dword_max)) return false;
    if (countdown != Countdown{}) return true;
    in.errors.at(value, "a countdown is at least 1");
    return false;
  }
  bool operator()(Capacity& capacity) const {
    return value.is(json::Kind::null) || number_into(capacity.allocations.emplace(), dword_max);
  }
  bool operator()(bool& flag) const {
    const auto truth = read_boolean(in, value);
    if (truth) flag = *truth;
    return truth.has_value();
  }
  bool operator()(Flag& flag) const { return (*this)(flag.set); }
  bool operator()(AccessMask& out) const {
    const auto mask = read_mask(in, value);
    if (mask) out = *mask;
    return mask.has_value();
  }
  bool operator()(GuidIn& guid) const {
    return value.is(json::Kind::null) || guid_into(guid.value.emplace(), " or null");
  }
  bool operator()(Guid& guid) const { return guid_into(guid, ""); }
  bool guid_into(Guid& guid, std::string_view or_what) const {
    const auto read = value.is(json::Kind::text) ? guid_named(value.text) : std::nullopt;
    if (read) guid = *read;
    if (!read)
      in.errors.at(value, fmt::format("a GUID such as \"00112233-4455-6677-8899-aabbccddeeff\"{} is expected, not {}",
                                      or_what, described(value)));
    return read.has_value();
  }
  bool operator()(TextIn& text) const {
    if (value.is(json::Kind::null)) return true;
    const auto read = read_text(in, value, "a text or null");
    if (!read) return false;
    text.value = text_up_to_nul(in, *read);
    return true;
  }
  bool operator()(SizeInOut& size) const {
    return value.is(json::Kind::null) || number_into(size.value.emplace(), dword_max);
  }
  bool operator()(OutPointer& pointer) const {
    pointer.valid = false;
    return expect(in, value, json::Kind::null, "null, or to leave the key out for a valid pointer,");
  }
  bool operator()(ObjectType& type) const {
    if (!word_into(type, "type of an object")) return false;
    if (type != ObjectType::Process) return true;
    in.errors.at(value, "a Process is made by CreateProcess");
    return false;
  }
  bool operator()(UserAction& action) const { return word_into(action, "action"); }
  bool operator()(Dialect& dialect) const { return word_into(dialect, "dialect"); }
  bool operator()(Flavour& flavour) const { return word_into(flavour, "flavour"); }
  bool operator()(HoldKind& hold) const { return word_into(hold, "hold"); }
  bool operator()(Disposition& disposition) const { return word_into(disposition, "disposition"); }
  bool operator()(LockKind& kind) const { return word_into(kind, "kind of lock"); }
  bool operator()(ThreadCount& threads) const {
    const auto read = read_threads(in, value);
    if (!read) return false;
    if (!read->names.empty()) made.thread_names = &value;
    made.threads = *read;
    threads.count = read->count;
    return true;
  }
  // CreateProcess makes ordinary processes, CreateThread threads.
  bool operator()(Given<Pid>& given) const {
    const auto pid = read_assignable(in, value, "pid");
    if (pid && *pid < 8) in.errors.at(value, "the pids 0 and 4 belong to the kinds system-idle and system");
    if (pid) given.value = Pid{*pid};
    return pid && *pid >= 8;
  }
  bool operator()(Given<Tid>& given) const {
    const auto tid = read_assignable(in, value, "tid");
    if (tid && *tid == 0) in.errors.at(value, "no thread has the tid 0");
    if (tid) given.value = Tid{*tid};
    return tid && *tid != 0;
  }
  bool operator()(TextRef& ref) const {
    const auto text = read_text(in, value, "a text");
    if (text) ref = in.script.tables.text(json::utf16(*text));
    return text.has_value();
  }
  bool operator()(RequiredText& text) const { return (*this)(text.ref); }
  bool operator()(Given<DaclRef>& given) const {
    given.value = read_dacl(in, value);
    return given.value.has_value();
  }
  bool operator()(Given<StacksRef>& given) const {
    given.value = read_stacks(in, value);
    return given.value.has_value();
  }
  bool operator()(Given<RangesRef>& given) const {
    given.value = read_ranges(in, value);
    return given.value.has_value();
  }
  bool operator()(Given<LoadedModulesRef>& given) const {
    given.value = read_loaded_modules(in, value);
    return given.value.has_value();
  }
  bool operator()(BytesRef& ref) const {
    const auto bytes = read_bytes(in, value);
    if (bytes) ref = in.script.tables.bytes(*bytes);
    return bytes.has_value();
  }
  bool operator()(RequiredBytes& bytes) const { return (*this)(bytes.ref); }

  // --- Create contexts ---

  bool object_of(std::string_view what, std::span<const std::string_view> keys) const {
    if (!expect(in, value, json::Kind::object, what)) return false;
    refuse_unknown_keys(in, value, keys, {});
    return true;
  }
  // The member is read if it is there; a missing one is reported unless it may be missing.
  template <class T>
  bool inner(std::string_view key, T& field, bool required = false) const {
    const json::Node* found = member(value, key);
    if (found != nullptr) return Reader{in, *found, made}(field);
    if (required) in.errors.at(value, fmt::format("the key {} is missing", json::quote(key)));
    return !required;
  }
  bool inner(std::string_view key, std::uint32_t& ms) const {
    Milliseconds read{ms};
    const bool good = inner(key, read);
    ms = number(read);
    return good;
  }
  bool operator()(DurableRequest& request) const {
    if (!object_of("a request { \"createGuid\": ... }", durable_request_keys)) return false;
    const bool guid = inner("createGuid", request.createGuid, true);
    const bool timeout = inner("timeoutMs", request.timeoutMs);
    return inner("persistent", request.persistent) && guid && timeout;
  }
  bool operator()(Reconnect& reconnect) const {
    if (!object_of("a reconnect { \"handle\": ... }", reconnect_keys)) return false;
    const bool handle = inner("handle", reconnect.handle, true);
    const bool guid = member(value, "createGuid") == nullptr || inner("createGuid", reconnect.createGuid.emplace());
    return inner("persistent", reconnect.persistent) && handle && guid;
  }
  template <class T>
  bool operator()(Given<T>& given) const {
    return (*this)(given.value.emplace());
  }
};

std::optional<std::vector<std::uint8_t>> hex_bytes(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = hex_number("0x" + std::string{text.substr(i, 2)});
    if (!byte) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*byte));
  }
  return bytes;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> read_bytes(Reading& in, const json::Node& value) {
  auto bytes = value.is(json::Kind::text) ? hex_bytes(value.text) : std::nullopt;
  if (!bytes) in.errors.at(value, fmt::format("bytes as hex text (\"00ff\") are expected, not {}", described(value)));
  return bytes;
}

bool read_value(Reading& in, const json::Node& value, ValueKind kind, void* field, Made& made) {
  return with_value(kind, field, Reader{in, value, made});
}

}  // namespace procreg::harness
