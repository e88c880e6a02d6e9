#include "model/state.h"

#include <algorithm>

namespace procreg::model {

namespace {

bool same(const ReportHead& a, const ReportHead& b) {
  bool equal = true;
  ReportHead::fields::each([&](auto field) { equal = equal && a.*(field.member) == b.*(field.member); });
  return equal;
}

bool same(const NotCollectedEntry& a, const NotCollectedEntry& b) {
  return a.process == b.process && a.reason == b.reason;
}

}  // namespace

bool operator==(const Report& a, const Report& b) {
  return same(a.head, b.head) && a.dumps == b.dumps &&
         std::equal(a.not_collected.begin(), a.not_collected.end(), b.not_collected.begin(), b.not_collected.end(),
                    [](const auto& x, const auto& y) { return same(x, y); });
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
