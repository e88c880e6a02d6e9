#include "harness/probe/start_attribute.h"

namespace procreg::harness::probe {

StartAttribute::StartAttribute(DWORD_PTR attribute, HANDLE value) : value_{value} {
  SIZE_T size = 0;
  ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
  bytes_.resize(size);
  made_ = ::InitializeProcThreadAttributeList(bytes(), 1, 0, &size) != 0;
  set_ = made_ && ::UpdateProcThreadAttribute(bytes(), 0, attribute, &value_, sizeof value_, nullptr, nullptr) != 0;
}

StartAttribute::~StartAttribute() {
  if (made_) ::DeleteProcThreadAttributeList(bytes());
}

// A console would be a process more for each.
BOOL start_process(std::wstring line, SECURITY_ATTRIBUTES* security, bool inherit_handles, StartAttribute* attribute,
                   PROCESS_INFORMATION& made) {
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.lpAttributeList = attribute == nullptr ? nullptr : attribute->list();
  return ::CreateProcessW(nullptr, line.data(), security, security, inherit_handles,
                          DETACHED_PROCESS | EXTENDED_STARTUPINFO_PRESENT, nullptr, nullptr, &startup.StartupInfo,
                          &made);
}

}  // namespace procreg::harness::probe
