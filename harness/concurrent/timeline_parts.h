// What the text and the drawing of a history share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/concurrent/recorded_race.h"

namespace procreg::harness::timeline {

// "1" by its place in the order, "!" for one that cannot come next, "" for one of which nothing is said.
std::vector<std::string> marks(const RecordedRace& race, const Explanation& explanation);

std::size_t threads(const RecordedRace& race);

// "S_OK", "TRUE, hProcess=4", "never returned".
std::string answer(const Tables& tables, const Operation& operation);

struct Event {
  std::uint64_t at{};
  std::uint32_t operation{};
  bool call{};
};
// Calls and returns in their order.
std::vector<Event> events(const History& history);

// "linearizable", "not linearizable", "not decided".
std::string verdict(const Explanation& explanation);

}  // namespace procreg::harness::timeline
