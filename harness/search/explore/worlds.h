// Worlds that are ready to be explored.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "harness/search/explore/explore.h"

namespace procreg::harness {

struct WorldSize {
  std::optional<std::uint32_t> processes{};  // each world has a number of its own where none is given
  std::optional<Limits> limits{};
};

struct ReadyWorld {
  std::string_view name;
  std::string_view about;
  ExploreOptions (*make)(const WorldSize& size);
};

// The kinds of steps with these names, each of which there is.
StepKinds kinds_named(std::span<const std::string_view> names);

// In the order in which they are listed.
std::span<const ReadyWorld> ready_worlds();
std::vector<std::string_view> ready_world_names();
// nullptr: there is none of this name.
const ReadyWorld* find_ready_world(std::string_view name);

// One caller registers and unregisters pids, each with one of two thread ids, in a table of five; order shows. `pids` nobody
// has, or those of so many further processes. The storage is there from the beginning.
ExploreOptions registry_world(std::uint32_t pids, std::uint32_t capacity = 5);
ExploreOptions targets_world(std::uint32_t processes, std::uint32_t capacity = 5);

}  // namespace procreg::harness
