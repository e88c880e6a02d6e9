// One case of a property: a small world, steps performed on the subject alone, and what the property says of them.
//
// A story draws what it leaves open, tells its steps to the subject, reads the subject's answers and snapshots, and says with
// `must` what has to hold. It never asks the model. What it did is kept as scripts, which check.h runs in lockstep besides.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/script.h"
#include "harness/subject/subject.h"
#include "scenarios/properties/seen.h"

namespace procreg::scenarios {

// Where a story's draws come from.
class Draws {
 public:
  virtual ~Draws() = default;
  virtual std::uint32_t below(std::uint32_t bound) = 0;  // 0 to bound - 1; smaller is simpler
};

// The property's sentence does not hold in this case.
struct Broken {
  std::string why;
};

// A thing that a script has a name for: a process, a thread or a handle.
struct Name {
  std::uint16_t base{};
  friend constexpr bool operator==(Name, Name) = default;
};

// What a name stands for in a step.
PidRef pid(Name process);
PidRef pid(std::uint32_t number);
PidRef nobody_pid(std::uint32_t k = 1);  // @process1 ...
TidRef thread(Name process, std::uint16_t k = 0);
TidRef tid(Name thread);  // of CreateThread
TidRef tid(std::uint32_t number);
HandleRef handle(Name made);        // the handle, as of OpenProcess
HandleRef handle_of(Name process);  // the process handle that CreateProcess made
HandleRef thread_handle_of(Name process);
HandleRef handle(HandleValue value);
Caller caller(Name process);
ConnectionRef connection(Name made);
OpenRef opened(Name made);
CsvOpenRef csv_opened(Name made);

class Story {
 public:
  // `subject` is begun anew with the first step of each act.
  Story(harness::Subject& subject, Draws& draws);

  // --- Draws ---
  std::uint32_t below(std::uint32_t bound) { return draws_.below(bound); }
  bool coin() { return below(2) == 1; }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  std::uint32_t any_number();   // any 32 bits, often small or at an edge
  std::uint64_t any_address();  // any 64 bits, often NULL or at an edge
  template <class T>
  T one_of(std::initializer_list<T> list) {
    return list.begin()[below(static_cast<std::uint32_t>(list.size()))];
  }
  template <class T>
  T one_of(const std::vector<T>& list) {
    return list[below(static_cast<std::uint32_t>(list.size()))];
  }
  // {g1}, {g2}, {g3}; k from 0 to 2.
  static constexpr Guid guid(std::uint32_t k) { return {0x1111111100000000U + k, 0x4242424242424242U}; }
  Guid guid() { return guid(below(3)); }

  // --- The world, before the first step ---
  // A story begins under `documented` or `windows11`, a few covered choices changed by draws.
  const Profile& profile() const { return profile_; }
  template <class Option>
  void set(Choice<Option> choice, Option option) {
    must(!begun_, "the profile is complete before the first step");
    profile_ = profile_.with(choice, option);
  }
  // Any option of the choice, drawn and set.
  template <class Option>
  Option any(Choice<Option> choice) {
    const auto option = static_cast<Option>(below(static_cast<std::uint32_t>(info(choice).options.size())));
    set(choice, option);
    return option;
  }
  // Names are used as a scenario file may use them, so that every story can be saved as one: w.handle only of a process that
  // CreateProcess made, w.2 only of one with two threads.
  static constexpr Name main{1};  // the default world's one process
  WorldSpec& world() { return script_.world; }
  const WorldSpec& world() const { return script_.world; }
  Name process(ProcessSpec spec = {});        // one more process of the world; its name is filled in
  ProcessSpec& spec(Name process);            // of a process of the world
  MachineIndex add_machine(FilterState ccf);  // one more machine
  TextRef user(std::u16string_view name) { return script_.tables.text(name); }
  DaclRef dacl(Dacl dacl) { return script_.tables.dacl(std::move(dacl)); }
  // The texts and bytes that calls pass are given before the first step; afterwards equal ones are found again.
  TextIn text(std::u16string_view text);
  RequiredText required(std::u16string_view text) { return {*this->text(text).value}; }
  // Memory of processes, given before the first step.
  StacksRef stacks(Stacks stacks);
  RangesRef ranges(Ranges ranges);
  const Tables& tables() const { return script_.tables; }
  BytesRef bytes(std::vector<std::uint8_t> bytes);
  // The value of the extended attribute ClusteredApplicationInstance: 16 bytes, or 20 with csv flags.
  BytesRef attribute(Guid id, std::optional<std::uint32_t> csv_flags = {});

  // --- Steps ---
  const Answer& perform(Step step);
  const Answer& last() const { return answer_; }
  const Step& last_step() const { return script_.steps.back(); }

  // A name for the process that WER makes in a step which is given it. Until then it stands for what nobody has.
  Name for_a_restart() { return named({Kind::Of::restarted, 1, 0}); }

  Result reg(Name by, PidRef process, TidRef thread = {});
  Result unreg(Name by, PidRef process);
  Result recovery(Name by, std::uint32_t ping = 0, std::uint32_t flags = 0, std::uint64_t callback = 0x1000);
  Result unreg_recovery(Name by);
  const Answer& get_recovery(Name by, HandleRef process = handle(current_process));
  const Answer& in_progress(Name by);
  Result finished(Name by, bool success, Name restarted_as = {});
  Result reg_restart(Name by, TextIn line, std::uint32_t flags = 0);
  Result unreg_restart(Name by);
  // `size` is *pcchSize; with nullopt pcchSize is NULL.
  const Answer& get_restart(Name by, std::optional<std::uint32_t> size, bool buffer = true,
                            HandleRef process = handle(current_process));
  Result reg_local_dump(Name by, TextIn path);
  Result unreg_local_dump(Name by);
  Result reg_file(Name by, TextIn path, std::uint32_t type = 1, std::uint32_t flags = 0);
  Result unreg_file(Name by, TextIn path);
  Result reg_block(Name by, std::uint64_t address, std::uint32_t size = 16);
  Result unreg_block(Name by, std::uint64_t address);
  Result reg_excluded(Name by, std::uint64_t address, std::uint32_t size = 16);
  Result unreg_excluded(Name by, std::uint64_t address);
  Result reg_metadata(Name by, TextIn key, TextIn value);
  Result unreg_metadata(Name by, TextIn key);
  Result reg_module(Name by, TextIn dll, std::uint64_t context = 0);
  Result unreg_module(Name by, TextIn dll, std::uint64_t context = 0);
  Result set_flags(Name by, std::uint32_t flags);
  const Answer& get_flags(Name by, HandleRef process = handle(current_process));
  Result hold(Name by, std::uint32_t ms);

  Name create(Name by, CreateProcess with = {});  // a name also when it is refused; the answer is last()
  Result exit(Name process, std::uint32_t code = 0, Name restarted_as = {});
  Result terminate(Name by, HandleRef process, std::uint32_t code = 0, Name restarted_as = {});
  const Answer& exit_code(Name by, HandleRef process);
  Name open(Name by, AccessMask mask, PidRef process, std::int32_t inherit = 0);
  Name duplicate(Name by, DuplicateHandle with);  // process handles that are left out are -1, so NULL needs perform
  Result close(Name by, HandleRef handle);
  Name object(Name by, ObjectType type, std::optional<AccessMask> mask = {}, bool inheritable = false);

  Result tag(Name by, HandleRef process, GuidIn id, std::int32_t inherit = 0);
  // What an open of the process would carry; id and version nullopt for none.
  struct Carried {
    Result result{};
    std::optional<Guid> id{};
    std::uint32_t csv_flags{};
    std::optional<VersionPair> version{};
  };
  Carried open_tag(Name by, std::optional<BytesRef> ea = {});

  Result csv_flags(Name by, HandleRef process, std::uint32_t mask, std::uint32_t flags);
  Result set_version(Name by, GuidIn id, VersionPair version);
  const Answer& query_version(Name by, GuidIn id);
  Result reset_versions(Name by);

  Result csv_volume(RequiredText name, MachineIndex coordinator) {
    return perform(CsvVolume{name, {coordinator}}).result;
  }
  Result move_coordinator(RequiredText name, MachineIndex machine) {
    return perform(CsvMoveCoordinator{name, {machine}}).result;
  }
  Name csv_open(Name by, RequiredText volume, std::optional<BytesRef> ea = {});
  Result csv_io(Name open) { return perform(CsvIo{{}, csv_opened(open)}).result; }

  // Names are given to what is made, also when it is refused; the answer is last().
  Name connect(SmbConnect with);
  Name create_file(SmbCreate with);
  Result disconnect(Name conn) { return perform(SmbDisconnect{connection(conn)}).result; }
  const Answer& read(Name open, std::uint64_t offset, std::uint32_t length) {
    return perform(SmbRead{{}, opened(open), FileOffset{offset}, ByteCount{length}, {}});
  }
  Result write(Name open, std::uint64_t offset, BytesRef bytes) {
    return perform(SmbWrite{{}, opened(open), FileOffset{offset}, {bytes}, {}}).result;
  }
  Result lock(Name open, std::uint64_t offset, std::uint64_t length, LockKind kind) {
    return perform(SmbLock{{}, opened(open), FileOffset{offset}, FileLength{length}, kind}).result;
  }
  Result close_file(Name open) { return perform(SmbClose{{}, opened(open), {}}).result; }

  Name new_thread(Name process, std::optional<Tid> tid = {});
  Result exit_thread(Name process, TidRef thread);
  Result crash(Name process, Name restarted_as = {}) {
    return perform(Crash{to(process), {}, as(restarted_as)}).result;
  }
  Result crash_in(Name process, TidRef thread) { return perform(Crash{to(process), {thread}, {}}).result; }
  Result stop_answering(Name process) { return event<StopAnswering>(process); }
  Result answering(Name process) { return event<Answering>(process); }
  Result close_hung(Name process) { return event<CloseHung>(process); }
  Result choose(Name process, UserAction action, std::optional<bool> restart = {}, Name restarted_as = {});
  Result cancel(Name process) { return event<UserCancel>(process); }
  Result callback_returns(Name process, Name restarted_as = {}) {
    return perform(CallbackReturns{to(process), as(restarted_as)}).result;
  }
  Result capacity(Name process, std::optional<std::uint32_t> allocations);
  Result fail_allocation(Name process, std::uint32_t n);
  Result fail_recovery(Name process, std::uint32_t n);
  Result load(MachineIndex machine = {});
  Result unload(MachineIndex machine = {});
  Result fail_ccf(std::uint32_t n, MachineIndex machine = {});
  Result advance(std::uint64_t ms, Name restarted_as = {});

  // Several steps that come together.
  void hang(Name process);     // StopAnswering, then time until it is Hung
  void recover(Name process);  // RegisterApplicationRecoveryCallback, Crash, UserChoice: InRecovery
  ProcessState bring_to(Name process,
                        ProcessState);  // from Running; Exited by TerminateProcess or, without a handle, ExitProcess

  // --- What the subject shows now ---
  const Seen& seen();
  const SeenMachine& machine(MachineIndex index = {}) { return seen().machines.at(number_of(index)); }
  const SeenProcess* find(Name process);        // nullptr when its object is gone
  const SeenProcess& of(Name process);          // Broken when its object is gone
  const SnapHandle* entry(Name by, Name made);  // the entry that a handle name stands for, in the table of `by`
  const SnapTag* tag_of(Name process);
  bool is(Name process, ProcessState state);
  const SeenReport& last_report();  // Broken when there is none, or one without a primary dump
  bool of_world(Name process) const { return kind(process).of == Kind::Of::process_of_world; }
  // As many as it was made with.
  std::uint16_t threads(Name process) const {
    return of_world(process) ? script_.world.processes.at(process.base - 1U).threads.count : kind(process).threads;
  }
  ProcessKey key(Name process) { return bound(process).process; }
  Pid pid_of(Name process) { return bound(process).pid; }
  Tid tid_of(Name process, std::uint16_t k = 0) { return Tid{procreg::number(bound(process).first_tid) + 4U * k}; }
  HandleValue value_of(Name made) { return bound(made).handle; }  // of CreateProcess: the process handle
  // Of what SmbCreate, SmbConnect and CsvOpen made; 0 when it was refused.
  DurableId durable_of(Name open) const { return made_durable(kind(open).made); }
  ConnectionId connection_id(Name conn) const { return ConnectionId{static_cast<std::uint32_t>(kind(conn).made)}; }
  CsvOpenId csv_open_id(Name open) const { return CsvOpenId{static_cast<std::uint32_t>(kind(open).made)}; }

  // --- What has to hold ---
  static void must(bool holds, std::string_view what);
  // What the pointer or optional holds; Broken where it holds nothing.
  template <class Holder>
  static const auto& there(const Holder& holder, std::string_view what = "the subject shows what was made") {
    must(static_cast<bool>(holder), what);
    return *holder;
  }
  static void must_be(Result got, Result want, std::string_view what);
  // The snapshots are equal but for what `forgive` makes equal in both.
  using Forgive = void (*)(Seen&);
  void must_be_unchanged(const Seen& before, std::string_view what, Forgive forgive = nullptr);

  // --- Acts: worlds that begin anew, alike but for what is set in between ---
  // Names of the world's processes stay, all others are gone.
  void next_act();

  // --- For check.h ---
  std::vector<harness::Script> acts() const;
  std::uint64_t steps() const { return steps_; }
  bool has_snapshot() const { return has_snapshot_; }

 private:
  static std::size_t number_of(MachineIndex index) { return static_cast<std::size_t>(number(index)); }
  Caller by(Name name) const { return caller(name); }
  Target to(Name name) const { return {{.raw = {}, .name = {name.base, itself_part}}}; }
  static Binds as(Name name) { return {name.base}; }
  // What a name stands for, as a scenario file has to use it.
  struct Kind {
    enum class Of : std::uint8_t { process_of_world, process, restarted, thread, handle, connection, open, csv_open };
    Of of{};
    std::uint16_t threads{};  // of a process that a step makes
    std::uint64_t made{};     // as the answer said
  };
  struct NameChecker;
  Name named(Kind kind);
  const Kind& kind(Name name) const { return kinds_.at(name.base - 1U); }
  void must_be_a_scenario(const Step& step) const;
  void remember_made(const Step& step);
  void begin();
  const harness::Bindings::Bound& bound(Name name);
  harness::Script finished_act() const;
  template <class Event>
  Result event(Name process) {
    Event event{};
    event.process = to(process);
    return perform(event).result;
  }

  harness::Subject& subject_;
  Draws& draws_;
  Profile profile_;
  harness::Script script_{};
  std::vector<harness::Script> past_{};
  std::vector<Kind> kinds_{{.of = Kind::Of::process_of_world, .threads = 1, .made = 0}};  // of script_.names
  std::vector<std::vector<std::uint8_t>> bytes_{};                                        // given
  bool begun_{};
  harness::Bindings bindings_{};
  Answer answer_{};
  std::optional<Seen> seen_{};
  bool has_snapshot_{true};
  std::uint64_t steps_{};
};

}  // namespace procreg::scenarios
