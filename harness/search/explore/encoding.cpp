#include "harness/search/explore/encoding.h"

#include <algorithm>

#include "harness/search/explore/digest.h"
#include "harness/search/explore/state_writer.h"

namespace procreg::harness {

namespace {

using model::Part;

struct Words {
  std::vector<std::uint64_t> words{};
  void put(std::uint64_t word) { words.push_back(word); }
};

struct Nowhere {
  static void put(std::uint64_t) {}
};

// Parts with the same words add different digests: each begins with what it is.
std::uint64_t beginning(const model::TouchedPart& part) {
  return static_cast<std::uint64_t>(part.part) | std::uint64_t{number(part.of.machine)} << 8 |
         number(part.of.object) << 16;
}

template <class Writer>
void write_part(Writer& writer, Digest& out, Part part, MachineIndex index, const model::Machine& machine) {
  switch (part) {
    case Part::machine:
      return writer.head(machine);
    case Part::faults:
      return writer.countdowns(machine.faults);
    case Part::tags:
      out.put(machine.tags.size());
      for (const model::Tag& tag : machine.tags) writer.tag(index, tag);
      return;
    case Part::objects:
      out.put(machine.objects.size());
      for (const model::OtherObject& object : machine.objects) writer.object(index, object);
      return;
    default:
      return;
  }
}

template <class Writer>
void write_part(Writer& writer, Part part, MachineIndex index, const model::Process& process) {
  switch (part) {
    case Part::core:
      return writer.core(process.core);
    case Part::threads:
      return writer.threads(index, process.threads);
    case Part::handles:
      return writer.handles(index, process.handles);
    case Part::wer:
      return writer.wer(index, process.wer);
    case Part::heap:
      return writer.heap(process.heap);
    default:
      return;
  }
}

void collect(RankedIds& ids, const model::State& state) {
  ids.clear();
  RankedIds::Collector collector{ids};
  Nowhere nowhere;
  write_state(nowhere, collector, state);
  ids.sort();
}

// A process that has gone has no parts, and times to come are parts of every process.
bool concerns_all(const model::TouchedPart& part) { return part.part == Part::clock || part.part == Part::processes; }

}  // namespace

std::uint64_t Encoder::part(const model::State& state, const model::TouchedPart& part) {
  Digest out{beginning(part)};
  RawIds ids;
  StateWriter writer{out, ids, state.now};
  if (part.part == Part::reports) {
    out.put(state.reports.size());
    for (const model::Report& report : state.reports) writer.report(report);
  } else if (part.of.object == no_object) {
    write_part(writer, out, part.part, part.of.machine, machine_of(state, part.of.machine));
  } else {
    write_part(writer, part.part, part.of.machine, *find(state, part.of));
  }
  return out.value();
}

std::uint64_t Encoder::known(const model::TouchedPart& part) const {
  if (part.part == Part::reports) return reports_;
  const MachineParts& machine = machines_[number(part.of.machine)];
  switch (part.part) {
    case Part::machine:
      return machine.head;
    case Part::tags:
      return machine.tags;
    case Part::faults:
      return machine.faults;
    case Part::objects:
      return machine.objects;
    default:
      break;
  }
  const auto process = std::find_if(machine.processes.begin(), machine.processes.end(),
                                    [&](const ProcessParts& parts) { return parts.object == part.of.object; });
  switch (part.part) {
    case Part::core:
      return process->core;
    case Part::threads:
      return process->threads;
    case Part::handles:
      return process->handles;
    case Part::wer:
      return process->wer;
    default:
      return process->heap;
  }
}

void Encoder::begin_raw(const model::State& here, MachineIndex index) {
  const model::Machine& machine = machine_of(here, index);
  MachineParts& parts = machines_[number(index)];
  const auto add = [&](Part which, ProcessKey of) {
    const std::uint64_t made = part(here, {which, of});
    digest_ += made;
    return made;
  };
  const ProcessKey whole{index, no_object};
  parts.head = add(Part::machine, whole);
  parts.tags = add(Part::tags, whole);
  parts.faults = add(Part::faults, whole);
  parts.objects = add(Part::objects, whole);
  parts.processes.resize(machine.processes.size());
  for (std::size_t i = 0; i < machine.processes.size(); ++i) {
    ProcessParts& process = parts.processes[i];
    const ProcessKey key{index, machine.processes[i].birth.object};
    process.object = key.object;
    process.core = add(Part::core, key);
    process.threads = add(Part::threads, key);
    process.handles = add(Part::handles, key);
    process.wer = add(Part::wer, key);
    process.heap = add(Part::heap, key);
  }
}

// What processes are born with is left out: it is that of the beginning for all that are there.
void Encoder::begin_raw(const model::State& here) {
  reports_ = part(here, {Part::reports, nobody});
  digest_ = reports_;
  machines_.resize(here.machines.size());
  for (std::size_t i = 0; i < here.machines.size(); ++i) begin_raw(here, static_cast<MachineIndex>(i));
}

std::uint64_t Encoder::ranked(const model::State& state) {
  collect(ranks_, state);
  Digest out{0};
  write_state(out, ranks_, state);
  return out.value();
}

void Encoder::begin(const model::State& here) {
  if (sameness_ == Sameness::raw) {
    begin_raw(here);
  } else {
    digest_ = of(here);
  }
}

std::uint64_t Encoder::after(const model::State& now, const model::Touched& touched) {
  const auto& parts = touched.parts();
  if (sameness_ != Sameness::raw || std::any_of(parts.begin(), parts.end(), concerns_all)) return of(now);
  std::uint64_t digest = digest_;
  for (const model::TouchedPart& touched_part : parts)
    if (touched_part.part != Part::tids) digest += part(now, touched_part) - known(touched_part);
  return digest;
}

std::uint64_t Encoder::of(const model::State& state) {
  if (sameness_ == Sameness::ranked) return ranked(state);
  if (sameness_ == Sameness::folded) return folded_.of(state);
  if (!other_) other_ = std::make_unique<Encoder>(Sameness::raw);
  other_->begin_raw(state);
  return other_->digest_;
}

std::vector<std::uint64_t> canonical_words(const model::State& state, Sameness sameness) {
  Words out;
  if (sameness == Sameness::raw) {
    RawIds ids;
    write_state(out, ids, state);
  } else {
    RankedIds ids;
    collect(ids, state);
    write_state(out, ids, state);
  }
  return out.words;
}

}  // namespace procreg::harness
