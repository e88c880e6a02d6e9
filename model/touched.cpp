#include "model/touched.h"

#include <utility>

namespace procreg::model {

namespace {

Process* writable(State& state, ProcessKey key) { return const_cast<Process*>(find(std::as_const(state), key)); }

void copy_machine_head(const Machine& from, Machine& to) {
  to.filter = from.filter;
  to.next_pid = from.next_pid;
  to.next_process = from.next_process;
  to.next_object = from.next_object;
  to.fresh_counter = from.fresh_counter;
}

void copy_server_part(Part part, const Server& from, Server& to) {
  if (part == Part::server) {
    to.next_durable_id = from.next_durable_id;
    to.next_volatile_id = from.next_volatile_id;
  }
  if (part == Part::shares) to.shares = from.shares;
  if (part == Part::files) to.files = from.files;
  if (part == Part::connections) to.connections = from.connections;
  if (part == Part::opens) to.opens = from.opens;
  if (part == Part::forced_closes) to.forced_closes = from.forced_closes;
}

void copy_process_part(Part part, const Process& from, Process& to) {
  switch (part) {
    case Part::core:
      to.core = from.core;
      break;
    case Part::threads:
      to.threads = from.threads;
      break;
    case Part::handles:
      to.handles = from.handles;
      break;
    case Part::wer:
      to.wer = from.wer;
      break;
    case Part::additional_processes:
      to.wer.processes = from.wer.processes;
      break;
    case Part::heap:
      to.heap = from.heap;
      break;
    default:
      break;
  }
}

// Goes through the parts of one process without looking for it again.
class Copying {
 public:
  Copying(const State& from, State& to) : from_{from}, to_{to} {}

  void part(const TouchedPart& part) {
    if (part.part < Part::core) return other_part(part);
    if (source_ == nullptr || part.of != key_) look_for(part.of);
    if (source_ != nullptr && target_ != nullptr) copy_process_part(part.part, *source_, *target_);
  }

 private:
  void look_for(ProcessKey key) {
    key_ = key;
    source_ = find(from_, key);
    target_ = writable(to_, key);
  }

  void other_part(const TouchedPart& part) {
    if (part.part == Part::clock) to_.now = from_.now;
    if (part.part == Part::tids) to_.next_tid = from_.next_tid;
    if (part.part == Part::existing_files) to_.existing_files = from_.existing_files;
    if (part.part == Part::reports) to_.reports = from_.reports;
    if (part.part == Part::volumes) to_.volumes = from_.volumes;
    if (part.part == Part::csv_opens) to_.csv_opens = from_.csv_opens;
    if (part.part == Part::servers) to_.servers = from_.servers;
    if (is_of_server(part.part)) server_part(part.part, number(server_index(part.of)));
    if (part.part >= Part::machine)
      machine_part(part.part, machine_of(from_, part.of.machine), to_.machines[number(part.of.machine)]);
  }

  // Of a server that only one of them has the list was touched too.
  void server_part(Part part, std::size_t server) {
    if (server < from_.servers.size() && server < to_.servers.size())
      copy_server_part(part, from_.servers[server], to_.servers[server]);
  }

  void machine_part(Part part, const Machine& from, Machine& to) {
    if (part == Part::machine) copy_machine_head(from, to);
    if (part == Part::tags) to.tags = from.tags;
    if (part == Part::versions) to.versions = from.versions;
    if (part == Part::faults) to.faults = from.faults;
    if (part == Part::app_local_dumps) to.app_local_dumps = from.app_local_dumps;
    if (part == Part::objects) to.objects = from.objects;
    if (part != Part::processes) return;
    to.processes = from.processes;
    source_ = nullptr;
  }

  const State& from_;
  State& to_;
  ProcessKey key_{};
  const Process* source_{};
  Process* target_{};
};

}  // namespace

void copy_parts(const Touched& parts, const State& from, State& to) {
  Copying copying{from, to};
  for (const TouchedPart& part : parts.parts()) copying.part(part);
}

}  // namespace procreg::model
