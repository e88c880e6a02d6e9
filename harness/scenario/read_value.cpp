// One reader a kind of value, never one a call.
#include <fmt/format.h>

#include <limits>

#include "api/names.h"
#include "harness/scenario/field_value.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

constexpr std::uint64_t dword_max = 0xFFFFFFFFU;
constexpr std::uint64_t qword_max = std::numeric_limits<std::uint64_t>::max();

std::string_view article_and_word(Meaning kind) {
  return kind == Meaning::process ? "a process" : kind == Meaning::thread ? "a thread" : "a handle";
}

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

  bool operator()(Ref<ProcessKey>& ref) const {
    return read_text(in, value, "the name of a process").has_value() && name_into(ref.name, Meaning::process);
  }
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
    if (value.is(json::Kind::null)) return true;
    guid.value = value.is(json::Kind::text) ? guid_named(value.text) : std::nullopt;
    if (!guid.value)
      in.errors.at(value,
                   fmt::format("a GUID such as \"00112233-4455-6677-8899-aabbccddeeff\" or null is expected, not {}",
                               described(value)));
    return guid.value.has_value();
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
  bool operator()(Given<TextRef>& given) const {
    const auto text = read_text(in, value, "a text");
    if (text) given.value = in.script.tables.text(json::utf16(*text));
    return text.has_value();
  }
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
  bool operator()(Given<BytesRef>& given) const {
    const auto bytes = value.is(json::Kind::text) ? hex_bytes(value.text) : std::nullopt;
    if (!bytes) in.errors.at(value, fmt::format("bytes as hex text (\"00ff\") are expected, not {}", described(value)));
    if (bytes) given.value = in.script.tables.bytes(*bytes);
    return bytes.has_value();
  }
  template <class T>
  bool operator()(Given<T>& given) const {
    return (*this)(given.value.emplace());
  }

  static std::optional<std::vector<std::uint8_t>> hex_bytes(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    if (text.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); i += 2) {
      const auto byte = hex_number("0x" + std::string{text.substr(i, 2)});
      if (!byte) return std::nullopt;
      bytes.push_back(static_cast<std::uint8_t>(*byte));
    }
    return bytes;
  }
};

}  // namespace

bool read_value(Reading& in, const json::Node& value, ValueKind kind, void* field, Made& made) {
  return with_value(kind, field, Reader{in, value, made});
}

}  // namespace procreg::harness
