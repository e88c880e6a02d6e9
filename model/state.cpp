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

template <class List>
const typename List::value_type* named(const List& list, TextRef name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& element) { return element.name == name; });
  return found != list.end() ? &*found : nullptr;
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

const Version* find_version(const Machine& machine, Guid id) {
  const auto& versions = machine.versions;
  const auto found =
      std::find_if(versions.begin(), versions.end(), [&](const Version& version) { return version.id == id; });
  return found != versions.end() ? &*found : nullptr;
}

const Volume* find_volume(const State& state, TextRef name) { return named(state.volumes, name); }
const Server* find_server(const State& state, TextRef name) { return named(state.servers, name); }

const Connection* find_connection(const Server& server, ConnectionId id) {
  const std::size_t place = number(id) - std::size_t{1};
  return place < server.connections.size() ? &server.connections[place] : nullptr;
}

const Open* find_open(const Server& server, DurableId id) {
  const auto found =
      std::find_if(server.opens.begin(), server.opens.end(), [&](const Open& open) { return open.durable_id == id; });
  return found != server.opens.end() ? &*found : nullptr;
}

const Thread* find_thread(const Process& process, Tid tid) {
  for (const auto& thread : process.threads) {
    if (thread.tid == tid) return &thread;
  }
  return nullptr;
}

}  // namespace procreg::model
