// A library of somebody else, for tests: some of the documented functions and no control. It knows the wrong limit of a path.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

std::uint32_t last_error = 0;
std::vector<std::u16string> files;

constexpr std::int32_t S_OK = 0;
constexpr auto E_INVALIDARG = static_cast<std::int32_t>(0x80070057);
constexpr auto NOT_FOUND = static_cast<std::int32_t>(0x80070490);

}  // namespace

extern "C" {

std::int32_t WerRegisterFile(const char16_t* path, std::uint32_t type, std::uint32_t) {
  if (path == nullptr || type < 1 || type > 2) return E_INVALIDARG;
  files.emplace_back(path);
  return S_OK;
}

std::int32_t WerUnregisterFile(const char16_t* path) {
  const auto found = std::find(files.begin(), files.end(), path);
  if (found == files.end()) return NOT_FOUND;
  files.erase(found);
  return S_OK;
}

std::int32_t CloseHandle(void*) {
  last_error = 6;
  return 0;
}

std::uint32_t GetLastError() { return last_error; }
}
