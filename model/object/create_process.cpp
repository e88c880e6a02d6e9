// CreateProcess (ccf.md 3.2).
#include <algorithm>
#include <iterator>

#include "model/ccf/inheritance.h"
#include "model/object/handle.h"
#include "model/object/process.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

// OBJ-NEW-01: not while a process object of the machine has the pid, and not without ids to give.
bool impossible(const State& state, const CreateProcess& call) {
  return !pid_left(machine_of(state, call.by.raw), call.pid.value) || !tids_left(state, call.threads.count);
}

// A pid given again, or the number of a process that is gone (WER-ALL-26).
bool reuses_pid(const State& state, const CreateProcess& call) {
  return call.pid.value.has_value() && *call.pid.value < machine_of(state, call.by.raw).next_pid;
}

Newborn newborn(Draft& world, const CreateProcess& call, const Process& creator, const Process& parent) {
  Newborn child;
  child.pid = call.pid.value;
  child.threads = call.threads.count;
  child.birth.name = GivenName{call.as.base};
  child.birth.user = call.user.value.value_or(parent.birth.user);
  child.birth.se_debug = !call.user.value.has_value() && world.shaped("OBJ-PROC-08", parent.birth.se_debug);
  child.birth.protected_ = call.protected_.set;
  child.birth.parent = parent.birth.object;
  if (call.parentHandle.value.has_value()) child.birth.parent = world.shaped("OBJ-PROC-09", parent.birth.object);
  child.birth.creator = creator.birth.object;
  child.birth.dacl = call.dacl.value;
  child.birth.package = call.package.value;
  child.birth.local_folder_usable = call.localFolderUsable.value.value_or(call.package.value.has_value());
  child.birth.dumpable = call.dumpable.value.value_or(!call.protected_.set);
  child.birth.stacks = call.stacks.value.value_or(default_stacks);
  child.birth.data = call.data.value.value_or(default_data);
  child.birth.private_ = call.private_.value.value_or(no_ranges);
  child.birth.mapped = call.mapped.value.value_or(no_ranges);
  child.birth.loaded_modules = call.loadedModules.value;
  return child;
}

void inherit_handles(Edit& next, ProcessKey parent, ProcessKey child) {
  next.effect("OBJ-HND-09", [&] {
    const Handles& from = next.process(parent).handles;
    auto& to = next.handles(child);
    std::copy_if(from.begin(), from.end(), std::back_inserter(to),
                 [](const Handle& handle) { return handle.inheritable; });
  });
}

// OBJ-PROC-03: two handles for the creator, process first.
void hand_out(Edit& next, const CreateProcess& call, ProcessKey child) {
  const Process& made = next.process(child);
  const bool inheritable = call.inheritableResult.set;
  const Pid pid = made.birth.pid;
  const Thread first = made.threads.empty() ? Thread{} : made.threads.front();
  const auto process =
      insert_handle(next, call.by.raw, {ObjectType::Process, number(child.object)}, PROCESS_ALL_ACCESS, inheritable);
  const auto thread =
      insert_handle(next, call.by.raw, {ObjectType::Thread, number(first.object)}, THREAD_ALL_ACCESS, inheritable);
  next.output<CreateProcess>(0, number(process));
  next.output<CreateProcess>(1, number(thread));
  next.output<CreateProcess>(2, number(pid));
  next.output<CreateProcess>(3, number(first.tid));
  next.made(number(child.object));
}

}  // namespace

Ruling& rule(Draft& world, const CreateProcess& call, Choices& choices) {
  const MachineIndex machine = call.by.raw.machine;
  const Process& creator = world.process(call.by.raw);
  const Process* parent = &creator;

  if (impossible(world.now(), call)) return world.refuse(not_applicable, "OBJ-NEW-01");
  if (call.parentHandle.value.has_value()) {
    const auto named = resolve(world, creator, call.parentHandle.value->raw);
    parent = process_named(world, machine, named);
    if (parent == nullptr) return world.fail(call, ERROR_INVALID_HANDLE, "OBJ-NEW-02");
    if (!has(named->mask, PROCESS_CREATE_PROCESS)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-NEW-03");
    if (!live(*parent)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-NEW-04");
  }

  const ProcessKey parent_key{machine, parent->birth.object};
  const Newborn child_given = newborn(world, call, creator, *parent);
  const auto tag = inherited_tag(world, machine, creator, *parent, choices);
  world.applies_if(reuses_pid(world.now(), call), "WER-ALL-26");
  world.applies_if(call.inheritHandles.set != tag.has_value(), "CCF-INH-06");
  return world.commit(TRUE_, "OBJ-PROC-03", [&](Edit& next) {
    const ProcessKey child = add_process(next, machine, child_given);
    if (next.shaped("WER-ALL-05", false)) next.wer(child).storage_exists = true;
    next.effect("OBJ-NEW-06", [&] {
      if (call.inheritHandles.set) inherit_handles(next, parent_key, child);
      if (tag.has_value()) give_tag(next, child, *tag);
    });
    hand_out(next, call, child);
  });
}

}  // namespace procreg::model
