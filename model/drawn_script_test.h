// Random scripts over few ids, under random options, for tests of what holds of every step.
#pragma once

#include <array>
#include <random>

#include "model/scene_test.h"

namespace procreg::model {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_{seed} {}
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  template <class T>
  T of(std::initializer_list<T> values) {
    return *(values.begin() + below(static_cast<std::uint32_t>(values.size())));
  }

 private:
  std::mt19937_64 engine_;
};

struct Script {
  Profile profile{};
  WorldSpec world{};
  Tables tables{};
  std::vector<Step> steps{};
};

inline Profile draw_profile(Dice& dice) {
  Profile profile = documented_profile();
  for (std::size_t i = 0; i < choice_count; ++i) {
    if (dice.one_in(2))
      profile.option[i] =
          static_cast<std::uint8_t>(dice.below(static_cast<std::uint32_t>(choices()[i].options.size())));
  }
  return profile;
}

// Paths of files and of modules; the world knows some of them.
inline constexpr std::array paths{u"C:\\a", u"c:\\A", u"C:\\b", u"C:\\c", u"a"};
inline TextRef draw_path(Dice& dice, Tables& tables) {
  return tables.text(paths[dice.below(static_cast<std::uint32_t>(paths.size()))]);
}

inline CallbackDeed draw_deed(Dice& dice) {
  return dice.of({CallbackDeed::succeeds, CallbackDeed::succeeds, CallbackDeed::succeeds, CallbackDeed::fails,
                  CallbackDeed::terminates});
}

inline ModuleBehaviour draw_behaviour(Dice& dice, Tables& tables, TextRef dll) {
  ModuleBehaviour module{.dll = dll, .loadable = !dice.one_in(4), .event = draw_deed(dice)};
  if (!dice.one_in(3)) module.claims = tables.text(u"event");
  module.count = dice.below(3);
  for (std::uint32_t i = 0; i < module.count; ++i)
    module.signatures.push_back({dice.one_in(4) ? draw_deed(dice) : CallbackDeed::succeeds, dll, dll});
  module.debugger = draw_deed(dice);
  if (dice.one_in(2)) module.custom = dll;
  module.automatic = dice.one_in(2);
  return module;
}

inline void draw_files_and_modules(Dice& dice, Tables& tables, WorldSpec& world) {
  for (const char16_t* path : {u"C:\\a", u"C:\\b", u"a"}) {
    if (dice.one_in(2)) world.existingFiles.push_back(tables.text(path));
    if (!dice.one_in(4)) world.helperModules.push_back(tables.text(path));
    if (!dice.one_in(4)) world.moduleBehaviours.push_back(draw_behaviour(dice, tables, tables.text(path)));
  }
}

// Ranges and registers near the addresses that blocks are registered at.
inline RangesRef draw_ranges(Dice& dice, Tables& tables) {
  return tables.ranges({{0x1000, dice.of({std::uint64_t{0x1004}, std::uint64_t{0x2000}})}, {0x8FF0, 0x9010}});
}
inline StacksRef draw_stacks(Dice& dice, Tables& tables) {
  Stack stack{.range = {0x5000, 0x5400}};
  stack.stack_pointer = dice.of({std::uint64_t{0x5000}, std::uint64_t{0x5100}, std::uint64_t{0x9000}});
  stack.instruction_pointer = dice.of({std::uint64_t{0}, std::uint64_t{0x9000}});
  stack.registers[dice.below(15)] = dice.of({std::uint64_t{0x1000}, std::uint64_t{0x5400}});
  return tables.stacks({stack});
}

inline WorldSpec draw_world(Dice& dice, Tables& tables) {
  const TextRef other = tables.text(u"other");
  WorldSpec world;
  draw_files_and_modules(dice, tables, world);
  world.userDocumentsRequested = dice.one_in(2);
  if (dice.one_in(2)) world.processes[0].package = other;
  if (dice.one_in(2)) world.processes[0].private_ = draw_ranges(dice, tables);
  if (dice.one_in(2)) world.processes[0].mapped = draw_ranges(dice, tables);
  if (dice.one_in(2)) world.processes[0].stacks = draw_stacks(dice, tables);
  if (dice.one_in(2))
    world.limits = {.entries = dice.below(5),
                    .metadata = 1 + dice.below(2),
                    .dumpCollection = 1 + dice.below(3),
                    .modules = 1 + dice.below(2)};
  world.additionalDataRequested = dice.one_in(2);
  world.forceQueue = dice.one_in(3);
  world.machines[0].ccf = dice.of({FilterState::loaded, FilterState::loaded, FilterState::absent});
  world.processes.push_back({.name = 2, .user = other, .se_debug = dice.one_in(2)});
  if (dice.one_in(2)) world.processes[1].package = other;
  if (dice.one_in(2)) world.processes[1].stacks = draw_stacks(dice, tables);
  world.processes.push_back(
      {.name = 3,
       .kind = dice.of({ProcessKind::ordinary, ProcessKind::csrss, ProcessKind::system}),
       .protected_ = dice.one_in(2),
       .dacl = tables.dacl({{default_user, dice.of({PROCESS_ALL_ACCESS, PROCESS_TERMINATE, AccessMask{}})}})});
  return world;
}

// Texts about the limits of paths, keys and values, and such as differ in letter case only.
inline std::vector<TextRef> draw_texts(Tables& tables) {
  std::vector<TextRef> texts;
  for (const char16_t* text : {u"a", u"A", u"a", u"B", u"\u00e9", u"1", u"", u"\t"}) texts.push_back(tables.text(text));
  for (const std::size_t length : {64U, 65U, 128U, 129U, 260U, 261U, 63U, 1024U, 1025U})
    texts.push_back(tables.text(std::u16string(length, u'a')));
  return texts;
}

class Drawn {
 public:
  // Every other script draws from a few kinds of steps only, so that rare ones come together.
  Drawn(Dice& dice, Script& script) : dice_{dice}, script_{script} {
    const bool few = dice_.one_in(2);
    for (std::uint32_t i = 0; i < (few ? 12U : kinds); ++i) kinds_.push_back(few ? dice_.below(kinds) : i);
  }

  // Recovery takes three steps that chance seldom brings together.
  void recovers() { recovers_on(key()); }
  void recovers_on(ProcessKey failing) {
    script_.steps.push_back(RegisterApplicationRecoveryCallback{
        .by = by(failing), .pRecoveyCallback = Address{4}, .dwPingInterval = Ping{100}});
    script_.steps.push_back(Crash{.process = on(failing)});
    script_.steps.push_back(UserChoice{.process = on(failing), .action = UserAction::close});
  }

  // As do a restart and the end of a recovery before it.
  void restarts() {
    const ProcessKey failing = key();
    script_.steps.push_back(RegisterApplicationRestart{.by = by(failing), .pwzCommandline = text()});
    script_.steps.push_back(AdvanceTime{.ms = Duration{60000}});
    if (dice_.one_in(2)) return recovers_on(failing);
    script_.steps.push_back(Crash{.process = on(failing)});
    script_.steps.push_back(UserChoice{.process = on(failing), .action = UserAction::close});
  }

  // As does a crash of a process with entries.
  void fails_with_entries() {
    const ProcessKey failing = key();
    for (int i = 0; i < 4; ++i) script_.steps.push_back(reported_entry(by(failing)));
    if (dice_.one_in(4)) script_.steps.push_back(StopAnswering{.process = on(failing)});
    if (dice_.one_in(4)) script_.steps.push_back(AdvanceTime{.ms = Duration{5001}});
    script_.steps.push_back(CloseHung{.process = on(failing)});
    script_.steps.push_back(Crash{.process = on(failing)});
  }

  // As does a hang.
  void hangs() {
    const Target hanging = target();
    script_.steps.push_back(StopAnswering{.process = hanging});
    script_.steps.push_back(AdvanceTime{.ms = Duration{5001}});
  }

  // As does a recovery that is gone.
  void forgets() {
    const Caller caller = by(key());
    script_.steps.push_back(
        RegisterApplicationRecoveryCallback{.by = caller, .pRecoveyCallback = Address{4}, .dwPingInterval = Ping{100}});
    script_.steps.push_back(UnregisterApplicationRecoveryCallback{.by = caller});
    script_.steps.push_back(get_recovery());
  }

  // As do calls in Crashed.
  void crashes_and_calls() {
    const ProcessKey failing = key();
    script_.steps.push_back(WerSetFlags{.by = by(failing), .dwFlags = FaultFlags{0x4}});
    script_.steps.push_back(Crash{.process = on(failing)});
    for (int i = 0; i < 3; ++i) script_.steps.push_back(entry(by(failing)));
  }

  Step step() {
    switch (kinds_[dice_.below(static_cast<std::uint32_t>(kinds_.size()))]) {
      case 0:
      case 1:
      case 2:
      case 3:
        return WerRegisterAdditionalProcess{
            .by = caller(), .processId = process(), .captureExtraInfoForThreadId = thread()};
      case 4:
        return WerUnregisterAdditionalProcess{.by = caller(), .processId = process()};
      case 5:
        return RegisterApplicationRecoveryCallback{.by = caller(),
                                                   .pRecoveyCallback = Address{dice_.below(4)},
                                                   .dwPingInterval = Ping{dice_.of({0U, 100U, 300000U, 300001U})},
                                                   .dwFlags = Dword{dice_.below(4) / 3}};
      case 6:
        return ApplicationRecoveryInProgress{.by = caller(), .pbCancelled = {!dice_.one_in(4)}};
      case 7:
        return ApplicationRecoveryFinished{.by = caller(), .bSuccess = Bool{1}};
      case 8:
      case 9:
        return create();
      case 10:
        return dice_.one_in(2) ? Step{ExitProcess{.by = caller(), .uExitCode = Dword{3}}} : Step{exit_thread()};
      case 11:
        return TerminateProcess{.by = caller(), .hProcess = handle(), .uExitCode = Dword{4}};
      case 12:
        return GetExitCodeProcess{.by = caller(), .hProcess = handle(), .lpExitCode = {!dice_.one_in(4)}};
      case 13:
      case 14:
        return OpenProcess{
            .by = caller(), .dwDesiredAccess = mask(), .bInheritHandle = Bool{1}, .dwProcessId = process()};
      case 15:
      case 16:
        return duplicate();
      case 17:
        return CloseHandle{.by = caller(), .hObject = handle()};
      case 18:
        return NewObject{.by = caller(), .type = ObjectType::Event, .inheritable = {true}};
      case 19:
      case 20:
      case 21:
        return tag();
      case 22:
        return open();
      case 23:
        return CreateThread{.process = target(), .tid = {given_tid()}};
      case 24:
        return dice_.one_in(2) ? Step{StopAnswering{.process = target()}} : Step{Answering{.process = target()}};
      case 25:
        return dice_.one_in(2) ? Step{CloseHung{.process = target()}} : Step{Crash{.process = target()}};
      case 26:
        return UserChoice{.process = target(),
                          .action = dice_.of({UserAction::check, UserAction::close, UserAction::debug})};
      case 27:
        return dice_.one_in(2) ? Step{UserCancel{.process = target()}} : Step{CallbackReturns{.process = target()}};
      case 28:
        return SetHeapCapacity{.process = target(), .n = {dice_.below(3)}};
      case 29:
        return fault();
      case 30:
        return dice_.one_in(2) ? Step{FilterLoad{}} : Step{FilterUnload{}};
      case 31:
      case 32:
      case 33:
      case 34:
      case 35:
        return entry(caller());
      case 36:
        return set(caller());
      case 37:
        return WerGetFlags{.by = caller(), .hProcess = handle(), .pdwFlags = {!dice_.one_in(4)}};
      case 38:
        return get_recovery();
      case 39:
        return tag();
      case 40:
        return WerUnregisterAdditionalProcess{.by = caller(), .processId = process()};
      case 41:
        return app_local_dump(caller());
      case 42:
        return restart(caller());
      case 43:
        return get_restart();
      default:
        return AdvanceTime{.ms = Duration{dice_.of({std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{101},
                                                    std::uint64_t{5001}, ~std::uint64_t{0}})}};
    }
  }

 private:
  ProcessKey key() { return process_key(dice_.of({1U, 1U, 1U, 2U, 3U, 4U, 5U, 6U})); }
  Caller caller() { return by(key()); }
  Target target() { return on(key()); }
  PidRef process() { return pid(dice_.of({0U, 4U, 1000U, 1000U, 1004U, 1008U, 1012U, 1016U, 40U, 44U})); }
  TidRef thread() { return tid(dice_.of({0U, 0U, 0x10000U, 0x10004U, 0x10008U, 0x1000CU, 4U})); }
  std::optional<Tid> given_tid() { return dice_.one_in(2) ? std::optional{thread_number()} : std::nullopt; }
  Tid thread_number() { return Tid{dice_.of({0x10000U, 0x10008U, 0x10004U, 0xCFFFFFFCU})}; }
  HandleRef handle() {
    return model::handle(dice_.of({std::uint64_t{0}, std::uint64_t{4}, std::uint64_t{4}, std::uint64_t{8},
                                   std::uint64_t{9}, std::uint64_t{12}, std::uint64_t{16}, number(current_process),
                                   number(current_process), number(current_thread)}));
  }
  AccessMask mask() {
    return dice_.of({AccessMask{}, PROCESS_TERMINATE, PROCESS_TERMINATE, PROCESS_DUP_HANDLE, PROCESS_QUERY_INFORMATION,
                     PROCESS_VM_READ, PROCESS_CREATE_PROCESS, PROCESS_ALL_ACCESS, MAXIMUM_ALLOWED,
                     MAXIMUM_ALLOWED | AccessMask{0x00800000}});
  }
  CreateProcess create() {
    CreateProcess call{.by = caller(), .inheritHandles = {dice_.one_in(2)}, .inheritableResult = {dice_.one_in(2)}};
    if (dice_.one_in(3)) call.parentHandle = {handle()};
    if (dice_.one_in(4)) call.pid = {Pid{dice_.of({1000U, 1012U, 1016U, 40U, 0xCFFFFFFCU})}};
    if (dice_.one_in(3)) call.package = {default_user};
    call.dumpable = {!dice_.one_in(4)};
    if (dice_.one_in(2)) call.stacks = {draw_stacks(dice_, script_.tables)};
    if (dice_.one_in(4)) call.localFolderUsable = {dice_.one_in(2)};
    call.protected_ = {dice_.one_in(4)};
    call.threads.count = static_cast<std::uint16_t>(1 + dice_.below(2));
    return call;
  }
  TextIn text() { return dice_.one_in(12) ? TextIn{} : TextIn{short_or_any()}; }
  TextRef short_or_any() {
    const auto count = static_cast<std::uint32_t>(texts_.size());
    return texts_[dice_.below(dice_.one_in(2) ? 4 : count)];
  }
  Address address() {
    return Address{dice_.of({std::uint64_t{0}, std::uint64_t{0x1000}, std::uint64_t{0x1000}, std::uint64_t{0x1004},
                             std::uint64_t{0x9000}, ~std::uint64_t{0}})};
  }
  ByteCount size() { return ByteCount{dice_.of({0U, 1U, 8U, 65536U, 65537U})}; }
  Step entry(Caller caller) { return dice_.one_in(3) ? removed(caller) : registered(caller); }
  Step registered(Caller caller) {
    switch (dice_.below(5)) {
      case 0:
        return file(caller);
      case 1: {
        const Address start = address();
        return WerRegisterMemoryBlock{.by = caller, .pvAddress = start, .dwSize = size()};
      }
      case 2: {
        const Address start = address();
        return WerRegisterExcludedMemoryBlock{.by = caller, .address = start, .size = size()};
      }
      case 3: {
        const TextIn key = text();
        return WerRegisterCustomMetadata{.by = caller, .key = key, .value = text()};
      }
      default: {
        const TextIn dll = text();
        return WerRegisterRuntimeExceptionModule{
            .by = caller, .pwszOutOfProcessCallbackDll = dll, .pContext = address()};
      }
    }
  }
  WerRegisterFile file(Caller caller) {
    WerRegisterFile call{.by = caller, .pwzFile = text()};
    call.regFileType = FileType{dice_.of({1U, 2U, 1U, 2U, 3U})};
    call.dwFlags = Dword{dice_.of({0U, 1U, 3U, 4U, 8U})};
    return call;
  }
  Step removed(Caller caller) {
    switch (dice_.below(5)) {
      case 0:
        return WerUnregisterFile{.by = caller, .pwzFilePath = text()};
      case 1:
        return WerUnregisterMemoryBlock{.by = caller, .pvAddress = address()};
      case 2:
        return WerUnregisterExcludedMemoryBlock{.by = caller, .address = address()};
      case 3:
        return WerUnregisterCustomMetadata{.by = caller, .key = text()};
      default: {
        const TextIn dll = text();
        return WerUnregisterRuntimeExceptionModule{
            .by = caller, .pwszOutOfProcessCallbackDll = dll, .pContext = address()};
      }
    }
  }
  Step set(Caller caller) {
    switch (dice_.below(4)) {
      case 0:
        return WerSetMaxProcessHoldMilliseconds{.by = caller, .dwMilliseconds = Dword{dice_.below(3)}};
      case 1:
        return UnregisterApplicationRecoveryCallback{.by = caller};
      default:
        return WerSetFlags{.by = caller, .dwFlags = FaultFlags{dice_.of({0U, 1U, 2U, 8U, 0x42U, 0x48U, 0x800U})}};
    }
  }
  // What shows in a report when the world has something to it.
  Step reported_entry(Caller caller) {
    const std::uint32_t kind = dice_.below(4);
    const TextIn path{draw_path(dice_, script_.tables)};
    if (kind == 0) {
      WerRegisterFile call{.by = caller, .pwzFile = path};
      call.regFileType = FileType{1 + dice_.below(2)};
      call.dwFlags = Dword{dice_.below(2)};
      return call;
    }
    if (kind == 1)
      return WerRegisterRuntimeExceptionModule{
          .by = caller, .pwszOutOfProcessCallbackDll = path, .pContext = Address{dice_.below(2)}};
    return kind == 2 ? app_local_dump(caller) : entry(caller);
  }
  Step app_local_dump(Caller caller) {
    if (dice_.one_in(4)) return WerUnregisterAppLocalDump{.by = caller};
    return WerRegisterAppLocalDump{.by = caller, .localAppDataRelativePath = text()};
  }
  Step restart(Caller caller) {
    if (dice_.one_in(3)) return UnregisterApplicationRestart{.by = caller};
    RegisterApplicationRestart call{.by = caller, .pwzCommandline = text()};
    call.dwFlags = Dword{dice_.of({0U, 1U, 4U, 0x10U})};
    return call;
  }
  GetApplicationRestartSettings get_restart() {
    GetApplicationRestartSettings call{.by = caller(), .hProcess = handle()};
    call.pwzCommandline = {!dice_.one_in(4)};
    if (!dice_.one_in(6)) call.pcchSize = {dice_.of({0U, 1U, 2U, 2000U})};
    call.pdwFlags = {!dice_.one_in(4)};
    return call;
  }
  GetApplicationRecoveryCallback get_recovery() {
    GetApplicationRecoveryCallback call{.by = caller(), .hProcess = handle()};
    call.pRecoveryCallback = {!dice_.one_in(8)};
    call.ppvParameter = {!dice_.one_in(8)};
    call.pdwPingInterval = {!dice_.one_in(4)};
    call.pdwFlags = {!dice_.one_in(4)};
    return call;
  }
  ExitThread exit_thread() { return {.process = target(), .thread = thread()}; }
  DuplicateHandle duplicate() {
    DuplicateHandle call{.by = caller()};
    call.hSourceProcessHandle = handle();
    call.hSourceHandle = handle();
    call.hTargetProcessHandle = handle();
    call.dwDesiredAccess = mask();
    call.bInheritHandle = Bool{static_cast<std::int32_t>(dice_.below(3))};
    call.dwOptions = Dword{dice_.below(4)};
    return call;
  }
  RegisterAppInstance tag() {
    RegisterAppInstance call{.by = caller(), .ProcessHandle = handle()};
    if (!dice_.one_in(8)) call.AppInstanceId = {dice_.of({guid_g, guid_g, guid_g2, zero_guid})};
    call.ChildrenInheritAppInstance = Bool{static_cast<std::int32_t>(dice_.below(3))};
    return call;
  }
  OpenTag open() {
    OpenTag call{.by = caller()};
    if (dice_.one_in(3)) call.ea = {script_.tables.bytes(std::vector<std::uint8_t>(dice_.of({16U, 20U, 17U}), 1))};
    return call;
  }
  Step fault() {
    const Countdown n{1 + dice_.below(2)};
    switch (dice_.below(3)) {
      case 0:
        return FailAllocation{.process = target(), .n = n};
      case 1:
        return FailRecoveryApi{.process = target(), .n = n};
      default:
        return FailCcfAllocation{.n = n};
    }
  }

  static constexpr std::uint32_t kinds = 45;
  Dice& dice_;
  Script& script_;
  std::vector<TextRef> texts_{draw_texts(script_.tables)};
  std::vector<std::uint32_t> kinds_{};
};

inline Script draw(std::uint64_t seed) {
  Dice dice{seed};
  Script script;
  script.profile = draw_profile(dice);
  script.world = draw_world(dice, script.tables);
  Drawn drawn{dice, script};
  for (int i = 0; i < 100; ++i) {
    if (dice.one_in(20)) drawn.recovers();
    if (dice.one_in(40)) drawn.crashes_and_calls();
    if (dice.one_in(40)) drawn.forgets();
    if (dice.one_in(40)) drawn.hangs();
    if (dice.one_in(40)) drawn.restarts();
    if (dice.one_in(20)) drawn.fails_with_entries();
    script.steps.push_back(drawn.step());
  }
  return script;
}

}  // namespace procreg::model
