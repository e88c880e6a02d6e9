// Switching stacks on x86-64 by the System V convention: the registers that a function must keep, and nothing else. Ten times
// cheaper than system calls for the signal mask, which swapcontext makes. The jump through a register instead of a return
// spares a misprediction: the processor's stack of return addresses belongs to the other stack.
#include <array>
#include <cstdint>

#include "harness/concurrent/fiber.h"

extern "C" void procreg_switch_stacks(void** from, void* to) noexcept;

asm(R"(
.text
.p2align 4
.globl procreg_switch_stacks
.type procreg_switch_stacks, @function
procreg_switch_stacks:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  popq %rcx
  jmpq *%rcx
.size procreg_switch_stacks, . - procreg_switch_stacks

.p2align 4
.type procreg_first_on_stack, @function
procreg_first_on_stack:
  movq %r12, %rdi
  callq *%r13
  ud2
.size procreg_first_on_stack, . - procreg_first_on_stack
)");

extern "C" void procreg_first_on_stack() noexcept;

namespace procreg::harness {

struct Context::Left {
  void* stack{};
};

Context::Context() : left_{std::make_unique<Left>()} {}
Context::~Context() = default;

void Context::prepare(std::byte* stack, std::size_t bytes, void (*body)(void*), void* argument) {
  // As pushed by procreg_switch_stacks, from the lowest address: r15, r14, r13, r12, rbx, rbp, where to go on. The stack is a
  // multiple of 16 there, as a call in procreg_first_on_stack wants it.
  auto* top = reinterpret_cast<std::uint64_t*>(stack + bytes / 16 * 16 - 16);
  std::uint64_t* at = top - 7;
  at[0] = 0;
  at[1] = 0;
  at[2] = reinterpret_cast<std::uint64_t>(body);
  at[3] = reinterpret_cast<std::uint64_t>(argument);
  at[4] = 0;
  at[5] = 0;
  at[6] = reinterpret_cast<std::uint64_t>(&procreg_first_on_stack);
  *top = 0;
  left_->stack = at;
}

void Context::swap(Context& from, Context& to) { procreg_switch_stacks(&from.left_->stack, to.left_->stack); }

}  // namespace procreg::harness
