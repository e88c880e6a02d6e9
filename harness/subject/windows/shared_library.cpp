#include "harness/subject/shared_library.h"

#include <windows.h>

namespace procreg::harness {

SharedLibrary::SharedLibrary(const std::string& path) {
  const bool has_folder = path.find_first_of("\\/") != std::string::npos;
  const std::string file = has_folder ? path : ".\\" + path;
  handle_ = reinterpret_cast<void*>(LoadLibraryA(file.c_str()));
  if (handle_ == nullptr) failure_ = file + " cannot be loaded: error " + std::to_string(GetLastError());
}

SharedLibrary::~SharedLibrary() {
  if (handle_ != nullptr) FreeLibrary(static_cast<HMODULE>(handle_));
}

void* SharedLibrary::find(const char* name) const {
  if (handle_ == nullptr) return nullptr;
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name));
}

}  // namespace procreg::harness
