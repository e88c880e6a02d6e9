// What a step is expected to answer and leave behind.
#include <fmt/format.h>

#include <algorithm>

#include "api/names.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/snapshot_place.h"
#include "harness/scenario/snapshot_tree.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

using json::Node;

std::string_view results_of(ResultKind kind) {
  switch (kind) {
    case ResultKind::hresult:
      return "an HRESULT such as \"S_OK\" or \"0x80070057\"";
    case ResultKind::win32:
      return "a Win32 code such as \"ERROR_SUCCESS\" or 5010";
    case ResultKind::ntstatus:
      return "an NTSTATUS such as \"STATUS_SUCCESS\" or \"0xC0000053\"";
    case ResultKind::boolean:
      return "\"TRUE\" or \"FALSE\"";
    case ResultKind::handle:
      return "the raw number of a handle or \"NULL\"";
    case ResultKind::returned:
      return "\"returned\"";
    case ResultKind::no_return:
      return "\"no-return\"";
    default:
      return "\"applied\" or \"not-applicable\"";
  }
}

bool may_answer(const StepInfo& kind, ResultKind answer) {
  if (answer == kind.answers || answer == ResultKind::not_applicable) return true;
  return kind.call &&
         (answer == ResultKind::not_runnable || answer == ResultKind::no_return || answer == ResultKind::exception);
}

void read_returns(Reading& in, const Node& value, const StepInfo& kind, Expectation& out) {
  std::optional<Result> result;
  if (value.is(json::Kind::null) && kind.answers == ResultKind::handle) result = Result{ResultKind::handle, 0};
  if (value.is(json::Kind::text)) result = result_named(value.text, kind.answers);
  if (value.is(json::Kind::integer) && !value.negative)
    result = result_named(std::to_string(value.number), kind.answers);
  if (result && may_answer(kind, result->kind))
    out.returns = result;
  else
    in.errors.at(value, fmt::format("{} is no answer of {}, which answers {}{}", json::described(value), kind.name,
                                    results_of(kind.answers), kind.call ? ", or \"not-runnable\"" : ""));
}

void read_last_error(Reading& in, const Node& value, Expectation& out) {
  const bool word = value.is(json::Kind::text) && !hex_number(value.text);
  if (!word) {
    if (const auto number = read_integer(in, value, 0xFFFFFFFFU)) out.lastError = static_cast<std::uint32_t>(*number);
    return;
  }
  const auto code = result_named(value.text, ResultKind::win32);
  if (code && code->kind == ResultKind::win32)
    out.lastError = static_cast<std::uint32_t>(code->value);
  else
    in.errors.at(value, fmt::format("{} is no Win32 code", json::described(value)));
}

// A raw number, a literal, or a name.
bool check_id(Reading& in, const Node& value, ValueKind kind) {
  Made made;
  PidRef pid;
  TidRef tid;
  HandleRef handle;
  return read_value(in, value, kind,
                    kind == ValueKind::pid   ? static_cast<void*>(&pid)
                    : kind == ValueKind::tid ? static_cast<void*>(&tid)
                                             : static_cast<void*>(&handle),
                    made);
}

void check_number(Reading& in, const Node& value) { read_integer(in, value, ~std::uint64_t{0}); }

// A value as a step has it that may be left out.
template <class T>
void check_value(Reading& in, const Node& value, ValueKind kind) {
  Made made;
  T apart;
  read_value(in, value, kind, &apart, made);
}

void check_status(Reading& in, const Node& value) {
  const auto status = value.is(json::Kind::text) ? result_named(value.text, ResultKind::ntstatus) : std::nullopt;
  if (!value.is(json::Kind::integer) && (!status || status->kind != ResultKind::ntstatus))
    in.errors.at(value, fmt::format("{} is expected, not {}", results_of(ResultKind::ntstatus), described(value)));
}

void check_output(Reading& in, const Node& value, OutKind kind) {
  if (value.is(json::Kind::null) && kind != OutKind::handle) return;  // was not written, or is NULL
  switch (kind) {
    case OutKind::dword:
    case OutKind::qword:
    case OutKind::address:
      return check_number(in, value);
    case OutKind::ntstatus:
      return check_status(in, value);
    case OutKind::version:
      return check_value<Given<VersionPair>>(in, value, ValueKind::given_version);
    case OutKind::bytes:
      read_bytes(in, value);
      return;
    case OutKind::dialect:
    case OutKind::create_action:
    case OutKind::hold:
    case OutKind::durable_state:
      read_word(in, value, "value", names_of(kind));
      return;
    case OutKind::boolean:
      read_boolean(in, value);
      return;
    case OutKind::handle:
      check_id(in, value, ValueKind::handle);
      return;
    case OutKind::pid:
      check_id(in, value, ValueKind::pid);
      return;
    case OutKind::tid:
      check_id(in, value, ValueKind::tid);
      return;
    case OutKind::guid:
      read_guid(in, value);
      return;
    case OutKind::text:
      read_text(in, value, "a text");
      return;
  }
}

// What is expected has no part in the script's tables.
void check_memory(Reading& in, const Node& value, SnapKind kind) {
  Script apart;
  Reading reading{in.errors, apart};
  if (kind == SnapKind::stacks) read_stacks(reading, value);
  if (kind == SnapKind::ranges) read_ranges(reading, value);
  if (kind == SnapKind::loaded_modules) read_loaded_modules(reading, value);
}

void check_known_name(Reading& in, const Node& value) {
  const auto found = in.scope.find(value.text);
  if (const auto* problem = std::get_if<std::string>(&found)) in.errors.at(value, *problem);
}

// A value of the snapshot: null where it may be absent.
void check_field(Reading& in, const Node& value, const SnapField& field) {
  const bool may_be_null = field.nullable || field.kind == SnapKind::given_name || field.kind == SnapKind::thread_name;
  if (value.is(json::Kind::null) && may_be_null) return;
  switch (field.kind) {
    case SnapKind::boolean:
      read_boolean(in, value);
      return;
    case SnapKind::pid:
      check_id(in, value, ValueKind::pid);
      return;
    case SnapKind::tid:
      check_id(in, value, ValueKind::tid);
      return;
    case SnapKind::handle:
      check_id(in, value, ValueKind::handle);
      return;
    case SnapKind::machine:
      read_machine(in, value);
      return;
    case SnapKind::text:
      read_text(in, value, "a text");
      return;
    case SnapKind::stacks:
    case SnapKind::ranges:
    case SnapKind::loaded_modules:
      return check_memory(in, value, field.kind);
    case SnapKind::guid:
      read_guid(in, value);
      return;
    case SnapKind::enumeration:
      read_word(in, value, field.name, field.names());
      return;
    case SnapKind::given_name:
      if (read_text(in, value, "a name")) check_known_name(in, value);
      return;
    case SnapKind::thread_name:
      if (read_text(in, value, "the name of a thread")) read_name(in, value, Meaning::thread);
      return;
    case SnapKind::object_id:
      if (value.is(json::Kind::text) && !hex_number(value.text)) {
        read_name(in, value, Meaning::process);
        return;
      }
      return check_number(in, value);
    case SnapKind::version:
      return check_value<Given<VersionPair>>(in, value, ValueKind::given_version);
    case SnapKind::ntstatus:
      return check_status(in, value);
    case SnapKind::number:
    case SnapKind::hex:
      return check_number(in, value);
  }
}

// What the elements of a list are that are called by the names of a script.
Meaning meaning_of(const SnapNode& list) {
  return list.name == "connections" ? Meaning::connection
         : list.name == "opens"     ? Meaning::open
         : list.name == "csvOpens"  ? Meaning::csv_open
                                    : Meaning::process;
}

// Whether there can be an element with this key; reports when not.
template <class Report>
bool check_key(Reading& in, std::string_view key, const SnapNode& list, Report&& report) {
  if (!keyed(list)) {
    const bool index = !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
    if (!index) report(fmt::format("{} is no index of the list {}", json::quote(key), list.name));
    return index;
  }
  const SnapKind kind = list.key < 0 ? SnapKind::text : list.fields[static_cast<std::size_t>(list.key)].kind;
  if (kind == SnapKind::text) return true;
  if (kind == SnapKind::machine) {
    std::vector<std::string_view> names;
    for (const MachineSpec& machine : in.script.world.machines) names.emplace_back(machine.name);
    const bool known = std::find(names.begin(), names.end(), key) != names.end();
    if (!known) report(unknown("machine", key, names));
    return known;
  }
  if (!key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos) return true;  // an object id
  const auto found = in.scope.find(key);
  const auto* problem = std::get_if<std::string>(&found);
  if (problem != nullptr) report(*problem);
  const Meaning meaning = meaning_of(list);
  const bool fits = problem == nullptr && std::get<Named>(found).meaning == meaning;
  if (problem == nullptr && !fits) report(fmt::format("{} is no {}", json::quote(key), word_of(meaning)));
  return fits;
}

void check_pattern(Reading& in, const Node& value, const SnapPlace& place);

// An element that the snapshot shows as a bare value may also be written as the record it is.
void check_element(Reading& in, const Node& element, const SnapPlace& list) {
  const bool as_record = element.is(json::Kind::array) || element.is(json::Kind::object);
  check_pattern(in, element, as_record ? SnapPlace{nullptr, list.node, false} : element_place(list));
}

void check_list(Reading& in, const Node& value, const SnapPlace& place) {
  if (!keyed(*place.node)) {
    if (!expect(in, value, json::Kind::array, "a list")) return;
    for (const Node& element : json::children(value)) check_element(in, element, place);
    return;
  }
  if (!expect(in, value, json::Kind::object, "an object by name")) return;
  for (const Node& element : json::children(value))
    if (check_key(in, element.key, *place.node,
                  [&](std::string problem) { in.errors.at_key(element, std::move(problem)); }))
      if (!element.is(json::Kind::null)) check_pattern(in, element, element_place(place));  // null: there is none
}

// The leading fields of a record in their order.
void check_row(Reading& in, const Node& row, const SnapPlace& place) {
  const std::size_t fields = place.node->fields.size();
  for (const Node& value : json::children(row)) {
    if (value.index < fields)
      check_field(in, value, place.node->fields[value.index]);
    else if (value.index == fields)
      in.errors.at(value, fmt::format("one of {} has {} values", place.node->name, fields));
  }
}

void check_pattern(Reading& in, const Node& value, const SnapPlace& place) {
  if (place.field != nullptr) return check_field(in, value, *place.field);
  if (place.whole_list) return check_list(in, value, place);
  if (place.node->shape == SnapNode::Shape::string) return static_cast<void>(read_text(in, value, "a text"));
  if (place.node->shape == SnapNode::Shape::bytes) return static_cast<void>(read_bytes(in, value));
  if (value.is(json::Kind::null) && place.node->shape == SnapNode::Shape::optional) return;
  if (value.is(json::Kind::array)) return check_row(in, value, place);
  if (!expect(in, value, json::Kind::object, "an object or a list of its leading values")) return;
  for (const Node& member : json::children(value)) {
    if (const auto inner = member_place(place, member.key))
      check_pattern(in, member, *inner);
    else
      in.errors.at_key(member, unknown(fmt::format("field of {}", place.node->name), member.key, member_names(place)));
  }
}

// The place that a pointer leads to; reports one that can lead nowhere.
std::optional<SnapPlace> place_of(Reading& in, const Node& leaf) {
  const auto segments = pointer_segments(leaf.key);
  const auto report = [&](std::string problem) { in.errors.at_key(leaf, std::move(problem)); };
  if (!segments) {
    report("a JSON Pointer (\"/machines/local/...\") is expected");
    return std::nullopt;
  }
  std::optional<SnapPlace> place = whole_snapshot();
  for (const std::string& segment : *segments) {
    const SnapPlace at = *place;
    const bool value =
        at.field != nullptr || at.node->shape == SnapNode::Shape::string || at.node->shape == SnapNode::Shape::bytes;
    if (value) {
      report(fmt::format("{} has no members, so not {}", at.field != nullptr ? at.field->name : at.node->name,
                         json::quote(segment)));
      return std::nullopt;
    }
    if (at.whole_list) {
      if (!check_key(in, segment, *at.node, report)) return std::nullopt;
      place = element_place(at);
    } else {
      place = member_place(at, segment);
      if (!place) report(unknown(fmt::format("field of {}", at.node->name), segment, member_names(at)));
    }
    if (!place) return std::nullopt;
  }
  return place;
}

bool element_of_keyed_list(const SnapPlace& place) {
  return place.node != nullptr && !place.whole_list && keyed(*place.node);
}

std::string read_object(Reading& in, const Node& value) {
  return expect(in, value, json::Kind::object, "an object") ? json::one_line(value) : "";
}

}  // namespace

void check_out(Reading& in, const json::Node& value, std::span<const OutInfo> outs) {
  std::vector<std::string_view> known;
  for (const OutInfo& out : outs) {
    known.push_back(out.name);
    if (const Node* given = member(value, out.name)) check_output(in, *given, out.kind);
  }
  for (const Node& given : json::children(value))
    if (std::find(known.begin(), known.end(), given.key) == known.end())
      in.errors.at_key(given, unknown("output", given.key, known));
}

void check_report(Reading& in, const json::Node& value) { check_pattern(in, value, one_report()); }

void check_leaves(Reading& in, const json::Node& value) {
  for (const Node& leaf : json::children(value)) {
    const auto place = place_of(in, leaf);
    // null: no such process or machine any more.
    if (place && !(leaf.is(json::Kind::null) && element_of_keyed_list(*place))) check_pattern(in, leaf, *place);
  }
}

Expectation read_expectation(Reading& in, const json::Node& step, const StepInfo& kind) {
  Expectation out;
  if (const Node* value = member(step, "returns")) read_returns(in, *value, kind, out);
  if (const Node* value = kind.call ? member(step, "lastError") : nullptr) read_last_error(in, *value, out);
  if (const Node* value = kind.call || !kind.outs.empty() ? member(step, "out") : nullptr) {
    out.out = read_object(in, *value);
    check_out(in, *value, kind.outs);
  }
  if (const Node* value = member(step, "report")) {
    out.report = read_object(in, *value);
    if (!out.report.empty()) check_report(in, *value);
  }
  if (const Node* value = member(step, "leaves")) {
    out.leaves = read_object(in, *value);
    if (!out.leaves.empty()) check_leaves(in, *value);
  }
  return out;
}

}  // namespace procreg::harness
