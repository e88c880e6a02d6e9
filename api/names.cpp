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

}  // namespace procreg
