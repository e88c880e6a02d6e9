#include "impl/world.h"

#include "impl/calls.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

bool is_true(Bool value) noexcept { return value != Bool{0}; }

Answer answer(Result result) noexcept { return {.result = result}; }

GivenName named(Binds binds) noexcept { return GivenName{binds.base}; }

// Each step as its typed function.
class Performer {
 public:
  explicit Performer(Calls& calls) noexcept : calls_{calls} {}

  // --- Windows Error Reporting ---

  Answer operator()(const WerRegisterAdditionalProcess& step) const noexcept {
    return answer(calls_.registration.wer_register_additional_process(ref(step.by), step.processId.raw,
                                                                      step.captureExtraInfoForThreadId.raw));
  }
  Answer operator()(const WerUnregisterAdditionalProcess& step) const noexcept {
    return answer(calls_.registration.wer_unregister_additional_process(ref(step.by), step.processId.raw));
  }
  Answer operator()(const WerRegisterFile& step) const noexcept {
    return answer(calls_.registration.wer_register_file(ref(step.by), step.pwzFile.value, step.regFileType,
                                                        number(step.dwFlags)));
  }
  Answer operator()(const WerUnregisterFile& step) const noexcept {
    return answer(calls_.registration.wer_unregister_file(ref(step.by), step.pwzFilePath.value));
  }
  Answer operator()(const WerRegisterMemoryBlock& step) const noexcept {
    return answer(calls_.registration.wer_register_memory_block(ref(step.by), step.pvAddress, number(step.dwSize)));
  }
  Answer operator()(const WerUnregisterMemoryBlock& step) const noexcept {
    return answer(calls_.registration.wer_unregister_memory_block(ref(step.by), step.pvAddress));
  }
  Answer operator()(const WerRegisterExcludedMemoryBlock& step) const noexcept {
    return answer(
        calls_.registration.wer_register_excluded_memory_block(ref(step.by), step.address, number(step.size)));
  }
  Answer operator()(const WerUnregisterExcludedMemoryBlock& step) const noexcept {
    return answer(calls_.registration.wer_unregister_excluded_memory_block(ref(step.by), step.address));
  }
  Answer operator()(const WerRegisterCustomMetadata& step) const noexcept {
    return answer(calls_.registration.wer_register_custom_metadata(ref(step.by), step.key.value, step.value.value));
  }
  Answer operator()(const WerUnregisterCustomMetadata& step) const noexcept {
    return answer(calls_.registration.wer_unregister_custom_metadata(ref(step.by), step.key.value));
  }
  Answer operator()(const WerRegisterAppLocalDump& step) const noexcept {
    return answer(calls_.registration.wer_register_app_local_dump(ref(step.by), step.localAppDataRelativePath.value));
  }
  Answer operator()(const WerUnregisterAppLocalDump& step) const noexcept {
    return answer(calls_.registration.wer_unregister_app_local_dump(ref(step.by)));
  }
  Answer operator()(const WerRegisterRuntimeExceptionModule& step) const noexcept {
    return answer(calls_.registration.wer_register_runtime_exception_module(
        ref(step.by), step.pwszOutOfProcessCallbackDll.value, step.pContext));
  }
  Answer operator()(const WerUnregisterRuntimeExceptionModule& step) const noexcept {
    return answer(calls_.registration.wer_unregister_runtime_exception_module(
        ref(step.by), step.pwszOutOfProcessCallbackDll.value, step.pContext));
  }
  Answer operator()(const WerSetFlags& step) const noexcept {
    return answer(calls_.registration.wer_set_flags(ref(step.by), number(step.dwFlags)));
  }
  Answer operator()(const WerGetFlags& step) const noexcept {
    std::uint32_t flags = 0;
    Answer given = answer(
        calls_.registration.wer_get_flags(ref(step.by), step.hProcess.raw, step.pdwFlags.valid ? &flags : nullptr));
    if (given.result != Result{Hresult::S_OK}) return given;
    given.written = 1;
    given.out[0] = flags;
    return given;
  }
  Answer operator()(const WerSetMaxProcessHoldMilliseconds& step) const noexcept {
    return answer(calls_.registration.wer_set_max_process_hold_milliseconds(ref(step.by), number(step.dwMilliseconds)));
  }
  Answer operator()(const RegisterApplicationRecoveryCallback& step) const noexcept {
    const RecoveryCallback recovery{step.pRecoveyCallback, step.pvParameter, number(step.dwPingInterval),
                                    number(step.dwFlags)};
    return answer(calls_.registration.register_application_recovery_callback(ref(step.by), recovery));
  }
  Answer operator()(const UnregisterApplicationRecoveryCallback& step) const noexcept {
    return answer(calls_.registration.unregister_application_recovery_callback(ref(step.by)));
  }
  Answer operator()(const GetApplicationRecoveryCallback& step) const noexcept {
    RecoveryCallback read;
    Answer given = answer(calls_.registration.get_application_recovery_callback(
        ref(step.by), step.hProcess.raw,
        {.callback = step.pRecoveryCallback.valid ? &read.callback : nullptr,
         .parameter = step.ppvParameter.valid ? &read.parameter : nullptr,
         .ping = step.pdwPingInterval.valid ? &read.ping_ms : nullptr,
         .flags = step.pdwFlags.valid ? &read.flags : nullptr}));
    if (given.result != Result{Hresult::S_OK}) return given;
    given.written = 0b0011U | (step.pdwPingInterval.valid ? 0b0100U : 0U) | (step.pdwFlags.valid ? 0b1000U : 0U);
    given.out = {number(read.callback), number(read.parameter), read.ping_ms, read.flags};
    return given;
  }
  Answer operator()(const ApplicationRecoveryInProgress& step) const noexcept {
    bool cancelled = false;
    Answer given = answer(
        calls_.crashes.application_recovery_in_progress(ref(step.by), step.pbCancelled.valid ? &cancelled : nullptr));
    if (given.result == not_runnable || !step.pbCancelled.valid) return given;
    given.written = 1;
    given.out[0] = cancelled ? 1 : 0;
    return given;
  }
  Answer operator()(const ApplicationRecoveryFinished& step) const noexcept {
    return calls_.crashes.application_recovery_finished(ref(step.by), is_true(step.bSuccess), named(step.restartedAs));
  }
  Answer operator()(const RegisterApplicationRestart& step) const noexcept {
    return answer(calls_.registration.register_application_restart(ref(step.by), step.pwzCommandline.value,
                                                                   number(step.dwFlags)));
  }
  Answer operator()(const UnregisterApplicationRestart& step) const noexcept {
    return answer(calls_.registration.unregister_application_restart(ref(step.by)));
  }
  Answer operator()(const GetApplicationRestartSettings& step) const noexcept {
    return calls_.registration.get_application_restart_settings(
        ref(step.by), step.hProcess.raw, {step.pwzCommandline.valid, step.pcchSize.value, step.pdwFlags.valid});
  }

  // --- Processes and handles ---

  Answer operator()(const CreateProcess& step) const noexcept {
    return calls_.objects.create_process(ref(step.by),
                                         {.name = named(step.as),
                                          .inherit_handles = step.inheritHandles.set,
                                          .parent = raw(step.parentHandle),
                                          .inheritable_result = step.inheritableResult.set,
                                          .pid = step.pid.value,
                                          .user = step.user.value,
                                          .protected_ = step.protected_.set,
                                          .dacl = step.dacl.value ? &calls_.tables.at(*step.dacl.value) : nullptr,
                                          .threads = step.threads.count,
                                          .package = step.package.value,
                                          .local_folder_usable = step.localFolderUsable.value,
                                          .dumpable = step.dumpable.value,
                                          .stacks = step.stacks.value,
                                          .data = step.data.value,
                                          .private_ = step.private_.value,
                                          .mapped = step.mapped.value,
                                          .loaded_modules = step.loadedModules.value});
  }
  Answer operator()(const ExitProcess& step) const noexcept {
    return calls_.objects.exit_process(ref(step.by), number(step.uExitCode), named(step.restartedAs));
  }
  Answer operator()(const TerminateProcess& step) const noexcept {
    return calls_.objects.terminate_process(ref(step.by), step.hProcess.raw, number(step.uExitCode),
                                            named(step.restartedAs));
  }
  Answer operator()(const GetExitCodeProcess& step) const noexcept {
    return calls_.objects.get_exit_code_process(ref(step.by), step.hProcess.raw, step.lpExitCode.valid);
  }
  Answer operator()(const OpenProcess& step) const noexcept {
    return calls_.objects.open_process(ref(step.by), step.dwDesiredAccess, is_true(step.bInheritHandle),
                                       step.dwProcessId.raw);
  }
  Answer operator()(const DuplicateHandle& step) const noexcept {
    return calls_.objects.duplicate_handle(ref(step.by), {.source_process = step.hSourceProcessHandle.raw,
                                                          .source = step.hSourceHandle.raw,
                                                          .target_process = step.hTargetProcessHandle.raw,
                                                          .wants_value = step.lpTargetHandle.valid,
                                                          .mask = step.dwDesiredAccess,
                                                          .inheritable = is_true(step.bInheritHandle),
                                                          .options = number(step.dwOptions)});
  }
  Answer operator()(const CloseHandle& step) const noexcept {
    return calls_.objects.close_handle(ref(step.by), step.hObject.raw);
  }
  Answer operator()(const NewObject& step) const noexcept {
    return calls_.objects.new_object(ref(step.by), step.type, step.mask.value, step.inheritable.set);
  }

  // --- Application instances ---

  Answer operator()(const RegisterAppInstance& step) const noexcept {
    const Guid* instance = step.AppInstanceId.value ? &*step.AppInstanceId.value : nullptr;
    return answer(calls_.app_instances.register_app_instance(ref(step.by), step.ProcessHandle.raw, instance,
                                                             is_true(step.ChildrenInheritAppInstance)));
  }
  Answer operator()(const SetAppInstanceCsvFlags& step) const noexcept {
    return answer(calls_.app_instances.set_app_instance_csv_flags(ref(step.by), step.ProcessHandle.raw,
                                                                  number(step.Mask), number(step.Flags)));
  }
  Answer operator()(const RegisterAppInstanceVersion& step) const noexcept {
    const Guid* instance = step.AppInstanceId.value ? &*step.AppInstanceId.value : nullptr;
    return answer(calls_.app_instances.register_app_instance_version(
        ref(step.by), instance, {number(step.InstanceVersionHigh), number(step.InstanceVersionLow)}));
  }
  Answer operator()(const QueryAppInstanceVersion& step) const noexcept {
    const Guid* instance = step.AppInstanceId.value ? &*step.AppInstanceId.value : nullptr;
    std::optional<std::uint64_t> high;
    std::optional<std::uint64_t> low;
    std::optional<NtStatus> status;
    Answer given = answer(calls_.app_instances.query_app_instance_version(
        ref(step.by), instance,
        {step.InstanceVersionHigh.valid ? &high : nullptr, step.InstanceVersionLow.valid ? &low : nullptr,
         step.VersionStatus.valid ? &status : nullptr}));
    given.written = (high ? 0b001U : 0U) | (low ? 0b010U : 0U) | (status ? 0b100U : 0U);
    given.out = {high.value_or(0), low.value_or(0), number(status.value_or(NtStatus::STATUS_SUCCESS))};
    return given;
  }
  Answer operator()(const ResetAllAppInstanceVersions& step) const noexcept {
    return answer(calls_.app_instances.reset_all_app_instance_versions(ref(step.by)));
  }
  Answer operator()(const OpenTag& step) const noexcept {
    OpenedTag opened;
    Answer given = answer(calls_.app_instances.open_tag(ref(step.by), bytes(step.ea), opened));
    if (given.result != Result{NtStatus::STATUS_SUCCESS}) return given;
    given.written = 0b010U | (opened.id ? 0b001U : 0U) | (opened.version ? 0b100U : 0U);
    const Guid id = opened.id.value_or(Guid{});
    const VersionPair version = opened.version.value_or(KnownVersion{}).pair;
    given.out = {id.high, id.low, opened.csv_flags, version.high, version.low};
    return given;
  }

  // --- Cluster shared volumes ---

  Answer operator()(const CsvOpen& step) const noexcept {
    CsvOpenId made{};
    Answer given = answer(calls_.csv_volumes.open(ref(step.by), named(step.as), step.volume.ref, bytes(step.ea), made));
    given.made = number(made);
    return given;
  }
  Answer operator()(const CsvIo& step) const noexcept {
    return answer(calls_.csv_volumes.io(caller(step.by), step.open.raw));
  }
  Answer operator()(const CsvVolume& step) const noexcept {
    return answer(calls_.csv_volumes.add(step.name.ref, step.coordinator.index));
  }
  Answer operator()(const CsvMoveCoordinator& step) const noexcept {
    return answer(calls_.csv_volumes.move_coordinator(step.name.ref, step.machine.index));
  }

  // --- SMB ---

  Answer operator()(const SmbCreate& step) const noexcept { return calls_.servers.create(caller(step.by), step); }
  Answer operator()(const SmbRead& step) const noexcept { return calls_.servers.read(caller(step.by), step); }
  Answer operator()(const SmbWrite& step) const noexcept { return calls_.servers.write(caller(step.by), step); }
  Answer operator()(const SmbLock& step) const noexcept { return calls_.servers.lock(caller(step.by), step); }
  Answer operator()(const SmbClose& step) const noexcept { return calls_.servers.close(caller(step.by), step); }
  Answer operator()(const SmbServerStart& step) const noexcept { return answer(calls_.servers.start(step)); }
  Answer operator()(const SmbShare& step) const noexcept { return answer(calls_.servers.add_share(step)); }
  Answer operator()(const SmbFileAcl& step) const noexcept { return answer(calls_.servers.set_acl(step)); }
  Answer operator()(const SmbConnect& step) const noexcept { return calls_.servers.connect(step); }
  Answer operator()(const SmbDisconnect& step) const noexcept {
    return answer(calls_.servers.disconnect(step.conn.raw));
  }

  // --- Events of a process ---

  Answer operator()(const CreateThread& step) const noexcept {
    const NameRef name{step.as.base, itself_part};
    return calls_.objects.create_thread(ref(step.process), step.tid.value, name);
  }
  Answer operator()(const ExitThread& step) const noexcept {
    return calls_.objects.exit_thread(ref(step.process), step.thread.raw);
  }
  Answer operator()(const StopAnswering& step) const noexcept {
    return answer(calls_.crashes.stop_answering(ref(step.process)));
  }
  Answer operator()(const Answering& step) const noexcept { return answer(calls_.crashes.answer(ref(step.process))); }
  Answer operator()(const CloseHung& step) const noexcept {
    return answer(calls_.crashes.close_hung(ref(step.process)));
  }
  Answer operator()(const Crash& step) const noexcept {
    return calls_.crashes.crash(ref(step.process), raw(step.thread), named(step.restartedAs));
  }
  Answer operator()(const UserChoice& step) const noexcept {
    return calls_.crashes.user_choice(ref(step.process), step.action, step.restart.value.value_or(true),
                                      named(step.restartedAs));
  }
  Answer operator()(const UserCancel& step) const noexcept {
    return answer(calls_.crashes.user_cancel(ref(step.process)));
  }
  Answer operator()(const CallbackReturns& step) const noexcept {
    return calls_.crashes.callback_returns(ref(step.process), named(step.restartedAs));
  }
  Answer operator()(const SetHeapCapacity& step) const noexcept {
    return answer(calls_.registration.set_heap_capacity(ref(step.process), step.n.allocations));
  }
  Answer operator()(const FailAllocation& step) const noexcept {
    return answer(calls_.registration.fail_allocation(ref(step.process), number(step.n)));
  }
  Answer operator()(const FailRecoveryApi& step) const noexcept {
    return answer(calls_.registration.fail_recovery_api(ref(step.process), number(step.n)));
  }

  // --- Events of a machine and of the world ---

  Answer operator()(const FilterLoad& step) const noexcept {
    return answer(calls_.app_instances.filter_load(step.machine.index));
  }
  Answer operator()(const FilterUnload& step) const noexcept {
    return answer(calls_.app_instances.filter_unload(step.machine.index));
  }
  Answer operator()(const FailCcfAllocation& step) const noexcept {
    return answer(calls_.app_instances.fail_allocation(step.machine.index, number(step.n)));
  }
  Answer operator()(const AdvanceTime& step) const noexcept {
    return calls_.crashes.advance_time(number(step.ms), named(step.restartedAs));
  }

 private:
  ProcessRef ref(const Ref<ProcessKey>& process) const noexcept { return calls_.kernel.find(process.raw); }

  // nullopt: an unnamed program.
  std::optional<ProcessRef> caller(const Given<Caller>& by) const noexcept {
    return by.value ? std::optional{ref(*by.value)} : std::nullopt;
  }

  ExtendedAttribute bytes(const Given<BytesRef>& given) const noexcept {
    return given.value ? &calls_.tables.at(*given.value) : nullptr;
  }

  template <class Id>
  static std::optional<Id> raw(const Given<Ref<Id>>& given) noexcept {
    return given.value ? std::optional{given.value->raw} : std::nullopt;
  }

  Calls& calls_;
};

}  // namespace

struct World::Parts {
  explicit Parts(const Tables& world_tables) : tables{world_tables} {}

  void begin(const WorldSpec& world, const Profile& profile) {
    arena.rewind();
    calls = arena.make<Calls>(arena, world, tables, profile, watcher);
  }

  const Tables& tables;
  ReportWatcher* watcher{};
  Arena arena;
  Calls* calls{};  // in the arena, as all that it owns: nothing of it wants destruction
};

World::World(const WorldSpec& world, const Tables& tables, const Profile& profile)
    : parts_{std::make_unique<Parts>(tables)} {
  parts_->begin(world, profile);
}

World::~World() = default;

void World::reset(const WorldSpec& world, const Profile& profile) { parts_->begin(world, profile); }

Answer World::perform(const Step& step) noexcept { return std::visit(Performer{*parts_->calls}, step); }

void World::snapshot(SnapshotWords& words) const { write_snapshot(*parts_->calls, words); }

void World::save(std::vector<std::byte>& image) const { parts_->arena.save(image); }

void World::restore(const std::vector<std::byte>& image) noexcept { parts_->arena.restore(image); }

bool World::same_as(const std::vector<std::byte>& image) const noexcept { return parts_->arena.same_as(image); }

void World::watch_reports(ReportWatcher* watcher) noexcept { parts_->watcher = watcher; }

Calls& World::calls() noexcept { return *parts_->calls; }

}  // namespace procreg::impl::inline PROCREG_SYNC
