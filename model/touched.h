// Which parts of a state a step was given to write to: all that it changed, and, where a clause is spoiled, perhaps more.
#pragma once

#include <cstdint>

#include "api/ids.h"
#include "model/state.h"

namespace procreg::model {

enum class Part : std::uint8_t {
  // Of the world.
  clock,
  tids,
  existing_files,
  reports,
  volumes,
  csv_opens,
  servers,  // the list of them, all they hold included
  // Of a server: its counters, then its lists.
  server,
  shares,
  files,
  connections,
  opens,
  forced_closes,
  // Of a machine: its filter and counters, then its lists.
  machine,
  tags,
  versions,
  faults,
  app_local_dumps,
  objects,
  processes,
  // Of a process.
  core,
  threads,
  handles,
  wer,
  heap,
  additional_processes,  // of `wer`: these, and the number of alive allocations
};

// What this is a part of, else the part itself.
constexpr Part whole(Part part) { return part == Part::additional_processes ? Part::wer : part; }

struct TouchedPart {
  Part part{};
  ProcessKey of{};  // object 0 for a part of a machine; nobody for one of the world; of_server for one of a server
  friend bool operator==(const TouchedPart&, const TouchedPart&) = default;
};

constexpr bool is_of_server(Part part) { return part >= Part::server && part < Part::machine; }
// How a server stands in `of`.
constexpr ProcessKey of_server(ServerIndex server) { return {MachineIndex{0}, ObjectId{number(server)}}; }
constexpr ServerIndex server_index(ProcessKey of) { return static_cast<ServerIndex>(number(of.object)); }

// Some of the kinds of parts above, whatever they are parts of.
using PartSet = std::uint32_t;
static_assert(static_cast<unsigned>(Part::additional_processes) < 32);  // the last one
constexpr PartSet set_of(Part part) { return PartSet{1} << static_cast<unsigned>(part); }

class Touched {
 public:
  void mark(Part part, ProcessKey of) {
    which_ |= set_of(part);
    for (TouchedPart& known : parts_) {
      if (known.of != of || (known.part != part && whole(known.part) != whole(part))) continue;
      if (known.part != part) known.part = whole(part);
      return;
    }
    parts_.push_back({part, of});
  }
  void mark(const Touched& others) {
    for (const TouchedPart& part : others.parts()) mark(part.part, part.of);
  }
  void clear() {
    parts_.clear();
    which_ = 0;
  }
  bool none() const { return which_ == 0; }
  // The one part there is; nullptr: there are none or several.
  const TouchedPart* only() const { return parts_.size() == 1 ? parts_.data() : nullptr; }
  // Some part is one of these.
  bool any_of(PartSet parts) const { return (which_ & parts) != 0; }
  // Each once, in order of first use, and none beside one that it is a part of.
  const Small<TouchedPart, 16>& parts() const { return parts_; }

 private:
  Small<TouchedPart, 16> parts_{};
  PartSet which_{};
};

// Part::additional_processes. Most steps that write write to nothing else, and who knows that copies it without asking
// which parts there are.
inline void copy_additional_processes(const Wer& from, Wer& to) {
  to.processes = from.processes;
  to.alive = from.alive;
}

// Makes these parts of `to` what they are in `from`. A process that only one of them has is left alone: its machine's
// processes were touched then, and are copied whole.
void copy_parts(const Touched& parts, const State& from, State& to);

}  // namespace procreg::model
