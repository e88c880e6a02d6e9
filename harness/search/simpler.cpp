#include "harness/search/simpler.h"

#include <algorithm>
#include <bit>
#include <initializer_list>

#include "harness/generate/world.h"
#include "harness/scenario/field_value.h"
#include "harness/search/repair.h"

namespace procreg::harness {

namespace {

// --- Ranks: a class, and a place in it ---

struct Rank {
  std::uint64_t group{};
  std::uint64_t place{};
  std::uint64_t rest{};
  friend auto operator<=>(const Rank&, const Rank&) = default;
};

constexpr std::uint64_t raw_group = 4;

constexpr std::uint64_t place(NameRef name) { return std::uint64_t{name.base} << 16 | name.part; }

// Null, then what is special, then names, then what nobody has, then other numbers.
template <class Id>
Rank rank_of_id(const Ref<Id>& ref, Id unowned) {
  if (ref.name) return {2, place(ref.name)};
  const std::uint64_t raw = number(ref.raw);
  if (raw == 0) return {0};
  const bool literal = raw > number(unowned) && raw < std::uint64_t{number(unowned)} + 0x10000000U && raw % 4 == 0;
  return {literal ? raw_group - 1 : raw_group, raw};
}

Rank rank(const Ref<ProcessKey>& process) { return {0, place(process.name)}; }
Rank rank(const ConnectionRef& connection) { return {0, place(connection.name)}; }
Rank rank(const OpenRef& open) { return {0, place(open.name)}; }
Rank rank(const CsvOpenRef& open) { return {0, place(open.name)}; }
Rank rank(MachineRef machine) { return {0, number(machine.index)}; }
Rank rank(Binds as) { return {as.base == 0 ? 0U : 1U}; }
Rank rank(const PidRef& pid) { return rank_of_id(pid, unowned_pid); }
Rank rank(const TidRef& tid) { return rank_of_id(tid, unowned_tid); }
Rank rank(const HandleRef& handle) {
  if (!handle.name && handle.raw == current_process) return {1, 0};
  if (!handle.name && handle.raw == current_thread) return {1, 1};
  return rank_of_id(handle, unowned_handle);
}
Rank rank(Bool value) { return {0, static_cast<std::uint32_t>(value)}; }
Rank rank(Capacity n) { return {n.allocations ? 1U : 0U, n.allocations.value_or(0)}; }
Rank rank(Flag flag) { return {flag.set ? 1U : 0U}; }
Rank rank(bool value) { return {value ? 1U : 0U}; }
Rank rank(AccessMask mask) {
  const auto bits = static_cast<std::uint32_t>(mask);
  return {static_cast<std::uint64_t>(std::popcount(bits)), bits};
}
Rank rank(const Guid& guid) {
  const auto known = generated_guids();
  const auto found = std::find(known.begin(), known.end(), guid);
  if (found != known.end()) return {0, static_cast<std::uint64_t>(found - known.begin())};
  return {1, guid.high, guid.low};
}
Rank rank(const GuidIn& guid) {
  if (!guid.value) return {0};
  const Rank inner = rank(*guid.value);
  return {inner.group + 1, inner.place, inner.rest};
}
Rank rank(const VersionPair& version) { return {0, version.high, version.low}; }
Rank rank(FileAccess access) {
  const std::uint32_t bits = number(access);
  return {static_cast<std::uint64_t>(std::popcount(bits)), bits};
}
Rank rank(FileRights rights) {
  const std::uint32_t bits = number(rights);
  return {static_cast<std::uint64_t>(std::popcount(bits)), bits};
}
Rank rank(const DurableRequest& request) {
  return {request.persistent ? 1U : 0U, request.timeoutMs, rank(request.createGuid).place};
}
Rank rank(const Reconnect& reconnect) {
  return {(reconnect.persistent ? 1U : 0U) + (reconnect.createGuid ? 2U : 0U), place(reconnect.handle.name),
          reconnect.createGuid ? rank(*reconnect.createGuid).place : 0};
}
Rank rank(OutPointer pointer) { return {pointer.valid ? 0U : 1U}; }
Rank rank(ObjectType type) { return {type == ObjectType::Event ? 0U : 1U, static_cast<std::uint64_t>(type)}; }
Rank rank(ThreadCount threads) { return {0, threads.count}; }
Rank rank(TextRef text) { return {0, text.index}; }
Rank rank(RequiredText text) { return rank(text.ref); }
Rank rank(const TextIn& text) { return text.value ? Rank{1, text.value->index} : Rank{}; }
Rank rank(DaclRef dacl) { return {0, dacl.index}; }
Rank rank(StacksRef stacks) { return {0, stacks.index}; }
Rank rank(RangesRef ranges) { return {0, ranges.index}; }
Rank rank(LoadedModulesRef modules) { return {0, modules.index}; }
Rank rank(SizeInOut size) { return {size.value ? 1U : 0U, size.value.value_or(0)}; }
Rank rank(BytesRef bytes) { return {0, bytes.index}; }
Rank rank(RequiredBytes bytes) { return rank(bytes.ref); }
template <class T>
requires std::is_enum_v<T> Rank rank(T number) { return {0, static_cast<std::uint64_t>(number)}; }
template <class T>
Rank rank(const Given<T>& given) {
  if (!given.value) return {0};
  const Rank inner = rank(*given.value);
  return {inner.group + 1, inner.place, inner.rest};
}

// --- Candidates ---

// Numbers below: small ones, then ever closer ones, so that repeated use finds the least one quickly.
template <class T>
std::vector<T> numbers_below(T value) {
  const auto v = static_cast<std::uint64_t>(value);
  std::vector<T> out;
  for (const std::uint64_t number :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, v / 2, v - v / 4, v - v / 16,
        v - v / 128, v - v / 2048, v - std::min<std::uint64_t>(v, 64), v - std::min<std::uint64_t>(v, 8),
        v - std::min<std::uint64_t>(v, 1)})
    if (number < v) out.push_back(static_cast<T>(number));
  return out;
}

template <class Id>
std::vector<Ref<Id>> ids(const std::vector<NameRef>& names, std::initializer_list<Id> before, Id unowned) {
  std::vector<Ref<Id>> out;
  for (const Id id : before) out.push_back({id, {}});
  for (const NameRef name : names) out.push_back({Id{}, name});
  for (const std::uint32_t k : {1U, 2U, 3U}) out.push_back({Id{number(unowned) + 4 * k}, {}});
  return out;
}

struct Simpler {
  const BoundNames& names;

  template <class T>
  requires std::is_base_of_v<Ref<ProcessKey>, T> std::vector<T> of(const T&)
  const {
    std::vector<T> out;
    for (const NameRef name : processes_in(names)) out.push_back({{nobody, name}});
    return out;
  }
  std::vector<ConnectionRef> of(const ConnectionRef&) const { return things<ConnectionRef>(NameKind::connection); }
  std::vector<OpenRef> of(const OpenRef&) const { return things<OpenRef>(NameKind::open); }
  std::vector<CsvOpenRef> of(const CsvOpenRef&) const { return things<CsvOpenRef>(NameKind::csv_open); }
  std::vector<PidRef> of(const PidRef&) const { return ids(processes_in(names), {Pid{}}, unowned_pid); }
  std::vector<TidRef> of(const TidRef&) const { return ids(threads_in(names), {Tid{}}, unowned_tid); }
  std::vector<HandleRef> of(const HandleRef&) const {
    return ids(handles_in(names), {null_handle, current_process, current_thread}, unowned_handle);
  }
  std::vector<MachineRef> of(MachineRef) const { return {{MachineIndex{0}}}; }
  std::vector<Binds> of(Binds) const { return {{}}; }
  std::vector<Bool> of(Bool) const { return {Bool{0}, Bool{1}}; }
  std::vector<Capacity> of(Capacity n) const {
    std::vector<Capacity> out{{}};
    for (const std::uint32_t number : numbers_below(n.allocations.value_or(0))) out.push_back({number});
    return out;
  }
  std::vector<Flag> of(Flag) const { return {{false}}; }
  std::vector<bool> of(bool) const { return {false}; }
  std::vector<AccessMask> of(AccessMask mask) const {
    std::vector<AccessMask> out{AccessMask{}};
    for (unsigned bit = 0; bit < 26; ++bit)
      if (const AccessMask one{1U << bit}; !any(one & forbidden_mask_bits)) out.push_back(one);
    for (unsigned bit = 0; bit < 32; ++bit)
      if (const AccessMask one{1U << bit}; any(mask & one)) out.push_back(mask & ~one);
    return out;
  }
  std::vector<FileAccess> of(FileAccess access) const { return fewer_bits(access); }
  std::vector<FileRights> of(FileRights rights) const { return fewer_bits(rights); }
  std::vector<Guid> of(const Guid&) const {
    const auto known = generated_guids();
    return {known.begin(), known.end()};
  }
  std::vector<VersionPair> of(const VersionPair& version) const {
    std::vector<VersionPair> out{{}, {version.high, 0}, {0, version.low}};
    for (const std::uint64_t high : numbers_below(version.high)) out.push_back({high, version.low});
    for (const std::uint64_t low : numbers_below(version.low)) out.push_back({version.high, low});
    return out;
  }
  std::vector<DurableRequest> of(const DurableRequest& request) const {
    std::vector<DurableRequest> out{{request.createGuid, request.timeoutMs, false}};
    for (const std::uint32_t ms : numbers_below(request.timeoutMs))
      out.push_back({request.createGuid, ms, request.persistent});
    for (const Guid& guid : generated_guids()) out.push_back({guid, request.timeoutMs, request.persistent});
    return out;
  }
  std::vector<Reconnect> of(const Reconnect& reconnect) const {
    std::vector<Reconnect> out{{reconnect.handle, reconnect.createGuid, false},
                               {reconnect.handle, {}, reconnect.persistent}};
    for (const OpenRef& handle : of(reconnect.handle))
      out.push_back({handle, reconnect.createGuid, reconnect.persistent});
    for (const Guid& guid : generated_guids()) out.push_back({reconnect.handle, guid, reconnect.persistent});
    return out;
  }
  std::vector<GuidIn> of(const GuidIn&) const {
    std::vector<GuidIn> out{{}};
    for (const Guid& guid : generated_guids()) out.push_back({guid});
    return out;
  }
  std::vector<TextIn> of(const TextIn& text) const {
    std::vector<TextIn> out{{}};
    for (const TextRef simpler : below(text.value.value_or(TextRef{}))) out.push_back({simpler});
    return out;
  }
  std::vector<OutPointer> of(OutPointer) const { return {{true}}; }
  std::vector<ObjectType> of(ObjectType) const { return {ObjectType::Event, ObjectType::Thread, ObjectType::File}; }
  std::vector<ThreadCount> of(ThreadCount threads) const {
    std::vector<ThreadCount> out;
    for (const std::uint16_t count : numbers_below(threads.count))
      if (count > 0) out.push_back({count});
    return out;
  }
  std::vector<TextRef> of(TextRef text) const { return below(text); }
  template <class T>
  requires std::is_base_of_v<RequiredText, T> std::vector<T> of(const T& text)
  const {
    std::vector<T> out;
    for (const TextRef ref : below(text.ref)) out.push_back(T{ref});
    return out;
  }
  std::vector<RequiredBytes> of(RequiredBytes bytes) const {
    std::vector<RequiredBytes> out;
    for (const BytesRef ref : below(bytes.ref)) out.push_back({ref});
    return out;
  }
  std::vector<DaclRef> of(DaclRef dacl) const { return below(dacl); }
  std::vector<StacksRef> of(StacksRef stacks) const { return below(stacks); }
  std::vector<RangesRef> of(RangesRef ranges) const { return below(ranges); }
  std::vector<LoadedModulesRef> of(LoadedModulesRef modules) const { return below(modules); }
  std::vector<SizeInOut> of(SizeInOut size) const {
    std::vector<SizeInOut> out{{}};
    for (const std::uint32_t number : numbers_below(size.value.value_or(0))) out.push_back({number});
    return out;
  }
  std::vector<BytesRef> of(BytesRef bytes) const { return below(bytes); }
  std::vector<Countdown> of(Countdown n) const {
    auto out = numbers_below(n);
    std::erase(out, Countdown{0});
    return out;
  }
  // The ids that a step may give are multiples of 4, and not 0 or 4.
  std::vector<Pid> of(Pid given) const { return given_ids(given, 1000); }
  std::vector<Tid> of(Tid given) const { return given_ids(given, 0x10000); }
  template <class T>
  requires std::is_enum_v<T> std::vector<T> of(T number)
  const { return numbers_below(number); }
  template <class T>
  std::vector<Given<T>> of(const Given<T>& given) const {
    std::vector<Given<T>> out{{}};
    if (!given.value) return out;
    for (const T& value : of(*given.value)) out.push_back({value});
    return out;
  }

 private:
  template <class T>
  std::vector<T> things(NameKind kind) const {
    std::vector<T> out;
    for (const NameRef name : things_in(names, kind)) out.push_back({{{}, name}});
    return out;
  }
  template <class T>
  static std::vector<T> fewer_bits(T mask) {
    const auto bits = static_cast<std::uint32_t>(mask);
    std::vector<T> out{T{}};
    for (unsigned bit = 0; bit < 32; ++bit)
      if ((bits >> bit & 1U) != 0) out.insert(out.end(), {T{1U << bit}, T{bits & ~(1U << bit)}});
    return out;
  }
  template <class T>
  static std::vector<T> below(T ref) {
    std::vector<T> out;
    for (std::uint32_t index = 0; index < ref.index; ++index) out.push_back({index});
    return out;
  }
  template <class Id>
  static std::vector<Id> given_ids(Id given, std::uint32_t first) {
    std::vector<Id> out;
    for (std::uint32_t k = 0; k < 24; ++k)
      if (first + 4 * k < number(given)) out.push_back(Id{first + 4 * k});
    return out;
  }
};

void push(Cost& cost, const Rank& rank) { cost.insert(cost.end(), {rank.group, rank.place, rank.rest}); }

void push_module(Cost& cost, const ModuleBehaviour& module) {
  cost.insert(cost.end(), {module.loadable ? 0U : 1U, static_cast<std::uint64_t>(module.event), module.claims ? 1U : 0U,
                           module.count, module.signatures.size(), static_cast<std::uint64_t>(module.debugger),
                           module.custom ? 1U : 0U, module.automatic ? 1U : 0U});
}

void push_world(Cost& cost, const WorldSpec& world) {
  cost.insert(cost.end(), {world.machines.size(), world.processes.size(), world.additionalDataRequested,
                           world.userDocumentsRequested, world.forceQueue, world.existingFiles.size(),
                           world.helperModules.size(), world.moduleBehaviours.size()});
  for (const ModuleBehaviour& module : world.moduleBehaviours) push_module(cost, module);
  for (const MachineSpec& machine : world.machines)
    cost.insert(cost.end(), {machine.name != "local", static_cast<std::uint64_t>(machine.ccf)});
  for (const ProcessSpec& process : world.processes) {
    push(cost, rank(process.kind));
    cost.insert(cost.end(), {number(process.machine), process.protected_, process.se_debug, process.threads.count});
    for (const Rank& value :
         {rank(Given<Pid>{process.pid}), rank(process.user), rank(Given<DaclRef>{process.dacl}),
          rank(Given<TextRef>{process.package}), rank(Given<bool>{process.localFolderUsable}),
          rank(Given<bool>{process.dumpable}), rank(process.stacks), rank(process.data), rank(process.private_),
          rank(process.mapped), rank(Given<LoadedModulesRef>{process.loadedModules})})
      push(cost, value);
  }
}

void push_limits(Cost& cost, const Limits& limits) {
  constexpr Limits usual{};
  for (const auto limit : {&Limits::entries, &Limits::metadata, &Limits::dumpCollection, &Limits::modules})
    cost.push_back(limits.*limit == usual.*limit ? 0 : 1 + std::uint64_t{limits.*limit});
}

// How many choices are not as in `documented`; which options they have instead.
void push_profile(Cost& cost, const Profile& profile) {
  const Profile documented = documented_profile();
  std::uint64_t count = 0;
  std::uint64_t which = 0;
  for (std::size_t i = 0; i < choice_count; ++i) {
    if (profile.option[i] == documented.option[i]) continue;
    ++count;
    which += (i << 8) + profile.option[i];
  }
  cost.insert(cost.end(), {count, which});
}

std::uint64_t count_by_chance(const Script& script) {
  const BoundNames names = bound_before(script, script.steps.size());
  std::uint64_t count = 0;
  for (const Step& step : script.steps) {
    const auto id = [&](const auto& ref) {
      constexpr bool handle = std::is_same_v<std::decay_t<decltype(ref)>, HandleRef>;
      count += is_raw(ref) || (handle && is_foreign(names, step, ref.name)) ? 1 : 0;
    };
    each_value(step, [&](const auto& value) {
      if constexpr (requires { is_raw(value); }) id(value);
      if constexpr (requires { is_raw(*value.value); })
        if (value.value) id(*value.value);
    });
  }
  return count;
}

}  // namespace

bool is_raw(const PidRef& pid) { return rank(pid).group == raw_group; }
bool is_raw(const TidRef& tid) { return rank(tid).group == raw_group; }
bool is_raw(const HandleRef& handle) { return rank(handle).group == raw_group; }

Cost cost(const Script& script) {
  Cost cost;
  push_profile(cost, script.profiles.front().profile);
  push_world(cost, script.world);
  cost.push_back(count_by_chance(script));  // a number guessed right is no simpler than the step that makes what has it
  cost.push_back(script.steps.size());
  push_limits(cost, script.world.limits);
  for (const Step& step : script.steps) {
    cost.push_back(step.index());
    each_value(step, [&cost](const auto& value) { push(cost, rank(value)); });
  }
  return cost;
}

bool each_simpler(const Script& script, std::size_t step, const std::function<bool(const Step&)>& with) {
  const BoundNames names = bound_before(script, step);
  const Simpler simpler{names};
  for (const FieldInfo& field : info(script.steps[step]).fields) {
    Step changed = script.steps[step];
    const bool done = with_value(field.kind, field.at(address(changed)), [&](auto& value) {
      const auto before = value;
      for (const auto& candidate : simpler.of(before)) {
        if (!(rank(candidate) < rank(before))) continue;
        value = candidate;
        if (with(changed)) return true;
      }
      return false;
    });
    if (done) return true;
  }
  return false;
}

}  // namespace procreg::harness
