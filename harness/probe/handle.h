// Owning a handle of Windows.
#pragma once

#include "harness/probe/windows_header.h"

#include <utility>

namespace procreg::harness::probe {

class Handle {
 public:
  Handle() = default;
  // Takes what a function returned: NULL and INVALID_HANDLE_VALUE are none.
  explicit Handle(HANDLE handle) : handle_{handle == INVALID_HANDLE_VALUE ? nullptr : handle} {}
  Handle(Handle&& other) noexcept : handle_{std::exchange(other.handle_, nullptr)} {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Handle() { close(); }

  explicit operator bool() const { return handle_ != nullptr; }
  HANDLE get() const { return handle_; }
  void close() {
    if (handle_ != nullptr) ::CloseHandle(handle_);
    handle_ = nullptr;
  }

 private:
  HANDLE handle_{};
};

}  // namespace procreg::harness::probe
