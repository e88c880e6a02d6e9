#include "impl/abi/spec.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::size_t machines_max = 255;

std::u16string_view text16(PCWSTR text) { return reinterpret_cast<const char16_t*>(text); }

// The list that a pointer and a count are; none where the pointer is NULL.
template <class T>
std::span<const T> list(const T* items, std::size_t count) {
  return items == nullptr ? std::span<const T>{} : std::span{items, count};
}
template <class C>
auto list(const C& c) {
  return list(c.items, c.count);
}

std::optional<bool> maybe(procreg_maybe value) {
  return value == PROCREG_DEFAULT ? std::nullopt : std::optional{value == PROCREG_YES};
}

// Reads one thing after another until something is wrong. What is read goes to `tables`.
class Reading {
 public:
  Reading(Tables& tables, std::string& problem) : tables_{tables}, problem_{problem} {}

  bool good() const { return problem_.empty(); }
  void refuse(std::string problem) {
    if (good()) problem_ = std::move(problem);
  }
  void refuse_if(bool bad, const char* problem) {
    if (bad) refuse(problem);
  }

  TextRef text(PCWSTR text) { return tables_.text(text16(text)); }
  std::optional<TextRef> optional_text(PCWSTR c) { return c == nullptr ? std::nullopt : std::optional{text(c)}; }

  std::optional<DaclRef> dacl(const procreg_dacl* c) {
    if (c == nullptr) return std::nullopt;
    Dacl dacl;
    for (const procreg_dacl_entry& entry : list(*c)) {
      refuse_if(entry.user == nullptr, "an entry of a dacl has no user");
      refuse(problem_of_mask(entry.mask));
      if (good()) dacl.push_back({text(entry.user), AccessMask{entry.mask}});
    }
    return tables_.dacl(std::move(dacl));
  }

  std::optional<RangesRef> ranges(const procreg_ranges* c) {
    if (c == nullptr) return std::nullopt;
    Ranges ranges;
    for (const procreg_range& range : list(*c)) ranges.push_back(this->range(range));
    return tables_.ranges(std::move(ranges));
  }

  std::optional<StacksRef> stacks(const procreg_stacks* c) {
    if (c == nullptr) return std::nullopt;
    refuse_if(c->count > thread_count_max, "a process has at most 4096 stacks");
    if (!good()) return std::nullopt;
    Stacks stacks;
    for (const procreg_stack& stack : list(*c)) {
      Stack made{range(stack.range), stack.stack_pointer, stack.instruction_pointer, {}};
      std::copy(std::begin(stack.registers), std::end(stack.registers), made.registers.begin());
      stacks.push_back(made);
    }
    return tables_.stacks(std::move(stacks));
  }

  std::optional<LoadedModulesRef> loaded_modules(const procreg_loaded_modules* c) {
    if (c == nullptr) return std::nullopt;
    refuse_if(c->count > loaded_modules_max, "a process has at most 2048 modules");
    if (!good()) return std::nullopt;
    LoadedModules modules;
    for (const procreg_loaded_module& module : list(*c)) modules.push_back(loaded_module(module));
    if (good()) check_disjoint(modules);
    return tables_.loaded_modules(std::move(modules));
  }

  ThreadCount threads(const procreg_inputs& c) {
    refuse_if(c.threads > thread_count_max, "a process has at most 4096 threads");
    return {static_cast<std::uint16_t>(std::max(std::min<std::uint32_t>(c.threads, thread_count_max), 1U))};
  }

  std::vector<TextRef> paths(std::span<const PCWSTR> c, const char* twice) {
    std::vector<TextRef> paths;
    std::set<std::u16string> known;
    for (const PCWSTR path : c) {
      refuse_if(path == nullptr, "a path is NULL");
      if (!good()) return paths;
      paths.push_back(text(path));
      refuse_if(!known.insert(folded(text16(path))).second, twice);
    }
    return paths;
  }

  std::vector<ModuleBehaviour> behaviours(std::span<const procreg_module_behaviour> c) {
    std::vector<ModuleBehaviour> behaviours;
    std::set<std::u16string> known;
    for (const procreg_module_behaviour& behaviour : c) {
      refuse_if(behaviour.dll == nullptr, "the behaviour of a module has no dll");
      if (!good()) break;
      refuse_if(!known.insert(folded(text16(behaviour.dll))).second, "two behaviours are of one dll");
      behaviours.push_back(this->behaviour(behaviour));
    }
    return behaviours;
  }

 private:
  // A-Z equal to a-z (WER-ALL-21).
  static std::u16string folded(std::u16string_view path) {
    std::u16string out{path};
    for (char16_t& unit : out)
      if (unit >= u'A' && unit <= u'Z') unit = static_cast<char16_t>(unit - u'A' + u'a');
    return out;
  }

  Range range(const procreg_range& c) {
    refuse_if(c.begin >= c.end, "a range does not begin before it ends");
    return {c.begin, c.end};
  }

  LoadedModule loaded_module(const procreg_loaded_module& c) {
    refuse_if(c.name == nullptr, "a module has no name");
    refuse_if(c.size == 0, "a module has at least one byte");
    refuse_if(c.size > ~std::uint64_t{0} - c.base, "a module goes past the last address");
    LoadedModule module{.base = c.base, .size = c.size, .checksum = c.checksum, .timestamp = c.timestamp};
    if (c.name != nullptr) module.name = text16(c.name);
    if (c.version != nullptr) std::copy_n(c.version, 4, module.version.emplace().begin());
    if (c.debug_id != nullptr)
      module.debug = {guid_of(reinterpret_cast<const CGuid&>(*c.debug_id)), c.debug_age,
                      c.debug_pdb == nullptr ? "" : c.debug_pdb};
    return module;
  }

  void check_disjoint(LoadedModules modules) {
    std::sort(modules.begin(), modules.end(),
              [](const LoadedModule& a, const LoadedModule& b) { return a.base < b.base; });
    const auto meet =
        std::adjacent_find(modules.begin(), modules.end(),
                           [](const LoadedModule& a, const LoadedModule& b) { return b.base - a.base < a.size; });
    refuse_if(meet != modules.end(), "two modules overlap");
  }

  ModuleBehaviour behaviour(const procreg_module_behaviour& c) {
    refuse_if(c.event > PROCREG_TERMINATES || c.debugger > PROCREG_TERMINATES, "no such deed of a callback");
    ModuleBehaviour made{.dll = text(c.dll),
                         .loadable = c.cannot_be_loaded == 0,
                         .event = static_cast<CallbackDeed>(c.event),
                         .claims = optional_text(c.claims),
                         .count = c.count,
                         .debugger = static_cast<CallbackDeed>(c.debugger),
                         .custom = optional_text(c.custom),
                         .automatic = c.automatic != 0};
    for (const procreg_signature_deed& signature : list(c.signatures, c.signature_count)) {
      refuse_if(signature.deed > PROCREG_TERMINATES, "no such deed of a callback");
      made.signatures.push_back({static_cast<CallbackDeed>(signature.deed),
                                 optional_text(signature.name).value_or(empty_text),
                                 optional_text(signature.value).value_or(empty_text)});
    }
    const bool claims = made.claims && made.event == CallbackDeed::succeeds;
    refuse_if(claims && made.signatures.size() < std::min(made.count, signatures_max),
              "a callback is asked for more signature parameters than are given");
    return made;
  }

  static constexpr std::uint32_t signatures_max = 10;

  Tables& tables_;
  std::string& problem_;
};

// --- The parts of a world ---

class WorldReading {
 public:
  WorldReading(Beginning& made, std::string& problem) : made_{made}, read_{made.tables, problem} {}

  bool read(const procreg_world_spec& c) {
    profile(c);
    machines(list(c.machines, c.machine_count));
    processes(c);
    limits(c.limits);
    made_.spec.existingFiles = read_.paths(list(c.existing_files, c.existing_file_count), "a file exists twice");
    made_.spec.helperModules =
        read_.paths(list(c.helper_modules, c.helper_module_count), "a helper module stands twice in the list");
    made_.spec.moduleBehaviours = read_.behaviours(list(c.module_behaviours, c.module_behaviour_count));
    made_.spec.additionalDataRequested = c.additional_data_requested != 0;
    made_.spec.userDocumentsRequested = c.user_documents_requested != 0;
    made_.spec.forceQueue = c.force_queue != 0;
    return read_.good();
  }

 private:
  void profile(const procreg_world_spec& c) {
    const std::string name = c.profile == nullptr ? "documented" : c.profile;
    const auto found = find_profile(name);
    if (!found) return read_.refuse("there is no profile " + name);
    made_.profile = *found;
    for (const procreg_option& option : list(c.options, c.option_count)) take(option);
  }

  void take(const procreg_option& c) {
    if (c.choice == nullptr || c.option == nullptr) return read_.refuse("a choice or its option is NULL");
    const ChoiceInfo* choice = find_choice(c.choice);
    if (choice == nullptr) return read_.refuse("there is no choice " + std::string{c.choice});
    const auto option = std::find(choice->options.begin(), choice->options.end(), std::string_view{c.option});
    if (option == choice->options.end())
      return read_.refuse(std::string{c.choice} + " has no option " + std::string{c.option});
    made_.profile.option[static_cast<std::size_t>(choice - choices().data())] =
        static_cast<std::uint8_t>(option - choice->options.begin());
  }

  void machines(std::span<const procreg_machine_spec> c) {
    if (c.empty()) return;
    read_.refuse_if(c.size() > machines_max, "a world has at most 255 machines");
    made_.spec.machines.clear();
    for (const procreg_machine_spec& machine : c) {
      const std::string name = machine.name == nullptr ? "" : machine.name;
      read_.refuse_if(name.empty(), "a machine has no name");
      read_.refuse_if(machine.filter > PROCREG_FILTER_UNLOADED, "no such state of a filter");
      if (index_of(name)) read_.refuse("two machines are called " + name);
      made_.spec.machines.push_back({name, static_cast<FilterState>(machine.filter)});
    }
  }

  std::optional<MachineIndex> index_of(const std::string& name) const {
    const auto& machines = made_.spec.machines;
    const auto found = std::find_if(machines.begin(), machines.end(),
                                    [&](const MachineSpec& machine) { return machine.name == name; });
    if (found == machines.end()) return std::nullopt;
    return static_cast<MachineIndex>(found - machines.begin());
  }

  void processes(const procreg_world_spec& c) {
    const auto given = list(c.processes, c.process_count);
    made_.spec.processes.clear();
    if (given.empty() && c.no_processes == 0) {
      made_.names.push_back({"main", {}});
      made_.spec.processes.push_back({.name = 1});
    }
    for (const procreg_process_spec& process : given)
      if (read_.good()) this->process(process);
    if (read_.good()) check_pids();
  }

  void process(const procreg_process_spec& c) {
    name(c);
    read_.refuse_if(c.kind > PROCREG_CSRSS, "no such kind of process");
    ProcessSpec made{.name = static_cast<std::uint16_t>(made_.names.size()),
                     .kind = static_cast<ProcessKind>(c.kind),
                     .se_debug = c.se_debug != 0};
    if (c.machine != nullptr) {
      const auto machine = index_of(c.machine);
      if (!machine) return read_.refuse("there is no machine " + std::string{c.machine});
      made.machine = *machine;
    }
    inputs(c.inputs, made);
    made_.spec.processes.push_back(made);
  }

  // As Names::claim would.
  void name(const procreg_process_spec& c) {
    const std::string name = c.name == nullptr ? "" : c.name;
    std::string problem;
    Names{}.claim(name, {}, problem);
    read_.refuse(problem);
    for (const auto& other : made_.names)
      if (other.name == name) read_.refuse("the name " + name + " is taken");
    read_.refuse_if(made_.names.size() >= Names::max, "a world has at most 65535 names");
    made_.names.push_back({name, thread_names(c.inputs)});
  }

  void inputs(const procreg_inputs& c, ProcessSpec& made) {
    made.user = read_.optional_text(c.user).value_or(default_user);
    if (c.pid != nullptr) pid(*c.pid, made);
    made.protected_ = c.is_protected != 0;
    made.dacl = read_.dacl(c.dacl);
    made.threads = read_.threads(c);
    made.package = read_.optional_text(c.package);
    made.localFolderUsable = maybe(c.local_folder_usable);
    made.dumpable = maybe(c.dumpable);
    made.stacks = read_.stacks(c.stacks).value_or(default_stacks);
    made.data = read_.ranges(c.data).value_or(default_data);
    made.private_ = read_.ranges(c.private_ranges).value_or(no_ranges);
    made.mapped = read_.ranges(c.mapped).value_or(no_ranges);
    made.loadedModules = read_.loaded_modules(c.loaded_modules);
  }

  void pid(DWORD pid, ProcessSpec& made) {
    made.pid = Pid{pid};
    if (const auto fixed = fixed_pid(made.kind))
      read_.refuse_if(*fixed != *made.pid, "system-idle has the pid 0, and system has 4");
    else
      read_.refuse(problem_of_pid(pid));
  }

  // Pids are assigned in list order, so a given one may meet one that was assigned (OBJ-PROC-02).
  void check_pids() {
    std::map<MachineIndex, std::uint32_t> next;
    std::set<std::pair<MachineIndex, std::uint32_t>> used;
    for (const ProcessSpec& process : made_.spec.processes) {
      std::uint32_t& free = next.try_emplace(process.machine, 1000).first->second;
      const auto fixed = fixed_pid(process.kind);
      const std::uint32_t pid = process.pid ? number(*process.pid) : fixed ? number(*fixed) : free;
      if (pid >= free) free = pid / 4 * 4 + 4;
      read_.refuse_if(pid >= assignable_end, "no pid is left for a process");
      read_.refuse_if(!used.insert({process.machine, pid}).second, "two processes of a machine have the same pid");
    }
  }

  void limits(const procreg_limits* c) {
    if (c == nullptr) return;
    made_.spec.limits = {c->entries, c->metadata, c->dump_collection, c->modules};
    read_.refuse_if(std::max({c->entries, c->metadata, c->dump_collection, c->modules}) > limit_max,
                    "a limit is at most 65535");
  }

  Beginning& made_;
  Reading read_;
};

}  // namespace

std::optional<Beginning> read_beginning(const procreg_world_spec* c, std::string& problem) {
  Beginning made;
  WorldReading reading{made, problem};
  if (!reading.read(c == nullptr ? procreg_world_spec{} : *c)) return std::nullopt;
  return made;
}

std::optional<CreateProcess> read_child(const procreg_inputs& c, Texts& texts, std::string& problem) {
  CreateProcess made;
  texts.add([&](Tables& tables) {
    Reading read{tables, problem};
    if (c.pid != nullptr) {
      read.refuse(problem_of_pid(*c.pid));
      made.pid.value = Pid{*c.pid};
    }
    made.user.value = read.optional_text(c.user);
    made.protected_.set = c.is_protected != 0;
    made.dacl.value = read.dacl(c.dacl);
    made.threads = read.threads(c);
    made.package.value = read.optional_text(c.package);
    made.localFolderUsable.value = maybe(c.local_folder_usable);
    made.dumpable.value = maybe(c.dumpable);
    made.stacks.value = read.stacks(c.stacks);
    made.data.value = read.ranges(c.data);
    made.private_.value = read.ranges(c.private_ranges);
    made.mapped.value = read.ranges(c.mapped);
    made.loadedModules.value = read.loaded_modules(c.loaded_modules);
    return 0;
  });
  return problem.empty() ? std::optional{made} : std::nullopt;
}

std::vector<std::string> thread_names(const procreg_inputs& c) {
  std::vector<std::string> names;
  if (c.thread_names == nullptr) return names;
  const std::uint32_t count = std::min<std::uint32_t>(std::max(c.threads, 1U), thread_count_max);
  for (std::uint32_t k = 0; k < count; ++k) names.emplace_back(c.thread_names[k] == nullptr ? "" : c.thread_names[k]);
  return names;
}

std::string problem_of_mask(std::uint32_t mask) {
  if (!any(AccessMask{mask} & forbidden_mask_bits)) return {};
  return "generic rights and ACCESS_SYSTEM_SECURITY are not simulated";
}

std::string problem_of_pid(std::uint32_t pid) {
  if (pid % 4 != 0 || pid < 8 || pid >= assignable_end)
    return "a pid is a multiple of 4, from 8 on and below 0xD0000000";
  return {};
}

std::string problem_of_tid(std::uint32_t tid) {
  if (tid % 4 != 0 || tid == 0 || tid >= assignable_end)
    return "a tid is a multiple of 4, from 4 on and below 0xD0000000";
  return {};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
