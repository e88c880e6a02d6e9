#include "harness/search/repair.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "harness/scenario/field_value.h"
#include "harness/scenario/smb_rules.h"

namespace procreg::harness {

namespace {

constexpr std::uint64_t dropped = std::uint64_t{1} << 40;  // keys of names that nothing binds, beside those of literals

// Ids that nobody has, of one kind, numbered in order of use.
class Literals {
 public:
  explicit Literals(std::uint32_t zero) : zero_{zero} {}
  bool is(std::uint64_t raw) const { return raw > zero_ && raw < std::uint64_t{zero_} + 0x10000000U && raw % 4 == 0; }
  std::uint32_t of(std::uint64_t key) {
    const auto [place, is_new] = number_.try_emplace(key, static_cast<std::uint32_t>(number_.size() + 1));
    return zero_ + 4 * place->second;
  }

 private:
  std::uint32_t zero_;
  std::map<std::uint64_t, std::uint32_t> number_{};
};

class Repair {
 public:
  Repair(Script& script, bool keep_texts)
      : script_{script}, keep_texts_{keep_texts}, bound_(script.names.size() + 1), machines_(1) {}

  void run() {
    const Names before = std::exchange(script_.names, {});
    for (ProcessSpec& process : script_.world.processes)
      process.name =
          bind(before, process.name, {0, NameKind::process, process.threads.count, false, 0}, process.machine);
    mend_steps(before);
    mend_threads(before);
    script_.lines.clear();
  }

 private:
  void mend_steps(const Names& before) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < script_.steps.size(); ++i) {
      Step step = script_.steps[i];
      if (!mend(before, step)) continue;
      script_.steps[kept] = step;
      if (!script_.expectations.empty()) std::swap(script_.expectations[kept], script_.expectations[i]);
      ++kept;
    }
    script_.steps.resize(kept);
    if (!script_.expectations.empty()) script_.expectations.resize(kept);
  }

  // A thread does not see the names of the threads before it; one without steps goes, with its switches.
  void mend_threads(const Names& before) {
    const std::vector<BoundName> everybodys = bound_;
    std::vector<std::vector<Step>> kept;
    std::vector<std::optional<std::uint16_t>> index;
    for (const std::vector<Step>& thread : script_.parallel) {
      bound_ = everybodys;
      std::vector<Step> steps;
      for (Step step : thread)
        if (mend(before, step)) steps.push_back(step);
      index.push_back(steps.empty() ? std::nullopt : std::optional{static_cast<std::uint16_t>(kept.size())});
      if (!steps.empty()) kept.push_back(std::move(steps));
    }
    script_.parallel = std::move(kept);
    mend_schedule(index);
  }

  void mend_schedule(const std::vector<std::optional<std::uint16_t>>& index) {
    std::vector<ScheduleSwitch> kept;
    for (ScheduleSwitch& each : script_.schedule) {
      const auto now = each.thread < index.size() ? index[each.thread] : std::nullopt;
      if (now) kept.push_back({*now, std::move(each.point), each.occurrence});
    }
    script_.schedule = std::move(kept);
  }

  std::uint16_t bind(const Names& before, std::uint16_t base, BoundName name, std::optional<MachineIndex> machine) {
    if (base == 0) return 0;
    machines_.push_back(machine);
    script_.names.push_back(keep_texts_ ? before[base - 1U] : normal_.next(name.kind));
    name.base = static_cast<std::uint16_t>(script_.names.size());
    bound_[base] = name;
    return name.base;
  }

  bool mend(const Names& before, Step& step) {
    bool meaningful = true;
    each_value(step, [&](auto& value) { meaningful = this->value(value) && meaningful; });
    if (!meaningful || !rules_.next(step).empty()) return false;
    if (Binds* as = binds(step)) {
      const auto* process = std::get_if<CreateProcess>(&step);
      const std::uint16_t threads = process != nullptr ? process->threads.count : std::uint16_t{1};
      const auto machine = machine_of_made(step, [this](NameRef name) { return machines_[name.base]; });
      as->base = bind(before, as->base, {0, bound_kind(step), threads, process != nullptr, 0}, machine);
    }
    return true;
  }

  const BoundName& of(NameRef name) const { return bound_[name.base]; }
  bool stands_for(NameRef name, NameKind kind) const { return of(name).base != 0 && of(name).kind == kind; }

  // Each returns whether the step still has a meaning.
  bool value(Ref<ProcessKey>& process) {
    process.raw = nobody;
    if (!process.name || !stands_for(process.name, NameKind::process)) return false;
    process.name = {of(process.name).base, is_restart(process.name) ? process.name.part : itself_part};
    return true;
  }
  bool value(PidRef& pid) {
    const bool process = pid.name.part == itself_part || (is_restart(pid.name) && !is_thread_of_restart(pid.name));
    return id(pid, pids_, process && stands_for(pid.name, NameKind::process));
  }
  bool value(TidRef& tid) {
    const NameRef name = tid.name;
    const bool thread = name.part == itself_part && stands_for(name, NameKind::thread);
    const bool of_process = name.part >= first_thread_part && !is_restart(name) &&
                            stands_for(name, NameKind::process) && name.part - first_thread_part < of(name).threads;
    const bool of_restart = is_thread_of_restart(name) && stands_for(name, NameKind::process);
    return id(tid, tids_, thread || of_process || of_restart);
  }
  bool value(HandleRef& handle) {
    const NameRef name = handle.name;
    const bool itself = name.part == itself_part && stands_for(name, NameKind::handle);
    const bool of_process = (name.part == handle_part || name.part == thread_handle_part) &&
                            stands_for(name, NameKind::process) && of(name).handles;
    return id(handle, handles_, itself || of_process);
  }
  // Nothing that nobody has can be written for these.
  template <class T>
  bool named(T& ref, NameKind kind) {
    ref.raw = {};
    if (!ref.name || !stands_for(ref.name, kind)) return false;
    ref.name = {of(ref.name).base, itself_part};
    return true;
  }
  bool value(ConnectionRef& connection) { return named(connection, NameKind::connection); }
  bool value(OpenRef& open) { return named(open, NameKind::open); }
  bool value(CsvOpenRef& open) { return named(open, NameKind::csv_open); }
  bool value(Given<Reconnect>& reconnect) { return !reconnect.value || value(reconnect.value->handle); }
  bool value(Given<Caller>& by) { return !by.value || value(*by.value); }
  bool value(Given<TidRef>& tid) { return !tid.value || value(*tid.value); }
  bool value(Given<HandleRef>& handle) { return !handle.value || value(*handle.value); }
  bool value(MachineRef& machine) { return number(machine.index) < script_.world.machines.size(); }
  template <class T>
  requires(!std::is_base_of_v<Ref<ProcessKey>, T>) bool value(T&) { return true; }

  template <class Id>
  bool id(Ref<Id>& ref, Literals& literals, bool named) {
    if (ref.name && named) {
      ref = {Id{}, {of(ref.name).base, ref.name.part}};
    } else if (ref.name) {
      ref = {Id{literals.of(dropped | std::uint64_t{ref.name.base} << 16 | ref.name.part)}, {}};
    } else if (literals.is(number(ref.raw))) {
      ref = {Id{literals.of(number(ref.raw))}, {}};
    }
    return true;
  }

  Script& script_;
  bool keep_texts_;
  std::vector<BoundName> bound_;  // by base before
  NormalNames normal_{};
  Literals pids_{number(unowned_pid)};
  Literals tids_{number(unowned_tid)};
  Literals handles_{static_cast<std::uint32_t>(number(unowned_handle))};
  std::vector<std::optional<MachineIndex>> machines_;  // of what a name stands for, by base after
  SmbRules rules_{script_.world.machines, script_.tables, [this](NameRef name) { return machines_[name.base]; }};
};

}  // namespace

void repair(Script& script, bool keep_texts) { Repair{script, keep_texts}.run(); }

Binds* binds(Step& step) {
  for (const FieldInfo& field : info(step).fields)
    if (field.kind == ValueKind::binds) return static_cast<Binds*>(field.at(address(step)));
  return nullptr;
}

NameRef* actor(Step& step) {
  for (const FieldInfo& field : info(step).fields) {
    if (field.kind == ValueKind::caller) return &static_cast<Caller*>(field.at(address(step)))->name;
    if (field.kind == ValueKind::target) return &static_cast<Target*>(field.at(address(step)))->name;
  }
  return nullptr;
}

BoundNames bound_before(const Script& script, std::size_t step) {
  BoundNames names;
  for (const ProcessSpec& process : script.world.processes)
    if (process.name != 0) names.push_back({process.name, NameKind::process, process.threads.count, false, 0});
  for (std::size_t i = 0; i < step; ++i) {
    Step made = script.steps[i];
    const Binds* as = binds(made);
    if (as == nullptr || as->base == 0) continue;
    const auto* process = std::get_if<CreateProcess>(&made);
    const NameRef* const by = actor(made);
    const bool no_owner = std::holds_alternative<DuplicateHandle>(made) || can_restart(made) || by == nullptr;
    const std::uint16_t owner = no_owner ? std::uint16_t{0} : by->base;
    const std::uint16_t threads = process != nullptr ? process->threads.count : std::uint16_t{1};
    names.push_back({as->base, bound_kind(made), threads, process != nullptr, owner});
  }
  return names;
}

std::vector<NameRef> things_in(const BoundNames& names, NameKind kind) {
  std::vector<NameRef> out;
  for (const BoundName& name : names)
    if (name.kind == kind) out.push_back({name.base, itself_part});
  return out;
}

std::vector<NameRef> processes_in(const BoundNames& names) { return things_in(names, NameKind::process); }

std::vector<NameRef> threads_in(const BoundNames& names) {
  std::vector<NameRef> out;
  for (const BoundName& name : names) {
    if (name.kind == NameKind::thread) out.push_back({name.base, itself_part});
    if (name.kind != NameKind::process) continue;
    for (std::uint16_t k = 0; k < std::min<std::uint16_t>(name.threads, 4); ++k)
      out.push_back({name.base, static_cast<std::uint16_t>(first_thread_part + k)});
  }
  return out;
}

std::vector<NameRef> handles_in(const BoundNames& names) {
  std::vector<NameRef> out;
  for (const BoundName& name : names) {
    if (name.kind == NameKind::handle) out.push_back({name.base, itself_part});
    if (name.handles) out.insert(out.end(), {NameRef{name.base, handle_part}, NameRef{name.base, thread_handle_part}});
  }
  return out;
}

bool is_foreign(const BoundNames& names, const Step& step, NameRef handle) {
  if (std::holds_alternative<DuplicateHandle>(step)) return false;
  Step copy = step;
  const NameRef* const by = actor(copy);
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const BoundName& name) { return name.base == handle.base; });
  return by != nullptr && found != names.end() && found->owner != 0 && found->owner != by->base;
}

}  // namespace procreg::harness
