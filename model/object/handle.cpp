#include "model/object/handle.h"

#include <algorithm>

#include "model/rules.h"

namespace procreg::model {

namespace {

bool is_pseudo(HandleValue value) { return value == current_process || value == current_thread; }

std::optional<Named> pseudo(Draft& world, const Process& holder, HandleValue value) {
  if (value == current_process) return Named{object_of(holder), PROCESS_ALL_ACCESS};
  world.applies("OBJ-PROC-19");
  if (holder.threads.empty()) return std::nullopt;
  return Named{{ObjectType::Thread, number(holder.threads.front().object)}, THREAD_ALL_ACCESS};
}

bool handle_open_to(const Machine& machine, ObjectRef object) {
  for (const auto& process : machine.processes) {
    for (const auto& handle : process.handles) {
      if (handle.object == object) return true;
    }
  }
  return false;
}

template <class List>
auto entry_at(List& handles, HandleValue value) {
  return std::find_if(handles.begin(), handles.end(), [value](const Handle& handle) { return handle.value == value; });
}

void release_process(Edit& next, MachineIndex machine, const Process& process) {
  if (live(process)) return next.applies("OBJ-PROC-06");
  next.effect("OBJ-PROC-05", [&] {
    auto& processes = next.processes(machine);
    processes.erase(processes.begin() + (&process - processes.data()));
  });
}

void release_other(Edit& next, MachineIndex machine, OtherId id) {
  const auto& objects = next.machine(machine).objects;
  const auto found = std::find_if(objects.begin(), objects.end(), [id](const auto& object) { return object.id == id; });
  if (found == objects.end() || found->thread_live) return;
  const auto place = found - objects.begin();
  const Clause removal = number(found->tid) != 0 ? Clause("OBJ-PROC-20") : Clause("OBJ-PROC-21");
  next.effect(removal, [&] { next.objects(machine).erase(objects.begin() + place); });
}

}  // namespace

const Handle* find_entry(Draft& world, const Process& holder, HandleValue value) {
  const HandleValue clean = world.shaped("OBJ-HND-04", HandleValue{number(value) & ~std::uint64_t{3}});
  const auto found = entry_at(holder.handles, clean);
  return found != holder.handles.end() ? &*found : nullptr;
}

std::optional<Named> resolve(Draft& world, const Process& holder, HandleValue value) {
  if (is_pseudo(value) && world.shaped("OBJ-HND-03", true)) return pseudo(world, holder, value);
  const Handle* entry = find_entry(world, holder, value);
  if (entry == nullptr) return std::nullopt;
  return Named{entry->object, entry->mask};
}

const Process* process_named(Draft& world, MachineIndex machine, const std::optional<Named>& named) {
  if (!named.has_value()) return nullptr;
  if (named->object.type != ObjectType::Process) {
    world.applies("OBJ-HND-11");
    return nullptr;
  }
  const Process* process = find(world.now(), key_of(machine, *named));
  world.applies_if(process != nullptr && !live(*process), "OBJ-HND-05");
  return process;
}

AccessMask granted(Draft& world, ObjectRef object, AccessMask mask) {
  if (object.type != ObjectType::Process || !has(mask, PROCESS_QUERY_INFORMATION)) return mask;
  return world.shaped("OBJ-HND-10", mask | PROCESS_QUERY_LIMITED_INFORMATION);
}

HandleValue insert_handle(Edit& next, ProcessKey holder, ObjectRef object, AccessMask mask, bool inheritable) {
  auto& handles = next.handles(holder);
  std::uint64_t free = 4;
  auto place = handles.begin();
  for (; place != handles.end() && number(place->value) == free; ++place) free += 4;
  next.applies_if(place != handles.end(), "OBJ-HND-06");
  const HandleValue value = next.shaped("OBJ-HND-02", HandleValue{free});
  handles.insert(place, Handle{value, object, mask, inheritable});
  return value;
}

void close_entry(Edit& next, ProcessKey holder, HandleValue value) {
  auto& handles = next.handles(holder);
  const auto entry = entry_at(handles, value);
  const ObjectRef object = entry->object;
  handles.erase(entry);
  release(next, holder.machine, object);
}

void release(Edit& next, MachineIndex machine, ObjectRef object) {
  if (handle_open_to(next.machine(machine), object)) return;
  if (object.type != ObjectType::Process) return release_other(next, machine, OtherId{object.id});
  const Process* process = find(next.machine(machine), ObjectId{object.id});
  if (process != nullptr) release_process(next, machine, *process);
}

Ruling& rule(Draft& world, const CloseHandle& call, Choices&) {
  if (is_pseudo(call.hObject.raw)) return world.answer(TRUE_, "OBJ-HND-07");

  const Handle* entry = find_entry(world, world.process(call.by.raw), call.hObject.raw);
  if (entry == nullptr) return world.fail(call, Win32Error::ERROR_INVALID_HANDLE, "OBJ-HND-08");
  return world.commit(TRUE_, "OBJ-HND-08",
                      [&, value = entry->value](Edit& next) { close_entry(next, call.by.raw, value); });
}

}  // namespace procreg::model
