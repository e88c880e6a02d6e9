#include "model/object/process.h"

#include <algorithm>

#include "model/ccf/opens.h"
#include "model/object/handle.h"

namespace procreg::model {

namespace {

std::uint32_t lowest_free_k(const Threads& threads) {
  std::uint32_t k = 0;
  const auto taken = [&k](const Thread& thread) { return thread.k == k; };
  while (std::any_of(threads.begin(), threads.end(), taken)) ++k;
  return k;
}

void thread_object_ends(Edit& next, MachineIndex machine, OtherId id) {
  for (auto& object : next.objects(machine)) {
    if (object.id == id) object.thread_live = false;
  }
  release(next, machine, {ObjectType::Thread, number(id)});
}

Threads take_threads(Edit& next, ProcessKey key) {
  Threads ended = next.process(key).threads;
  if (!ended.empty()) next.threads(key).clear();
  return ended;
}

void note_version_that_stays(Draft& world, const Machine& machine, const Tag& tag) {
  if (!tag.has_id) return;
  world.applies_if(find_version(machine, tag.id) != nullptr, "CCF-VER-09");
  world.applies_if(has_open_with(world.now(), tag.id), "CCF-OPEN-07");
}

void remove_tag(Edit& next, ProcessKey key) {
  const Tag* tag = find_tag(next.machine(key.machine), key.object);
  if (tag == nullptr) return;
  note_version_that_stays(next, next.machine(key.machine), *tag);
  next.applies("CCF-REG-26");
  next.effect("CCF-FLT-07", [&] {
    auto& tags = next.tags(key.machine);
    tags.erase(std::find_if(tags.begin(), tags.end(), [&](const Tag& other) { return other.process == key.object; }));
  });
}

void forget_app_local_dump(Edit& next, ProcessKey key) {
  if (!next.process(key).wer.app_local_dump.has_value()) return;
  auto& list = next.app_local_dumps(key.machine);
  list.erase(std::find(list.begin(), list.end(), key.object));
}

// What stays although the process goes.
void note_tags_that_stay(Draft& world, ProcessKey key) {
  const Machine& machine = world.machine(key.machine);
  for (const Tag& tag : machine.tags) {
    const Process* tagged = find(machine, tag.process);
    const bool child = tagged != nullptr && tagged->birth.parent == key.object;
    world.applies_if(tag.origin == TagOrigin::inherited && child, "CCF-INH-07");
    world.applies_if(tag.origin == TagOrigin::explicit_ && tag.process != key.object, "CCF-FLT-08");
  }
}

// OBJ-PROC-22: handles go in ascending order, then the objects that are left without one.
void close_handles(Edit& next, ProcessKey key) {
  Handles closed;
  next.effect("OBJ-PROC-04", [&] { closed.swap(next.handles(key)); });
  for (const Handle& handle : closed) {
    const bool own = handle.object == ObjectRef{ObjectType::Process, number(key.object)};
    next.applies_if(own, "OBJ-PROC-22");
    release(next, key.machine, handle.object);
  }
}

}  // namespace

std::optional<Pid> pid_of_kind(ProcessKind kind) {
  if (kind == ProcessKind::system_idle) return Pid{0};
  if (kind == ProcessKind::system) return Pid{4};
  return std::nullopt;
}

bool pid_left(const Machine& machine, std::optional<Pid> given) {
  return given.has_value() ? find(machine, *given) == nullptr : number(machine.next_pid) < assignable_end;
}

bool tids_left(const State& state, std::uint32_t count) {
  return number(state.next_tid) <= assignable_end && (assignable_end - number(state.next_tid)) / 4 >= count;
}

Tid add_thread(Edit& next, ProcessKey key, NameRef name, std::optional<Tid> given) {
  const Tid tid = next.shaped("OBJ-PROC-18", given.value_or(next.now().next_tid));
  Tid& next_tid = next.next_tid();
  next_tid = std::max(next_tid, Tid{number(tid) + 4});

  const OtherId object = next.shaped("OBJ-PROC-21", next.machine(key.machine).next_object);
  next.machine_head(key.machine).next_object = OtherId{number(object) + 1};
  next.effect("OBJ-PROC-20", [&] {
    next.objects(key.machine).push_back({.id = object, .type = ObjectType::Thread, .tid = tid, .thread_live = true});
  });

  auto& threads = next.threads(key);
  const Thread thread{.tid = tid, .name = name, .k = lowest_free_k(threads), .object = object};
  threads.insert(std::find_if(threads.begin(), threads.end(), [tid](const Thread& other) { return other.tid > tid; }),
                 thread);
  return tid;
}

ProcessKey add_process(Edit& next, MachineIndex machine, const Newborn& newborn) {
  Process process{.birth = newborn.birth};
  process.birth.object = next.shaped("OBJ-PROC-01", next.machine(machine).next_process);
  process.birth.pid = next.shaped("OBJ-PROC-02", newborn.pid.value_or(next.machine(machine).next_pid));
  process.core.start_time = next.shaped("WER-ALL-27", next.now().now);
  process.wer.storage_exists = next.shaped("WER-ALL-02", false);

  Machine& head = next.machine_head(machine);
  head.next_process = ObjectId{number(process.birth.object) + 1};
  head.next_pid = std::max(head.next_pid, Pid{number(process.birth.pid) + 4});

  const ProcessKey key{machine, process.birth.object};
  next.processes(machine).push_back(std::move(process));
  for (std::uint16_t k = 0; k < newborn.threads; ++k) {
    add_thread(next, key, thread_name(newborn.birth.name, k), std::nullopt);
  }
  return key;
}

void end_thread(Edit& next, ProcessKey key, Tid tid) {
  auto& threads = next.threads(key);
  const auto thread = std::find_if(threads.begin(), threads.end(), [tid](const Thread& t) { return t.tid == tid; });
  const OtherId object = thread->object;
  threads.erase(thread);
  thread_object_ends(next, key.machine, object);
}

void become_exited(Edit& next, ProcessKey key, std::uint32_t exit_code) {
  const std::uint64_t start_time = next.process(key).core.start_time;
  next.core(key) =
      Core{.state = ProcessState::Exited, .start_time = start_time, .exit_code = next.shaped("WER-ALL-59", exit_code)};
  next.effect("WER-ALL-04", [&] {
    forget_app_local_dump(next, key);
    next.wer(key) = Wer{};
  });
  next.effect("WER-ALL-56", [&] { next.heap(key) = Heap{}; });
  note_tags_that_stay(next, key);
  next.applies_if(has_open_from(next.now(), key.machine), "CCF-OPEN-10");
  remove_tag(next, key);
  for (const Thread& thread : take_threads(next, key)) thread_object_ends(next, key.machine, thread.object);
  close_handles(next, key);
  release(next, key.machine, {ObjectType::Process, number(key.object)});
}

}  // namespace procreg::model
