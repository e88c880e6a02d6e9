// What a failing schedule looks like to a reader.
#pragma once

#include <string>

#include "harness/concurrent/recorded_race.h"
#include "harness/concurrent/schedule_search.h"

namespace procreg::harness {

// The race that the run was, for timelines and history files; the script under its first profile.
RecordedRace race_of(const Script& script, const Script::NamedProfile& profile, const History& history,
                     const SnapshotWords& end);

// Timeline, why it is wrong, who waits for what, and the switches: lines, each ended.
std::string failure_text(const Script& script, const Script::NamedProfile& profile, const ScheduleFailure& failure);

// A line a switch: "thread 0 runs until it stands at 'lock arena' for the 2nd time".
std::string schedule_text(std::span<const ScheduleSwitch> schedule);

}  // namespace procreg::harness
