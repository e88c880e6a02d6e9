#include "model/touched.h"

#include <type_traits>
#include <utility>

namespace procreg::model {

namespace {

// The parts of two states side by side: `each` gets what the one has and what the other has. The other may be written to
// where Other is not const.
template <class Other, class Each>
class Both {
 public:
  Both(const State& from, Other& to, Each each) : from_{from}, to_{to}, each_{std::move(each)} {}

  void part(const TouchedPart& part) {
    if (part.part < Part::core) return other_part(part);
    if (source_ == nullptr || part.of != key_) look_for(part.of);
    if (source_ != nullptr && target_ != nullptr) process_part(part.part, *source_, *target_);
  }

 private:
  template <class T>
  using Likewise = std::conditional_t<std::is_const_v<Other>, const T, T>;

  void look_for(ProcessKey key) {
    key_ = key;
    source_ = find(from_, key);
    target_ = source_ != nullptr ? const_cast<Likewise<Process>*>(beside(*source_)) : nullptr;
  }

  // The same process in the other state: at the same place unless processes came or went.
  const Process* beside(const Process& process) const {
    const auto place = static_cast<std::size_t>(&process - machine_of(from_, key_).processes.data());
    const Processes& others = machine_of(to_, key_).processes;
    if (place < others.size() && others[place].birth.object == key_.object) return &others[place];
    return find(std::as_const(to_), key_);
  }

  void process_part(Part part, const Process& from, Likewise<Process>& to) {
    if (part == Part::additional_processes) each_(from.wer.processes, to.wer.processes);
    if (part == Part::heap) each_(from.heap, to.heap);
    if (part == Part::core) each_(from.core, to.core);
    if (part == Part::threads) each_(from.threads, to.threads);
    if (part == Part::handles) each_(from.handles, to.handles);
    if (part == Part::wer) each_(from.wer, to.wer);
  }

  void other_part(const TouchedPart& part) {
    if (part.part == Part::clock) each_(from_.now, to_.now);
    if (part.part == Part::tids) each_(from_.next_tid, to_.next_tid);
    if (part.part == Part::existing_files) each_(from_.existing_files, to_.existing_files);
    if (part.part == Part::reports) each_(from_.reports, to_.reports);
    if (part.part == Part::volumes) each_(from_.volumes, to_.volumes);
    if (part.part == Part::csv_opens) each_(from_.csv_opens, to_.csv_opens);
    if (part.part == Part::servers) each_(from_.servers, to_.servers);
    if (is_of_server(part.part)) of_server(part.part, number(server_index(part.of)));
    if (part.part >= Part::machine)
      machine_part(part.part, machine_of(from_, part.of.machine), to_.machines[number(part.of.machine)]);
  }

  // Of a server that only one of them has the list was touched too.
  void of_server(Part part, std::size_t server) {
    if (server < from_.servers.size() && server < to_.servers.size())
      server_part(part, from_.servers[server], to_.servers[server]);
  }

  void server_part(Part part, const Server& from, Likewise<Server>& to) {
    if (part == Part::server) {
      each_(from.next_durable_id, to.next_durable_id);
      each_(from.next_volatile_id, to.next_volatile_id);
    }
    if (part == Part::shares) each_(from.shares, to.shares);
    if (part == Part::files) each_(from.files, to.files);
    if (part == Part::connections) each_(from.connections, to.connections);
    if (part == Part::opens) each_(from.opens, to.opens);
    if (part == Part::forced_closes) each_(from.forced_closes, to.forced_closes);
  }

  void machine_part(Part part, const Machine& from, Likewise<Machine>& to) {
    if (part == Part::machine) machine_head(from, to);
    if (part == Part::tags) each_(from.tags, to.tags);
    if (part == Part::versions) each_(from.versions, to.versions);
    if (part == Part::faults) each_(from.faults, to.faults);
    if (part == Part::app_local_dumps) each_(from.app_local_dumps, to.app_local_dumps);
    if (part == Part::objects) each_(from.objects, to.objects);
    if (part != Part::processes) return;
    each_(from.processes, to.processes);
    source_ = nullptr;
  }

  void machine_head(const Machine& from, Likewise<Machine>& to) {
    each_(from.filter, to.filter);
    each_(from.next_pid, to.next_pid);
    each_(from.next_process, to.next_process);
    each_(from.next_object, to.next_object);
    each_(from.fresh_counter, to.fresh_counter);
  }

  const State& from_;
  Other& to_;
  Each each_;
  ProcessKey key_{};
  const Process* source_{};
  Likewise<Process>* target_{};
};

}  // namespace

void copy_parts(const Touched& parts, const State& from, State& to) {
  Both both{from, to, [](const auto& has, auto& gets) { gets = has; }};
  for (const TouchedPart& part : parts.parts()) both.part(part);
}

// What writes to several parts seldom leaves them as they were.
bool same_parts(const Touched& parts, const State& a, const State& b) {
  if (parts.parts().size() != 1) return parts.none();
  bool same = true;
  Both{a, b, [&same](const auto& one, const auto& other) { same = same && one == other; }}.part(parts.parts().front());
  return same;
}

}  // namespace procreg::model
