// Switching stacks by ucontext: two system calls a switch, on every POSIX system.
#include <ucontext.h>

#include <cstdint>

#include "harness/concurrent/fiber.h"

namespace procreg::harness {

struct Context::Left {
  ucontext_t context{};
  void (*body)(void*){};
  void* argument{};
};

Context::Context() : left_{std::make_unique<Left>()} {}
Context::~Context() = default;

void Context::prepare(std::byte* stack, std::size_t bytes, void (*body)(void*), void* argument) {
  getcontext(&left_->context);
  left_->context.uc_stack.ss_sp = stack;
  left_->context.uc_stack.ss_size = bytes;
  left_->context.uc_link = nullptr;
  left_->body = body;
  left_->argument = argument;
  // makecontext hands over ints only.
  const auto self = reinterpret_cast<std::uintptr_t>(left_.get());
  const auto begin = [](unsigned high, unsigned low) {
    auto* left = reinterpret_cast<Left*>(static_cast<std::uintptr_t>(high) << 32 | low);
    left->body(left->argument);
  };
  void (*const entry)(unsigned, unsigned) = begin;
  makecontext(&left_->context, reinterpret_cast<void (*)()>(entry), 2, static_cast<unsigned>(self >> 32),
              static_cast<unsigned>(self & 0xFFFFFFFFU));
}

void Context::swap(Context& from, Context& to) { swapcontext(&from.left_->context, &to.left_->context); }

}  // namespace procreg::harness
