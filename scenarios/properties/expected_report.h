// What a report says of registered additional processes, worked out from the snapshot before the failure: the clauses WER-AP-19
// to WER-AP-25, WER-AP-30 and WER-AP-40 once more, in the words of a property.
#pragma once

#include <vector>

#include "api/profile.h"
#include "scenarios/properties/seen.h"

namespace procreg::scenarios {

struct ExpectedDump {
  ProcessKey process{};
  std::vector<Tid> threads{};
  Tid extra_thread{};
  Tid extra_thread_missing{};
};

struct ExpectedReport {
  std::vector<ExpectedDump> triage{};
  std::vector<NotCollectedEntry> not_collected{};
};

ExpectedReport expected_report(const Seen& before, ProcessKey failing, Cause cause, const Profile& profile);

// The report's dumps after the first and its notCollected are exactly the expected ones.
bool shows(const SeenReport& report, const ExpectedReport& expected);

std::vector<Tid> threads_of(const SeenProcess& process);
std::vector<Tid> threads_of(const SeenDump& dump);

}  // namespace procreg::scenarios
