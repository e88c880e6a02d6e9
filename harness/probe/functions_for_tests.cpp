// A DLL for probe_test.py: functions that answer what Wine's do not, raise, end their process, or never come back.
#include "harness/probe/windows_header.h"

extern "C" {

// These two windows.h declares as imports, so they have other names here.
__declspec(dllexport) HRESULT settings(HANDLE, wchar_t*, DWORD*, DWORD*) __asm__("GetApplicationRestartSettings");
__declspec(dllexport) void finished(BOOL) __asm__("ApplicationRecoveryFinished");

__declspec(dllexport) DWORD RegisterAppInstance(HANDLE process, const procreg::CGuid* id, BOOL children) {
  if (id == nullptr) return ERROR_INVALID_PARAMETER;
  return process == ::GetCurrentProcess() && children != 0 ? ERROR_SUCCESS : ERROR_OBJECT_ALREADY_EXISTS;
}

__declspec(dllexport) DWORD QueryAppInstanceVersion(const procreg::CGuid*, UINT64* high, UINT64* low, LONG* status) {
  *high = 0xFFFFFFFFFFFFFFFF;
  *low = 2;
  *status = -1;
  return ERROR_SUCCESS;
}

__declspec(dllexport) HRESULT WerRegisterCustomMetadata(const wchar_t* key, const wchar_t* value) {
  return key != nullptr && value != nullptr && ::lstrcmpW(key, L"k\u00e4y") == 0 && ::lstrcmpW(value, L"value") == 0
             ? S_OK
             : E_INVALIDARG;
}

HRESULT settings(HANDLE, wchar_t* text, DWORD* size, DWORD* flags) {
  ::lstrcpyW(text, L"/again");
  *size = 7;
  *flags = 3;
  return S_OK;
}

// An access violation.
__declspec(dllexport) HRESULT WerGetFlags(HANDLE, DWORD* flags) {
  *static_cast<volatile DWORD*>(flags) = 1;
  return S_OK;
}

// One that nothing can go on after.
__declspec(dllexport) HRESULT WerSetFlags(DWORD flags) {
  ::RaiseException(flags, EXCEPTION_NONCONTINUABLE, 0, nullptr);
  return S_OK;
}

// As when a process fails fast: no handler sees it.
__declspec(dllexport) HRESULT WerRegisterMemoryBlock(void*, DWORD) {
  ::TerminateProcess(::GetCurrentProcess(), 0xC0000409);
  return S_OK;
}

void finished(BOOL) { ::ExitProcess(0); }

__declspec(dllexport) HRESULT WerSetMaxProcessHoldMilliseconds(DWORD milliseconds) {
  ::Sleep(milliseconds);
  return S_OK;
}
}
