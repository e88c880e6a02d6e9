// Faults of reports: whose registrations are read, in which order, when.
#include <algorithm>
#include <set>
#include <utility>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"

namespace procreg::scenarios {
namespace {

// The process that the step makes WER collect, nobody for any other step.
ProcessKey failing(const Step& step) { return as<Crash>(step) || as<CloseHung>(step) ? actor(step) : nobody; }

struct ReportsItsRegistrars {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    if (const SeenProcess* failed = before.process(failing(step))) {
      each_process(before, [&](ProcessKey, const SeenProcess& process) {
        if (process.entry(failed->head.pid) != nullptr) registered_hidden(inside, failing(step), process.head.pid);
      });
    }
    return inside.perform(step);
  }
};

struct CollectsASecondLevel {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    if (const SeenProcess* failed = before.process(failing(step))) {
      each_process(before, [&](ProcessKey, const SeenProcess& process) {
        if (failed->entry(process.head.pid) == nullptr) return;
        for (const Pid second : process.registered()) registered_hidden(inside, failing(step), second);
      });
    }
    return inside.perform(step);
  }
};

struct CollectionWakesTheHung {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    if (const SeenProcess* failed = before.process(failing(step))) {
      each_process(before, [&](ProcessKey key, const SeenProcess& process) {
        if (failed->entry(process.head.pid) != nullptr) inside.perform(Answering{target(key)});
      });
    }
    return answer;
  }
};

struct ReportsTheUnregistered {
  std::set<std::pair<ProcessKey, Pid>> unregistered{};

  Answer perform(Inside& inside, const Step& step) {
    for (const auto& [by, pid] : unregistered)
      if (by == failing(step)) registered_hidden(inside, by, pid);
    const Answer answer = inside.perform(step);
    const auto* call = as<WerUnregisterAdditionalProcess>(step);
    if (call != nullptr && answer.result == Hresult::S_OK) unregistered.emplace(call->by.raw, call->processId.raw);
    return answer;
  }
};

const SeenMachine& machine_of(const Seen& world, const SeenReport& report) {
  return world.machines[number(report.head.machine)];
}

struct DumpableBeforeMissing {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      for (NotCollectedEntry& entry : report.not_collected) {
        const SeenProcess* process = machine_of(world, report).process(entry.process);
        if (process != nullptr && !process->head.dumpable) entry.reason = NotCollected::access_denied;
      }
    }
  }
};

struct PrimaryDumpLast {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports)
      std::rotate(report.dumps.begin(), report.dumps.begin() + 1, report.dumps.end());
  }
};

struct CollectionConsumes {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      for (SeenProcess& process : machine.processes)
        if (process.head.state == ProcessState::Crashed && process.wer) process.wer->processes.clear();
  }
};

struct NoDumpWithoutTheThread {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports)
      std::erase_if(report.dumps, [](const SeenDump& dump) { return dump.head.extraThreadMissing != no_thread; });
  }
};

struct TriageDumpsAfterRecovery {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      const SeenProcess* process = machine_of(world, report).process(report.head.incarnation);
      const bool waiting = process != nullptr && process->head.state == ProcessState::Crashed;
      if (waiting && process->wer && process->wer->recovery) report.dumps.resize(1);
    }
  }
};

struct NoTriageWithoutHeap {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports)
      if ((report.flags.flags & 0x1U) != 0) report.dumps.resize(1);
  }
};

struct ReportsFollowTheFlags {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      const SeenProcess* process = machine_of(world, report).process(report.head.incarnation);
      if (process != nullptr && process->wer) report.flags.flags = process->wer->head.flags;
    }
  }
};

constexpr PlantedFault faults[] = {
    {"WER-AP-26", "A report also has those who registered the process", plant<ReportsItsRegistrars>},
    {"WER-AP-27", "A report also has what the registered processes registered", plant<CollectsASecondLevel>},
    {"WER-AP-28", "Without the heap of the process there are no triage dumps either", plant<NoTriageWithoutHeap>},
    {"WER-AP-29", "A hung process answers again when it is dumped", plant<CollectionWakesTheHung>},
    {"WER-AP-39", "A report also has what was unregistered", plant<ReportsTheUnregistered>},
    {"WER-AP-40", "Whether a process may be dumped is asked before whether it is the one",
     plant<DumpableBeforeMissing>},
    {"WER-REP-01", "The primary dump is taken last", plant<PrimaryDumpLast>},
    {"WER-REP-05", "Collection consumes the entries", plant<CollectionConsumes>},
    {"WER-REP-30", "A missing thread costs the dump", plant<NoDumpWithoutTheThread>},
    {"WER-REP-32", "Triage dumps are taken when recovery begins", plant<TriageDumpsAfterRecovery>},
    {"WER-REP-34", "A report shows the flags that its process has now", plant<ReportsFollowTheFlags>},
};

}  // namespace

std::span<const PlantedFault> planted_collection_faults() { return faults; }

}  // namespace procreg::scenarios
