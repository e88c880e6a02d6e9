// The world that a script begins with (specification README, 3). Fields of later functions (files, helper modules, memory
// ranges) are added here with those functions; until then the scenario reader refuses them by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/limits.h"
#include "api/report.h"
#include "api/value.h"

namespace procreg {

struct MachineSpec {
  std::string name{"local"};
  FilterState ccf{FilterState::loaded};
  friend bool operator==(const MachineSpec&, const MachineSpec&) = default;
};

// A process without parent or creator that exists when the world begins.
struct ProcessSpec {
  std::uint16_t name{};  // base of the NameRef that stands for it
  MachineIndex machine{};
  ProcessKind kind{ProcessKind::ordinary};
  TextRef user{default_user};
  std::optional<Pid> pid{};
  bool protected_{};
  bool se_debug{};
  std::optional<DaclRef> dacl{};
  ThreadCount threads{};
  std::optional<TextRef> package{};
  std::optional<bool> dumpable{};  // left out: true unless protected
  friend bool operator==(const ProcessSpec&, const ProcessSpec&) = default;
};

struct WorldSpec {
  std::vector<MachineSpec> machines{MachineSpec{}};
  std::vector<ProcessSpec> processes{
      ProcessSpec{.name = 1}};  // `main`: name 1 of every script that has the default world
  Limits limits{};
  bool additionalDataRequested{};
  bool forceQueue{};
  friend bool operator==(const WorldSpec&, const WorldSpec&) = default;
};

}  // namespace procreg
