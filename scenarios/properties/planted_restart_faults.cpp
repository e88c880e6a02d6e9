// Faults of restarts, and of what the contents of a report depend on.
#include <algorithm>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

bool recovers(Inside& inside, ProcessKey key) {
  const Seen before = inside.look();
  const SeenProcess* process = before.process(key);
  return process != nullptr && process->head.state == ProcessState::InRecovery;
}

struct NoRestartInRecovery {
  Answer perform(Inside& inside, const Step& step) {
    const bool refused = as<RegisterApplicationRestart>(step) && recovers(inside, actor(step));
    return refused ? refusal(WER_E_INVALID_STATE) : inside.perform(step);
  }
};

struct RestartInRecoveryComesTooLate {
  Answer perform(Inside& inside, const Step& step) {
    const bool late = as<RegisterApplicationRestart>(step) && recovers(inside, actor(step));
    return late ? Answer{.result = S_OK} : inside.perform(step);
  }
};

// Any flag keeps a process from a restart.
struct AnyFlagKeepsFromARestart {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* call = std::get_if<RegisterApplicationRestart>(&changed)) {
      const auto flags = static_cast<std::uint32_t>(call->dwFlags);
      if (flags != 0) call->dwFlags = Dword{flags | RESTART_NO_CRASH | RESTART_NO_HANG};
    }
    return inside.perform(changed);
  }
};

const SeenProcess* failed_in(const Seen& world, const SeenReport& report) {
  return world.machines[number(report.head.machine)].process(report.head.incarnation);
}

struct RestartsBeforeRecovery {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      const SeenProcess* process = failed_in(world, report);
      const bool recovering = process != nullptr && process->head.state == ProcessState::InRecovery;
      if (recovering && process->wer && process->wer->restart)
        report.restarted = {world.machines[number(report.head.machine)].head.nextPid,
                            process->wer->restart->commandLine};
    }
  }
};

struct HangsHaveNoMetadata {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports)
      if (report.head.cause == Cause::hang) report.metadata.clear();
  }
};

struct AClaimTakesTheBlocks {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      const bool claimed = std::any_of(report.modules.begin(), report.modules.end(), [](const ReportedModule& module) {
        return module.outcome == ModuleOutcome::claimed;
      });
      if (claimed) report.blocks.clear();
    }
  }
};

struct NoPrimaryDumpOfWhatMayNotBeDumped {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      const SeenProcess* process = failed_in(world, report);
      if (process != nullptr && !process->head.dumpable) report.dumps.erase(report.dumps.begin());
    }
  }
};

struct TheLocalDumpIsTheLastOne {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports)
      if (report.app_local_dump) report.app_local_dump->kind = report.dumps.back().head.kind;
  }
};

constexpr PlantedFault faults[] = {
    {"WER-ALL-49", "In recovery no restart can be registered", plant<NoRestartInRecovery>},
    {"WER-AP-31", "The app-local dump is the last dump of the report", plant<TheLocalDumpIsTheLastOne>},
    {"WER-REC-25", "The restart is made when recovery begins", plant<RestartsBeforeRecovery>},
    {"WER-REC-26", "The restart that is made is the one of the crash", plant<RestartInRecoveryComesTooLate>},
    {"WER-REC-27", "Any flag keeps a process from a restart", plant<AnyFlagKeepsFromARestart>},
    {"WER-REP-03", "The report of a hang has no metadata", plant<HangsHaveNoMetadata>},
    {"WER-REP-28", "Who claims a crash gets no memory blocks", plant<AClaimTakesTheBlocks>},
    {"WER-REP-35", "A process that may not be dumped has no primary dump", plant<NoPrimaryDumpOfWhatMayNotBeDumped>},
};

}  // namespace

std::span<const PlantedFault> planted_restart_faults() { return faults; }

}  // namespace procreg::scenarios
