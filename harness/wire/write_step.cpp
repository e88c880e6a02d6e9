#include <charconv>

#include "harness/scenario/field_value.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/value_text.h"
#include "harness/wire/kinds.h"
#include "harness/wire/steps.h"

namespace procreg::harness::wire {

namespace {

// Appends values. What holds no ids and is rare is written as scenario files have it.
struct Writer {
  std::string& out;
  const Script& script;
  ValueKind kind;
  const GivenNameEntry* made;

  void operator()(const Caller& ref) const { process(ref.raw); }
  void operator()(const Target& ref) const { process(ref.raw); }
  void operator()(const Given<Caller>& given) const { process(given.value->raw); }
  void operator()(const PidRef& ref) const { append_number(out, number(ref.raw)); }
  void operator()(const TidRef& ref) const { append_number(out, number(ref.raw)); }
  void operator()(const HandleRef& ref) const { handle(ref.raw); }
  void operator()(const Given<TidRef>& given) const { append_number(out, number(given.value->raw)); }
  void operator()(const Given<HandleRef>& given) const { handle(given.value->raw); }
  void operator()(const CsvOpenRef& ref) const { append_number(out, number(ref.raw)); }
  void operator()(const ConnectionRef& ref) const {
    out += '{';
    connection(ref.raw);
    out += '}';
  }
  void operator()(const OpenRef& ref) const {
    out += '{';
    connection(ref.raw.connection);
    out += ",\"share\":";
    append_text(out, script.tables.at(ref.raw.share));
    out += ",\"made\":";
    append_number(out, made_open(ref.raw.durable, ref.raw.volatile_));
    if (ref.raw.create_guid) {
      out += ",\"createGuid\":\"";
      out += guid_text(*ref.raw.create_guid);
      out += '"';
    }
    out += '}';
  }
  void operator()(const Given<Reconnect>& given) const {
    out += "{\"handle\":";
    (*this)(given.value->handle);
    if (given.value->createGuid) out += ",\"createGuid\":" + json::quote(guid_text(*given.value->createGuid));
    if (given.value->persistent) out += ",\"persistent\":true";
    out += '}';
  }
  void operator()(const TextIn& text) const {
    if (text.value)
      append_text(out, script.tables.at(*text.value));
    else
      out += "null";
  }
  void operator()(Bool value) const {
    const auto raw = static_cast<std::int32_t>(value);
    if (raw < 0) out += '-';
    append_number(out, raw < 0 ? 0U - static_cast<std::uint32_t>(raw) : static_cast<std::uint32_t>(raw));
  }
  void operator()(OutPointer) const { out += "null"; }  // a valid one is left out
  template <class T>
  void operator()(const T& value) const {
    if constexpr (Number<T>)
      append_number(out, static_cast<std::uint64_t>(value));
    else
      out += value_text(script, kind, &value, made);
  }

 private:
  void handle(HandleValue value) const {
    if (value == null_handle)
      out += "null";
    else if (value == current_process)
      out += "\"CURRENT_PROCESS\"";
    else if (value == current_thread)
      out += "\"CURRENT_THREAD\"";
    else
      append_number(out, number(value));
  }
  void process(ProcessKey key) const {
    if (number(key.machine) == 0) return append_number(out, number(key.object));
    out += "{\"machine\":" + json::quote(script.world.machines[number(key.machine)].name) + ",\"process\":";
    append_number(out, number(key.object));
    out += '}';
  }
  void connection(const ConnectionKey& key) const {
    out += "\"server\":";
    append_text(out, script.tables.at(key.server));
    out += ",\"connection\":";
    append_number(out, number(key.id));
  }
};

bool plain(std::u16string_view text) {
  for (const char16_t c : text)
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return false;
  return true;
}

// Members of an object, with those of one group in an object of their own.
class Members {
 public:
  explicit Members(std::string& out) : out_{out} {}
  void begin(const FieldInfo& field) {
    if (field.group != group_) turn_to(field.group);
    comma();
    key(field.name);
  }
  void end() { turn_to({}); }

 private:
  void turn_to(std::string_view group) {
    if (group == group_) return;
    if (!group_.empty()) out_ += '}';
    if (!group.empty()) {
      comma();
      key(group);
      out_ += '{';
    }
    group_ = group;
  }
  void comma() {
    if (out_.back() != '{') out_ += ',';
  }
  void key(std::string_view name) {
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }

  std::string& out_;
  std::string_view group_{};
};

}  // namespace

void append_number(std::string& out, std::uint64_t number) {
  char digits[24];
  if (number > json::exact_integer_max) {
    out += json::hex(number);
    return;
  }
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_text(std::string& out, std::u16string_view text) {
  if (!plain(text)) {
    out += json::quote(text);
    return;
  }
  out += '"';
  for (const char16_t c : text) out += static_cast<char>(c);
  out += '"';
}

void write_step(std::string& out, const Script& script, const Step& step) {
  const StepInfo& row = info(step);
  out += row.call ? "{\"call\":\"" : "{\"event\":\"";
  out += row.name;
  out += '"';
  const void* const at = address(step);
  const GivenNameEntry* const made = made_by(script, step);
  Members members{out};
  for (const FieldInfo& field : row.fields) {
    const void* const value = field.see(at);
    if (is_default(field.kind, value, made)) continue;
    members.begin(field);
    with_value(field.kind, value, Writer{out, script, field.kind, made});
  }
  members.end();
  out += '}';
}

}  // namespace procreg::harness::wire
