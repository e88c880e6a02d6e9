// procreg/control.h: what happens to processes, machines and the world.
#include "impl/abi/calling.h"
#include "impl/abi/shown_report.h"
#include "impl/abi/spec.h"

using procreg::Countdown;
using procreg::MachineIndex;
using procreg::Tid;
using procreg::impl::Calling;

namespace {

constexpr int unusable = -1;

int refused(std::string problem) {
  Calling::here().unusable(std::move(problem));
  return unusable;
}

template <class T>
int happens(procreg_world* world, const T& step) {
  if (world == nullptr) return refused("the world is NULL");
  return Calling::here().perform(*world, step).result == procreg::applied ? 1 : 0;
}

// To a process of the world; one that is nobody is no process to which anything could happen.
template <class T>
int happens_to(procreg_world* world, procreg_process process, T step) {
  step.process.raw = procreg::impl::key_of(process);
  return happens(world, step);
}

template <class T>
int countdown_of(procreg_world* world, procreg_process process, uint32_t n) {
  if (n == 0) return refused("a countdown begins at 1");
  return happens_to<T>(world, process, {.n = Countdown{n}});
}

// nullopt: there is none, and procreg_error() says so.
std::optional<MachineIndex> machine_named(procreg_world* world, const char* name) {
  if (world == nullptr) {
    refused("the world is NULL");
    return std::nullopt;
  }
  const auto machine = world->machine(name);
  if (!machine) refused("there is no machine " + std::string{name});
  return machine;
}

template <class T>
int happens_at(procreg_world* world, const char* name, T step) {
  const auto machine = machine_named(world, name);
  if (!machine) return unusable;
  step.machine.index = *machine;
  return happens(world, step);
}

}  // namespace

int procreg_create_thread(procreg_world* world, procreg_process process, const char* name, const DWORD* tid) noexcept {
  if (world == nullptr) return refused("the world is NULL");
  procreg::CreateThread step;
  std::string problem = tid == nullptr ? "" : procreg::impl::problem_of_tid(*tid);
  if (tid != nullptr) step.tid.value = Tid{*tid};
  if (problem.empty() && name != nullptr) step.as.base = world->names.claim(name, {}, problem).value_or(0);
  return problem.empty() ? happens_to(world, process, step) : refused(std::move(problem));
}

int procreg_exit_thread(procreg_world* world, procreg_process process, DWORD tid) noexcept {
  return happens_to<procreg::ExitThread>(world, process, {.thread = {.raw = Tid{tid}}});
}

int procreg_stop_answering(procreg_world* world, procreg_process process) noexcept {
  return happens_to<procreg::StopAnswering>(world, process, {});
}

int procreg_answer(procreg_world* world, procreg_process process) noexcept {
  return happens_to<procreg::Answering>(world, process, {});
}

int procreg_close_hung(procreg_world* world, procreg_process process) noexcept {
  return happens_to<procreg::CloseHung>(world, process, {});
}

int procreg_crash(procreg_world* world, procreg_process process, const DWORD* tid) noexcept {
  procreg::Crash step;
  if (tid != nullptr) step.thread.value = procreg::TidRef{.raw = Tid{*tid}};
  return happens_to(world, process, step);
}

int procreg_user_choice(procreg_world* world, procreg_process process, procreg_user_action action,
                        procreg_maybe restart) noexcept {
  if (action > PROCREG_DEBUG) return refused("there is no such action of a user");
  procreg::UserChoice step{.action = static_cast<procreg::UserAction>(action)};
  if (restart != PROCREG_DEFAULT) step.restart.value = restart == PROCREG_YES;
  return happens_to(world, process, step);
}

int procreg_user_cancel(procreg_world* world, procreg_process process) noexcept {
  return happens_to<procreg::UserCancel>(world, process, {});
}

int procreg_callback_returns(procreg_world* world, procreg_process process) noexcept {
  return happens_to<procreg::CallbackReturns>(world, process, {});
}

int procreg_set_heap_capacity(procreg_world* world, procreg_process process, uint64_t allocations) noexcept {
  procreg::SetHeapCapacity step;
  if (allocations != PROCREG_UNLIMITED) {
    if (allocations > UINT32_MAX) return refused("a capacity is at most 4294967295, or PROCREG_UNLIMITED");
    step.n.allocations = static_cast<uint32_t>(allocations);
  }
  return happens_to(world, process, step);
}

int procreg_fail_allocation(procreg_world* world, procreg_process process, uint32_t n) noexcept {
  return countdown_of<procreg::FailAllocation>(world, process, n);
}

int procreg_fail_recovery_api(procreg_world* world, procreg_process process, uint32_t n) noexcept {
  return countdown_of<procreg::FailRecoveryApi>(world, process, n);
}

int procreg_filter_load(procreg_world* world, const char* machine) noexcept {
  return happens_at<procreg::FilterLoad>(world, machine, {});
}

int procreg_filter_unload(procreg_world* world, const char* machine) noexcept {
  return happens_at<procreg::FilterUnload>(world, machine, {});
}

int procreg_fail_ccf_allocation(procreg_world* world, const char* machine, uint32_t n) noexcept {
  if (n == 0) return refused("a countdown begins at 1");
  return happens_at<procreg::FailCcfAllocation>(world, machine, {.n = Countdown{n}});
}

int procreg_advance_time(procreg_world* world, uint64_t ms) noexcept {
  return happens(world, procreg::AdvanceTime{.ms = procreg::Duration{ms}});
}
