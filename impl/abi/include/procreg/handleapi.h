/* Handles of the calling process. */
#ifndef PROCREG_HANDLEAPI_H
#define PROCREG_HANDLEAPI_H

#include "windef.h"

#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#define DUPLICATE_CLOSE_SOURCE 0x00000001
#define DUPLICATE_SAME_ACCESS 0x00000002

PROCREG_BEGIN

PROCREG_API BOOL WINAPI CloseHandle(HANDLE hObject) PROCREG_NOEXCEPT;
PROCREG_API BOOL WINAPI DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                                        LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
                                        DWORD dwOptions) PROCREG_NOEXCEPT;

PROCREG_END

#endif
