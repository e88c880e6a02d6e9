// Process objects and threads come and go (ccf.md 3.1, 3.2).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

// What a new process is given; object and pid are found when it is made.
struct Newborn {
  Birth birth{};
  std::optional<Pid> pid{};
  std::uint16_t threads{1};
};

// A Running process with its threads and their objects, without handles, tag or storage.
ProcessKey add_process(Edit& next, MachineIndex machine, const Newborn& newborn);
// A thread with its object.
Tid add_thread(Edit& next, ProcessKey process, NameRef name, std::optional<Tid> given);
// The pid of a process of this kind, if the kind has one (OBJ-PROC-02).
std::optional<Pid> pid_of_kind(ProcessKind kind);
// A process with this pid, or with the next one, can be made (OBJ-PROC-02).
bool pid_left(const Machine& machine, std::optional<Pid> given);
// `count` more threads can be made (OBJ-PROC-18).
bool tids_left(const State& state, std::uint32_t count);

// The process is Exited (OBJ-PROC-04): nothing of it is left but its object, and that only while a handle to it is
// open.
void become_exited(Edit& next, ProcessKey process, std::uint32_t exit_code);
// One thread ends; the process stays as it is.
void end_thread(Edit& next, ProcessKey process, Tid tid);

}  // namespace procreg::model
