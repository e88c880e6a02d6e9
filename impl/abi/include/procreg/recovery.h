/* Application recovery and restart (winbase.h). */
#ifndef PROCREG_RECOVERY_H
#define PROCREG_RECOVERY_H

#include "windef.h"

#define RESTART_MAX_CMD_LINE 1024
#define RESTART_NO_CRASH 1
#define RESTART_NO_HANG 2
#define RESTART_NO_PATCH 4
#define RESTART_NO_REBOOT 8
#define RECOVERY_DEFAULT_PING_INTERVAL 5000
#define RECOVERY_MAX_PING_INTERVAL 300000

typedef DWORD(WINAPI* APPLICATION_RECOVERY_CALLBACK)(PVOID pvParameter);

PROCREG_BEGIN

/* The callback is not called: what it does in recovery is done by whoever drives the world, up to procreg_callback_returns. */
PROCREG_API HRESULT WINAPI RegisterApplicationRecoveryCallback(APPLICATION_RECOVERY_CALLBACK pRecoveyCallback,
                                                               PVOID pvParameter, DWORD dwPingInterval,
                                                               DWORD dwFlags) PROCREG_NOEXCEPT;
PROCREG_API HRESULT WINAPI UnregisterApplicationRecoveryCallback(void) PROCREG_NOEXCEPT;
PROCREG_API HRESULT WINAPI GetApplicationRecoveryCallback(HANDLE hProcess,
                                                          APPLICATION_RECOVERY_CALLBACK* pRecoveryCallback,
                                                          PVOID* ppvParameter, PDWORD pdwPingInterval,
                                                          PDWORD pdwFlags) PROCREG_NOEXCEPT;
PROCREG_API HRESULT WINAPI ApplicationRecoveryInProgress(PBOOL pbCancelled) PROCREG_NOEXCEPT;
PROCREG_API VOID WINAPI ApplicationRecoveryFinished(BOOL bSuccess) PROCREG_NOEXCEPT;
PROCREG_API HRESULT WINAPI RegisterApplicationRestart(PCWSTR pwzCommandline, DWORD dwFlags) PROCREG_NOEXCEPT;
PROCREG_API HRESULT WINAPI UnregisterApplicationRestart(void) PROCREG_NOEXCEPT;
PROCREG_API HRESULT WINAPI GetApplicationRestartSettings(HANDLE hProcess, PWSTR pwzCommandline, PDWORD pcchSize,
                                                         PDWORD pdwFlags) PROCREG_NOEXCEPT;

PROCREG_END

#endif
