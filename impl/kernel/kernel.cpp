#include "impl/kernel/kernel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

// Pids are multiples of 4 and may be 0, keys may not.
std::uint64_t pid_key(Pid pid) noexcept { return (std::uint64_t{number(pid)} << 1) | 1; }

template <class T>
ReadMostlyTable<1>::Value word_of(T* pointer) noexcept {
  return {reinterpret_cast<std::uintptr_t>(pointer)};
}
template <class T>
T* pointer_in(const ReadMostlyTable<1>::Value& value) noexcept {
  return reinterpret_cast<T*>(static_cast<std::uintptr_t>(value[0]));
}
ReadMostlyTable<1>::Value incarnation_word(ObjectId object, bool live) noexcept {
  return {number(object) << 1 | (live ? 1U : 0U)};
}

// The lowest number that no live thread of the process has.
std::uint32_t lowest_free_k(const Process& process) noexcept {
  for (std::uint32_t base = 0;; base += 64) {
    std::uint64_t used = 0;
    for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread) {
      if (thread->k - base < 64) used |= std::uint64_t{1} << (thread->k - base);
    }
    if (~used != 0) return base + static_cast<std::uint32_t>(std::countr_one(used));
  }
}

// Appends to, and takes out of, the doubly linked list of a machine.
template <class T>
void append(T*& first, T*& last, T& element) noexcept {
  element.previous = last;
  element.next = nullptr;
  (last == nullptr ? first : last->next) = &element;
  last = &element;
}
template <class T>
void unlink(T*& first, T*& last, T& element) noexcept {
  (element.previous == nullptr ? first : element.previous->next) = element.next;
  (element.next == nullptr ? last : element.next->previous) = element.previous;
}

}  // namespace

Kernel::Kernel(Arena& arena, std::span<const MachineSpec> machines)
    : arena_{arena},
      machines_{arena.array<Machine>(machines.size())},
      by_name_{arena.array<MachineIndex>(machines.size())} {
  for (std::size_t i = 0; i < machines.size(); ++i) machines_[i].index = by_name_[i] = static_cast<MachineIndex>(i);
  std::sort(by_name_.begin(), by_name_.end(), [&](MachineIndex a, MachineIndex b) {
    return machines[static_cast<std::size_t>(a)].name < machines[static_cast<std::size_t>(b)].name;
  });
  std::uint32_t rank = 0;
  for (const MachineIndex index : by_name_) machine(index).rank = rank++;
}

ProcessRef Kernel::find(ProcessKey key) const noexcept {
  if (key.object == no_object || static_cast<std::size_t>(key.machine) >= machines_.size()) return {};
  ReadMostlyTable<1>::Value found{};
  if (!at(key.machine).objects.find(number(key.object), found)) return {};
  return {pointer_in<Process>(found), key.object};
}

ObjectId Kernel::incarnation_of(MachineIndex machine, Pid pid) const noexcept {
  ReadMostlyTable<1>::Value found{};
  if (!at(machine).pids.find(pid_key(pid), found) || (found[0] & 1) == 0) return no_object;
  return ObjectId{found[0] >> 1};
}

bool Kernel::current(ProcessRef ref) noexcept {
  return ref.memory != nullptr && ref.memory->identity.key.object == ref.object;
}

Process* Kernel::caller(ProcessRef ref) const noexcept {
  return current(ref) && can_call(*ref.memory) ? ref.memory : nullptr;
}

Process* Kernel::existing(ProcessRef ref) const noexcept {
  return current(ref) && is_live(*ref.memory) ? ref.memory : nullptr;
}

Process* Kernel::with_pid(MachineIndex machine, Pid pid) const noexcept {
  ReadMostlyTable<1>::Value found{};
  if (!at(machine).pids.find(pid_key(pid), found)) return nullptr;
  return at(machine).objects.find(found[0] >> 1, found) ? pointer_in<Process>(found) : nullptr;
}

// --- Processes ---

bool Kernel::can_create(MachineIndex index, std::optional<Pid> pid, std::uint32_t threads) const noexcept {
  const bool has_pid = pid ? with_pid(index, *pid) == nullptr : at(index).next_pid < assignable_end;
  return has_pid && next_tid_ <= assignable_end && (assignable_end - next_tid_) / 4 >= threads;
}

Process& Kernel::create(Identity identity, std::optional<Pid> pid, std::uint32_t threads, const Birth* birth) noexcept {
  Machine& home = machine(identity.key.machine);
  Process& process = fresh_process();
  // Who finds the process before it is complete waits here.
  const std::scoped_lock gate{process.gate};
  identity.key.object = ObjectId{home.next_process++};
  identity.pid = pid.value_or(Pid{home.next_pid});
  identity.start_time = now;
  home.next_pid = std::max(home.next_pid, number(identity.pid) + 4);
  process.type = ObjectType::Process;
  process.identity = identity;
  process.state = ProcessState::Running;
  enter(home, process);
  for (std::uint32_t k = 0; k < threads; ++k)
    add_thread(process, Tid{next_tid_}, thread_name(identity.name, static_cast<std::uint16_t>(k)), k);
  if (birth == nullptr) return process;
  if (birth->inherit_handles) inherit(process, *birth->parent);
  for (std::size_t i = 0; i < watching_; ++i) watchers_[i]->created(process, *birth->parent, *birth->creator);
  return process;
}

Process& Kernel::fresh_process() noexcept {
  if (spare_ == nullptr) return *arena_.make<Process>();
  return *std::exchange(spare_, spare_->next);
}

void Kernel::enter(Machine& home, Process& process) noexcept {
  const Identity& identity = process.identity;
  append(home.first, home.last, process);
  ++home.processes;
  home.objects.insert(arena_, number(identity.key.object), word_of(&process));
  home.pids.insert(arena_, pid_key(identity.pid), incarnation_word(identity.key.object, true));
}

void Kernel::exit(Process& process, std::unique_lock<Process::Gate> gate, std::uint32_t code,
                  Succession& succession) noexcept {
  for (std::size_t i = 0; i < watching_; ++i) watchers_[i]->exiting(process);
  process.state = ProcessState::Exited;
  process.failing = {};
  const Identity& identity = process.identity;
  machine(identity.key.machine).pids.replace(pid_key(identity.pid), incarnation_word(identity.key.object, false));
  gate.unlock();
  process.exit_code = code;
  process.last_error = 0;

  ++process.handles;  // it stays while its own table is closed (OBJ-PROC-22)
  while (process.first_thread != nullptr) {
    Object& thread = *process.first_thread;
    detach_thread(thread);
    remove_if_dead(thread);
  }
  close_all(process);
  const Identity ended = process.identity;
  unreference(process);
  for (std::size_t i = 0; i < watching_; ++i) watchers_[i]->exited(ended, succession);
}

void Kernel::close_all(Process& process) noexcept {
  process.table.each([&](HandleValue, const HandleEntry& entry) { unreference(*entry.object); });
  process.table.free(arena_);
}

void Kernel::inherit(Process& child, const Process& parent) noexcept {
  child.table.inherit(arena_, parent.table);
  child.table.each([](HandleValue, const HandleEntry& entry) { ++entry.object->handles; });
}

// --- Threads ---

Object* Kernel::thread(Tid tid) const noexcept {
  ReadMostlyTable<1>::Value found{};
  if (tid == no_thread || !tids_.find(number(tid), found)) return nullptr;
  return pointer_in<Object>(found);
}

bool Kernel::can_create_thread(std::optional<Tid> tid) const noexcept {
  return tid ? thread(*tid) == nullptr : next_tid_ < assignable_end;
}

Tid Kernel::create_thread(Process& process, std::optional<Tid> tid, NameRef name) noexcept {
  return add_thread(process, tid.value_or(Tid{next_tid_}), name, lowest_free_k(process)).tid;
}

Object& Kernel::add_thread(Process& process, Tid tid, NameRef name, std::uint32_t k) noexcept {
  Object& thread = create_object(process.identity.key.machine, ObjectType::Thread);
  thread.process = &process;
  thread.tid = tid;
  thread.name = name;
  thread.k = k;
  Object* before = process.last_thread;
  while (before != nullptr && before->tid > tid) before = before->previous_thread;
  Object*& after = before == nullptr ? process.first_thread : before->next_thread;
  thread.previous_thread = before;
  thread.next_thread = after;
  (after == nullptr ? process.last_thread : after->previous_thread) = &thread;
  after = &thread;
  tids_.insert(arena_, number(tid), word_of(&thread));
  next_tid_ = std::max(next_tid_, number(tid) + 4);
  return thread;
}

void Kernel::detach_thread(Object& thread) noexcept {
  Process& process = *thread.process;
  (thread.previous_thread == nullptr ? process.first_thread : thread.previous_thread->next_thread) = thread.next_thread;
  (thread.next_thread == nullptr ? process.last_thread : thread.next_thread->previous_thread) = thread.previous_thread;
  tids_.erase(number(thread.tid));
  thread.process = nullptr;
}

void Kernel::end_thread(Object& thread) noexcept {
  detach_thread(thread);
  remove_if_dead(thread);
}

// --- Handles ---

Named Kernel::resolve(Process& process, HandleValue value) const noexcept {
  if (value == current_process) return {&process, PROCESS_ALL_ACCESS, true};
  if (value == current_thread) return {process.first_thread, THREAD_ALL_ACCESS, true};
  const HandleEntry* entry = process.table.find(value);
  return entry == nullptr ? Named{} : Named{entry->object, entry->mask, false};
}

HandleValue Kernel::open(Process& process, KernelObject& object, AccessMask mask, bool inheritable) noexcept {
  ++object.handles;
  return process.table.insert(arena_, {&object, mask, inheritable});
}

bool Kernel::close(Process& process, HandleValue value) noexcept {
  HandleEntry* entry = process.table.find(value);
  if (entry == nullptr) return false;
  KernelObject& object = *entry->object;
  process.table.remove(entry);
  unreference(object);
  return true;
}

Object& Kernel::create_object(MachineIndex index, ObjectType type) noexcept {
  Machine& home = machine(index);
  Object& object = *arena_.make<Object>();
  object.type = type;
  object.machine = index;
  object.id = OtherId{home.next_object++};
  append(home.first_object, home.last_object, object);
  ++home.other_objects;
  return object;
}

void Kernel::unreference(KernelObject& object) noexcept {
  --object.handles;
  remove_if_dead(object);
}

void Kernel::remove_if_dead(KernelObject& object) noexcept {
  if (object.handles > 0) return;
  if (object.type == ObjectType::Process) {
    auto& process = static_cast<Process&>(object);
    if (process.state == ProcessState::Exited) remove(process);
  } else {
    auto& other = static_cast<Object&>(object);
    if (other.process == nullptr) remove(other);
  }
}

void Kernel::remove(Process& process) noexcept {
  Machine& home = machine(process.identity.key.machine);
  const std::scoped_lock gate{process.gate};
  home.pids.erase(pid_key(process.identity.pid));
  home.objects.erase(number(process.identity.key.object));
  unlink(home.first, home.last, process);
  --home.processes;
  process.identity = {};
  process.exit_code = 0;
  process.next = std::exchange(spare_, &process);
}

void Kernel::remove(Object& object) noexcept {
  Machine& home = machine(object.machine);
  unlink(home.first_object, home.last_object, object);
  --home.other_objects;
  arena_.drop(&object);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
