/* Application instances of clusters: the tag that a process's opens carry to a server. */
#ifndef PROCREG_SMBCLNT_H
#define PROCREG_SMBCLNT_H

#include "windef.h"

#define SET_APPINSTANCE_CSV_FLAGS_VALID_ONLY_IF_CSV_COORDINATOR 0x00000001

PROCREG_BEGIN

PROCREG_API DWORD WINAPI RegisterAppInstance(HANDLE ProcessHandle, GUID* AppInstanceId,
                                             BOOL ChildrenInheritAppInstance) PROCREG_NOEXCEPT;
PROCREG_API DWORD WINAPI SetAppInstanceCsvFlags(HANDLE ProcessHandle, DWORD Mask, DWORD Flags) PROCREG_NOEXCEPT;
PROCREG_API DWORD WINAPI RegisterAppInstanceVersion(GUID* AppInstanceId, UINT64 InstanceVersionHigh,
                                                    UINT64 InstanceVersionLow) PROCREG_NOEXCEPT;
PROCREG_API DWORD WINAPI QueryAppInstanceVersion(GUID* AppInstanceId, UINT64* InstanceVersionHigh,
                                                 UINT64* InstanceVersionLow, NTSTATUS* VersionStatus) PROCREG_NOEXCEPT;
PROCREG_API DWORD WINAPI ResetAllAppInstanceVersions(void) PROCREG_NOEXCEPT;

PROCREG_END

#endif
