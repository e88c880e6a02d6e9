// The JSON Schema of scenario files, from the tables that the reader goes by. It knows the shape of every value; what depends
// on other parts of a file (names, machines, pids that meet) only the reader sees.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "api/names.h"
#include "harness/scenario/files.h"
#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/snapshot_place.h"

namespace procreg::harness {

namespace {

using Json = nlohmann::ordered_json;

Json ref(std::string_view definition) { return {{"$ref", fmt::format("#/$defs/{}", definition)}}; }
Json any_of(Json schemas) { return {{"anyOf", std::move(schemas)}}; }
Json or_null(Json schema) { return any_of(Json::array({std::move(schema), {{"type", "null"}}})); }
Json pattern(std::string_view expression) { return {{"type", "string"}, {"pattern", expression}}; }
Json type(std::string_view name) { return {{"type", name}}; }

Json integer(std::uint64_t min, std::uint64_t max) { return {{"type", "integer"}, {"minimum", min}, {"maximum", max}}; }

Json words(std::span<const std::string_view> known) {
  Json list = Json::array();
  for (const std::string_view word : known) list.push_back(word);
  return {{"enum", list}};
}

Json object(Json properties, Json required) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json list_of(Json items, std::size_t min = 0) {
  Json schema{{"type", "array"}, {"items", std::move(items)}};
  if (min > 0) schema["minItems"] = min;
  return schema;
}

constexpr std::string_view hex_32 = "^0x0{0,8}[0-9A-Fa-f]{1,8}$";
constexpr std::string_view hex_64 = "^0x[0-9A-Fa-f]{1,16}$";
constexpr std::string_view given_name = "^(?!(CURRENT_PROCESS|CURRENT_THREAD|NULL|null)$)[^.@0-9][^.]*$";
constexpr std::string_view process_name = "^[^.@0-9][^.]*(\\.restarted[1-9][0-9]*)?$";
constexpr std::string_view thread_name = "^[^.@0-9][^.]*(\\.restarted[1-9][0-9]*)?(\\.[^.@]+)?$";
constexpr std::string_view handle_name = "^[^.@0-9][^.]*(\\.(handle|threadHandle))?$";
constexpr std::string_view guid = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
constexpr std::uint64_t given_max = assignable_end - 4;

Json literal(std::string_view word) { return pattern(fmt::format("^@{}[1-9][0-9]*$", word)); }

Json given_id(std::uint64_t min) {
  Json number = integer(min, given_max);
  number["multipleOf"] = 4;
  return any_of(Json::array({number, pattern(hex_32)}));
}

Json stack_schema() {
  Json registers = Json::object();
  for (const char* name : general_registers) registers[name] = ref("qword");
  return object({{"range", ref("range")},
                 {"stackPointer", ref("qword")},
                 {"instructionPointer", ref("qword")},
                 {"registers", object(std::move(registers), Json::array())}},
                Json::array());
}

Json loaded_module_schema() {
  return object({{"name", type("string")},
                 {"base", ref("qword")},
                 {"size", ref("dword")},
                 {"version", pattern("^[0-9]{1,5}(\\.[0-9]{1,5}){3}$")},
                 {"checksum", ref("dword")},
                 {"timestamp", ref("dword")},
                 {"debugId", ref("guid")},
                 {"age", ref("dword")},
                 {"pdb", type("string")}},
                Json::array({"name", "base", "size"}));
}

Json definitions() {
  Json out;
  out["name"] = pattern(given_name);
  out["dword"] = any_of(Json::array({integer(0, 0xFFFFFFFFU), pattern(hex_32)}));
  out["qword"] = any_of(Json::array({integer(0, json::exact_integer_max), pattern(hex_64)}));
  out["address"] = or_null(ref("qword"));
  out["BOOL"] = any_of(
      Json::array({type("boolean"), {{"type", "integer"}, {"minimum", -2147483648LL}, {"maximum", 2147483647}}}));
  out["countdown"] = any_of(Json::array({integer(1, 0xFFFFFFFFU), pattern(hex_32)}));
  out["capacity"] = or_null(ref("dword"));
  out["guid"] = pattern(guid);
  out["bytes"] = pattern("^([0-9A-Fa-f]{2})*$");
  out["process"] = pattern(process_name);
  out["thread"] = pattern(thread_name);
  out["pid"] = any_of(Json::array({ref("dword"), literal("process"), ref("process")}));
  out["tid"] = any_of(Json::array({ref("dword"), literal("thread"), ref("thread")}));
  out["handle"] = any_of(Json::array({ref("address"), literal("handle"), pattern(handle_name)}));
  out["givenPid"] = given_id(8);
  out["givenPidOfWorld"] = given_id(0);
  out["givenTid"] = given_id(4);
  out["dacl"] = Json{{"type", "object"}, {"additionalProperties", ref("dword")}};
  out["range"] = list_of(ref("qword"), 2);
  out["range"]["maxItems"] = 2;
  out["ranges"] = list_of(ref("range"));
  out["stacks"] = list_of(or_null(stack_schema()));
  out["stacks"]["maxItems"] = thread_count_max;
  out["loadedModules"] = list_of(loaded_module_schema());
  out["loadedModules"]["maxItems"] = loaded_modules_max;
  out["version"] = list_of(ref("qword"), 2);
  out["version"]["maxItems"] = 2;
  out["durableRequest"] =
      object({{"createGuid", ref("guid")}, {"timeoutMs", ref("dword")}, {"persistent", type("boolean")}},
             Json::array({"createGuid"}));
  out["reconnect"] = object({{"handle", ref("name")}, {"createGuid", ref("guid")}, {"persistent", type("boolean")}},
                            Json::array({"handle"}));
  out["threads"] = any_of(Json::array({integer(1, thread_count_max), list_of(ref("name"), 1)}));
  return out;
}

Json value_schema(ValueKind kind) {
  switch (kind) {
    case ValueKind::caller:
    case ValueKind::target:
      return ref("process");
    case ValueKind::machine:
      return type("string");
    case ValueKind::binds:
      return ref("name");
    case ValueKind::pid:
      return ref("pid");
    case ValueKind::tid:
    case ValueKind::given_tid:
      return ref("tid");
    case ValueKind::handle:
    case ValueKind::given_handle:
      return ref("handle");
    case ValueKind::dword:
    case ValueKind::ping:
    case ValueKind::byte_count:
    case ValueKind::fault_flags:
    case ValueKind::file_type:
    case ValueKind::mask:
    case ValueKind::given_mask:
      return ref("dword");
    case ValueKind::duration:
      return ref("qword");
    case ValueKind::address:
      return ref("address");
    case ValueKind::boolean:
      return ref("BOOL");
    case ValueKind::countdown:
      return ref("countdown");
    case ValueKind::capacity:
      return ref("capacity");
    case ValueKind::flag:
    case ValueKind::given_bool:
      return type("boolean");
    case ValueKind::guid:
      return or_null(ref("guid"));
    case ValueKind::text:
      return or_null(type("string"));
    case ValueKind::size_in_out:
      return or_null(ref("dword"));
    case ValueKind::out_pointer:
      return type("null");
    case ValueKind::object_type:
      return words(names_of<ObjectType>().subspan(1));  // Process is made by CreateProcess
    case ValueKind::user_action:
      return words(names_of<UserAction>());
    case ValueKind::thread_count:
      return ref("threads");
    case ValueKind::given_pid_number:
      return ref("givenPid");
    case ValueKind::given_tid_number:
      return ref("givenTid");
    case ValueKind::given_text:
      return type("string");
    case ValueKind::given_dacl:
      return ref("dacl");
    case ValueKind::given_stacks:
      return ref("stacks");
    case ValueKind::given_ranges:
      return ref("ranges");
    case ValueKind::given_loaded_modules:
      return ref("loadedModules");
    case ValueKind::given_bytes:
    case ValueKind::required_bytes:
      return ref("bytes");
    case ValueKind::csv_flags:
    case ValueKind::given_milliseconds:
    case ValueKind::given_file_access:
      return ref("dword");
    case ValueKind::file_rights:
      return any_of(Json::array({integer(0, FILE_ALL_RIGHTS), pattern(hex_32)}));
    case ValueKind::given_share_access:
      return any_of(Json::array({integer(0, 7), pattern("^0x0*[0-7]$")}));
    case ValueKind::given_length:
      return any_of(Json::array({integer(0, 0xFFFF), pattern("^0x0{0,12}[0-9A-Fa-f]{1,4}$")}));
    case ValueKind::version_number:
    case ValueKind::file_offset:
    case ValueKind::file_length:
      return ref("qword");
    case ValueKind::required_text:
      return type("string");
    case ValueKind::given_caller:
      return ref("process");
    case ValueKind::connection:
    case ValueKind::open:
    case ValueKind::csv_open:
      return ref("name");
    case ValueKind::guid_value:
    case ValueKind::given_guid:
      return ref("guid");
    case ValueKind::dialect:
    case ValueKind::given_dialect:
      return words(names_of<Dialect>());
    case ValueKind::given_flavour:
      return words(names_of<Flavour>());
    case ValueKind::lock_kind:
      return words(names_of<LockKind>());
    case ValueKind::given_disposition:
      return words(names_of<Disposition>());
    case ValueKind::given_hold:
      return words(names_of<HoldKind>());
    case ValueKind::given_version:
      return ref("version");
    case ValueKind::given_durable_request:
      return ref("durableRequest");
    case ValueKind::given_reconnect:
      return ref("reconnect");
  }
  return false;
}

Json output_schema(OutKind kind) {
  switch (kind) {
    case OutKind::dword:
    case OutKind::qword:
      return or_null(ref("qword"));
    case OutKind::ntstatus:
      return or_null(any_of(Json::array({ref("dword"), pattern("^STATUS_")})));
    case OutKind::version:
      return or_null(ref("version"));
    case OutKind::bytes:
      return or_null(ref("bytes"));
    case OutKind::dialect:
    case OutKind::create_action:
    case OutKind::hold:
    case OutKind::durable_state:
      return or_null(words(names_of(kind)));
    case OutKind::boolean:
      return or_null(type("boolean"));
    case OutKind::address:
      return ref("address");
    case OutKind::handle:
      return ref("handle");
    case OutKind::pid:
      return or_null(ref("pid"));
    case OutKind::tid:
      return or_null(ref("tid"));
    case OutKind::guid:
      return or_null(ref("guid"));
    case OutKind::text:
      return or_null(type("string"));
  }
  return false;
}

Json returns_schema(const StepInfo& kind) {
  if (!kind.call) return {{"enum", Json::array({"applied", "not-applicable"})}};
  Json types = Json::array({"string", "integer"});
  if (kind.answers == ResultKind::handle) types.push_back("null");
  return {{"type", types}};
}

Json field_schema(const SnapField& field) {
  const auto schema = [&field]() -> Json {
    switch (field.kind) {
      case SnapKind::boolean:
        return type("boolean");
      case SnapKind::pid:
        return ref("pid");
      case SnapKind::tid:
        return ref("tid");
      case SnapKind::handle:
        return ref("handle");
      case SnapKind::object_id:
        return any_of(Json::array({ref("qword"), ref("process")}));
      case SnapKind::machine:
      case SnapKind::text:
        return type("string");
      case SnapKind::given_name:
        return or_null(ref("process"));
      case SnapKind::thread_name:
        return or_null(ref("thread"));
      case SnapKind::stacks:
        return ref("stacks");
      case SnapKind::ranges:
        return ref("ranges");
      case SnapKind::loaded_modules:
        return ref("loadedModules");
      case SnapKind::guid:
        return ref("guid");
      case SnapKind::version:
        return ref("version");
      case SnapKind::ntstatus:
        return any_of(Json::array({ref("dword"), pattern("^STATUS_")}));
      case SnapKind::enumeration:
        return words(field.names());
      default:
        return ref("qword");
    }
  }();
  return field.nullable ? or_null(schema) : schema;
}

// A partial object, or a list of leading values.
Json record_schema(const SnapPlace& record) {
  Json properties = Json::object();
  for (const std::string_view name : member_names(record)) {
    const SnapPlace inner = *member_place(record, name);
    if (inner.field != nullptr) {
      properties[std::string{name}] = field_schema(*inner.field);
      continue;
    }
    Json schema = record_schema({nullptr, inner.node, false});
    if (inner.node->shape == SnapNode::Shape::optional) schema = or_null(std::move(schema));
    const SnapPlace element = inner.whole_list ? element_place(inner) : inner;
    if (element.field != nullptr) schema["anyOf"].push_back(field_schema(*element.field));  // or the bare value
    properties[std::string{name}] = inner.whole_list ? list_of(std::move(schema)) : std::move(schema);
  }
  return any_of(Json::array({object(std::move(properties), Json::array()), type("array")}));
}

Json step_schema(const StepInfo& kind) {
  const std::string word = kind.call ? "call" : "event";
  Json properties{{word, {{"const", kind.name}}}};
  Json required = Json::array({word});
  for (const FieldInfo& field : kind.fields) {
    if (!field.group.empty()) {
      Json& group = properties[std::string{field.group}];
      if (group.is_null()) group = object(Json::object(), Json::array());
      group["properties"][std::string{field.name}] = value_schema(field.kind);
      continue;
    }
    properties[std::string{field.name}] = value_schema(field.kind);
    if (!may_be_left_out(field.kind)) required.push_back(field.name);
  }
  properties["returns"] = returns_schema(kind);
  if (kind.call || !kind.outs.empty()) {
    Json outs = Json::object();
    for (const OutInfo& out : kind.outs) outs[std::string{out.name}] = output_schema(out.kind);
    properties["out"] = object(std::move(outs), Json::array());
  }
  if (kind.call) {
    properties["lastError"] = any_of(Json::array({ref("dword"), pattern("^ERROR_")}));
  }
  properties["report"] = ref("report");
  properties["leaves"] = ref("leaves");
  return object(std::move(properties), std::move(required));
}

Json profile_schema() {
  Json options = Json::object();
  for (const ChoiceInfo& choice : choices()) options[std::string{choice.name}] = words(choice.options);
  Json changed =
      object({{"base", words(profile_names())}, {"choices", object(std::move(options), Json::array())}}, Json::array());
  return any_of(Json::array({words(profile_names()), std::move(changed)}));
}

Json clause_ids() {
  Json ids = Json::array();
  for (const ClauseInfo& clause : clauses()) ids.push_back(clause.id);
  return {{"enum", ids}};
}

Json machine_schema() {
  return object({{"name", {{"type", "string"}, {"minLength", 1}}}, {"ccf", words(names_of<FilterState>())}},
                Json::array({"name"}));
}

Json process_schema() {
  return object({{"name", ref("name")},
                 {"machine", type("string")},
                 {"kind", words(names_of<ProcessKind>())},
                 {"user", type("string")},
                 {"pid", ref("givenPidOfWorld")},
                 {"protected", type("boolean")},
                 {"privileges", list_of(words(std::array{se_debug_privilege}))},
                 {"dacl", ref("dacl")},
                 {"threads", ref("threads")},
                 {"package", type("string")},
                 {"localFolderUsable", type("boolean")},
                 {"dumpable", type("boolean")},
                 {"stacks", ref("stacks")},
                 {"data", ref("ranges")},
                 {"private", ref("ranges")},
                 {"mapped", ref("ranges")},
                 {"loadedModules", ref("loadedModules")}},
                Json::array({"name"}));
}

Json module_schema() {
  const auto deeds = [](Json words, Json schema) {
    return any_of(Json::array({{{"enum", std::move(words)}}, std::move(schema)}));
  };
  Json event = object({{"claims", type("string")}, {"count", ref("dword")}, {"fails", type("boolean")}},
                      Json::array({"claims"}));
  Json signature = list_of(type("string"), 2);
  signature["maxItems"] = 2;
  Json debugger = object({{"custom", or_null(type("string"))}, {"automatic", type("boolean")}}, Json::array());
  return object({{"dll", type("string")},
                 {"loadable", type("boolean")},
                 {"event", deeds(Json::array({"declines", "fails", "terminates"}), std::move(event))},
                 {"signatures", list_of(deeds(Json::array({"fails", "terminates"}), std::move(signature)))},
                 {"debugger", deeds(Json::array({"fails", "terminates"}), std::move(debugger))}},
                Json::array({"dll"}));
}

Json world_schema() {
  Json limits = Json::object();
  const Json limit = any_of(Json::array({integer(0, limit_max), pattern("^0x0{0,12}[0-9A-Fa-f]{1,4}$")}));
  for (const LimitField& field : limit_fields) limits[std::string{field.name}] = limit;
  Json machines = list_of(ref("machine"), 1);
  machines["maxItems"] = machines_max;
  return object({{"machines", std::move(machines)},
                 {"processes", list_of(ref("processOfWorld"))},
                 {"limits", any_of(Json::array({{{"const", "tiny"}}, object(std::move(limits), Json::array())}))},
                 {"existingFiles", list_of(type("string"))},
                 {"helperModules", list_of(type("string"))},
                 {"moduleBehaviours", list_of(ref("moduleBehaviour"))},
                 {"additionalDataRequested", type("boolean")},
                 {"userDocumentsRequested", type("boolean")},
                 {"forceQueue", type("boolean")}},
                Json::array());
}

// What comes out of a step of a thread depends on the order.
Json parallel_step_schema() {
  Json none = Json::object();
  for (const std::string_view key : expectation_keys) none[std::string{key}] = false;
  return {{"allOf", Json::array({ref("step")})}, {"properties", std::move(none)}};
}

Json switch_schema() {
  return object(
      {{"thread", ref("dword")}, {"point", {{"type", "string"}, {"minLength", 1}}}, {"occurrence", ref("countdown")}},
      Json::array({"thread", "point"}));
}

Json threads_schema() {
  Json threads = list_of(list_of(ref("parallelStep"), 1), 1);
  threads["maxItems"] = parallel_max;
  return threads;
}

Json all_definitions() {
  Json out = definitions();
  out["clause"] = clause_ids();
  out["profile"] = profile_schema();
  out["machine"] = machine_schema();
  out["processOfWorld"] = process_schema();
  out["moduleBehaviour"] = module_schema();
  out["world"] = world_schema();
  out["report"] = record_schema(one_report())["anyOf"][0];
  out["leaves"] = {{"type", "object"}, {"propertyNames", {{"pattern", "^(/.*)?$"}}}};
  Json kinds = Json::array();
  for (const StepInfo& kind : steps()) {
    out[std::string{kind.name}] = step_schema(kind);
    kinds.push_back(ref(kind.name));
  }
  out["step"] = any_of(std::move(kinds));
  out["parallelStep"] = parallel_step_schema();
  out["switch"] = switch_schema();
  return out;
}

}  // namespace

std::string scenario_schema() {
  Json clauses = list_of(ref("clause"));
  clauses["uniqueItems"] = true;
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", format_name},
                 {"description", "A scenario of procreg: a world, and the steps that are performed in it."}};
  schema.update(object({{"format", {{"const", format_name}}},
                        {"name", type("string")},
                        {"why", type("string")},
                        {"clauses", std::move(clauses)},
                        {"profile", any_of(Json::array({ref("profile"), list_of(ref("profile"), 1)}))},
                        {"world", ref("world")},
                        {"steps", list_of(ref("step"))},
                        {"parallel", threads_schema()},
                        {"schedule", list_of(ref("switch"), 1)}},
                       Json::array({"format", "steps"})));
  schema["anyOf"] = Json::array({{{"required", Json::array({"parallel"})}},
                                 {{"properties", {{"steps", {{"minItems", 1}}}, {"schedule", false}}}}});
  schema["$defs"] = all_definitions();
  return schema.dump(2) + "\n";
}

}  // namespace procreg::harness
