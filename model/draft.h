// What a rule gets: the state to look at, and the doors through which a step may answer and change it.
//
//   refuse   answers and touches nothing
//   fail     likewise, for the OBJ functions: also the caller's lastError (OBJ-HND-12)
//   commit   answers and changes; the only door that hands out parts for writing
//   heap_fails, recovery_api_fails, ccf_allocation_fails   fault countdowns drop, also where the call is then refused
//
// Whatever a rule does by a clause goes through `effect` or `shaped`: both note that the clause applied, and both make
// it wrong when it is the spoiled one.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "api/clause.h"
#include "api/step.h"
#include "model/another.h"
#include "model/ruling.h"
#include "model/state.h"
#include "model/touched.h"

namespace procreg::model {

class Edit;

class Draft {
 public:
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const State& now() const { return state_; }
  const Tables& tables() const { return tables_; }
  const Machine& machine(MachineIndex index) const { return machine_of(state_, index); }
  // The process must be there. The reference does not outlive a commit that makes or removes a process.
  const Process& process(ProcessKey key) const {
    return key == known_key_ ? *known_ : *find(machine_of(state_, key), key.object);
  }
  // nullptr: there is none. It is known from then on, also in later steps, for as long as the list of processes can be no other:
  // who makes the calls is asked for most.
  const Process* find_known(ProcessKey key) {
    if (key != known_key_) {
      known_key_ = key;
      known_ = find(state_, key);
    }
    return known_;
  }

  void applies(Clause clause) { ruling_.applied.add(clause); }
  void applies_if(bool condition, Clause clause) {
    if (condition) applies(clause);
  }
  // For a condition that takes looking for: it is asked only where the clause is not noted yet.
  template <std::predicate Condition>
  void applies_if(Condition&& condition, Clause clause) {
    if (!ruling_.applied.has(clause) && condition()) applies(clause);
  }
  // The value, or another one when the clause is spoiled.
  template <class T>
  T shaped(Clause clause, T value) {
    applies(clause);
    return clause == spoiled_ ? another(value) : value;
  }
  // Runs the body unless the clause is spoiled.
  template <class Body>
  void effect(Clause clause, Body&& body) {
    applies(clause);
    if (clause != spoiled_) body();
  }

  Ruling& refuse(Result result, Clause clause) {
    ruling_.answer.result = result;
    ruling_.decided = clause;
    return ruling_;
  }
  // FALSE or NULL, by what the function answers.
  template <Call Function>
  Ruling& fail(const Function& call, Win32Error code, Clause clause) {
    set_last_error(call.by.raw, code);
    return refuse(failure<Function>(), clause);
  }
  template <class Body>
  Ruling& commit(Result result, Clause clause, Body&& body);
  // For what changes nothing but is no refusal.
  Ruling& answer(Result result, Clause clause) { return refuse(result, clause); }

  // For a result that is known only when the thing is made.
  void result(Result made) { ruling_.answer.result = made; }
  // Output `index` of the step's `outs` is written; `second` is the second word of a GUID or a version.
  template <class Function>
  void output(std::size_t index, std::uint64_t value, std::uint64_t second = 0) {
    const OutInfo& out = Function::outs[index];
    ruling_.answer.written |= 1U << index;
    ruling_.answer.out[out.word] = value;
    if (out.kind == OutKind::guid || out.kind == OutKind::version) ruling_.answer.out[out.word + 1U] = second;
  }
  // The step's only output is these bytes.
  void output(std::span<const std::uint8_t> bytes) {
    ruling_.answer.written = 1;
    ruling_.answer.out = out_of_bytes(bytes);
  }
  void made(std::uint64_t thing) { ruling_.answer.made = thing; }
  // WER restarted a process. The answer tells of the first one that its step restarted.
  void restarted(const Restarted& process) {
    if (!has_restarted()) tell(ruling_.answer, process);
    ruling_.restarted.push_back(process);
  }
  bool has_restarted() const { return !ruling_.restarted.empty(); }

  // The one allocation attempt of a call on the caller's WER heap (WER-ALL-53).
  bool heap_fails(ProcessKey process);
  // What heap_fails would answer, without an attempt.
  static bool heap_would_fail(const Process& process) {
    const Heap& heap = process.heap;
    return due(heap.countdowns) || (heap.capacity.has_value() && process.wer.alive >= *heap.capacity);
  }
  // A call that FailRecoveryApi counts (WER-REC-29).
  bool recovery_api_fails(ProcessKey process);
  // The one CCF allocation attempt of a call (CCF-FLT-10).
  bool ccf_allocation_fails(MachineIndex machine);
  bool ccf_allocation_would_fail(MachineIndex machine) const;

 protected:
  Draft(State state, const Tables& tables, Clause spoiled)
      : tables_{tables}, state_{std::move(state)}, spoiled_{spoiled} {}
  ~Draft() = default;

  template <Call Function>
  static constexpr Result failure() {
    return Function::answers == ResultKind::handle ? Result{null_handle} : FALSE_;
  }
  void set_last_error(ProcessKey by, Win32Error code);
  static bool due(const Countdowns& countdowns) { return !countdowns.empty() && countdowns.front() == 1; }

  // All within: a rule looks and notes on every line.
  const Tables& tables_;
  State state_;
  ProcessKey known_key_{};
  const Process* known_{};
  Clause spoiled_;
  Ruling ruling_{};
  Touched touched_{};

 private:
  Edit& edit();
};

// A draft that hands out parts for writing. Every draft is one; rules see it inside a commit only.
class Edit final : public Draft {
 public:
  explicit Edit(State state, const Tables& tables, Clause spoiled = {}) : Draft{std::move(state), tables, spoiled} {}

  // --- For whoever performs steps ---

  // Before each step. The clauses that applied are kept until `forget_applied`.
  void begin_step() {
    ruling_.answer = Answer{};
    ruling_.restarted.clear();
    touched_.clear();
  }
  void forget_applied() { ruling_.applied.clear(); }
  void spoil(Clause clause) { spoiled_ = clause; }
  Clause spoiled() const { return spoiled_; }
  Ruling& ruling() { return ruling_; }
  const Ruling& ruling() const { return ruling_; }
  const Touched& touched() const { return touched_; }
  // To be changed by other ways than a step.
  State& state() {
    forget_known();
    return state_;
  }
  // These parts of the state are what they were before. Whose parts they are stands in `before`, too, unless one of them is
  // the list of processes.
  void put_back(const State& before, const Touched& parts) {
    const TouchedPart* const only = parts.only();
    if (known_ != nullptr && only != nullptr && *only == TouchedPart{Part::additional_processes, known_key_}) {
      const Process& was = *find(machine_of(before, known_key_), known_key_.object);
      copy_additional_processes(was.wer, const_cast<Process*>(known_)->wer);
      return;
    }
    copy_parts(parts, before, state_);
    if (parts.any_of(set_of(Part::processes))) forget_known();
  }

  // --- For rules ---

  std::uint64_t& clock() { return of_world(Part::clock).now; }
  Tid& next_tid() { return of_world(Part::tids).next_tid; }
  ExistingFiles& existing_files() { return of_world(Part::existing_files).existing_files; }
  Reports& reports() { return of_world(Part::reports).reports; }

  Volumes& volumes() { return of_world(Part::volumes).volumes; }
  VolumeOpens& csv_opens() { return of_world(Part::csv_opens).csv_opens; }
  Servers& servers() { return of_world(Part::servers).servers; }

  Server& server_head(ServerIndex server) { return of_server(Part::server, server); }  // counters
  Shares& shares(ServerIndex server) { return of_server(Part::shares, server).shares; }
  ServerFiles& files(ServerIndex server) { return of_server(Part::files, server).files; }
  File& file(ServerIndex server, FileId file) { return files(server)[number(file)]; }
  Connections& connections(ServerIndex server) { return of_server(Part::connections, server).connections; }
  Connection& connection(ServerIndex server, ConnectionId id) { return connections(server)[number(id) - 1]; }
  Opens& opens(ServerIndex server) { return of_server(Part::opens, server).opens; }
  // It must be there.
  Open& open(ServerIndex server, DurableId id);
  LoggedCloses& forced_closes(ServerIndex server) { return of_server(Part::forced_closes, server).forced_closes; }

  Machine& machine_head(MachineIndex machine) { return of_machine(Part::machine, machine); }  // filter and counters
  Tags& tags(MachineIndex machine) { return of_machine(Part::tags, machine).tags; }
  Versions& versions(MachineIndex machine) { return of_machine(Part::versions, machine).versions; }
  Countdowns& faults(MachineIndex machine) { return of_machine(Part::faults, machine).faults; }
  AppLocalDumps& app_local_dumps(MachineIndex machine) {
    return of_machine(Part::app_local_dumps, machine).app_local_dumps;
  }
  Objects& objects(MachineIndex machine) { return of_machine(Part::objects, machine).objects; }
  Processes& processes(MachineIndex machine) {
    forget_known();
    return of_machine(Part::processes, machine).processes;
  }

  Core& core(ProcessKey process) { return of_process(Part::core, process).core; }
  Threads& threads(ProcessKey process) { return of_process(Part::threads, process).threads; }
  Handles& handles(ProcessKey process) { return of_process(Part::handles, process).handles; }
  Wer& wer(ProcessKey process) { return of_process(Part::wer, process).wer; }
  template <class List>
  struct Registered {
    List& list;
    std::uint32_t& alive;  // allocations of all registrations of the process
  };
  // One of its lists; list and number are one part, touched by asking for them.
  template <class List>
  Registered<List> registered(ProcessKey process, List Wer::*list) {
    constexpr bool is_of_processes = std::is_same_v<List, AdditionalProcesses>;
    Wer& wer = of_process(is_of_processes ? Part::additional_processes : Part::wer, process).wer;
    return {wer.*list, wer.alive};
  }
  Heap& heap(ProcessKey process) { return of_process(Part::heap, process).heap; }

 private:
  void forget_known() {
    known_key_ = nobody;
    known_ = nullptr;
  }
  State& of_world(Part part) {
    touched_.mark(part, nobody);
    return state_;
  }
  Server& of_server(Part part, ServerIndex server) {
    touched_.mark(part, model::of_server(server));
    return state_.servers[number(server)];
  }
  Machine& of_machine(Part part, MachineIndex machine) {
    touched_.mark(part, {machine, no_object});
    return state_.machines[number(machine)];
  }
  Process& of_process(Part part, ProcessKey key) {
    touched_.mark(part, key);
    return const_cast<Process&>(process(key));
  }
};

inline Edit& Draft::edit() { return static_cast<Edit&>(*this); }

template <class Body>
Ruling& Draft::commit(Result result, Clause clause, Body&& body) {
  ruling_.answer.result = result;
  ruling_.decided = clause;
  body(edit());
  return ruling_;
}

// Adds a countdown, keeping them ascending.
void add(Countdowns& countdowns, Countdown n);

}  // namespace procreg::model
