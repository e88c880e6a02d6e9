#include "harness/generate/world.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <string_view>

#include "api/choice.h"

namespace procreg::harness {

namespace {

struct Weight {
  std::string_view step;
  std::uint16_t weight;
};

// A kind that is not listed has weight 4.
constexpr Weight weights[] = {
    {"WerRegisterAdditionalProcess", 14},
    {"WerUnregisterAdditionalProcess", 8},
    {"WerRegisterMemoryBlock", 6},
    {"WerRegisterExcludedMemoryBlock", 5},
    {"WerRegisterFile", 6},
    {"WerRegisterCustomMetadata", 6},
    {"WerRegisterRuntimeExceptionModule", 5},
    {"WerSetMaxProcessHoldMilliseconds", 1},
    {"UnregisterApplicationRecoveryCallback", 2},
    {"RegisterApplicationRecoveryCallback", 10},
    {"ApplicationRecoveryInProgress", 6},
    {"ApplicationRecoveryFinished", 4},
    {"CreateProcess", 11},
    {"ExitProcess", 2},
    {"TerminateProcess", 3},
    {"GetExitCodeProcess", 3},
    {"OpenProcess", 9},
    {"DuplicateHandle", 9},
    {"CloseHandle", 7},
    {"NewObject", 3},
    {"RegisterAppInstance", 13},
    {"SmbCreate", 30},
    {"SmbConnect", 8},
    {"SmbWrite", 8},
    {"SmbLock", 6},
    {"SmbClose", 6},
    {"SmbDisconnect", 7},
    {"SmbServerStart", 2},
    {"SmbFileAcl", 5},
    {"CsvVolume", 2},
    {"ResetAllAppInstanceVersions", 2},
    {"RegisterAppInstanceVersion", 7},
    {"UserChoice", 9},
    {"UserCancel", 5},
    {"CallbackReturns", 5},
    {"SetHeapCapacity", 2},
    {"FilterLoad", 3},
    {"FilterUnload", 2},
    {"AdvanceTime", 9},
    {"RegisterApplicationRestart", 8},
    {"UnregisterApplicationRestart", 2},
    {"WerRegisterAppLocalDump", 6},
    {"WerUnregisterAppLocalDump", 2},
};

std::array<std::uint16_t, step_kinds> listed_weights() {
  std::array<std::uint16_t, step_kinds> by_kind{};
  by_kind.fill(4);
  for (const Weight& row : weights) by_kind[step_kind(*find_step(row.step))] = row.weight;
  return by_kind;
}

// What the indices of generated steps mean. Filled once, in a fixed order.
struct Values {
  Values() {
    users = {default_user, tables.text(u"user2")};
    packages = {tables.text(u"Contoso.App"), tables.text(u"Fabrikam.App")};
    for (const std::u16string_view text :
         {u"k", u"K", u"C:\\a.txt", u"c:\\A.TXT", u"m.dll", u"v 1", u"", u"1k", u"a:b", u"\u00E9", u"tab\t", u"\xD800"})
      texts.push_back(tables.text(text));
    for (const std::size_t limit : {64U, 128U, 260U})
      for (const std::size_t length : {limit - 1, limit, limit + 1})
        texts.push_back(tables.text(std::u16string(length, u'l')));
    texts.push_back(tables.text(u"relative.txt"));
    for (const std::size_t length : {1023U, 1024U, 1025U}) texts.push_back(tables.text(std::u16string(length, u'l')));
    dacls = {tables.dacl({{users[0], PROCESS_ALL_ACCESS}, {users[1], PROCESS_ALL_ACCESS}}),
             tables.dacl({{users[1], PROCESS_TERMINATE | PROCESS_DUP_HANDLE}, {users[0], PROCESS_ALL_ACCESS}}),
             tables.dacl({{users[0], PROCESS_QUERY_INFORMATION | PROCESS_CREATE_PROCESS}}), tables.dacl({})};
    eas = {bytes(16),
           bytes(20),
           tables.bytes(std::vector<std::uint8_t>(16)),
           tables.bytes(std::vector<std::uint8_t>(20)),
           bytes(0),
           bytes(15),
           bytes(17)};
    draw_memory();
    draw_modules();
    draw_smb();
  }
  std::vector<TextRef> all(std::initializer_list<std::u16string_view> given) {
    std::vector<TextRef> refs;
    for (const std::u16string_view text : given) refs.push_back(tables.text(text));
    return refs;
  }
  void draw_smb() {
    smb.servers = all({u"srv", u"old"});
    smb.shares = all({u"data", u"more", u"none", u"DATA"});
    smb.folders = all({u"C:\\data", u"C:\\data", u"C:\\more"});
    smb.paths = all({u"f", u"g", u"F", u"\\f\\", u"d\\f", u"d\\..\\f", u"", u"a:b"});
    smb.files = all({u"C:\\data\\f", u"c:\\DATA\\g", u"C:\\more\\f"});
    smb.volumes = all({u"vol1", u"vol2"});
    smb.contents = {bytes(4), bytes(0), bytes(1), bytes(16), bytes(40)};
  }
  // Blocks are drawn from 0x1000 to 0x7000: some data there, some private memory, gaps, and a stack among them.
  void draw_memory() {
    ranges = {tables.ranges({{0x1000, 0x2000}, {0x3000, 0x3800}}), tables.ranges({{0x1000, 0x9000}}),
              tables.ranges({{0x2800, 0x4000}, {0x3000, 0x5000}, {0x5000, 0x5001}}), no_ranges};
    Stack low{.range = {0x4000, 0x6000}, .stack_pointer = 0x4800, .instruction_pointer = 0x1040};
    low.registers[0] = 0x2FF0;
    low.registers[3] = 0x8FFF;
    Stack outside{.range = {0x10000, 0x12000}, .stack_pointer = 0x20000, .instruction_pointer = 0x10};
    outside.registers[1] = ~std::uint64_t{0};
    stacks = {tables.stacks({low}), tables.stacks({default_stack(0), low}), tables.stacks({outside, low})};
    const LoadedModule program{.name = u"C:\\p.exe", .base = 0x3000, .size = 0x2000, .debug = DebugRecord{}};
    loaded_modules = {tables.loaded_modules({}), tables.loaded_modules({program})};
  }
  // A module that does each thing that a module may do.
  void draw_modules() {
    const TextRef event = tables.text(u"Event");
    const TextRef name = tables.text(u"Name");
    const std::vector<ModuleSignature> three(3, ModuleSignature{CallbackDeed::succeeds, name, event});
    std::vector<ModuleSignature> failing = three;
    failing[1].deed = CallbackDeed::fails;
    std::vector<ModuleSignature> ending = three;
    ending[2].deed = CallbackDeed::terminates;
    modules = {{},
               {.claims = event, .count = 2, .signatures = three},
               {.claims = event, .count = 0},
               {.claims = event, .count = 3, .signatures = failing},
               {.claims = event, .count = 3, .signatures = ending},
               {.claims = event, .count = 1, .signatures = three, .custom = name, .automatic = true},
               {.claims = event, .count = 1, .signatures = three, .debugger = CallbackDeed::fails},
               {.claims = event, .count = 1, .signatures = three, .debugger = CallbackDeed::terminates},
               {.claims = event,
                .count = 11,
                .signatures = std::vector<ModuleSignature>(11, ModuleSignature{CallbackDeed::succeeds, name, name})},
               {.event = CallbackDeed::fails, .claims = event},
               {.event = CallbackDeed::terminates},
               {.loadable = false}};
  }
  BytesRef bytes(std::size_t size) {
    std::vector<std::uint8_t> value(size);
    std::iota(value.begin(), value.end(), std::uint8_t{1});
    return tables.bytes(std::move(value));
  }

  Tables tables{};
  std::array<TextRef, 2> users{};
  std::array<TextRef, 2> packages{};
  std::vector<TextRef> texts{};
  std::array<DaclRef, 4> dacls{};
  std::array<BytesRef, 7> eas{};
  std::vector<RangesRef> ranges{};
  std::vector<StacksRef> stacks{};
  std::vector<LoadedModulesRef> loaded_modules{};
  std::vector<ModuleBehaviour> modules{};
  SmbTexts smb{};
};

const Values& values() {
  static const Values all;
  return all;
}

constexpr std::array masks{PROCESS_ALL_ACCESS,
                           PROCESS_TERMINATE,
                           PROCESS_DUP_HANDLE,
                           PROCESS_CREATE_PROCESS,
                           PROCESS_QUERY_INFORMATION,
                           PROCESS_QUERY_LIMITED_INFORMATION,
                           MAXIMUM_ALLOWED,
                           AccessMask{},
                           PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION,
                           PROCESS_DUP_HANDLE | PROCESS_CREATE_PROCESS,
                           MAXIMUM_ALLOWED | PROCESS_TERMINATE,
                           EVENT_ALL_ACCESS,
                           AccessMask{0x00100000},   // SYNCHRONIZE
                           AccessMask{0x00000800},   // PROCESS_SUSPEND_RESUME
                           AccessMask{0x00000004},   // PROCESS_SET_SESSIONID
                           AccessMask{0x00200000},   // not among PROCESS_ALL_ACCESS
                           AccessMask{0x00010000}};  // DELETE
constexpr std::array guids{zero_guid, Guid{0x1111111111111111U, 0x1111111111111111U},
                           Guid{0x2222222222222222U, 0x2222222222222222U}};
constexpr std::array<std::uint32_t, 6> entry_limits{512, 3, 2, 1, 0, 4};
constexpr std::array<std::uint32_t, 7> table_limits{4, 2, 1, 0, 3, 5, 64};

std::uint32_t out_of(ChoiceSource& source, std::span<const std::uint32_t> numbers) { return source.one_of(numbers); }

Limits draw_limits(ChoiceSource& source) {
  const std::uint32_t which = source.below(8);
  if (which < 3) return {};
  if (which < 5) return tiny_limits;
  Limits limits;
  limits.entries = out_of(source, entry_limits);
  limits.metadata = out_of(source, table_limits);
  limits.dumpCollection = out_of(source, table_limits);
  limits.modules = out_of(source, table_limits);
  return limits;
}

FilterState draw_filter(ChoiceSource& source) {
  const std::uint32_t which = source.below(8);
  return which == 6 ? FilterState::unloaded : which == 7 ? FilterState::absent : FilterState::loaded;
}

// At most one process of each of these kinds a machine: their pids are fixed.
ProcessKind draw_kind(ChoiceSource& source, const WorldSpec& world, MachineIndex machine) {
  const std::uint32_t which = source.below(16);
  const auto kind = which < 13 ? ProcessKind::ordinary : static_cast<ProcessKind>(which - 12);
  const bool has_it = std::any_of(world.processes.begin(), world.processes.end(), [&](const ProcessSpec& other) {
    return other.machine == machine && other.kind == kind;
  });
  return has_it ? ProcessKind::ordinary : kind;
}

// A pid that no other process of the world has or gets (OBJ-PROC-02): each place in the list has its own. The last
// process may take the last pid of all.
std::optional<Pid> draw_pid(ChoiceSource& source, std::size_t place, bool last) {
  const std::uint32_t which = source.below(32);
  if (which == 31 && last) return Pid{assignable_end - 4};
  if (which == 30) return Pid{static_cast<std::uint32_t>(8 + 4 * place)};
  if (which == 29) return Pid{static_cast<std::uint32_t>(2000 + 4 * place)};
  return std::nullopt;
}

void draw_access(ChoiceSource& source, ProcessSpec& process) {
  if (source.one_in(4)) process.user = values().users[1];
  process.se_debug = source.one_in(8);
  if (source.one_in(4)) process.dacl = source.one_of(values().dacls);
  process.protected_ = source.one_in(6);
}

void draw_memory(ChoiceSource& source, ProcessSpec& process) {
  if (source.one_in(2)) process.stacks = source.one_of(values().stacks);
  if (source.one_in(2)) process.data = source.one_of(values().ranges);
  if (source.one_in(2)) process.private_ = source.one_of(values().ranges);
  if (source.one_in(3)) process.mapped = source.one_of(values().ranges);
  if (source.one_in(4)) process.loadedModules = source.one_of(values().loaded_modules);
}

ProcessSpec draw_process(ChoiceSource& source, const WorldSpec& world, bool last) {
  ProcessSpec process;
  process.machine =
      MachineIndex{static_cast<std::uint8_t>(source.below(static_cast<std::uint32_t>(world.machines.size())))};
  process.kind = world.processes.empty() ? ProcessKind::ordinary : draw_kind(source, world, process.machine);
  const bool own_pid = process.kind == ProcessKind::ordinary || process.kind == ProcessKind::csrss;
  if (own_pid) process.pid = draw_pid(source, world.processes.size(), last);
  draw_access(source, process);
  if (source.one_in(4)) process.threads.count = static_cast<std::uint16_t>(1 + source.below(3));
  if (source.one_in(4)) process.package = source.one_of(values().packages);
  if (source.one_in(6)) process.dumpable = source.one_in(2);
  if (source.one_in(8)) process.localFolderUsable = source.one_in(2);
  if (source.one_in(3)) draw_memory(source, process);
  return process;
}

// Files and modules among the texts that calls are drawn with.
void draw_files_and_modules(ChoiceSource& source, WorldSpec& world) {
  const auto texts = std::span{values().texts};
  const TextRef file = texts[2];
  const TextRef other = texts[3];  // the same path in other letters
  const TextRef module = texts[4];
  world.existingFiles.clear();
  world.helperModules.clear();
  world.moduleBehaviours.clear();
  if (!source.one_in(3)) world.existingFiles.push_back(source.one_in(2) ? other : file);
  if (source.one_in(4)) return;
  for (const TextRef dll : {module, file, texts[0]}) {
    if (source.one_in(3)) continue;
    world.helperModules.push_back(dll);
    ModuleBehaviour behaviour = source.one_of(values().modules);
    behaviour.dll = dll;
    if (!source.one_in(4)) world.moduleBehaviours.push_back(std::move(behaviour));
  }
}

Profile draw_profile(ChoiceSource& source) {
  const std::uint32_t which = source.below(8);
  if (which < 3) return documented_profile();
  if (which < 5) return windows11_profile();
  Profile profile = documented_profile();
  for (std::size_t i = 0; i < choice_count; ++i) {
    const ChoiceInfo& choice = choices()[i];
    if (!choice.covered || !source.one_in(2)) continue;
    profile.option[i] = static_cast<std::uint8_t>(source.below(static_cast<std::uint32_t>(choice.options.size())));
  }
  return profile;
}

}  // namespace

std::span<const std::uint16_t, step_kinds> usual_weights() {
  static const auto all = listed_weights();
  return all;
}

Swarm::Swarm() { take(usual_weights()); }

void Swarm::take(std::span<const std::uint16_t, step_kinds> by_kind) {
  const std::uint32_t sum = std::accumulate(by_kind.begin(), by_kind.end(), 0U);
  std::uint32_t until = 0;
  std::size_t slot = 0;
  for (std::size_t kind = 0; kind < step_kinds; ++kind) {
    has_[kind] = by_kind[kind] > 0;
    until += by_kind[kind];
    const std::size_t end = std::size_t{until} * kinds_.size() / sum;
    for (; slot < end; ++slot) kinds_[slot] = static_cast<std::uint8_t>(kind);
  }
}

void Swarm::draw(ChoiceSource& source) {
  std::array<std::uint16_t, step_kinds> drawn{};
  std::copy(usual_weights().begin(), usual_weights().end(), drawn.begin());
  const std::uint32_t which = source.below(4);
  if (which > 0)
    for (std::uint16_t& weight : drawn) weight = source.one_in(which == 3 ? 2 : 4) ? std::uint16_t{0} : weight;
  draw_families(source, drawn);
  const std::uint32_t frequent = source.below(2 * step_kinds);
  if (frequent >= step_kinds) drawn[frequent - step_kinds] = 40;
  if (std::all_of(drawn.begin(), drawn.end(), [](std::uint16_t weight) { return weight == 0; })) drawn.front() = 1;
  take(drawn);
}

// What files are opened by and what crash reports are made of have little to do with each other: most scripts are about one
// of them.
void Swarm::draw_families(ChoiceSource& source, std::array<std::uint16_t, step_kinds>& drawn) {
  const std::uint32_t which = source.below(4);
  if (which == 3) return;
  for (std::size_t kind = 0; kind < step_kinds; ++kind) {
    const std::string_view name = steps()[kind].name;
    const bool files = name.starts_with("Smb") || name.starts_with("Csv");
    const bool reports = name.starts_with("Wer") || name.find("Recovery") != std::string_view::npos ||
                         name.find("Restart") != std::string_view::npos;
    if (which == 2 ? reports : files) drawn[kind] = 0;
  }
}

const Tables& generated_tables() { return values().tables; }
std::span<const TextRef> generated_users() { return values().users; }
std::span<const TextRef> generated_packages() { return values().packages; }
std::span<const TextRef> generated_texts() { return values().texts; }
std::span<const DaclRef> generated_dacls() { return values().dacls; }
std::span<const StacksRef> generated_stacks() { return values().stacks; }
std::span<const RangesRef> generated_ranges() { return values().ranges; }
std::span<const LoadedModulesRef> generated_loaded_modules() { return values().loaded_modules; }
std::span<const BytesRef> generated_eas() { return values().eas; }
const SmbTexts& generated_smb() { return values().smb; }
std::span<const AccessMask> generated_masks() { return masks; }
std::span<const Guid> generated_guids() { return guids; }

void generate_world(ChoiceSource& source, std::size_t room, GeneratedWorld& out, NameBook& names) {
  source.begin(0);
  out.profile = draw_profile(source);
  out.swarm.draw(source);
  WorldSpec& world = out.world;
  world.machines.resize(source.one_in(8) ? 2 : 1);
  for (MachineSpec& machine : world.machines) machine.ccf = draw_filter(source);
  world.machines.front().name = "local";
  if (world.machines.size() > 1) world.machines.back().name = "other";
  world.limits = draw_limits(source);
  world.additionalDataRequested = source.one_in(2);
  world.userDocumentsRequested = source.one_in(2);
  world.forceQueue = source.one_in(4);
  draw_files_and_modules(source, world);

  world.processes.clear();
  const std::uint32_t count = 1 + source.below(3);
  names.clear(room + count);
  for (std::uint32_t i = 0; i < count; ++i) {
    ProcessSpec process = draw_process(source, world, i + 1 == count);
    process.name = names.claim(NameKind::process, 0, process.machine);
    world.processes.push_back(process);
  }
}

std::string profile_label(const Profile& profile) {
  if (profile == documented_profile()) return "documented";
  if (profile == windows11_profile()) return "windows11";
  std::ostringstream text;
  text << "documented with " << profile;
  return text.str();
}

}  // namespace procreg::harness
