// One rule a kind of step. Clauses stand in order of precedence: the first that applies decides.
// `by` can make calls now (WER-ALL-58) and `process` exists: System sees to both before it asks a rule.
#pragma once

#include "api/step.h"
#include "model/draft.h"
#include "model/ruling.h"

namespace procreg::model {

Ruling& rule(Draft& world, const WerRegisterAdditionalProcess& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterAdditionalProcess& call, Choices& choices);
Ruling& rule(Draft& world, const WerRegisterFile& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterFile& call, Choices& choices);
Ruling& rule(Draft& world, const WerRegisterMemoryBlock& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterMemoryBlock& call, Choices& choices);
Ruling& rule(Draft& world, const WerRegisterExcludedMemoryBlock& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterExcludedMemoryBlock& call, Choices& choices);
Ruling& rule(Draft& world, const WerRegisterCustomMetadata& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterCustomMetadata& call, Choices& choices);
Ruling& rule(Draft& world, const WerRegisterAppLocalDump& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterAppLocalDump& call, Choices& choices);
Ruling& rule(Draft& world, const WerRegisterRuntimeExceptionModule& call, Choices& choices);
Ruling& rule(Draft& world, const WerUnregisterRuntimeExceptionModule& call, Choices& choices);
Ruling& rule(Draft& world, const WerSetFlags& call, Choices& choices);
Ruling& rule(Draft& world, const WerGetFlags& call, Choices& choices);
Ruling& rule(Draft& world, const WerSetMaxProcessHoldMilliseconds& call, Choices& choices);
Ruling& rule(Draft& world, const RegisterApplicationRecoveryCallback& call, Choices& choices);
Ruling& rule(Draft& world, const UnregisterApplicationRecoveryCallback& call, Choices& choices);
Ruling& rule(Draft& world, const GetApplicationRecoveryCallback& call, Choices& choices);
Ruling& rule(Draft& world, const ApplicationRecoveryInProgress& call, Choices& choices);
Ruling& rule(Draft& world, const ApplicationRecoveryFinished& call, Choices& choices);
Ruling& rule(Draft& world, const RegisterApplicationRestart& call, Choices& choices);
Ruling& rule(Draft& world, const UnregisterApplicationRestart& call, Choices& choices);
Ruling& rule(Draft& world, const GetApplicationRestartSettings& call, Choices& choices);

Ruling& rule(Draft& world, const CreateProcess& call, Choices& choices);
Ruling& rule(Draft& world, const ExitProcess& call, Choices& choices);
Ruling& rule(Draft& world, const TerminateProcess& call, Choices& choices);
Ruling& rule(Draft& world, const GetExitCodeProcess& call, Choices& choices);
Ruling& rule(Draft& world, const OpenProcess& call, Choices& choices);
Ruling& rule(Draft& world, const DuplicateHandle& call, Choices& choices);
Ruling& rule(Draft& world, const CloseHandle& call, Choices& choices);
Ruling& rule(Draft& world, const NewObject& call, Choices& choices);

Ruling& rule(Draft& world, const RegisterAppInstance& call, Choices& choices);
Ruling& rule(Draft& world, const SetAppInstanceCsvFlags& call, Choices& choices);
Ruling& rule(Draft& world, const RegisterAppInstanceVersion& call, Choices& choices);
Ruling& rule(Draft& world, const QueryAppInstanceVersion& call, Choices& choices);
Ruling& rule(Draft& world, const ResetAllAppInstanceVersions& call, Choices& choices);
Ruling& rule(Draft& world, const OpenTag& call, Choices& choices);
Ruling& rule(Draft& world, const CsvOpen& call, Choices& choices);
Ruling& rule(Draft& world, const CsvIo& call, Choices& choices);

Ruling& rule(Draft& world, const SmbCreate& call, Choices& choices);
Ruling& rule(Draft& world, const SmbRead& call, Choices& choices);
Ruling& rule(Draft& world, const SmbWrite& call, Choices& choices);
Ruling& rule(Draft& world, const SmbLock& call, Choices& choices);
Ruling& rule(Draft& world, const SmbClose& call, Choices& choices);

Ruling& rule(Draft& world, const CreateThread& event, Choices& choices);
Ruling& rule(Draft& world, const ExitThread& event, Choices& choices);
Ruling& rule(Draft& world, const StopAnswering& event, Choices& choices);
Ruling& rule(Draft& world, const Answering& event, Choices& choices);
Ruling& rule(Draft& world, const CloseHung& event, Choices& choices);
Ruling& rule(Draft& world, const Crash& event, Choices& choices);
Ruling& rule(Draft& world, const UserChoice& event, Choices& choices);
Ruling& rule(Draft& world, const UserCancel& event, Choices& choices);
Ruling& rule(Draft& world, const CallbackReturns& event, Choices& choices);
Ruling& rule(Draft& world, const SetHeapCapacity& event, Choices& choices);
Ruling& rule(Draft& world, const FailAllocation& event, Choices& choices);
Ruling& rule(Draft& world, const FailRecoveryApi& event, Choices& choices);

Ruling& rule(Draft& world, const FilterLoad& event, Choices& choices);
Ruling& rule(Draft& world, const FilterUnload& event, Choices& choices);
Ruling& rule(Draft& world, const FailCcfAllocation& event, Choices& choices);
Ruling& rule(Draft& world, const AdvanceTime& event, Choices& choices);

Ruling& rule(Draft& world, const CsvVolume& event, Choices& choices);
Ruling& rule(Draft& world, const CsvMoveCoordinator& event, Choices& choices);
Ruling& rule(Draft& world, const SmbServerStart& event, Choices& choices);
Ruling& rule(Draft& world, const SmbShare& event, Choices& choices);
Ruling& rule(Draft& world, const SmbFileAcl& event, Choices& choices);
Ruling& rule(Draft& world, const SmbConnect& event, Choices& choices);
Ruling& rule(Draft& world, const SmbDisconnect& event, Choices& choices);

}  // namespace procreg::model
