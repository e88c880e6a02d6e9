// Answers and snapshots held against what a scenario file says of them.
#include <fmt/format.h>

#include <algorithm>

#include "api/names.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/json_tree.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/snapshot_place.h"
#include "harness/scenario/snapshot_tree.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {

namespace {

using json::Node;
using Shape = SnapTree::Shape;

// As a snapshot holds it.
std::uint64_t word_of(NameRef name) { return static_cast<std::uint64_t>(name.base) << 16 | name.part; }

// The number that an expected value stands for.
struct Resolver {
  const Script& script;
  const Bindings& bindings;

  std::optional<std::uint64_t> id(const Node& value, Meaning meaning) const {
    if (value.is(json::Kind::null)) return 0;
    if (value.is(json::Kind::integer)) return value.number;
    if (!value.is(json::Kind::text)) return std::nullopt;
    if (value.text == "CURRENT_PROCESS") return number(current_process);
    if (value.text == "CURRENT_THREAD") return number(current_thread);
    if (const auto number = hex_number(value.text)) return number;
    if (const auto literal = unowned_number(value.text, meaning)) return literal;
    const auto name = find_name(script.names, value.text);
    if (!name) return std::nullopt;
    if (meaning == Meaning::process) return number(bindings.pid(*name));
    return meaning == Meaning::thread ? number(bindings.tid(*name)) : number(bindings.handle(*name));
  }
  std::optional<std::uint64_t> object(const Node& value) const {
    if (!value.is(json::Kind::text) || hex_number(value.text)) return plain(value);
    const auto name = find_name(script.names, value.text);
    return name ? std::optional{number(bindings.process(*name).object)} : std::nullopt;
  }
  static std::optional<std::uint64_t> plain(const Node& value) {
    if (value.is(json::Kind::integer) && !value.negative) return value.number;
    return value.is(json::Kind::text) ? hex_number(value.text) : std::nullopt;
  }
  std::optional<std::uint64_t> name_word(const Node& value) const {
    const auto name = value.is(json::Kind::text) ? find_name(script.names, value.text) : std::nullopt;
    return name ? std::optional{word_of(*name)} : std::nullopt;
  }
};

std::string not_as_expected(std::string_view place, std::string_view is, std::string_view expected) {
  return fmt::format("{} is {}, and {} is expected", place, is, expected);
}

// Compares expected JSON with a snapshot; answers "" or the first difference.
class Match {
 public:
  Match(const Script& script, const Bindings& bindings) : script_{script}, resolve_{script, bindings} {}

  std::string tree(const std::string& place, const Node& expected, const SnapTree& is) const {
    switch (is.shape) {
      case Shape::value:
        return value(place, expected, is);
      case Shape::list:
        return list(place, expected, is);
      case Shape::absent:
        return expected.is(json::Kind::null) ? "" : differs(place, expected, is);
      case Shape::object:
        break;
    }
    if (expected.is(json::Kind::array)) return row(place, expected, is);
    return expected.is(json::Kind::object) ? members(place, expected, is) : differs(place, expected, is);
  }

  std::string leaf(const Node& expected, const SnapTree& root) const {
    const std::vector<std::string> segments = pointer_segments(expected.key).value_or(std::vector<std::string>{});
    const SnapTree* at = &root;
    bool may_be_gone = false;
    for (const std::string& segment : segments) {
      const SnapTree* next = at->shape == Shape::list ? element_at(*at, segment) : at->child(segment);
      may_be_gone = next == nullptr && at->keyed && &segment == &segments.back();
      at = next;
      if (at == nullptr) break;
    }
    if (at != nullptr) return tree(expected.key, expected, *at);
    if (may_be_gone && expected.is(json::Kind::null)) return {};
    return fmt::format("{} does not exist in the snapshot, and {} is expected there", expected.key, one_line(expected));
  }

  std::string output(const OutInfo& out, bool written, const Node& expected, const Answer& answer) const {
    const std::string place = fmt::format("out/{}", out.name);
    const bool null_is_a_value = out.kind == OutKind::handle || out.kind == OutKind::address;
    const bool null_expected = expected.is(json::Kind::null) && !(null_is_a_value && written);
    if (null_expected || !written)
      return null_expected == !written
                 ? ""
                 : not_as_expected(place, written ? out_json(script_.tables, out, answer) : "not written",
                                   shown(expected));
    const std::uint64_t* words = &answer.out[out.word];
    return output_matches(out.kind, words, expected)
               ? ""
               : not_as_expected(place, out_json(script_.tables, out, answer), shown_out(out, expected));
  }

 private:
  static const SnapTree* element_at(const SnapTree& list, const std::string& segment) {
    const auto digits = segment.find_first_not_of("0123456789") == std::string::npos && segment.size() < 10;
    const std::size_t index = digits && !segment.empty() ? std::stoul(segment) : list.children.size();
    return index < list.children.size() ? &list.children[index] : nullptr;
  }

  static bool units_match(const SnapTree& is, const Node& expected) {
    if (!expected.is(json::Kind::text)) return false;
    if (is.node->shape == SnapNode::Shape::string) return units_text(is) == json::utf16(expected.text);
    return bytes_of(expected) == units_bytes(is);
  }
  static std::optional<std::vector<std::uint8_t>> bytes_of(const Node& expected) {
    Script apart;
    Errors errors{"", ""};
    Reading reading{errors, apart};
    return read_bytes(reading, expected);
  }
  std::string value(const std::string& place, const Node& expected, const SnapTree& is) const {
    if (is.node != nullptr) return units_match(is, expected) ? "" : differs(place, expected, is);
    return field_matches(*is.field, is.words, expected) ? "" : differs(place, expected, is);
  }
  std::string list(const std::string& place, const Node& expected, const SnapTree& is) const {
    if (!expected.is(json::Kind::array)) return differs(place, expected, is);
    if (json::count(expected) != is.children.size())
      return fmt::format("{} has {} elements, {}, and {} are expected, {}", place, is.children.size(),
                         snapshot_text(script_, is), json::count(expected), one_line(expected));
    for (const Node& each : json::children(expected)) {
      std::string problem = element(fmt::format("{}/{}", place, each.index), each, is.children[each.index]);
      if (!problem.empty()) return problem;
    }
    return {};
  }
  // An element that the snapshot shows as a bare value may be expected as the record it is.
  std::string element(const std::string& place, const Node& expected, const SnapTree& is) const {
    const bool record = expected.is(json::Kind::array) || expected.is(json::Kind::object);
    if (is.shape != Shape::value || !record) return tree(place, expected, is);
    if (expected.first == nullptr) return {};
    const bool fits =
        expected.first->next == nullptr && (expected.is(json::Kind::array) || expected.first->key == is.key);
    return fits ? value(place, *expected.first, is) : differs(place, expected, is);
  }
  std::string row(const std::string& place, const Node& expected, const SnapTree& is) const {
    for (const Node& each : json::children(expected)) {
      if (each.index >= is.children.size() || is.children[each.index].shape != Shape::value)
        return differs(place, expected, is);
      const SnapTree& field = is.children[each.index];
      std::string problem = value(place + "/" + field.key, each, field);
      if (!problem.empty()) return problem;
    }
    return {};
  }
  std::string members(const std::string& place, const Node& expected, const SnapTree& is) const {
    for (const Node& each : json::children(expected)) {
      const SnapTree* found = is.child(each.key);
      const std::string inner = place + "/" + json::pointer_segment(each.key);
      if (found == nullptr && is.keyed && each.is(json::Kind::null)) continue;
      std::string problem = found == nullptr ? inner + " does not exist" : tree(inner, each, *found);
      if (!problem.empty()) return problem;
    }
    return {};
  }

  bool field_matches(const SnapField& field, const std::uint64_t* words, const Node& expected) const {
    if (words == nullptr) return expected.is(json::Kind::null);
    switch (field.kind) {
      case SnapKind::pid:
        return is_id(*words, expected, Meaning::process);
      case SnapKind::tid:
        return is_id(*words, expected, Meaning::thread);
      case SnapKind::handle:
        return resolve_.id(expected, Meaning::handle) == *words;
      case SnapKind::object_id:
        return resolve_.object(expected) == *words;
      case SnapKind::boolean:
        return expected.is(json::Kind::boolean) && expected.truth == (*words != 0);
      case SnapKind::given_name:
        return name_matches(word_of(name_ref(static_cast<GivenName>(*words))), expected);
      case SnapKind::thread_name:
        return name_matches(*words, expected);
      case SnapKind::guid:
        return guid_matches(words, expected);
      case SnapKind::enumeration:
        return expected.is(json::Kind::text) && expected.text == field.names()[*words];
      case SnapKind::text:
        return text_matches(*words, expected);
      case SnapKind::stacks:
        return memory_matches(*words, script_.tables.all_stacks(), read_stacks, expected);
      case SnapKind::ranges:
        return memory_matches(*words, script_.tables.all_ranges(), read_ranges, expected);
      case SnapKind::loaded_modules:
        return memory_matches(*words, script_.tables.all_loaded_modules(), read_loaded_modules, expected);
      case SnapKind::machine:
        return expected.is(json::Kind::text) && *words < script_.world.machines.size() &&
               script_.world.machines[*words].name == expected.text;
      case SnapKind::version:
        return version_matches(words, expected);
      case SnapKind::ntstatus:
        return status_matches(*words, expected);
      case SnapKind::number:
      case SnapKind::hex:
        return Resolver::plain(expected) == *words;
    }
    return false;
  }
  static bool version_matches(const std::uint64_t* words, const Node& expected) {
    return expected.is(json::Kind::array) && json::count(expected) == 2 &&
           Resolver::plain(*expected.first) == words[0] && Resolver::plain(*expected.first->next) == words[1];
  }
  static bool status_matches(std::uint64_t word, const Node& expected) {
    if (!expected.is(json::Kind::text)) return Resolver::plain(expected) == word;
    return result_named(expected.text, ResultKind::ntstatus) == Result{ResultKind::ntstatus, word};
  }
  static bool word_matches(std::span<const std::string_view> names, std::uint64_t word, const Node& expected) {
    return expected.is(json::Kind::text) && word < names.size() && expected.text == names[word];
  }
  static bool bytes_match(const std::uint64_t* words, const Node& expected) {
    const auto bytes = bytes_of(expected);
    const OutWords wanted = out_of_bytes(bytes.value_or(std::vector<std::uint8_t>{}));
    return bytes && std::equal(wanted.begin(), wanted.end(), words);
  }
  bool is_id(std::uint64_t word, const Node& expected, Meaning meaning) const {
    return !expected.is(json::Kind::null) && resolve_.id(expected, meaning) == word;
  }
  bool name_matches(std::uint64_t word, const Node& expected) const {
    if (word >> 16 == 0) return expected.is(json::Kind::null);
    return resolve_.name_word(expected) == word;
  }
  bool text_matches(std::uint64_t index, const Node& expected) const {
    return expected.is(json::Kind::text) && index < script_.tables.texts() &&
           script_.tables.at(TextRef{static_cast<std::uint32_t>(index)}) == json::utf16(expected.text);
  }
  // Of the script's tables: `index` of `count`.
  template <class Ref>
  bool memory_matches(std::uint64_t index, std::size_t count, std::optional<Ref> (*read)(Reading&, const Node&),
                      const Node& expected) const {
    if (index >= count) return false;
    Script apart;
    Errors errors{"", ""};
    Reading reading{errors, apart};
    const auto wanted = read(reading, expected);
    return wanted && errors.none() &&
           apart.tables.at(*wanted) == script_.tables.at(Ref{static_cast<std::uint32_t>(index)});
  }
  static bool guid_matches(const std::uint64_t* words, const Node& expected) {
    return expected.is(json::Kind::text) && guid_named(expected.text) == Guid{words[0], words[1]};
  }
  bool output_matches(OutKind kind, const std::uint64_t* words, const Node& expected) const {
    switch (kind) {
      case OutKind::dword:
      case OutKind::qword:
        return Resolver::plain(expected) == *words;
      case OutKind::ntstatus:
        return status_matches(*words, expected);
      case OutKind::version:
        return version_matches(words, expected);
      case OutKind::bytes:
        return bytes_match(words, expected);
      case OutKind::dialect:
      case OutKind::create_action:
      case OutKind::hold:
      case OutKind::durable_state:
        return word_matches(names_of(kind), *words, expected);
      case OutKind::boolean:
        return expected.is(json::Kind::boolean) && expected.truth == (*words != 0);
      case OutKind::address:
        return (expected.is(json::Kind::null) ? 0 : Resolver::plain(expected)) == *words;
      case OutKind::handle:
        return resolve_.id(expected, Meaning::handle) == *words;
      case OutKind::pid:
        return is_id(*words, expected, Meaning::process);
      case OutKind::tid:
        return is_id(*words, expected, Meaning::thread);
      case OutKind::guid:
        return guid_matches(words, expected);
      case OutKind::text:
        return text_matches(*words, expected);
    }
    return false;
  }

  // The expected value, and the number behind a name.
  std::string shown(const Node& expected, std::optional<std::uint64_t> number = std::nullopt) const {
    const bool name = expected.is(json::Kind::text) && number && !hex_number(expected.text);
    return name ? fmt::format("{} ({})", one_line(expected), *number) : one_line(expected);
  }
  std::string shown_out(const OutInfo& out, const Node& expected) const {
    switch (out.kind) {
      case OutKind::handle:
        return shown(expected, resolve_.id(expected, Meaning::handle));
      case OutKind::pid:
        return shown(expected, resolve_.id(expected, Meaning::process));
      case OutKind::tid:
        return shown(expected, resolve_.id(expected, Meaning::thread));
      default:
        return shown(expected);
    }
  }
  std::string shown_field(const SnapTree& is, const Node& expected) const {
    if (is.field == nullptr) return shown(expected);
    switch (is.field->kind) {
      case SnapKind::handle:
        return shown(expected, resolve_.id(expected, Meaning::handle));
      case SnapKind::pid:
        return shown(expected, resolve_.id(expected, Meaning::process));
      case SnapKind::tid:
        return shown(expected, resolve_.id(expected, Meaning::thread));
      case SnapKind::object_id:
        return shown(expected, resolve_.object(expected));
      default:
        return shown(expected);
    }
  }
  std::string differs(const std::string& place, const Node& expected, const SnapTree& is) const {
    return not_as_expected(place, snapshot_text(script_, is), shown_field(is, expected));
  }

  const Script& script_;
  Resolver resolve_;
};

std::string unmet_outputs(const Match& match, const Node& expected, const Step& step, const Answer& answer) {
  for (const Node& each : json::children(expected)) {
    std::string problem = fmt::format("{} has no output {}", info(step).name, json::quote(each.key));
    std::size_t index = 0;
    for (const OutInfo& out : info(step).outs) {
      if (out.name == each.key) problem = match.output(out, was_written(answer, index), each, answer);
      ++index;
    }
    if (!problem.empty()) return problem;
  }
  return {};
}

std::string unmet_snapshot(const Script& script, const Match& match, const Node* report, const Node* leaves,
                           std::span<const std::uint64_t> words) {
  const auto root = snapshot_tree(script, words);
  if (!root) return "the words of the snapshot do not fit the layout";
  const SnapTree& reports = *root->child("reports");
  if (report != nullptr && reports.children.empty()) return "there is no report";
  std::string problem = report != nullptr ? match.tree("report", *report, reports.children.back()) : "";
  if (leaves == nullptr) return problem;
  for (const Node& each : json::children(*leaves))
    if (problem.empty()) problem = match.leaf(each, *root);
  return problem;
}

// A part of an expectation, parsed; the root is null when it was not given.
struct Part {
  explicit Part(std::string_view text) : document{text.empty() ? json::Document{} : json::parse(text)} {}
  const Node* root() const { return document.nodes.empty() ? nullptr : &document.nodes.front(); }
  bool broken() const { return !document.problems.empty(); }
  json::Document document;
};

}  // namespace

std::string unmet(const Script& script, const Expectation& expectation, const Step& step, const Answer& answer,
                  std::span<const std::uint64_t> words, const Bindings& bindings) {
  if (expectation.returns && *expectation.returns != answer.result)
    return not_as_expected("the answer", text(answer.result), text(*expectation.returns));
  if (expectation.lastError && *expectation.lastError != answer.lastError)
    return not_as_expected("lastError", std::to_string(answer.lastError), std::to_string(*expectation.lastError));
  if (expectation.out.empty() && expectation.report.empty() && expectation.leaves.empty()) return {};

  const Part out{expectation.out};
  const Part report{expectation.report};
  const Part leaves{expectation.leaves};
  if (out.broken() || report.broken() || leaves.broken()) return "the expectation is no JSON";
  const Match match{script, bindings};
  std::string problem = out.root() == nullptr ? "" : unmet_outputs(match, *out.root(), step, answer);
  if (!problem.empty() || (report.root() == nullptr && leaves.root() == nullptr)) return problem;
  return unmet_snapshot(script, match, report.root(), leaves.root(), words);
}

}  // namespace procreg::harness
