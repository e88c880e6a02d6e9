#include "harness/scenario/value_text.h"

#include <fmt/format.h>

#include "api/names.h"
#include "harness/scenario/field_value.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/memory_text.h"

namespace procreg::harness {

namespace {

std::string literal(std::string_view word, std::uint64_t raw, std::uint64_t base) {
  if (raw <= base || raw > 0xFFFFFFFFU || raw % 4 != 0) return {};
  return fmt::format("@{}{}", word, (raw - base) / 4);
}

std::string literal_or_number(const std::string& literal, std::uint64_t number) {
  return literal.empty() ? json::integer(number) : json::quote(literal);
}

// Values of one script as JSON text.
struct Writer {
  const Script& script;
  const GivenNameEntry* made;

  std::string operator()(const Ref<ProcessKey>& ref) const {
    if (ref.name) return json::quote(text(script.names, ref.name));
    if (ref.raw == nobody) return json::quote("nobody");
    return json::quote(fmt::format("process {} of machine {}", number(ref.raw.object), number(ref.raw.machine)));
  }
  std::string operator()(const ConnectionRef& ref) const {
    if (ref.name) return name(ref.name);
    if (number(ref.raw.id) == 0) return json::quote("no connection");
    return json::quote(
        fmt::format("connection {} to {}", number(ref.raw.id), json::utf8(script.tables.at(ref.raw.server))));
  }
  std::string operator()(const OpenRef& ref) const {
    if (ref.name) return name(ref.name);
    if (number(ref.raw.durable) == 0) return json::quote("no open");
    return json::quote(
        fmt::format("open {} of {}", number(ref.raw.durable), json::utf8(script.tables.at(ref.raw.connection.server))));
  }
  std::string operator()(const CsvOpenRef& ref) const {
    return ref.name ? name(ref.name) : json::quote(fmt::format("CSV open {}", number(ref.raw)));
  }
  std::string operator()(const PidRef& ref) const { return ref.name ? name(ref.name) : (*this)(ref.raw); }
  std::string operator()(const TidRef& ref) const { return ref.name ? name(ref.name) : (*this)(ref.raw); }
  std::string operator()(const HandleRef& ref) const { return ref.name ? name(ref.name) : (*this)(ref.raw); }
  std::string operator()(Pid pid) const { return literal_or_number(unowned_literal(pid), number(pid)); }
  std::string operator()(Tid tid) const { return literal_or_number(unowned_literal(tid), number(tid)); }
  std::string operator()(HandleValue handle) const {
    if (handle == null_handle) return "null";
    if (handle == current_process) return "\"CURRENT_PROCESS\"";
    if (handle == current_thread) return "\"CURRENT_THREAD\"";
    return literal_or_number(unowned_literal(handle), number(handle));
  }
  std::string operator()(MachineRef ref) const {
    const std::size_t index = number(ref.index);
    return json::quote(index < script.world.machines.size() ? script.world.machines[index].name
                                                            : std::to_string(index));
  }
  std::string operator()(Binds as) const { return name({as.base, itself_part}); }
  std::string operator()(Dword value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(Ping value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(ByteCount value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(FaultFlags value) const { return json::hex(static_cast<std::uint64_t>(value)); }
  std::string operator()(FileType value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(CsvFlags value) const { return json::hex(static_cast<std::uint64_t>(value)); }
  std::string operator()(Milliseconds value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(ContextLength value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(FileAccess value) const { return json::hex(static_cast<std::uint64_t>(value)); }
  std::string operator()(FileRights value) const { return json::hex(static_cast<std::uint64_t>(value)); }
  std::string operator()(ShareAccess value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(FileOffset value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(FileLength value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(VersionNumber value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(const VersionPair& pair) const { return version_text(pair); }
  std::string operator()(Duration value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(Countdown value) const { return json::integer(static_cast<std::uint64_t>(value)); }
  std::string operator()(Address value) const {
    return value == Address{} ? "null" : json::hex(static_cast<std::uint64_t>(value));
  }
  std::string operator()(AccessMask value) const { return json::hex(static_cast<std::uint64_t>(value)); }
  std::string operator()(Bool value) const {
    const auto raw = static_cast<std::int32_t>(value);
    return raw == 0 ? "false" : raw == 1 ? "true" : std::to_string(raw);
  }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(Flag flag) const { return (*this)(flag.set); }
  std::string operator()(OutPointer pointer) const { return (*this)(pointer.valid); }
  std::string operator()(SizeInOut size) const { return size.value ? json::integer(*size.value) : "null"; }
  std::string operator()(Capacity capacity) const {
    return capacity.allocations ? json::integer(*capacity.allocations) : "null";
  }
  std::string operator()(const Guid& guid) const { return json::quote(guid_text(guid)); }
  std::string operator()(const GuidIn& guid) const { return guid.value ? (*this)(*guid.value) : "null"; }
  std::string operator()(const TextIn& text) const { return text.value ? (*this)(*text.value) : "null"; }
  std::string operator()(ObjectType type) const { return json::quote(procreg::name(type)); }
  std::string operator()(UserAction action) const { return json::quote(procreg::name(action)); }
  std::string operator()(Dialect dialect) const { return json::quote(procreg::name(dialect)); }
  std::string operator()(Flavour flavour) const { return json::quote(procreg::name(flavour)); }
  std::string operator()(HoldKind hold) const { return json::quote(procreg::name(hold)); }
  std::string operator()(Disposition disposition) const { return json::quote(procreg::name(disposition)); }
  std::string operator()(LockKind kind) const { return json::quote(procreg::name(kind)); }
  std::string operator()(ThreadCount threads) const {
    if (made == nullptr || made->thread_names.empty()) return std::to_string(threads.count);
    json::Array names;
    for (const std::string& thread : made->thread_names) names.add(json::quote(thread));
    return names.text();
  }
  std::string operator()(TextRef ref) const { return json::quote(script.tables.at(ref)); }
  std::string operator()(RequiredText text) const { return (*this)(text.ref); }
  std::string operator()(RequiredBytes bytes) const { return (*this)(bytes.ref); }
  std::string operator()(const DurableRequest& request) const {
    json::Object object;
    object.add("createGuid", (*this)(request.createGuid));
    if (request.timeoutMs != 0) object.add("timeoutMs", json::integer(request.timeoutMs));
    if (request.persistent) object.add("persistent", "true");
    return object.text();
  }
  std::string operator()(const Reconnect& reconnect) const {
    json::Object object;
    object.add("handle", (*this)(reconnect.handle));
    if (reconnect.createGuid) object.add("createGuid", (*this)(*reconnect.createGuid));
    if (reconnect.persistent) object.add("persistent", "true");
    return object.text();
  }
  std::string operator()(DaclRef ref) const { return dacl_text(script.tables, script.tables.at(ref)); }
  std::string operator()(StacksRef ref) const { return stacks_text(script.tables.at(ref)); }
  std::string operator()(RangesRef ref) const { return ranges_text(script.tables.at(ref)); }
  std::string operator()(LoadedModulesRef ref) const { return loaded_modules_text(script.tables.at(ref)); }
  std::string operator()(BytesRef ref) const { return json::quote(hex_text(script.tables.at(ref))); }
  template <class T>
  std::string operator()(const Given<T>& given) const {
    return given.value ? (*this)(*given.value) : "null";
  }

  std::string name(NameRef ref) const { return json::quote(text(script.names, ref)); }
};

struct DefaultOf {
  const GivenNameEntry* made;

  bool operator()(Binds as) const { return as.base == 0; }
  bool operator()(Flag flag) const { return !flag.set; }
  bool operator()(OutPointer pointer) const { return pointer.valid; }
  bool operator()(ThreadCount threads) const {
    return threads.count == 1 && (made == nullptr || made->thread_names.empty());
  }
  template <class T>
  bool operator()(const Given<T>& given) const {
    return !given.value;
  }
  template <class T>
  bool operator()(const T&) const {
    return false;
  }
};

}  // namespace

std::string unowned_literal(Pid pid) { return literal("process", number(pid), number(unowned_pid)); }
std::string unowned_literal(Tid tid) { return literal("thread", number(tid), number(unowned_tid)); }
std::string unowned_literal(HandleValue handle) { return literal("handle", number(handle), number(unowned_handle)); }

std::string guid_text(const Guid& guid) {
  const auto byte = [&guid](unsigned i) {
    return (i < 8 ? guid.high >> (56 - 8 * i) : guid.low >> (120 - 8 * i)) & 0xFF;
  };
  constexpr unsigned order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  std::string out;
  for (unsigned i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", byte(order[i]));
  }
  return out;
}

std::string version_text(const VersionPair& version) {
  return fmt::format("[{}, {}]", json::integer(version.high), json::integer(version.low));
}

std::string hex_text(std::span<const std::uint8_t> bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

std::string dacl_text(const Tables& tables, const Dacl& dacl) {
  json::Object users;
  for (const DaclEntry& entry : dacl)
    users.add(json::utf8(tables.at(entry.user)), json::hex(static_cast<std::uint64_t>(entry.mask)));
  return users.text();
}

std::string value_text(const Script& script, ValueKind kind, const void* value, const GivenNameEntry* made) {
  if (kind == ValueKind::out_pointer && !static_cast<const OutPointer*>(value)->valid) return "null";
  return with_value(kind, value, Writer{script, made});
}

bool is_default(ValueKind kind, const void* value, const GivenNameEntry* made) {
  return with_value(kind, value, DefaultOf{made});
}

const GivenNameEntry* made_by(const Script& script, const Step& step) {
  for (const FieldInfo& field : info(step).fields) {
    if (field.kind != ValueKind::binds) continue;
    const std::uint16_t base = static_cast<const Binds*>(field.see(address(step)))->base;
    return base == 0 || base > script.names.size() ? nullptr : &script.names[base - 1U];
  }
  return nullptr;
}

std::string text(const Names& names, NameRef ref) {
  if (!ref || ref.base > names.size()) return {};
  const GivenNameEntry& entry = names[ref.base - 1U];
  if (ref.part == itself_part) return entry.name;
  if (ref.part == handle_part) return entry.name + ".handle";
  if (ref.part == thread_handle_part) return entry.name + ".threadHandle";
  if (is_restart(ref)) {
    const unsigned place = ref.part - unsigned{first_restart_part};
    return fmt::format("{}.restarted{}{}", entry.name, place / 2 + 1, place % 2 == 0 ? "" : ".1");
  }
  const std::size_t k = ref.part - std::size_t{first_thread_part};
  return entry.name + "." + (k < entry.thread_names.size() ? entry.thread_names[k] : std::to_string(k + 1));
}

}  // namespace procreg::harness
