// The documented functions of this system, or of a library, looked up by name: older systems lack some.
#pragma once

#include "harness/probe/windows_header.h"

#include <string>

#include "api/step.h"

namespace procreg::harness::probe {

class Functions {
 public:
  // Those of `library` come before the system's own; "": none. See `failure`.
  explicit Functions(const std::wstring& library);

  // nullptr: it does not exist, or the step is no call of a documented function. Loads no library that it does not need: most
  // processes of a world call one function or none.
  FARPROC of(std::size_t step_kind) const;
  // "" or why the library cannot be loaded.
  const std::string& failure() const { return failure_; }

 private:
  HMODULE library_{};
  std::string failure_{};
};

// The step is made by calling one documented function with its fields.
bool is_one_function(std::size_t step_kind);

// "windows" and the version that this system gives itself, or "Wine 8.0".
std::string system_version();

}  // namespace procreg::harness::probe
