// Words of the scenario format that reader, writer and schema share.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/limits.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

inline constexpr std::string_view format_name = "procreg-scenario/1";
inline constexpr std::string_view default_process_name = "main";
inline constexpr std::string_view se_debug_privilege = "SeDebug";
inline constexpr std::size_t machines_max = 255;
inline constexpr std::size_t names_max = 65535;
inline constexpr std::size_t parallel_max = 64;  // threads of a scenario

struct LimitField {
  std::string_view name;
  std::uint32_t Limits::*member;
};
inline constexpr std::array limit_fields{
    LimitField{"entries", &Limits::entries}, LimitField{"metadata", &Limits::metadata},
    LimitField{"dumpCollection", &Limits::dumpCollection}, LimitField{"modules", &Limits::modules}};

// Words that stand for values, so no name may be one (specification README, 4.3).
inline constexpr std::array<std::string_view, 4> reserved_words{"CURRENT_PROCESS", "CURRENT_THREAD", "NULL", "null"};

inline constexpr std::array<std::string_view, 9> file_keys{"format", "name",  "why",      "clauses", "profile",
                                                           "world",  "steps", "parallel", "schedule"};
inline constexpr std::array<std::string_view, 9> world_keys{"machines",
                                                            "processes",
                                                            "limits",
                                                            "existingFiles",
                                                            "helperModules",
                                                            "moduleBehaviours",
                                                            "additionalDataRequested",
                                                            "userDocumentsRequested",
                                                            "forceQueue"};
inline constexpr std::array<std::string_view, 5> module_keys{"dll", "loadable", "event", "signatures", "debugger"};
inline constexpr std::array<std::string_view, 3> event_keys{"claims", "count", "fails"};
inline constexpr std::array<std::string_view, 2> debugger_keys{"custom", "automatic"};
inline constexpr std::array<std::string_view, 4> stack_keys{"range", "stackPointer", "instructionPointer", "registers"};
inline constexpr std::array<std::string_view, 2> machine_keys{"name", "ccf"};
inline constexpr std::array<std::string_view, 9> loaded_module_keys{
    "name", "base", "size", "version", "checksum", "timestamp", "debugId", "age", "pdb"};
inline constexpr std::array<std::string_view, 17> process_keys{
    "name",    "machine",           "kind",     "user",   "pid",  "protected", "privileges", "dacl",         "threads",
    "package", "localFolderUsable", "dumpable", "stacks", "data", "private",   "mapped",     "loadedModules"};
inline constexpr std::array<std::string_view, 3> durable_request_keys{"createGuid", "timeoutMs", "persistent"};
inline constexpr std::array<std::string_view, 3> reconnect_keys{"handle", "createGuid", "persistent"};
inline constexpr std::array<std::string_view, 2> profile_keys{"base", "choices"};
inline constexpr std::array<std::string_view, 5> expectation_keys{"returns", "out", "lastError", "report", "leaves"};
inline constexpr std::array<std::string_view, 3> switch_keys{"thread", "point", "occurrence"};

// The predefined profile that a profile is written as a change of.
std::string base_of(const Script::NamedProfile& named);

}  // namespace procreg::harness
