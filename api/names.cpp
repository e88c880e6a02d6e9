#include "api/names.h"

#include <array>

namespace procreg {

namespace {
using Names = std::span<const std::string_view>;
template <std::size_t N>
using Row = std::array<std::string_view, N>;

constexpr Row<5> states{"Running", "Hung", "Crashed", "InRecovery", "Exited"};
constexpr Row<4> kinds{"ordinary", "system-idle", "system", "csrss"};
constexpr Row<3> filters{"loaded", "absent", "unloaded"};
constexpr Row<2> origins{"explicit", "inherited"};
constexpr Row<2> causes{"crash", "hang"};
constexpr Row<5> outcomes{"timed-out", "finished-true", "finished-false", "crashed-again", "exited"};
constexpr Row<3> dump_kinds{"mini", "heap", "triage"};
constexpr Row<2> reasons{"process-missing", "access-denied"};
constexpr Row<6> module_outcomes{"not-run", "not-listed", "load-failed", "failed", "declined", "claimed"};
constexpr Row<3> file_statuses{"not-requested", "missing", "added"};
constexpr Row<4> block_statuses{"not-requested", "included", "partial", "absent"};
constexpr Row<3> deeds{"succeeds", "fails", "terminates"};
constexpr Row<5> object_types{"Process", "Thread", "Event", "File", "Token"};
constexpr Row<3> actions{"check", "close", "debug"};
constexpr Row<5> dialects{"2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"};
constexpr Row<4> flavours{"generic", "ws2012", "ws2012r2", "ws2016plus"};
constexpr Row<3> holds{"none", "batch", "handle-lease"};
constexpr Row<3> dispositions{"OPEN", "CREATE", "OPEN_IF"};
constexpr Row<3> lock_kinds{"shared", "exclusive", "unlock"};
constexpr Row<2> create_actions{"OPENED", "CREATED"};
constexpr Row<3> durable_states{"none", "durable", "persistent"};
constexpr Row<4> forced_closes{"takeover", "break", "timeout", "disconnect"};
}  // namespace

template <>
Names names_of<ProcessState>() {
  return states;
}
template <>
Names names_of<ProcessKind>() {
  return kinds;
}
template <>
Names names_of<FilterState>() {
  return filters;
}
template <>
Names names_of<TagOrigin>() {
  return origins;
}
template <>
Names names_of<Cause>() {
  return causes;
}
template <>
Names names_of<RecoveryOutcome>() {
  return outcomes;
}
template <>
Names names_of<ModuleOutcome>() {
  return module_outcomes;
}
template <>
Names names_of<FileStatus>() {
  return file_statuses;
}
template <>
Names names_of<BlockStatus>() {
  return block_statuses;
}
template <>
Names names_of<CallbackDeed>() {
  return deeds;
}
template <>
Names names_of<DumpKind>() {
  return dump_kinds;
}
template <>
Names names_of<NotCollected>() {
  return reasons;
}
template <>
Names names_of<ObjectType>() {
  return object_types;
}
template <>
Names names_of<UserAction>() {
  return actions;
}

template <>
Names names_of<Dialect>() {
  return dialects;
}
template <>
Names names_of<Flavour>() {
  return flavours;
}
template <>
Names names_of<HoldKind>() {
  return holds;
}
template <>
Names names_of<Disposition>() {
  return dispositions;
}
template <>
Names names_of<LockKind>() {
  return lock_kinds;
}
template <>
Names names_of<CreateAction>() {
  return create_actions;
}
template <>
Names names_of<DurableState>() {
  return durable_states;
}
template <>
Names names_of<ForcedClose>() {
  return forced_closes;
}

Names names_of(OutKind kind) {
  switch (kind) {
    case OutKind::dialect:
      return dialects;
    case OutKind::create_action:
      return create_actions;
    case OutKind::hold:
      return holds;
    case OutKind::durable_state:
      return durable_states;
    default:
      return {};
  }
}

}  // namespace procreg
