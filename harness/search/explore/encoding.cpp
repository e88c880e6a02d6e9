#include "harness/search/explore/encoding.h"

#include "harness/search/explore/digest.h"
#include "harness/search/explore/state_writer.h"

namespace procreg::harness {

namespace {

using model::Part;
using model::PartSet;
using model::set_of;

struct Words {
  std::vector<std::uint64_t> words{};
  void put(std::uint64_t word) { words.push_back(word); }
  void put(std::uint64_t a, std::uint64_t b) { words.insert(words.end(), {a, b}); }
};

struct Nowhere {
  static void put(std::uint64_t) {}
  static void put(std::uint64_t, std::uint64_t) {}
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
    case Part::versions:
      return writer.versions(machine.versions);
    case Part::faults:
      return writer.countdowns(machine.faults);
    case Part::app_local_dumps:
      return writer.app_local_dumps(index, machine.app_local_dumps);
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

template <Part part, class Writer>
void write_part(Writer& writer, MachineIndex index, const model::Process& process) {
  if constexpr (part == Part::wer) writer.own_wer(process.wer);
  if constexpr (part == Part::additional_processes) writer.additional_processes(index, process.wer);
  if constexpr (part == Part::heap) writer.heap(process.heap);
  if constexpr (part == Part::core) writer.core(process.core);
  if constexpr (part == Part::threads) writer.threads(index, process.threads);
  if constexpr (part == Part::handles) writer.handles(index, process.handles);
}

// A function for each part, so that the short ones need not make room for what the long ones use.
template <Part part>
[[gnu::noinline]] std::uint64_t digest_of(std::uint64_t now, MachineIndex index, const model::Process& process) {
  Digest out{beginning({part, {index, process.birth.object}})};
  RawIds ids;
  StateWriter writer{out, ids, {now}};
  write_part<part>(writer, index, process);
  return out.value();
}

void collect(RankedIds& ids, const model::State& state) {
  ids.clear();
  RankedIds::Collector collector{ids};
  Nowhere nowhere;
  write_state(nowhere, collector, state);
  ids.sort();
}

// Their digest is one.
constexpr PartSet of_servers_and_volumes = set_of(Part::volumes) | set_of(Part::csv_opens) | set_of(Part::servers) |
                                           set_of(Part::server) | set_of(Part::shares) | set_of(Part::files) |
                                           set_of(Part::connections) | set_of(Part::opens) |
                                           set_of(Part::forced_closes);
// Times to come are parts of every process, and where processes came or went the parts known are those of others.
constexpr PartSet seen_everywhere = set_of(Part::clock) | set_of(Part::processes);

constexpr std::size_t place(Part part, Part first) {
  return static_cast<std::size_t>(part) - static_cast<std::size_t>(first);
}

}  // namespace

std::uint64_t Encoder::of_reports(const model::State& state) {
  Digest out{static_cast<std::uint64_t>(Part::reports)};
  RawIds ids;
  StateWriter writer{out, ids, {state.now}};
  out.put(state.reports.size());
  for (const model::Report& report : state.reports) writer.report(report);
  return out.value();
}

std::uint64_t Encoder::of_servers(const model::State& state) {
  Digest out{static_cast<std::uint64_t>(Part::servers)};
  RawIds ids;
  StateWriter{out, ids, {state.now}}.files_of(state);
  return out.value();
}

std::uint64_t Encoder::of_existing_files(const model::State& state) {
  Digest out{static_cast<std::uint64_t>(Part::existing_files)};
  RawIds ids;
  StateWriter{out, ids, {state.now}}.existing_files(state.existing_files);
  return out.value();
}

std::uint64_t Encoder::of_part(const model::State& state, Part part, MachineIndex index) {
  Digest out{beginning({part, {index, no_object}})};
  RawIds ids;
  StateWriter writer{out, ids, {state.now}};
  write_part(writer, out, part, index, machine_of(state, index));
  return out.value();
}

inline std::uint64_t Encoder::of_part(std::uint64_t now, Part part, MachineIndex index, const model::Process& process) {
  switch (part) {
    case Part::wer:
      return digest_of<Part::wer>(now, index, process);
    case Part::additional_processes:
      return digest_of<Part::additional_processes>(now, index, process);
    case Part::heap:
      return digest_of<Part::heap>(now, index, process);
    case Part::core:
      return digest_of<Part::core>(now, index, process);
    case Part::threads:
      return digest_of<Part::threads>(now, index, process);
    default:
      return digest_of<Part::handles>(now, index, process);
  }
}

void Encoder::begin_raw(const model::State& here, MachineIndex index) {
  const model::Machine& machine = machine_of(here, index);
  MachineParts& parts = machines_[number(index)];
  for (const Part part :
       {Part::machine, Part::tags, Part::versions, Part::faults, Part::app_local_dumps, Part::objects}) {
    std::uint64_t& own = parts.own[place(part, Part::machine)];
    own = of_part(here, part, index);
    digest_ += own;
  }
  parts.processes.resize(machine.processes.size());
  for (std::size_t i = 0; i < machine.processes.size(); ++i)
    for (const Part part :
         {Part::core, Part::threads, Part::handles, Part::wer, Part::heap, Part::additional_processes}) {
      std::uint64_t& own = parts.processes[i][place(part, Part::core)];
      own = of_part(here.now, part, index, machine.processes[i]);
      digest_ += own;
    }
}

// What processes are born with is left out: it is that of the beginning for all that are there.
void Encoder::begin_raw(const model::State& here) {
  reports_ = of_reports(here);
  files_ = of_existing_files(here);
  servers_ = of_servers(here);
  digest_ = reports_ + files_ + servers_;
  machines_.resize(here.machines.size());
  for (std::size_t i = 0; i < here.machines.size(); ++i) begin_raw(here, static_cast<MachineIndex>(i));
}

std::uint64_t Encoder::ranked(const model::State& state) {
  collect(ranks_, state);
  Digest out{0};
  write_state(out, ranks_, state, lives_);
  return out.value();
}

void Encoder::begin(const model::State& here) {
  if (sameness_ == Sameness::raw) {
    begin_raw(here);
  } else {
    digest_ = of(here);
  }
}

// Tells `differs` of every touched part that has a digest of its own: the one known and what it is now. `touched` has none of
// seen_everywhere.
template <class Differs>
void Encoder::each_touched(const model::State& now, const model::Touched& touched, Differs&& differs) {
  for (const model::TouchedPart& part : touched.parts()) {
    if (part.part >= Part::core)
      process_touched(now, part, differs);
    else
      other_touched(now, part, differs);
  }
  if (touched.any_of(of_servers_and_volumes)) differs(servers_, of_servers(now));
}

inline Encoder::ProcessParts& Encoder::known_parts(MachineIndex index, const model::Machine& machine,
                                                   const model::Process& process) {
  const auto which = &process - machine.processes.data();
  return machines_[number(index)].processes[static_cast<std::size_t>(which)];
}

template <class Differs>
void Encoder::process_touched(const model::State& now, const model::TouchedPart& touched, Differs&& differs) {
  const MachineIndex index = touched.of.machine;
  const model::Machine& machine = machine_of(now, index);
  const model::Process& process = *find(machine, touched.of.object);
  ProcessParts& known = known_parts(index, machine, process);
  const auto digested = [&](Part part) {
    differs(known[place(part, Part::core)], of_part(now.now, part, index, process));
  };
  digested(touched.part);
  if (touched.part == Part::wer) digested(Part::additional_processes);
}

// Of a machine or of the world.
template <class Differs>
[[gnu::noinline]] void Encoder::other_touched(const model::State& now, const model::TouchedPart& touched,
                                              Differs&& differs) {
  const Part part = touched.part;
  if (part == Part::reports) {
    differs(reports_, of_reports(now));
  } else if (part == Part::existing_files) {
    differs(files_, of_existing_files(now));
  } else if (part >= Part::machine) {
    MachineParts& parts = machines_[number(touched.of.machine)];
    differs(parts.own[place(part, Part::machine)], of_part(now, part, touched.of.machine));
  }
}

void Encoder::move(const model::State& here, const model::Touched& touched) {
  if (sameness_ != Sameness::raw || touched.any_of(seen_everywhere)) return begin(here);
  each_touched(here, touched, [this](std::uint64_t& known, std::uint64_t is) {
    digest_ += is - known;
    known = is;
  });
}

std::uint64_t Encoder::after(const model::State& now, const model::Touched& touched) {
  if (sameness_ != Sameness::raw || touched.any_of(seen_everywhere)) return of(now);
  constexpr Part most_written = Part::additional_processes;
  const model::TouchedPart* const only = touched.only();
  if (only == nullptr || only->part != most_written) return after_several(now, touched);
  const MachineIndex index = only->of.machine;
  const model::Machine& machine = machine_of(now, index);
  const model::Process& process = *find(machine, only->of.object);
  const std::uint64_t known = known_parts(index, machine, process)[place(most_written, Part::core)];
  return digest_ + digest_of<most_written>(now.now, index, process) - known;
}

[[gnu::noinline]] std::uint64_t Encoder::after_several(const model::State& now, const model::Touched& touched) {
  std::uint64_t digest = digest_;
  each_touched(now, touched, [&digest](std::uint64_t known, std::uint64_t is) { digest += is - known; });
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
