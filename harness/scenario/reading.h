// What the parts of the reader share. Each part reads one piece of the tree, reports what it cannot use, and goes on, so that
// one run shows several errors; a script with any error is given to nobody.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/snapshot.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_tree.h"
#include "harness/scenario/scope.h"
#include "harness/scenario/script.h"
#include "harness/scenario/smb_rules.h"

namespace procreg::harness {

// Input errors of one file.
class Errors {
 public:
  Errors(std::string_view text, std::string_view file) : text_{text}, file_{file} {}

  void at(const json::Node& value, std::string message) {
    add(value.offset, json::pointer_of(value), std::move(message));
  }
  void at_key(const json::Node& value, std::string message) {
    add(value.key_offset, json::pointer_of(value), std::move(message));
  }
  void add(std::size_t offset, std::string pointer, std::string message);
  // What the parser found.
  void add(std::span<const json::Problem> problems) {
    for (const json::Problem& problem : problems) add(problem.offset, problem.pointer, problem.message);
  }
  bool none() const { return problems_.empty(); }
  // In the order of the file.
  std::vector<InputError> take();

  static constexpr std::size_t listed_max = 20;

 private:
  std::string_view text_;
  std::string_view file_;
  std::vector<json::Problem> problems_{};
};

// What `read` makes of the whole text of a file: a variant of that, or errors.
template <class Read>
Read read_file(const std::string& path, Read (*read)(std::string_view text, std::string_view file_name)) {
  auto content = read_whole_file(path);
  if (auto* errors = std::get_if<std::vector<InputError>>(&content)) return std::move(*errors);
  return read(std::get<std::string>(content), path);
}

struct Reading {
  Reading(Errors& to, Script& into) : errors{to}, script{into} {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  Errors& errors;
  Script& script;
  Scope scope{script.names};
  SmbRules smb_rules{script.world.machines, script.tables, [this](NameRef name) { return scope.machine_of(name); }};
};

// --- Shapes and simple values; each reports and answers false or nullopt when the value is another one ---

bool expect(Reading& in, const json::Node& value, json::Kind kind, std::string_view expected);
// A number or "0x...", at most `max`.
std::optional<std::uint64_t> read_integer(Reading& in, const json::Node& value, std::uint64_t max);
std::optional<bool> read_boolean(Reading& in, const json::Node& value);
std::optional<std::string_view> read_text(Reading& in, const json::Node& value, std::string_view expected);
std::optional<AccessMask> read_mask(Reading& in, const json::Node& value);
std::optional<DaclRef> read_dacl(Reading& in, const json::Node& value);
// A list of [begin, end) pairs.
std::optional<RangesRef> read_ranges(Reading& in, const json::Node& value);
// A list of stacks; null is the stack that the thread has by default.
std::optional<StacksRef> read_stacks(Reading& in, const json::Node& value);
std::optional<LoadedModulesRef> read_loaded_modules(Reading& in, const json::Node& value);
std::optional<Guid> guid_named(std::string_view text);
std::optional<Guid> read_guid(Reading& in, const json::Node& value);
// Hex text.
std::optional<std::vector<std::uint8_t>> read_bytes(Reading& in, const json::Node& value);
// A given pid or tid; what 0 and 4 mean is the caller's to check.
std::optional<std::uint32_t> read_assignable(Reading& in, const json::Node& value, std::string_view what);
struct Threads {
  std::uint16_t count{1};
  std::vector<std::string> names{};
};
std::optional<Threads> read_threads(Reading& in, const json::Node& value);
std::optional<MachineIndex> read_machine(Reading& in, const json::Node& value);
// A word of a list; `what` is what it is called in messages.
std::optional<std::size_t> read_word(Reading& in, const json::Node& value, std::string_view what,
                                     std::span<const std::string_view> words);
// The entry of a name that is to be bound; reports a name that may not be given.
bool check_given_name(Reading& in, const json::Node& value);

// The member; reports when the object has none.
const json::Node* needed_member(Reading& in, const json::Node& object, std::string_view key);

// Reports members that are in none of the lists; those of `later` are known, but not to this version.
void refuse_unknown_keys(Reading& in, const json::Node& object, std::span<const std::string_view> known,
                         std::span<const std::string_view> later);

// Number that a literal such as "@process1" stands for; nullopt when the text is no such literal of the kind.
std::optional<std::uint64_t> unowned_number(std::string_view text, Meaning kind);

// "0x1F", at most 16 digits.
std::optional<std::uint64_t> hex_number(std::string_view text);

// What a name or literal in the place of an id stands for; reports when it is of another kind.
std::optional<NameRef> read_name(Reading& in, const json::Node& value, Meaning wanted);

// Of paths and names of modules: A to Z as a to z (WER-ALL-21).
std::u16string folded(std::u16string_view path);
// A text as a function or the world gives it: it ends at its first NUL (WER-ALL-19).
TextRef text_up_to_nul(Reading& in, std::string_view text);

// --- Parts of a file ---

// A whole scenario, wherever it stands.
void read_scenario(Reading& in, const json::Node& root);

// What a step makes, until it is bound.
struct Made {
  const json::Node* as{};
  const json::Node* thread_names{};
  Threads threads{};
};
// Reads a value of a kind into the field of a step.
bool read_value(Reading& in, const json::Node& value, ValueKind kind, void* field, Made& made);

void read_world(Reading& in, const json::Node* world);
// `moduleBehaviours`.
void read_modules(Reading& in, const json::Node& list);
void read_profiles(Reading& in, const json::Node& value);
void read_steps(Reading& in, const json::Node& list, bool may_be_empty);
// A step without what is expected of it; binds the name that it gives.
std::optional<Step> read_action(Reading& in, const json::Node& value);
// `parallel` and `schedule`, after `steps`; nullptr where the file has none.
void read_parallel(Reading& in, const json::Node* threads, const json::Node* schedule);
Expectation read_expectation(Reading& in, const json::Node& step, const StepInfo& kind);
// Reports what cannot be in a report or snapshot.
void check_report(Reading& in, const json::Node& value);
void check_leaves(Reading& in, const json::Node& value);
// The same for one value of an output.
void check_out(Reading& in, const json::Node& value, std::span<const OutInfo> outs);

}  // namespace procreg::harness
