// The words of process states and of crash and hang reports (wer.md 3.6, 5).
#pragma once

#include <cstdint>
#include <string_view>

#include "api/limits.h"

namespace procreg {

enum class ProcessState : std::uint8_t { Running, Hung, Crashed, InRecovery, Exited };
enum class ProcessKind : std::uint8_t { ordinary, system_idle, system, csrss };
enum class FilterState : std::uint8_t { loaded, absent, unloaded };
enum class TagOrigin : std::uint8_t { explicit_, inherited };
enum class Cause : std::uint8_t { crash, hang };
enum class RecoveryOutcome : std::uint8_t { timed_out, finished_true, finished_false, crashed_again, exited };
enum class DumpKind : std::uint8_t { mini, heap, triage };
enum class NotCollected : std::uint8_t { process_missing, access_denied };
enum class ModuleOutcome : std::uint8_t { not_run, not_listed, load_failed, failed, declined, claimed };
enum class FileStatus : std::uint8_t { not_requested, missing, added };
enum class BlockStatus : std::uint8_t { not_requested, included, partial, absent };
inline constexpr std::uint32_t WER_MAX_PARAM_COUNT = 10;  // signature parameters of a report

// WER-REP-09, WER-REP-39
inline constexpr std::uint32_t mini_dump_mask = 0x00040121;
inline constexpr std::uint32_t heap_dump_mask = 0x00051B25;
inline constexpr std::uint32_t triage_dump_mask = 0x00140121;
inline constexpr std::uint32_t triage_dump_mask_with_thread = 0x00141121;

}  // namespace procreg
