// The calls of wer.md 4.1 to 4.9 as structs, one field table each. Parameters have the names of their documentation pages.
#pragma once

#include <array>

#include "api/describe.h"
#include "api/out.h"
#include "api/status.h"
#include "api/value.h"

namespace procreg {

struct WerRegisterAdditionalProcess {
  Caller by{};
  PidRef processId{};
  TidRef captureExtraInfoForThreadId{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerRegisterAdditionalProcess::by, &WerRegisterAdditionalProcess::processId,
                        &WerRegisterAdditionalProcess::captureExtraInfoForThreadId>;
};

struct WerUnregisterAdditionalProcess {
  Caller by{};
  PidRef processId{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterAdditionalProcess::by, &WerUnregisterAdditionalProcess::processId>;
};

struct WerRegisterFile {
  Caller by{};
  TextIn pwzFile{};
  FileType regFileType{};
  Dword dwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields =
      Fields<&WerRegisterFile::by, &WerRegisterFile::pwzFile, &WerRegisterFile::regFileType, &WerRegisterFile::dwFlags>;
};

struct WerUnregisterFile {
  Caller by{};
  TextIn pwzFilePath{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterFile::by, &WerUnregisterFile::pwzFilePath>;
};

struct WerRegisterMemoryBlock {
  Caller by{};
  Address pvAddress{};
  ByteCount dwSize{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields =
      Fields<&WerRegisterMemoryBlock::by, &WerRegisterMemoryBlock::pvAddress, &WerRegisterMemoryBlock::dwSize>;
};

struct WerUnregisterMemoryBlock {
  Caller by{};
  Address pvAddress{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterMemoryBlock::by, &WerUnregisterMemoryBlock::pvAddress>;
};

struct WerRegisterExcludedMemoryBlock {
  Caller by{};
  Address address{};
  ByteCount size{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerRegisterExcludedMemoryBlock::by, &WerRegisterExcludedMemoryBlock::address,
                        &WerRegisterExcludedMemoryBlock::size>;
};

struct WerUnregisterExcludedMemoryBlock {
  Caller by{};
  Address address{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterExcludedMemoryBlock::by, &WerUnregisterExcludedMemoryBlock::address>;
};

struct WerRegisterCustomMetadata {
  Caller by{};
  TextIn key{};
  TextIn value{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields =
      Fields<&WerRegisterCustomMetadata::by, &WerRegisterCustomMetadata::key, &WerRegisterCustomMetadata::value>;
};

struct WerUnregisterCustomMetadata {
  Caller by{};
  TextIn key{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterCustomMetadata::by, &WerUnregisterCustomMetadata::key>;
};

struct WerRegisterAppLocalDump {
  Caller by{};
  TextIn localAppDataRelativePath{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerRegisterAppLocalDump::by, &WerRegisterAppLocalDump::localAppDataRelativePath>;
};

struct WerUnregisterAppLocalDump {
  Caller by{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterAppLocalDump::by>;
};

struct WerRegisterRuntimeExceptionModule {
  Caller by{};
  TextIn pwszOutOfProcessCallbackDll{};
  Address pContext{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields =
      Fields<&WerRegisterRuntimeExceptionModule::by, &WerRegisterRuntimeExceptionModule::pwszOutOfProcessCallbackDll,
             &WerRegisterRuntimeExceptionModule::pContext>;
};

struct WerUnregisterRuntimeExceptionModule {
  Caller by{};
  TextIn pwszOutOfProcessCallbackDll{};
  Address pContext{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerUnregisterRuntimeExceptionModule::by,
                        &WerUnregisterRuntimeExceptionModule::pwszOutOfProcessCallbackDll,
                        &WerUnregisterRuntimeExceptionModule::pContext>;
};

struct WerSetFlags {
  Caller by{};
  FaultFlags dwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerSetFlags::by, &WerSetFlags::dwFlags>;
};

struct WerGetFlags {
  Caller by{};
  HandleRef hProcess{};
  OutPointer pdwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  static constexpr std::array outs{OutInfo{"pdwFlags", OutKind::dword, 0}};
  using fields = Fields<&WerGetFlags::by, &WerGetFlags::hProcess, &WerGetFlags::pdwFlags>;
};

struct WerSetMaxProcessHoldMilliseconds {
  Caller by{};
  Dword dwMilliseconds{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&WerSetMaxProcessHoldMilliseconds::by, &WerSetMaxProcessHoldMilliseconds::dwMilliseconds>;
};

struct RegisterApplicationRecoveryCallback {
  Caller by{};
  Address pRecoveyCallback{};  // spelled as on the page
  Address pvParameter{};
  Ping dwPingInterval{};
  Dword dwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields =
      Fields<&RegisterApplicationRecoveryCallback::by, &RegisterApplicationRecoveryCallback::pRecoveyCallback,
             &RegisterApplicationRecoveryCallback::pvParameter, &RegisterApplicationRecoveryCallback::dwPingInterval,
             &RegisterApplicationRecoveryCallback::dwFlags>;
};

struct UnregisterApplicationRecoveryCallback {
  Caller by{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&UnregisterApplicationRecoveryCallback::by>;
};

struct GetApplicationRecoveryCallback {
  Caller by{};
  HandleRef hProcess{};
  OutPointer pRecoveryCallback{};
  OutPointer ppvParameter{};
  OutPointer pdwPingInterval{};
  OutPointer pdwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  static constexpr std::array outs{
      OutInfo{"pRecoveryCallback", OutKind::address, 0}, OutInfo{"ppvParameter", OutKind::address, 1},
      OutInfo{"pdwPingInterval", OutKind::dword, 2}, OutInfo{"pdwFlags", OutKind::dword, 3}};
  using fields =
      Fields<&GetApplicationRecoveryCallback::by, &GetApplicationRecoveryCallback::hProcess,
             &GetApplicationRecoveryCallback::pRecoveryCallback, &GetApplicationRecoveryCallback::ppvParameter,
             &GetApplicationRecoveryCallback::pdwPingInterval, &GetApplicationRecoveryCallback::pdwFlags>;
};

struct ApplicationRecoveryInProgress {
  Caller by{};
  OutPointer pbCancelled{};
  static constexpr ResultKind answers = ResultKind::hresult;
  static constexpr std::array outs{OutInfo{"pbCancelled", OutKind::boolean, 0}};
  using fields = Fields<&ApplicationRecoveryInProgress::by, &ApplicationRecoveryInProgress::pbCancelled>;
};

struct ApplicationRecoveryFinished {
  Caller by{};
  Bool bSuccess{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::returned;
  using fields = Fields<&ApplicationRecoveryFinished::by, &ApplicationRecoveryFinished::bSuccess,
                        &ApplicationRecoveryFinished::restartedAs>;
};

struct RegisterApplicationRestart {
  Caller by{};
  TextIn pwzCommandline{};
  Dword dwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&RegisterApplicationRestart::by, &RegisterApplicationRestart::pwzCommandline,
                        &RegisterApplicationRestart::dwFlags>;
};

struct UnregisterApplicationRestart {
  Caller by{};
  static constexpr ResultKind answers = ResultKind::hresult;
  using fields = Fields<&UnregisterApplicationRestart::by>;
};

struct GetApplicationRestartSettings {
  Caller by{};
  HandleRef hProcess{};
  OutPointer pwzCommandline{};
  SizeInOut pcchSize{};
  OutPointer pdwFlags{};
  static constexpr ResultKind answers = ResultKind::hresult;
  static constexpr std::array outs{OutInfo{"pwzCommandline", OutKind::text, 0}, OutInfo{"pcchSize", OutKind::dword, 1},
                                   OutInfo{"pdwFlags", OutKind::dword, 2}};
  using fields = Fields<&GetApplicationRestartSettings::by, &GetApplicationRestartSettings::hProcess,
                        &GetApplicationRestartSettings::pwzCommandline, &GetApplicationRestartSettings::pcchSize,
                        &GetApplicationRestartSettings::pdwFlags>;
};

}  // namespace procreg
