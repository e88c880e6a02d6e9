// Threads that run only when they are switched to, on stacks of their own.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace procreg::harness {

// Where a stack was left, by the switch of the platform (x86_64/switch.cpp, portable/switch.cpp).
class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The next switch to this context calls `body(argument)` on the stack, whatever it was doing. The body never returns.
  void prepare(std::byte* stack, std::size_t bytes, void (*body)(void*), void* argument);
  // Leaves the running stack in `from` and goes on where `to` was left.
  static void swap(Context& from, Context& to);

 private:
  struct Left;
  std::unique_ptr<Left> left_;
};

// One stack with a guard page below it. A fiber that is started anew, or destroyed, in the middle of its body is dropped as
// it is: nothing is unwound, so a body owns nothing when it may be dropped. Its body must not throw.
class Fiber {
 public:
  // The running stack itself, to be switched back to.
  Fiber() = default;
  explicit Fiber(std::size_t stack_bytes);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // The next switch to this fiber begins `body`, at the end of which `then` goes on. Both outlive the run.
  void start(const std::function<void()>& body, Fiber& then);
  // Called on this fiber: goes on with another one, and returns when somebody switches back.
  void switch_to(Fiber& other);

 private:
  static void run(void* self);
  void arrived();

  Context context_;
  std::byte* mapped_{};
  std::size_t mapped_bytes_{};
  std::byte* stack_{};
  std::size_t stack_bytes_{};
  const std::function<void()>* body_{};
  Fiber* then_{};
  void* fake_stack_{};  // AddressSanitizer's
};

}  // namespace procreg::harness
