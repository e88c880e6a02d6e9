// The world that a script begins with (specification README, 3).
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
  std::optional<bool> localFolderUsable{};  // left out: true when packaged
  std::optional<bool> dumpable{};           // left out: true unless protected
  StacksRef stacks{default_stacks};
  RangesRef data{default_data};
  RangesRef private_{no_ranges};
  RangesRef mapped{no_ranges};
  std::optional<LoadedModulesRef> loadedModules{};  // left out: a program of its own, kernel32.dll and ntdll.dll
  friend bool operator==(const ProcessSpec&, const ProcessSpec&) = default;
};

// What one call of a callback of a runtime exception module does. One that terminates ends the failing process (WER-REP-29).
enum class CallbackDeed : std::uint8_t { succeeds, fails, terminates };

struct ModuleSignature {
  CallbackDeed deed{};
  TextRef name{empty_text};  // when it succeeds, as the next one
  TextRef value{empty_text};
  friend bool operator==(const ModuleSignature&, const ModuleSignature&) = default;
};

// How the modules of a dll behave (WER-REP-21 to WER-REP-29). Of a dll that the world says nothing of: as default.
struct ModuleBehaviour {
  TextRef dll{};
  bool loadable{true};
  CallbackDeed event{};             // of the event callback; without a claim it declines
  std::optional<TextRef> claims{};  // the name of the event
  std::uint32_t count{};            // of signature parameters, as the callback says: may be above WER_MAX_PARAM_COUNT
  std::vector<ModuleSignature>
      signatures{};                 // of index 0, 1, ...; at least min(count, WER_MAX_PARAM_COUNT) when it claims
  CallbackDeed debugger{};          // of the debugger-launch callback
  std::optional<TextRef> custom{};  // its own debugger
  bool automatic{};
  friend bool operator==(const ModuleBehaviour&, const ModuleBehaviour&) = default;
};

struct WorldSpec {
  std::vector<MachineSpec> machines{MachineSpec{}};
  std::vector<ProcessSpec> processes{
      ProcessSpec{.name = 1}};  // `main`: name 1 of every script that has the default world
  Limits limits{};
  std::vector<TextRef> existingFiles{};             // no two are one path (WER-ALL-21)
  std::vector<TextRef> helperModules{};             // likewise
  std::vector<ModuleBehaviour> moduleBehaviours{};  // no two of one dll (WER-ALL-21)
  bool additionalDataRequested{};
  bool userDocumentsRequested{};
  bool forceQueue{};
  friend bool operator==(const WorldSpec&, const WorldSpec&) = default;
};

}  // namespace procreg
