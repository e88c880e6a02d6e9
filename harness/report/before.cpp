#include "harness/report/before.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "api/names.h"
#include "api/snapshot.h"
#include "harness/report/lines.h"

namespace procreg::harness {
namespace {

struct Registered {
  std::uint64_t pid{};
  std::uint64_t tid{};
};

// As in the snapshot, and what one entry is called.
struct List {
  std::string_view name;
  std::string_view entry;
};
constexpr std::array<List, 5> lists{{{"files", "file"},
                                     {"blocks", "memory block"},
                                     {"excluded", "excluded block"},
                                     {"metadata", "metadata pair"},
                                     {"modules", "module"}}};

struct Process {
  std::uint64_t object{};
  std::uint64_t pid{};
  std::uint64_t name{};
  std::uint64_t state{};
  std::size_t handles{};
  std::optional<std::uint64_t> capacity{};
  std::size_t pending_faults{};
  bool recovery{};
  std::uint64_t flags{};
  std::array<std::size_t, lists.size()> entries{};  // of the lists in the order of `lists`
  std::vector<std::uint64_t> thread_ids{};
  std::vector<std::uint64_t> thread_names{};
  std::vector<Registered> registered{};
};

struct Tag {
  std::uint64_t object{};
  bool inherit{};
};

struct Machine {
  std::uint64_t filter{};
  std::vector<Tag> tags{};
  std::vector<Process> processes{};
};

// Collects what the line shows. The layout's node names, joined by '/', say where a value stands.
class Collector : public SnapshotVisitor {
 public:
  std::uint64_t now{};
  std::vector<Machine> machines{};

  void enter(const SnapNode& node, std::size_t count) override {
    path_ += fmt::format("/{}", node.name);
    if (path_ == process_path + "/handles") process().handles = count;
    if (path_ == process_path + "/heap/countdowns") process().pending_faults = count;
    if (path_ == process_path + "/wer/recovery") process().recovery = count == 1;
    for (std::size_t list = 0; list < lists.size(); ++list)
      if (path_ == fmt::format("{}/wer/{}", process_path, lists[list].name)) process().entries[list] = count;
  }
  void leave(const SnapNode& node) override { path_.resize(path_.size() - node.name.size() - 1); }
  void element(const SnapNode&, std::size_t) override {
    if (path_ == machine_path) machines.emplace_back();
    if (path_ == machine_path + "/tags") machines.back().tags.emplace_back();
    if (path_ == process_path) machines.back().processes.emplace_back();
    if (path_ == process_path + "/wer/processes") process().registered.emplace_back();
  }
  void element_end(const SnapNode&) override {}
  void value(const SnapField& field, const std::uint64_t* words) override {
    if (words != nullptr) take(field.name, *words);
  }
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}

 private:
  inline static const std::string machine_path = "/world/machines";
  inline static const std::string process_path = "/world/machines/processes";

  Process& process() { return machines.back().processes.back(); }

  void take(std::string_view field, std::uint64_t value) {
    if (path_ == "/world" && field == "now") now = value;
    if (path_ == machine_path && field == "filter") machines.back().filter = value;
    if (path_ == machine_path + "/tags") take_tag(field, value);
    if (path_ == process_path) take_process(field, value);
    if (path_ == process_path + "/heap" && field == "capacity") process().capacity = value;
    if (path_ == process_path + "/wer" && field == "flags") process().flags = value;
    if (path_ == process_path + "/threads" && field == "tid") process().thread_ids.push_back(value);
    if (path_ == process_path + "/threads" && field == "name") process().thread_names.push_back(value);
    if (path_ == process_path + "/wer/processes" && field == "processId") process().registered.back().pid = value;
    if (path_ == process_path + "/wer/processes" && field == "threadId") process().registered.back().tid = value;
  }
  void take_tag(std::string_view field, std::uint64_t value) {
    if (field == "objectId") machines.back().tags.back().object = value;
    if (field == "inherit") machines.back().tags.back().inherit = value != 0;
  }
  void take_process(std::string_view field, std::uint64_t value) {
    if (field == "objectId") process().object = value;
    if (field == "pid") process().pid = value;
    if (field == "name") process().name = value;
    if (field == "state") process().state = value;
  }

  std::string path_{};
};

NameRef name_of_word(std::uint64_t word) {
  return {.base = static_cast<std::uint16_t>(word >> 16), .part = static_cast<std::uint16_t>(word & 0xFFFF)};
}

std::string process_name(const Script& script, const Process& process) {
  if (process.name == 0) return fmt::format("process {}", process.pid);
  return text(script.names, NameRef{.base = static_cast<std::uint16_t>(process.name)});
}

// "w1.ui", "w2", or the numbers where nothing has them any more.
std::string registered_name(const Script& script, const Machine& machine, const Registered& entry) {
  const auto owner = std::find_if(machine.processes.begin(), machine.processes.end(),
                                  [&](const Process& process) { return process.pid == entry.pid; });
  if (owner == machine.processes.end()) return fmt::format("{}", entry.pid);
  if (entry.tid == 0) return process_name(script, *owner);
  const auto thread = std::find(owner->thread_ids.begin(), owner->thread_ids.end(), entry.tid);
  const NameRef name =
      thread == owner->thread_ids.end()
          ? NameRef{}
          : name_of_word(owner->thread_names[static_cast<std::size_t>(thread - owner->thread_ids.begin())]);
  return name ? text(script.names, name) : fmt::format("{}({})", process_name(script, *owner), entry.tid);
}

std::string registrations(const Script& script, const Machine& machine, const Process& process) {
  std::string line =
      fmt::format("{} of {} additional processes", process.registered.size(), script.world.limits.dumpCollection);
  for (std::size_t i = 0; i < process.registered.size(); ++i)
    line += fmt::format("{}{}", i == 0 ? ": " : " ", registered_name(script, machine, process.registered[i]));
  return line;
}

std::string describe(const Script& script, const Machine& machine, const Process& process) {
  std::string line =
      fmt::format("{}: {}", process_name(script, process), name(static_cast<ProcessState>(process.state)));
  for (const Tag& tag : machine.tags)
    if (tag.object == process.object) line += tag.inherit ? ", tagged for its children too" : ", tagged";
  if (machine.filter != static_cast<std::uint64_t>(FilterState::loaded))
    line += fmt::format(", filter {}", name(static_cast<FilterState>(machine.filter)));
  if (process.handles != 0) line += ", " + counted(process.handles, "handle");
  if (process.capacity) line += fmt::format(", heap of {}", counted(*process.capacity, "allocation"));
  if (process.pending_faults != 0) line += ", " + counted(process.pending_faults, "pending allocation fault");
  if (process.recovery) line += ", recovery callback";
  if (process.flags != 0) line += fmt::format(", flags 0x{:X}", process.flags);
  for (std::size_t list = 0; list < lists.size(); ++list)
    if (process.entries[list] != 0) line += ", " + counted(process.entries[list], lists[list].entry);
  return line + ", " + registrations(script, machine, process);
}

struct Actor {
  ProcessKey key;
  NameRef name;
};

std::optional<Actor> actor_of(const Step& step) {
  for (const FieldInfo& field : info(step).fields) {
    if (field.kind == ValueKind::caller) {
      const auto& caller = *static_cast<const Caller*>(field.see(address(step)));
      return Actor{caller.raw, caller.name};
    }
    if (field.kind == ValueKind::target) {
      const auto& target = *static_cast<const Target*>(field.see(address(step)));
      return Actor{target.raw, target.name};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string state_before(const Script& script, const Step& resolved, std::span<const std::uint64_t> words) {
  Collector world;
  if (!walk(words, world)) return "unknown: the snapshot does not fit its layout";
  const auto actor = actor_of(resolved);
  if (!actor) return fmt::format("time {} ms", world.now);
  const std::size_t machine = number(actor->key.machine);
  if (machine < world.machines.size())
    for (const Process& process : world.machines[machine].processes)
      if (process.object == number(actor->key.object)) return describe(script, world.machines[machine], process);
  return fmt::format("{}: does not exist", text(script.names, actor->name));
}

}  // namespace procreg::harness
