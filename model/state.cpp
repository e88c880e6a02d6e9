#include "model/state.h"

#include <algorithm>

namespace procreg::model {

namespace {

template <Described Record>
bool same(const Record& a, const Record& b) {
  bool equal = true;
  Record::fields::each([&](auto field) { equal = equal && a.*(field.member) == b.*(field.member); });
  return equal;
}

template <Described Record>
bool same(const std::optional<Record>& a, const std::optional<Record>& b) {
  return a.has_value() == b.has_value() && (!a.has_value() || same(*a, *b));
}

template <class List>
bool same_lists(const List& a, const List& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return same(x, y); });
}

}  // namespace

bool operator==(const Report& a, const Report& b) {
  return same(a.head, b.head) && same_lists(a.signature, b.signature) && same(a.flags, b.flags) &&
         same_lists(a.modules, b.modules) && same(a.debugger, b.debugger) && a.dumps == b.dumps &&
         same_lists(a.not_collected, b.not_collected) && a.metadata == b.metadata && same_lists(a.files, b.files) &&
         same_lists(a.blocks, b.blocks) && a.excluded == b.excluded && same(a.app_local_dump, b.app_local_dump) &&
         same(a.recovery, b.recovery) && same(a.restarted, b.restarted);
}

namespace detail {

const Process* find_behind_gaps(const Machine& machine, ObjectId object) {
  const auto found = std::partition_point(machine.processes.begin(), machine.processes.end(),
                                          [object](const Process& process) { return process.birth.object < object; });
  return found != machine.processes.end() && found->birth.object == object ? &*found : nullptr;
}

}  // namespace detail

const Tag* find_tag(const Machine& machine, ObjectId process) {
  const auto found = std::partition_point(machine.tags.begin(), machine.tags.end(),
                                          [process](const Tag& tag) { return tag.process < process; });
  return found != machine.tags.end() && found->process == process ? &*found : nullptr;
}

const Thread* find_thread(const Process& process, Tid tid) {
  for (const auto& thread : process.threads) {
    if (thread.tid == tid) return &thread;
  }
  return nullptr;
}

}  // namespace procreg::model
