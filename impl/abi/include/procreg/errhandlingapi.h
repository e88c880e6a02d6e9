/* The last error. It belongs to the calling process, not to the thread (OBJ-PROC-19). */
#ifndef PROCREG_ERRHANDLINGAPI_H
#define PROCREG_ERRHANDLINGAPI_H

#include "windef.h"

PROCREG_BEGIN

PROCREG_API DWORD WINAPI GetLastError(void) PROCREG_NOEXCEPT;
PROCREG_API VOID WINAPI SetLastError(DWORD dwErrCode) PROCREG_NOEXCEPT;

PROCREG_END

#endif
