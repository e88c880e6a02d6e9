// Scenario files: reading with exact errors, writing, schema. Format "procreg-scenario/1" (design, section 7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/scenario/script.h"

namespace procreg::harness {

// Where and why a file cannot be used. line and column from 1, 0 when the file itself cannot be read; pointer is a JSON Pointer.
struct InputError {
  std::string file;
  std::size_t line{};
  std::size_t column{};
  std::string pointer;
  std::string message;
};
// "file:line:column: /pointer: message"
std::string text(const InputError& error);

// Nothing is evaluated from a file with errors. Several errors may be given (at least the first).
using ReadResult = std::variant<Script, std::vector<InputError>>;

ReadResult read_script(std::string_view json, std::string_view file_name);
ReadResult read_script_file(const std::string& path);  // at most file_bytes_max

// For what performs one step after another: a file with a parallel part is refused.
ReadResult read_sequential_script_file(const std::string& path);

// At most file_bytes_max.
std::variant<std::string, std::vector<InputError>> read_whole_file(const std::string& path);

inline constexpr std::size_t file_bytes_max = 16U << 20;
inline constexpr std::size_t nesting_max = 32;

// One step a line; reading it again gives an equal script.
std::string write_script(const Script& script);

// Writes beside and renames; an error leaves no partial file and is returned as text ("" on success).
std::string write_file_atomically(const std::string& path, std::string_view content);

// The schema of scenario files, from the field tables. scenarios/schema/scenario.schema.json is its committed output.
std::string scenario_schema();

// A step as one line of a report: `main: WerRegisterAdditionalProcess(processId=w5, captureExtraInfoForThreadId=0)`.
std::string text(const Script& script, const Step& step);

// A step as the JSON object of a scenario file (without expectations).
std::string step_json(const Script& script, const Step& step);

// Answers as JSON: {"returns": "S_OK", "out": {...}, "lastError": 5}; names instead of numbers are not used.
std::string answer_json(const Script& script, const Step& step, const Answer& answer);

// The snapshot as JSON (specification README, 5), machines and processes keyed by name.
std::string snapshot_json(const Script& script, std::span<const std::uint64_t> words);

// The places where two snapshots differ: "/machines/local/processes/main/wer/processes/0/threadId: 65540 | 0".
std::vector<std::string> snapshot_differences(const Script& script, std::span<const std::uint64_t> a,
                                              std::span<const std::uint64_t> b);

// Whether an answer and snapshot are what a step's expectation says; "" or what differs (first difference) as text.
// `bindings` resolve the names in `out`, `report` and `leaves`. `report` is compared with the last report of the snapshot.
std::string unmet(const Script& script, const Expectation& expectation, const Step& step, const Answer& answer,
                  std::span<const std::uint64_t> words, const Bindings& bindings);

}  // namespace procreg::harness
