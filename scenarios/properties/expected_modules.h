// What runtime exception modules make of a crash: WER-REP-20 to WER-REP-29 once more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/world.h"
#include "scenarios/properties/seen.h"

namespace procreg::scenarios {

struct ExpectedModules {
  std::vector<ReportedModule> modules{};
  TextRef event{};
  std::vector<SignatureEntry> signature{};
  DebuggerEntry debugger{};
};

// `event` is the name that the event has without a claim. nullopt: a module terminates the process.
std::optional<ExpectedModules> expected_modules(const std::vector<ModuleEntry>& modules, Cause cause, TextRef event,
                                                const WorldSpec& world, const Tables& tables);

// Equal but for the case of A to Z (WER-ALL-21).
bool same_path(const std::u16string& a, const std::u16string& b);

}  // namespace procreg::scenarios
