// A library that is loaded while the program runs.
#pragma once

#include <string>

namespace procreg::harness {

class SharedLibrary {
 public:
  SharedLibrary() = default;
  // `path` names a file, also when it has no folder: the places where a system keeps its libraries are not searched.
  explicit SharedLibrary(const std::string& path);
  ~SharedLibrary();
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  // "" or why it could not be loaded, in the words of the system.
  const std::string& failure() const { return failure_; }
  // nullptr: it exports no such symbol, or was not loaded.
  void* find(const char* name) const;

 private:
  void* handle_{};
  std::string failure_{};
};

}  // namespace procreg::harness
