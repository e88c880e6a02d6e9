#include "harness/probe/functions.h"

#include <array>
#include <utility>

namespace procreg::harness::probe {

namespace {

// Where the pages say that the functions are, and wer.dll, where some are older than in kernel32.
constexpr std::array homes{L"kernel32.dll", L"kernelbase.dll", L"wer.dll", L"ntlanman.dll"};

template <std::size_t... Kinds>
constexpr auto table_of_functions(std::index_sequence<Kinds...>) {
  return std::array{CFunction<std::variant_alternative_t<Kinds, Step>>...};
}
constexpr auto functions_of_kinds = table_of_functions(std::make_index_sequence<step_kinds>{});

template <class Function>
Function* function_of(const wchar_t* module, const char* name) {
  const HMODULE loaded = ::GetModuleHandleW(module);
  return loaded == nullptr ? nullptr
                           : reinterpret_cast<Function*>(reinterpret_cast<void*>(::GetProcAddress(loaded, name)));
}

// GetVersionEx answers what the program's manifest says.
std::string windows_version() {
  OSVERSIONINFOW version{};
  version.dwOSVersionInfoSize = sizeof version;
  const auto get = function_of<LONG WINAPI(OSVERSIONINFOW*)>(L"ntdll.dll", "RtlGetVersion");
  if (get == nullptr || get(&version) != 0) return "Windows";
  return "Windows " + std::to_string(version.dwMajorVersion) + "." + std::to_string(version.dwMinorVersion) + "." +
         std::to_string(version.dwBuildNumber);
}

}  // namespace

Functions::Functions(const std::wstring& library) {
  if (library.empty()) return;
  library_ = ::LoadLibraryW(library.c_str());
  if (library_ == nullptr) failure_ = "error " + std::to_string(::GetLastError());
}

FARPROC Functions::of(std::size_t step_kind) const {
  if (!is_one_function(step_kind)) return nullptr;
  const std::string name{steps()[step_kind].name};
  FARPROC found = library_ == nullptr ? nullptr : ::GetProcAddress(library_, name.c_str());
  for (const wchar_t* home : homes) {
    if (found != nullptr) break;
    // From the system's folder only: nobody is to put one beside the probe by accident.
    const HMODULE module = ::LoadLibraryExW(home, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (module != nullptr) found = ::GetProcAddress(module, name.c_str());
  }
  return found;
}

bool is_one_function(std::size_t step_kind) { return functions_of_kinds[step_kind]; }

std::string system_version() {
  const auto wine = function_of<const char*()>(L"ntdll.dll", "wine_get_version");
  return wine == nullptr ? windows_version() : std::string{"Wine "} + wine();
}

}  // namespace procreg::harness::probe
