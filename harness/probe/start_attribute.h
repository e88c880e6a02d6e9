// One attribute of a process that CreateProcessW makes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/probe/windows_header.h"

namespace procreg::harness::probe {

class StartAttribute {
 public:
  // Which one (PROC_THREAD_ATTRIBUTE_...), and the handle that is its value.
  StartAttribute(DWORD_PTR attribute, HANDLE value);
  StartAttribute(const StartAttribute&) = delete;
  StartAttribute& operator=(const StartAttribute&) = delete;
  ~StartAttribute();

  // nullptr: this system has no such attribute.
  LPPROC_THREAD_ATTRIBUTE_LIST list() { return set_ ? bytes() : nullptr; }

 private:
  LPPROC_THREAD_ATTRIBUTE_LIST bytes() { return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(bytes_.data()); }

  HANDLE value_;  // the list points here
  std::vector<std::byte> bytes_{};
  bool made_{};
  bool set_{};
};

// CreateProcessW without a console, with standard handles of nobody; 0: see the last error.
BOOL start_process(std::wstring line, SECURITY_ATTRIBUTES* security, bool inherit_handles, StartAttribute* attribute,
                   PROCESS_INFORMATION& made);

}  // namespace procreg::harness::probe
