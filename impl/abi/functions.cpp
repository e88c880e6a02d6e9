// The functions of Windows: each is a call of the process that its thread is.
#include "impl/abi/calling.h"
#include "impl/abi/spec.h"

namespace {

using procreg::AccessMask;
using procreg::Answer;
using procreg::CFunction;
using procreg::impl::AbiWorld;
using procreg::impl::Calling;

// What is not simulated at all: the function fails, and sets the last error if it has one.
template <CFunction T>
bool is_simulated(const T& step, Calling& calling) {
  if constexpr (requires { step.dwDesiredAccess; }) {
    std::string problem = procreg::impl::problem_of_mask(static_cast<std::uint32_t>(step.dwDesiredAccess));
    if (problem.empty()) return true;
    calling.unusable(std::move(problem));
    calling.world()->set_last_error(calling.process(), ERROR_NOT_SUPPORTED);
    return false;
  }
  return true;
}

// The texts of a call's arguments.
struct Passed {
  Calling& calling;
  AbiWorld& world;
  procreg::TextRef text(std::u16string_view text) const { return calling.text(world, text); }
};

// A call by nobody.
template <CFunction T, class... C>
auto not_run(Calling& calling, C... c) noexcept {
  static const procreg::Tables none;
  calling.not_run();
  calling.tell_if_ended();
  return procreg::finish_c<T>({.result = procreg::not_runnable}, none, c...);
}

// The parameters of T's function, as the tables give them.
template <CFunction T, class... C>
auto served(C... c) noexcept {
  Calling& calling = Calling::here();
  AbiWorld* world = calling.world();
  if (world == nullptr) return not_run<T>(calling, c...);
  const Passed passed{calling, *world};
  const T step = procreg::step_of_c<T>(passed, c...);
  if (!is_simulated(step, calling)) return procreg::finish_c<T>({}, world->texts, c...);
  const Answer answer = calling.perform(*world, step);
  calling.tell_if_ended();
  return procreg::finish_c<T>(answer, world->texts, c...);
}

// As the tables have it: the same bytes.
const procreg::CGuid* plain(const GUID* guid) { return reinterpret_cast<const procreg::CGuid*>(guid); }
void* plain(const void* pointer) { return const_cast<void*>(pointer); }
void* plain(APPLICATION_RECOVERY_CALLBACK callback) { return reinterpret_cast<void*>(callback); }

}  // namespace

// --- processthreadsapi.h, handleapi.h, errhandlingapi.h ---

HANDLE WINAPI GetCurrentProcess(void) noexcept { return INVALID_HANDLE_VALUE; }

DWORD WINAPI GetCurrentProcessId(void) noexcept {
  Calling& calling = Calling::here();
  AbiWorld* world = calling.world();
  const auto known = world == nullptr ? std::nullopt : world->names.process(calling.process());
  return known ? number(known->pid) : 0;
}

HANDLE WINAPI OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId) noexcept {
  return served<procreg::OpenProcess>(dwDesiredAccess, bInheritHandle, dwProcessId);
}

BOOL WINAPI TerminateProcess(HANDLE hProcess, UINT uExitCode) noexcept {
  return served<procreg::TerminateProcess>(hProcess, uExitCode);
}

BOOL WINAPI GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode) noexcept {
  return served<procreg::GetExitCodeProcess>(hProcess, lpExitCode);
}

VOID WINAPI ExitProcess(UINT uExitCode) noexcept { served<procreg::ExitProcess>(uExitCode); }

BOOL WINAPI CloseHandle(HANDLE hObject) noexcept { return served<procreg::CloseHandle>(hObject); }

BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                            LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
                            DWORD dwOptions) noexcept {
  return served<procreg::DuplicateHandle>(hSourceProcessHandle, hSourceHandle, hTargetProcessHandle, lpTargetHandle,
                                          dwDesiredAccess, bInheritHandle, dwOptions);
}

DWORD WINAPI GetLastError(void) noexcept {
  Calling& calling = Calling::here();
  AbiWorld* world = calling.world();
  return world == nullptr ? 0 : world->last_error(calling.process());
}

VOID WINAPI SetLastError(DWORD dwErrCode) noexcept {
  Calling& calling = Calling::here();
  if (AbiWorld* world = calling.world()) world->set_last_error(calling.process(), dwErrCode);
}

// --- werapi.h ---

HRESULT WINAPI WerRegisterAdditionalProcess(DWORD processId, DWORD captureExtraInfoForThreadId) noexcept {
  return served<procreg::WerRegisterAdditionalProcess>(processId, captureExtraInfoForThreadId);
}

HRESULT WINAPI WerUnregisterAdditionalProcess(DWORD processId) noexcept {
  return served<procreg::WerUnregisterAdditionalProcess>(processId);
}

HRESULT WINAPI WerRegisterFile(PCWSTR pwzFile, WER_REGISTER_FILE_TYPE regFileType, DWORD dwFlags) noexcept {
  return served<procreg::WerRegisterFile>(pwzFile, static_cast<std::uint32_t>(regFileType), dwFlags);
}

HRESULT WINAPI WerUnregisterFile(PCWSTR pwzFilePath) noexcept {
  return served<procreg::WerUnregisterFile>(pwzFilePath);
}

HRESULT WINAPI WerRegisterMemoryBlock(PVOID pvAddress, DWORD dwSize) noexcept {
  return served<procreg::WerRegisterMemoryBlock>(pvAddress, dwSize);
}

HRESULT WINAPI WerUnregisterMemoryBlock(PVOID pvAddress) noexcept {
  return served<procreg::WerUnregisterMemoryBlock>(pvAddress);
}

HRESULT WINAPI WerRegisterExcludedMemoryBlock(const void* address, DWORD size) noexcept {
  return served<procreg::WerRegisterExcludedMemoryBlock>(plain(address), size);
}

HRESULT WINAPI WerUnregisterExcludedMemoryBlock(const void* address) noexcept {
  return served<procreg::WerUnregisterExcludedMemoryBlock>(plain(address));
}

HRESULT WINAPI WerRegisterCustomMetadata(PCWSTR key, PCWSTR value) noexcept {
  return served<procreg::WerRegisterCustomMetadata>(key, value);
}

HRESULT WINAPI WerUnregisterCustomMetadata(PCWSTR key) noexcept {
  return served<procreg::WerUnregisterCustomMetadata>(key);
}

HRESULT WINAPI WerRegisterAppLocalDump(PCWSTR localAppDataRelativePath) noexcept {
  return served<procreg::WerRegisterAppLocalDump>(localAppDataRelativePath);
}

HRESULT WINAPI WerUnregisterAppLocalDump(void) noexcept { return served<procreg::WerUnregisterAppLocalDump>(); }

HRESULT WINAPI WerRegisterRuntimeExceptionModule(PCWSTR pwszOutOfProcessCallbackDll, PVOID pContext) noexcept {
  return served<procreg::WerRegisterRuntimeExceptionModule>(pwszOutOfProcessCallbackDll, pContext);
}

HRESULT WINAPI WerUnregisterRuntimeExceptionModule(PCWSTR pwszOutOfProcessCallbackDll, PVOID pContext) noexcept {
  return served<procreg::WerUnregisterRuntimeExceptionModule>(pwszOutOfProcessCallbackDll, pContext);
}

HRESULT WINAPI WerSetFlags(DWORD dwFlags) noexcept { return served<procreg::WerSetFlags>(dwFlags); }

HRESULT WINAPI WerGetFlags(HANDLE hProcess, PDWORD pdwFlags) noexcept {
  return served<procreg::WerGetFlags>(hProcess, pdwFlags);
}

HRESULT WINAPI WerSetMaxProcessHoldMilliseconds(DWORD dwMilliseconds) noexcept {
  return served<procreg::WerSetMaxProcessHoldMilliseconds>(dwMilliseconds);
}

// --- recovery.h ---

HRESULT WINAPI RegisterApplicationRecoveryCallback(APPLICATION_RECOVERY_CALLBACK pRecoveyCallback, PVOID pvParameter,
                                                   DWORD dwPingInterval, DWORD dwFlags) noexcept {
  return served<procreg::RegisterApplicationRecoveryCallback>(plain(pRecoveyCallback), pvParameter, dwPingInterval,
                                                              dwFlags);
}

HRESULT WINAPI UnregisterApplicationRecoveryCallback(void) noexcept {
  return served<procreg::UnregisterApplicationRecoveryCallback>();
}

HRESULT WINAPI GetApplicationRecoveryCallback(HANDLE hProcess, APPLICATION_RECOVERY_CALLBACK* pRecoveryCallback,
                                              PVOID* ppvParameter, PDWORD pdwPingInterval, PDWORD pdwFlags) noexcept {
  return served<procreg::GetApplicationRecoveryCallback>(hProcess, reinterpret_cast<void**>(pRecoveryCallback),
                                                         ppvParameter, pdwPingInterval, pdwFlags);
}

HRESULT WINAPI ApplicationRecoveryInProgress(PBOOL pbCancelled) noexcept {
  return served<procreg::ApplicationRecoveryInProgress>(pbCancelled);
}

VOID WINAPI ApplicationRecoveryFinished(BOOL bSuccess) noexcept {
  served<procreg::ApplicationRecoveryFinished>(bSuccess);
}

HRESULT WINAPI RegisterApplicationRestart(PCWSTR pwzCommandline, DWORD dwFlags) noexcept {
  return served<procreg::RegisterApplicationRestart>(pwzCommandline, dwFlags);
}

HRESULT WINAPI UnregisterApplicationRestart(void) noexcept { return served<procreg::UnregisterApplicationRestart>(); }

HRESULT WINAPI GetApplicationRestartSettings(HANDLE hProcess, PWSTR pwzCommandline, PDWORD pcchSize,
                                             PDWORD pdwFlags) noexcept {
  return served<procreg::GetApplicationRestartSettings>(hProcess, pwzCommandline, pcchSize, pdwFlags);
}

// --- smbclnt.h ---

DWORD WINAPI RegisterAppInstance(HANDLE ProcessHandle, GUID* AppInstanceId, BOOL ChildrenInheritAppInstance) noexcept {
  return served<procreg::RegisterAppInstance>(ProcessHandle, plain(AppInstanceId), ChildrenInheritAppInstance);
}

DWORD WINAPI SetAppInstanceCsvFlags(HANDLE ProcessHandle, DWORD Mask, DWORD Flags) noexcept {
  return served<procreg::SetAppInstanceCsvFlags>(ProcessHandle, Mask, Flags);
}

DWORD WINAPI RegisterAppInstanceVersion(GUID* AppInstanceId, UINT64 InstanceVersionHigh,
                                        UINT64 InstanceVersionLow) noexcept {
  return served<procreg::RegisterAppInstanceVersion>(plain(AppInstanceId), InstanceVersionHigh, InstanceVersionLow);
}

DWORD WINAPI QueryAppInstanceVersion(GUID* AppInstanceId, UINT64* InstanceVersionHigh, UINT64* InstanceVersionLow,
                                     NTSTATUS* VersionStatus) noexcept {
  return served<procreg::QueryAppInstanceVersion>(plain(AppInstanceId), InstanceVersionHigh, InstanceVersionLow,
                                                  VersionStatus);
}

DWORD WINAPI ResetAllAppInstanceVersions(void) noexcept { return served<procreg::ResetAllAppInstanceVersions>(); }
