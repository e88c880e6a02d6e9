/* The types and codes that the functions of procreg share with Windows, of 64 bits. For C11 and C++11. On Windows use either these
   headers or the system's own in one source file, not both. */
#ifndef PROCREG_WINDEF_H
#define PROCREG_WINDEF_H

#include <stddef.h>
#include <stdint.h>
#if !defined(__cplusplus) && !defined(_WIN32)
#include <uchar.h>
#endif

#if defined(_WIN32) && defined(PROCREG_BUILDS_LIBRARY)
#define PROCREG_API __declspec(dllexport)
#elif defined(_WIN32)
#define PROCREG_API __declspec(dllimport)
#else
#define PROCREG_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define PROCREG_BEGIN extern "C" {
#define PROCREG_END }
#define PROCREG_NOEXCEPT noexcept
/* Any number may be passed where a page has an enumeration. */
#define PROCREG_ENUM(name) enum name : unsigned
#else
#define PROCREG_BEGIN
#define PROCREG_END
#define PROCREG_NOEXCEPT
#define PROCREG_ENUM(name) enum name
#endif

#ifndef WINAPI
#ifdef _WIN32
#define WINAPI __stdcall
#else
#define WINAPI
#endif
#endif

#ifndef VOID
#define VOID void
#endif
typedef uint32_t DWORD, *PDWORD, *LPDWORD, UINT, ULONG;
typedef int32_t LONG, HRESULT, NTSTATUS;
typedef int32_t BOOL, *PBOOL;
typedef uint64_t UINT64;
typedef void *PVOID, *HANDLE, **PHANDLE, **LPHANDLE;

/* 16 bits: u"..." is such a text. */
#ifdef _WIN32
typedef wchar_t WCHAR;
#else
typedef char16_t WCHAR;
#endif
typedef WCHAR* PWSTR;
typedef const WCHAR* PCWSTR;

typedef struct _GUID {
  uint32_t Data1;
  uint16_t Data2;
  uint16_t Data3;
  uint8_t Data4[8];
} GUID;

#define FALSE 0
#define TRUE 1
#define MAX_PATH 260

#define S_OK ((HRESULT)0x00000000)
#define S_FALSE ((HRESULT)0x00000001)
#define E_FAIL ((HRESULT)0x80004005)
#define E_UNEXPECTED ((HRESULT)0x8000FFFF)
#define E_OUTOFMEMORY ((HRESULT)0x8007000E)
#define E_INVALIDARG ((HRESULT)0x80070057)
#define HRESULT_FROM_WIN32(code) \
  ((HRESULT)(code) <= 0 ? (HRESULT)(code) : (HRESULT)(((uint32_t)(code)&0x0000FFFFu) | 0x80070000u))
#define SUCCEEDED(result) ((HRESULT)(result) >= 0)
#define FAILED(result) ((HRESULT)(result) < 0)

#define ERROR_SUCCESS 0
#define ERROR_FILE_NOT_FOUND 2
#define ERROR_ACCESS_DENIED 5
#define ERROR_INVALID_HANDLE 6
#define ERROR_NOT_ENOUGH_MEMORY 8
#define ERROR_GEN_FAILURE 31
#define ERROR_NOT_SUPPORTED 50
#define ERROR_INVALID_PARAMETER 87
#define ERROR_INSUFFICIENT_BUFFER 122
#define ERROR_FILENAME_EXCED_RANGE 206
#define ERROR_NOACCESS 998
#define ERROR_NOT_FOUND 1168
#define ERROR_OBJECT_ALREADY_EXISTS 5010
#define ERROR_INVALID_STATE 5023

#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
#define STATUS_ACCESS_VIOLATION ((NTSTATUS)0xC0000005)
#define STATUS_EA_CORRUPT_ERROR ((NTSTATUS)0xC0000053)
#define STATUS_FILE_FORCED_CLOSED ((NTSTATUS)0xC00000B6)

#define STILL_ACTIVE 259

#endif
