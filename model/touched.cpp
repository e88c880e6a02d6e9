#include "model/touched.h"

namespace procreg::model {

namespace {

void machine_head(const Machine& from, Machine& to) {
  to.filter = from.filter;
  to.next_pid = from.next_pid;
  to.next_process = from.next_process;
  to.next_object = from.next_object;
  to.fresh_counter = from.fresh_counter;
}

void server_head(const Server& from, Server& to) {
  to.next_durable_id = from.next_durable_id;
  to.next_volatile_id = from.next_volatile_id;
}

void of_world(Part part, const State& from, State& to) {
  if (part == Part::clock) to.now = from.now;
  if (part == Part::tids) to.next_tid = from.next_tid;
  if (part == Part::existing_files) to.existing_files = from.existing_files;
  if (part == Part::reports) to.reports = from.reports;
  if (part == Part::volumes) to.volumes = from.volumes;
  if (part == Part::csv_opens) to.csv_opens = from.csv_opens;
  if (part == Part::servers) to.servers = from.servers;
}

void of_server(Part part, const Server& from, Server& to) {
  if (part == Part::server) server_head(from, to);
  if (part == Part::shares) to.shares = from.shares;
  if (part == Part::files) to.files = from.files;
  if (part == Part::connections) to.connections = from.connections;
  if (part == Part::opens) to.opens = from.opens;
  if (part == Part::forced_closes) to.forced_closes = from.forced_closes;
}

void of_machine(Part part, const Machine& from, Machine& to) {
  if (part == Part::machine) machine_head(from, to);
  if (part == Part::tags) to.tags = from.tags;
  if (part == Part::versions) to.versions = from.versions;
  if (part == Part::faults) to.faults = from.faults;
  if (part == Part::app_local_dumps) to.app_local_dumps = from.app_local_dumps;
  if (part == Part::objects) to.objects = from.objects;
  if (part == Part::processes) to.processes = from.processes;
}

[[gnu::noinline]] void of_process(Part part, const Process& from, Process& to) {
  if (part == Part::core) to.core = from.core;
  if (part == Part::threads) to.threads = from.threads;
  if (part == Part::handles) to.handles = from.handles;
  if (part == Part::wer) to.wer = from.wer;
  if (part == Part::heap) to.heap = from.heap;
}

void copy_of_process(const TouchedPart& part, const State& from, State& to) {
  const Process* const has = find(machine_of(from, part.of), part.of.object);
  auto* const gets = const_cast<Process*>(find(machine_of(to, part.of), part.of.object));
  if (has == nullptr || gets == nullptr) return;
  if (part.part == Part::additional_processes)
    copy_additional_processes(has->wer, gets->wer);
  else
    of_process(part.part, *has, *gets);
}

[[gnu::noinline]] void copy_other(const TouchedPart& part, const State& from, State& to) {
  if (part.part >= Part::machine) {
    of_machine(part.part, machine_of(from, part.of), to.machines[number(part.of.machine)]);
  } else if (is_of_server(part.part)) {
    // Of a server that only one of them has the list was touched too.
    const std::size_t server = number(server_index(part.of));
    if (server < from.servers.size() && server < to.servers.size())
      of_server(part.part, from.servers[server], to.servers[server]);
  } else {
    of_world(part.part, from, to);
  }
}

}  // namespace

void copy_parts(const Touched& parts, const State& from, State& to) {
  for (const TouchedPart& part : parts.parts()) {
    if (part.part >= Part::core)
      copy_of_process(part, from, to);
    else
      copy_other(part, from, to);
  }
}

}  // namespace procreg::model
