// Histories as files, format "procreg-history/1": checked again and drawn by `procreg race --history`.
//
//   { "format": "procreg-history/1",
//     "scenario": { ... },        a scenario file with "parallel" and one profile
//     "operations": [             in order of "called"
//       { "thread": 0, "step": "main: WerRegister...(...)", "called": 0, "returned": 3, "answer": { "returns": "S_OK" } },
//       { "thread": 1, "step": "...", "called": 1, "answer": null } ],     never returned
//     "end": [ ... ] }            the words of the subject's snapshot after all; left out where it is not part of the case
//
// The k-th operation of a thread is the k-th step of that thread in the scenario; "step" says it again for the reader, and
// has to be the same. An answer has what was written: "returns", "out", "lastError", and "made" with the id of what the step
// made.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/concurrent/recorded_race.h"
#include "harness/scenario/files.h"

namespace procreg::harness {

inline constexpr std::string_view history_format_name = "procreg-history/1";

std::string write_history(const RecordedRace& race);

using ReadHistoryResult = std::variant<RecordedRace, std::vector<InputError>>;
ReadHistoryResult read_history(std::string_view json, std::string_view file_name);
ReadHistoryResult read_history_file(const std::string& path);

}  // namespace procreg::harness
