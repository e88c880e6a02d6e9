// What the failure of a process leads to, worked out from the snapshot before it: section 5 of wer.md once more, in the words of
// a property.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/properties/story.h"

namespace procreg::scenarios {

struct ExpectedFailure {
  SeenReport report{};
  std::vector<TextRef> existing_files{};  // afterwards, in the order of those before
};

// `failing` is Running or Hung in `before` and fails at that stamp, a crash in its live thread with the lowest tid. nullopt: a
// runtime exception module terminates it instead.
std::optional<ExpectedFailure> expected_failure(const Story& story, const Seen& before, ProcessKey failing,
                                                Cause cause);

// Its report alone; not for a process that a module terminates.
SeenReport expected_report(const Story& story, const Seen& before, ProcessKey failing, Cause cause);

// Triage dumps and what was not collected are the same.
bool same_additional_processes(const SeenReport& report, const SeenReport& expected);

std::vector<Tid> threads_of(const SeenProcess& process);
std::vector<Tid> threads_of(const SeenDump& dump);

}  // namespace procreg::scenarios
