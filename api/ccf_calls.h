// The calls and events of application instances and of the CSV file system (ccf.md 5 to 9) as structs, one field table each.
#pragma once

#include <array>

#include "api/describe.h"
#include "api/out.h"
#include "api/status.h"
#include "api/value.h"

namespace procreg {

struct RegisterAppInstance {
  Caller by{};
  HandleRef ProcessHandle{};
  GuidIn AppInstanceId{};
  Bool ChildrenInheritAppInstance{};
  static constexpr ResultKind answers = ResultKind::win32;
  using fields = Fields<&RegisterAppInstance::by, &RegisterAppInstance::ProcessHandle,
                        &RegisterAppInstance::AppInstanceId, &RegisterAppInstance::ChildrenInheritAppInstance>;
};

struct SetAppInstanceCsvFlags {
  Caller by{};
  HandleRef ProcessHandle{};
  CsvFlags Mask{};
  CsvFlags Flags{};
  static constexpr ResultKind answers = ResultKind::win32;
  using fields = Fields<&SetAppInstanceCsvFlags::by, &SetAppInstanceCsvFlags::ProcessHandle,
                        &SetAppInstanceCsvFlags::Mask, &SetAppInstanceCsvFlags::Flags>;
};

struct RegisterAppInstanceVersion {
  Caller by{};
  GuidIn AppInstanceId{};
  VersionNumber InstanceVersionHigh{};
  VersionNumber InstanceVersionLow{};
  static constexpr ResultKind answers = ResultKind::win32;
  using fields =
      Fields<&RegisterAppInstanceVersion::by, &RegisterAppInstanceVersion::AppInstanceId,
             &RegisterAppInstanceVersion::InstanceVersionHigh, &RegisterAppInstanceVersion::InstanceVersionLow>;
};

struct QueryAppInstanceVersion {
  Caller by{};
  GuidIn AppInstanceId{};
  OutPointer InstanceVersionHigh{};
  OutPointer InstanceVersionLow{};
  OutPointer VersionStatus{};
  static constexpr ResultKind answers = ResultKind::win32;
  static constexpr std::array outs{OutInfo{"InstanceVersionHigh", OutKind::qword, 0},
                                   OutInfo{"InstanceVersionLow", OutKind::qword, 1},
                                   OutInfo{"VersionStatus", OutKind::ntstatus, 2}};
  using fields = Fields<&QueryAppInstanceVersion::by, &QueryAppInstanceVersion::AppInstanceId,
                        &QueryAppInstanceVersion::InstanceVersionHigh, &QueryAppInstanceVersion::InstanceVersionLow,
                        &QueryAppInstanceVersion::VersionStatus>;
};

struct ResetAllAppInstanceVersions {
  Caller by{};
  static constexpr ResultKind answers = ResultKind::win32;
  using fields = Fields<&ResetAllAppInstanceVersions::by>;
};

struct OpenTag {
  Caller by{};
  Given<BytesRef> ea{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  static constexpr std::array outs{OutInfo{"id", OutKind::guid, 0}, OutInfo{"csvFlags", OutKind::dword, 2},
                                   OutInfo{"version", OutKind::version, 3}};
  using fields = Fields<&OpenTag::by, &OpenTag::ea>;
};

struct CsvOpen {
  Caller by{};
  Binds as{};
  VolumeName volume{};
  Given<BytesRef> ea{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  using fields = Fields<&CsvOpen::by, &CsvOpen::as, &CsvOpen::volume, &CsvOpen::ea>;
};

// Without `by` an unnamed program of the machine of the open calls (specification README, 4.1).
struct CsvIo {
  Given<Caller> by{};
  CsvOpenRef open{};
  static constexpr ResultKind answers = ResultKind::ntstatus;
  using fields = Fields<&CsvIo::by, &CsvIo::open>;
};

struct CsvVolume {
  VolumeName name{};
  MachineRef coordinator{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&CsvVolume::name, &CsvVolume::coordinator>;
};

struct CsvMoveCoordinator {
  VolumeName name{};
  MachineRef machine{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&CsvMoveCoordinator::name, &CsvMoveCoordinator::machine>;
};

}  // namespace procreg
