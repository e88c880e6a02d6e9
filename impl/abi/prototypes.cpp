// The headers for C say what the tables of the api say: one line a function and a constant. Nothing here runs.

#include "api/c_signature.h"
#include "api/report.h"
#include "api/world.h"

// Before the macros of the same names.
namespace table {
using namespace procreg;

constexpr auto s_ok = Hresult::S_OK;
constexpr auto s_false = Hresult::S_FALSE;
constexpr auto e_fail = Hresult::E_FAIL;
constexpr auto e_outofmemory = Hresult::E_OUTOFMEMORY;
constexpr auto e_invalidarg = Hresult::E_INVALIDARG;
constexpr auto file_not_found = Hresult::HR_FILE_NOT_FOUND;
constexpr auto access_denied_hr = Hresult::HR_ACCESS_DENIED;
constexpr auto invalid_handle_hr = Hresult::HR_INVALID_HANDLE;
constexpr auto filename_exced_range = Hresult::HR_FILENAME_EXCED_RANGE;
constexpr auto wer_insufficient_buffer = Hresult::WER_E_INSUFFICIENT_BUFFER;
constexpr auto wer_not_found = Hresult::WER_E_NOT_FOUND;
constexpr auto wer_invalid_state = Hresult::WER_E_INVALID_STATE;
constexpr auto success = Win32Error::ERROR_SUCCESS;
constexpr auto access_denied = Win32Error::ERROR_ACCESS_DENIED;
constexpr auto invalid_handle = Win32Error::ERROR_INVALID_HANDLE;
constexpr auto not_enough_memory = Win32Error::ERROR_NOT_ENOUGH_MEMORY;
constexpr auto invalid_parameter = Win32Error::ERROR_INVALID_PARAMETER;
constexpr auto noaccess = Win32Error::ERROR_NOACCESS;
constexpr auto not_found = Win32Error::ERROR_NOT_FOUND;
constexpr auto object_already_exists = Win32Error::ERROR_OBJECT_ALREADY_EXISTS;
constexpr auto status_success = NtStatus::STATUS_SUCCESS;
constexpr auto status_access_violation = NtStatus::STATUS_ACCESS_VIOLATION;
constexpr auto status_ea_corrupt_error = NtStatus::STATUS_EA_CORRUPT_ERROR;
constexpr auto status_file_forced_closed = NtStatus::STATUS_FILE_FORCED_CLOSED;
constexpr auto terminate = PROCESS_TERMINATE;
constexpr auto vm_read = PROCESS_VM_READ;
constexpr auto dup_handle = PROCESS_DUP_HANDLE;
constexpr auto create_process = PROCESS_CREATE_PROCESS;
constexpr auto query_information = PROCESS_QUERY_INFORMATION;
constexpr auto query_limited_information = PROCESS_QUERY_LIMITED_INFORMATION;
constexpr auto process_all_access = PROCESS_ALL_ACCESS;
constexpr auto thread_all_access = THREAD_ALL_ACCESS;
constexpr auto event_all_access = EVENT_ALL_ACCESS;
constexpr auto maximum_allowed = MAXIMUM_ALLOWED;
constexpr auto duplicate_close_source = DUPLICATE_CLOSE_SOURCE;
constexpr auto duplicate_same_access = DUPLICATE_SAME_ACCESS;
constexpr auto mem_block_size = WER_MAX_MEM_BLOCK_SIZE;
constexpr auto path = MAX_PATH;
constexpr auto metadata_key = WER_METADATA_KEY_MAX_LENGTH;
constexpr auto metadata_value = WER_METADATA_VALUE_MAX_LENGTH;
constexpr auto local_dump = WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH;
constexpr auto command_line = RESTART_MAX_CMD_LINE;
constexpr auto no_crash = RESTART_NO_CRASH;
constexpr auto no_hang = RESTART_NO_HANG;
constexpr auto disable_suspension = WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION;
constexpr auto default_ping = RECOVERY_DEFAULT_PING_INTERVAL;
constexpr auto max_ping = RECOVERY_MAX_PING_INTERVAL;
constexpr auto params = WER_MAX_PARAM_COUNT;
}  // namespace table

// Separate, so that they stay last.
#include <procreg/control.h>
#include <procreg/errhandlingapi.h>
#include <procreg/handleapi.h>
#include <procreg/processthreadsapi.h>
#include <procreg/recovery.h>
#include <procreg/smbclnt.h>
#include <procreg/werapi.h>

namespace {

template <class C, class Api>
constexpr bool same(C c, Api api) {
  return static_cast<std::uint32_t>(c) == static_cast<std::uint32_t>(api);
}

#define PROCREG_FUNCTION(name) \
  static_assert(procreg::is_prototype_of<std::remove_pointer_t<decltype(&::name)>, procreg::name>)

PROCREG_FUNCTION(WerRegisterAdditionalProcess);
PROCREG_FUNCTION(WerUnregisterAdditionalProcess);
PROCREG_FUNCTION(WerRegisterFile);
PROCREG_FUNCTION(WerUnregisterFile);
PROCREG_FUNCTION(WerRegisterMemoryBlock);
PROCREG_FUNCTION(WerUnregisterMemoryBlock);
PROCREG_FUNCTION(WerRegisterExcludedMemoryBlock);
PROCREG_FUNCTION(WerUnregisterExcludedMemoryBlock);
PROCREG_FUNCTION(WerRegisterCustomMetadata);
PROCREG_FUNCTION(WerUnregisterCustomMetadata);
PROCREG_FUNCTION(WerRegisterAppLocalDump);
PROCREG_FUNCTION(WerUnregisterAppLocalDump);
PROCREG_FUNCTION(WerRegisterRuntimeExceptionModule);
PROCREG_FUNCTION(WerUnregisterRuntimeExceptionModule);
PROCREG_FUNCTION(WerSetFlags);
PROCREG_FUNCTION(WerGetFlags);
PROCREG_FUNCTION(WerSetMaxProcessHoldMilliseconds);
PROCREG_FUNCTION(RegisterApplicationRecoveryCallback);
PROCREG_FUNCTION(UnregisterApplicationRecoveryCallback);
PROCREG_FUNCTION(GetApplicationRecoveryCallback);
PROCREG_FUNCTION(ApplicationRecoveryInProgress);
PROCREG_FUNCTION(ApplicationRecoveryFinished);
PROCREG_FUNCTION(RegisterApplicationRestart);
PROCREG_FUNCTION(UnregisterApplicationRestart);
PROCREG_FUNCTION(GetApplicationRestartSettings);
PROCREG_FUNCTION(ExitProcess);
PROCREG_FUNCTION(TerminateProcess);
PROCREG_FUNCTION(GetExitCodeProcess);
PROCREG_FUNCTION(OpenProcess);
PROCREG_FUNCTION(DuplicateHandle);
PROCREG_FUNCTION(CloseHandle);
PROCREG_FUNCTION(RegisterAppInstance);
PROCREG_FUNCTION(SetAppInstanceCsvFlags);
PROCREG_FUNCTION(RegisterAppInstanceVersion);
PROCREG_FUNCTION(QueryAppInstanceVersion);
PROCREG_FUNCTION(ResetAllAppInstanceVersions);
#undef PROCREG_FUNCTION

// Every call that has a C function is above.
template <class Variant>
struct Count;
template <class... T>
struct Count<std::variant<T...>> {
  static constexpr int functions = (0 + ... + (procreg::CFunction<T> ? 1 : 0));
};
static_assert(Count<procreg::Step>::functions == 36);

static_assert(same(S_OK, table::s_ok) && same(S_FALSE, table::s_false) && same(E_FAIL, table::e_fail));
static_assert(same(E_OUTOFMEMORY, table::e_outofmemory) && same(E_INVALIDARG, table::e_invalidarg));
static_assert(same(HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND), table::file_not_found));
static_assert(same(HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED), table::access_denied_hr));
static_assert(same(HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE), table::invalid_handle_hr));
static_assert(same(HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE), table::filename_exced_range));
static_assert(same(WER_E_INSUFFICIENT_BUFFER, table::wer_insufficient_buffer));
static_assert(same(WER_E_NOT_FOUND, table::wer_not_found) && same(WER_E_INVALID_STATE, table::wer_invalid_state));
static_assert(WER_E_INSUFFICIENT_BUFFER == HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER));
static_assert(WER_E_INVALID_STATE == HRESULT_FROM_WIN32(ERROR_INVALID_STATE));
static_assert(same(ERROR_SUCCESS, table::success) && same(ERROR_ACCESS_DENIED, table::access_denied));
static_assert(same(ERROR_INVALID_HANDLE, table::invalid_handle));
static_assert(same(ERROR_NOT_ENOUGH_MEMORY, table::not_enough_memory));
static_assert(same(ERROR_INVALID_PARAMETER, table::invalid_parameter));
static_assert(same(ERROR_NOACCESS, table::noaccess) && same(ERROR_NOT_FOUND, table::not_found));
static_assert(same(ERROR_OBJECT_ALREADY_EXISTS, table::object_already_exists));
static_assert(same(STATUS_SUCCESS, table::status_success));
static_assert(same(STATUS_ACCESS_VIOLATION, table::status_access_violation));
static_assert(same(STATUS_EA_CORRUPT_ERROR, table::status_ea_corrupt_error));
static_assert(same(STATUS_FILE_FORCED_CLOSED, table::status_file_forced_closed));
static_assert(same(STILL_ACTIVE, procreg::still_active));
static_assert(same(PROCESS_TERMINATE, table::terminate) && same(PROCESS_VM_READ, table::vm_read));
static_assert(same(PROCESS_DUP_HANDLE, table::dup_handle) && same(PROCESS_CREATE_PROCESS, table::create_process));
static_assert(same(PROCESS_QUERY_INFORMATION, table::query_information));
static_assert(same(PROCESS_QUERY_LIMITED_INFORMATION, table::query_limited_information));
static_assert(same(PROCESS_ALL_ACCESS, table::process_all_access));
static_assert(same(THREAD_ALL_ACCESS, table::thread_all_access));
static_assert(same(EVENT_ALL_ACCESS, table::event_all_access) && same(MAXIMUM_ALLOWED, table::maximum_allowed));
static_assert(same(DUPLICATE_CLOSE_SOURCE, table::duplicate_close_source));
static_assert(same(DUPLICATE_SAME_ACCESS, table::duplicate_same_access));
static_assert(WER_MAX_REGISTERED_ENTRIES == procreg::Limits{}.entries);
static_assert(WER_MAX_REGISTERED_METADATA == procreg::Limits{}.metadata);
static_assert(WER_MAX_REGISTERED_DUMPCOLLECTION == procreg::Limits{}.dumpCollection);
static_assert(WER_MAX_REGISTERED_RUNTIME_EXCEPTION_MODULES == procreg::Limits{}.modules);
static_assert(WER_MAX_MEM_BLOCK_SIZE == table::mem_block_size && MAX_PATH == table::path);
static_assert(WER_METADATA_KEY_MAX_LENGTH == table::metadata_key);
static_assert(WER_METADATA_VALUE_MAX_LENGTH == table::metadata_value);
static_assert(WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH == table::local_dump && WER_MAX_PARAM_COUNT == table::params);
static_assert(RESTART_MAX_CMD_LINE == table::command_line);
static_assert(RESTART_NO_CRASH == table::no_crash && RESTART_NO_HANG == table::no_hang);
static_assert((RESTART_NO_CRASH | RESTART_NO_HANG | RESTART_NO_PATCH | RESTART_NO_REBOOT) ==
              procreg::restart_flags_defined);
static_assert(WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION == table::disable_suspension);
static_assert(2 * WER_FAULT_REPORTING_DURABLE - 1 == procreg::fault_flags_defined);
static_assert(RECOVERY_DEFAULT_PING_INTERVAL == table::default_ping && RECOVERY_MAX_PING_INTERVAL == table::max_ping);

// The enumerations of control.h have the values of the api's.
static_assert(same(PROCREG_CSRSS, procreg::ProcessKind::csrss));
static_assert(same(PROCREG_FILTER_UNLOADED, procreg::FilterState::unloaded));
static_assert(same(PROCREG_TERMINATES, procreg::CallbackDeed::terminates));
static_assert(same(PROCREG_TOKEN, procreg::ObjectType::Token) && same(PROCREG_THREAD, procreg::ObjectType::Thread));
static_assert(same(PROCREG_DEBUG, procreg::UserAction::debug));
static_assert(same(PROCREG_EXITED, procreg::ProcessState::Exited));
static_assert(same(PROCREG_CAUSE_HANG, procreg::Cause::hang));
static_assert(same(PROCREG_TRIAGE_DUMP, procreg::DumpKind::triage));
static_assert(same(PROCREG_FILE_ADDED, procreg::FileStatus::added));
static_assert(same(PROCREG_BLOCK_ABSENT, procreg::BlockStatus::absent));
static_assert(same(PROCREG_ACCESS_DENIED, procreg::NotCollected::access_denied));
static_assert(same(PROCREG_MODULE_CLAIMED, procreg::ModuleOutcome::claimed));
static_assert(same(PROCREG_RECOVERY_EXITED, procreg::RecoveryOutcome::exited));
static_assert(PROCREG_REGISTERS == procreg::general_registers.size());

}  // namespace
