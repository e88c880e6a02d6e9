#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "harness/scenario/field_value.h"
#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/wire/kinds.h"
#include "harness/wire/steps.h"
#include "harness/wire/wrong.h"

namespace procreg::harness::wire {

namespace {

template <class T>
constexpr std::uint64_t highest = std::numeric_limits<std::underlying_type_t<T>>::max();

std::uint64_t integer(const Value& value, std::uint64_t most) { return read_integer(value, most, "this"); }

std::string_view word(const Value& value, std::string_view what) {
  if (!value.IsString()) throw Wrong{fmt::format("{} is expected, not {}", what, shown(value))};
  return text_of(value);
}

MachineIndex machine(const Script& script, const Value& name) {
  const auto index = machine_named(script, name);
  if (!index) throw Wrong{fmt::format("there is no machine {}", shown(name))};
  return *index;
}

// Reads the value of a field. What holds no ids and is rare is read as scenario files have it.
struct Reader {
  const Value& value;
  Script& script;
  ValueKind kind;

  void operator()(Caller& ref) const { ref.raw = process(); }
  void operator()(Target& ref) const { ref.raw = process(); }
  void operator()(Given<Caller>& given) const { given.value.emplace().raw = process(); }
  void operator()(PidRef& ref) const { ref.raw = static_cast<Pid>(integer(value, highest<Pid>)); }
  void operator()(TidRef& ref) const { ref.raw = static_cast<Tid>(integer(value, highest<Tid>)); }
  void operator()(HandleRef& ref) const { ref.raw = handle(); }
  void operator()(Given<TidRef>& given) const { (*this)(given.value.emplace()); }
  void operator()(Given<HandleRef>& given) const { (*this)(given.value.emplace()); }
  void operator()(Given<Pid>& given) const { given.value = static_cast<Pid>(integer(value, highest<Pid>)); }
  void operator()(Given<Tid>& given) const { given.value = static_cast<Tid>(integer(value, highest<Tid>)); }
  void operator()(CsvOpenRef& ref) const { ref.raw = static_cast<CsvOpenId>(integer(value, highest<CsvOpenId>)); }
  void operator()(ConnectionRef& ref) const { ref.raw = connection(value); }
  void operator()(OpenRef& ref) const { ref.raw = open(value); }
  void operator()(Given<Reconnect>& given) const {
    Reconnect& reconnect = given.value.emplace();
    reconnect.handle.raw = open(needed_member(value, "handle"));
    if (const Value* guid = member(value, "createGuid")) reconnect.createGuid = guid_of(*guid);
    if (const Value* persistent = member(value, "persistent"))
      reconnect.persistent = persistent->IsBool() && persistent->GetBool();
  }
  void operator()(MachineRef& ref) const { ref.index = machine(script, value); }
  void operator()(TextIn& text) const {
    if (!value.IsNull()) text.value = script.tables.text(json::utf16(word(value, "a text or null")));
  }
  void operator()(RequiredText& text) const { text.ref = script.tables.text(json::utf16(word(value, "a text"))); }
  void operator()(OutPointer& pointer) const {
    if (!value.IsNull()) throw Wrong{fmt::format("null is expected, not {}", shown(value))};
    pointer.valid = false;
  }
  void operator()(Bool& number) const {
    if (value.IsBool())
      number = static_cast<Bool>(value.GetBool() ? 1 : 0);
    else if (value.IsInt())
      number = static_cast<Bool>(value.GetInt());
    else
      throw Wrong{fmt::format("a number of 32 bits with a sign is expected, not {}", shown(value))};
  }
  void operator()(Flag& flag) const { flag.set = value.IsTrue(); }
  void operator()(Address& address) const {
    if (!value.IsNull()) address = static_cast<Address>(integer(value, highest<Address>));
  }
  void operator()(Binds&) const {}        // read with the names, below
  void operator()(ThreadCount&) const {}  // likewise
  template <class T>
  void operator()(T& field) const {
    if constexpr (Number<T>)
      field = static_cast<T>(integer(value, highest<T>));
    else
      as_in_a_file(&field);
  }

 private:
  HandleValue handle() const {
    if (value.IsNull()) return null_handle;
    if (value.IsString() && text_of(value) == "CURRENT_PROCESS") return current_process;
    if (value.IsString() && text_of(value) == "CURRENT_THREAD") return current_thread;
    return HandleValue{integer(value, highest<HandleValue>)};
  }
  ProcessKey process() const {
    if (!value.IsObject()) return {MachineIndex{}, ObjectId{integer(value, highest<ObjectId>)}};
    return {machine(script, needed_member(value, "machine")),
            ObjectId{integer(needed_member(value, "process"), highest<ObjectId>)}};
  }
  ConnectionKey connection(const Value& of) const {
    return {script.tables.text(json::utf16(word(needed_member(of, "server"), "the name of a server"))),
            static_cast<ConnectionId>(integer(needed_member(of, "connection"), highest<ConnectionId>))};
  }
  OpenKey open(const Value& of) const {
    const std::uint64_t made = integer(needed_member(of, "made"), highest<ObjectId>);
    OpenKey key{.connection = connection(of),
                .share = script.tables.text(json::utf16(word(needed_member(of, "share"), "the name of a share"))),
                .durable = made_durable(made),
                .volatile_ = made_volatile(made)};
    if (const Value* guid = member(of, "createGuid")) key.create_guid = guid_of(*guid);
    return key;
  }
  static Guid guid_of(const Value& guid) {
    const auto read = guid_named(word(guid, "a GUID"));
    if (!read) throw Wrong{fmt::format("a GUID is expected, not {}", shown(guid))};
    return *read;
  }
  void as_in_a_file(void* field) const {
    const std::string text = json_of(value);
    const json::Document document = json::parse(text);
    if (!document.problems.empty()) throw Wrong{document.problems.front().message};
    Errors errors{text, "value"};
    Reading in{errors, script};
    Made made;
    read_value(in, document.nodes.front(), kind, field, made);
    if (!errors.none()) throw Wrong{errors.take().front().message};
  }
};

const StepInfo& kind_of(const Value& value) {
  static const std::unordered_map<std::string_view, const StepInfo*> rows = [] {
    std::unordered_map<std::string_view, const StepInfo*> all;
    for (const StepInfo& row : steps()) all.emplace(row.name, &row);
    return all;
  }();
  const Value* const call = member(value, "call");
  const Value* const event = member(value, "event");
  if ((call == nullptr) == (event == nullptr))
    throw Wrong{fmt::format("a step has one of the keys \"call\" and \"event\", unlike {}", shown(value))};
  const std::string_view name = word(call != nullptr ? *call : *event, "the name of a step");
  const auto found = rows.find(name);
  if (found == rows.end() || found->second->call != (call != nullptr))
    throw Wrong{fmt::format("there is no {} \"{}\"", call != nullptr ? "call" : "event", name)};
  return *found->second;
}

const FieldInfo& field_of(const StepInfo& row, std::string_view name, std::string_view group) {
  for (const FieldInfo& field : row.fields)
    if (field.name == name && field.group == group) return field;
  throw Wrong{fmt::format("{} has no \"{}\"", row.name, name)};
}

bool is_group(const StepInfo& row, std::string_view name) {
  return std::any_of(row.fields.begin(), row.fields.end(), [&](const FieldInfo& field) { return field.group == name; });
}

// What a step makes gets its name, and its threads theirs.
class Naming {
 public:
  explicit Naming(Script& script) : script_{script} {}

  void see(const FieldInfo& field, const Value& value, void* at) {
    if (field.kind == ValueKind::binds) {
      as_ = &value;
      binds_ = static_cast<Binds*>(at);
    } else if (field.kind == ValueKind::thread_count) {
      read_threads(value, *static_cast<ThreadCount*>(at));
    }
  }
  void bind() {
    if (as_ == nullptr) return;
    if (script_.names.size() >= names_max) throw Wrong{fmt::format("more than {} names", names_max)};
    script_.names.push_back({std::string{word(*as_, "a name")}, std::move(threads_)});
    binds_->base = static_cast<std::uint16_t>(script_.names.size());
  }

 private:
  void read_threads(const Value& value, ThreadCount& count) {
    if (value.IsArray())
      for (const Value& name : value.GetArray()) threads_.emplace_back(word(name, "the name of a thread"));
    const std::uint64_t threads = value.IsArray() ? threads_.size() : integer(value, thread_count_max);
    if (threads == 0 || threads > thread_count_max)
      throw Wrong{fmt::format("1 to {} threads are expected", thread_count_max)};
    count.count = static_cast<std::uint16_t>(threads);
  }

  Script& script_;
  const Value* as_{};
  Binds* binds_{};
  std::vector<std::string> threads_{};
};

class StepReader {
 public:
  StepReader(const StepInfo& row, Script& script, Step& step)
      : row_{row}, script_{script}, at_{address(step)}, naming_{script} {}

  void read(const Value& value) {
    members(value, {});
    naming_.bind();
    for (std::size_t i = 0; i < row_.fields.size(); ++i)
      if ((read_ >> i & 1U) == 0 && !may_be_left_out(row_.fields[i].kind))
        throw Wrong{fmt::format("{} lacks the key \"{}\"", row_.name, row_.fields[i].name)};
  }

 private:
  void members(const Value& object, std::string_view group) {
    if (!object.IsObject()) throw Wrong{fmt::format("an object is expected, not {}", shown(object))};
    for (const auto& each : object.GetObject()) {
      const std::string_view name = text_of(each.name);
      if (group.empty() && (name == "call" || name == "event")) continue;
      if (group.empty() && is_group(row_, name))
        members(each.value, name);
      else
        field(field_of(row_, name, group), each.value);
    }
  }
  void field(const FieldInfo& field, const Value& value) {
    read_ |= std::uint64_t{1} << (&field - row_.fields.data());
    void* const at = field.at(at_);
    naming_.see(field, value, at);
    with_value(field.kind, at, Reader{value, script_, field.kind});
  }

  const StepInfo& row_;
  Script& script_;
  void* at_;
  Naming naming_;
  std::uint64_t read_{};
};

}  // namespace

std::optional<MachineIndex> machine_named(const Script& script, const Value& name) {
  if (!name.IsString()) return std::nullopt;
  const auto& machines = script.world.machines;
  const auto found = std::find_if(machines.begin(), machines.end(),
                                  [&](const MachineSpec& spec) { return spec.name == text_of(name); });
  if (found == machines.end()) return std::nullopt;
  return static_cast<MachineIndex>(found - machines.begin());
}

std::string read_step(const Value& value, Script& script, Step& step) try {
  const StepInfo& row = kind_of(value);
  step = row.make();
  StepReader{row, script, step}.read(value);
  return {};
} catch (Wrong& wrong) {
  return std::move(wrong.message);
}

}  // namespace procreg::harness::wire
