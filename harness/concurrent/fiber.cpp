#include "harness/concurrent/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

#include "harness/concurrent/stack_notes.h"

namespace procreg::harness {

namespace {

std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

// The fiber that is being left, for the one that goes on.
thread_local Fiber* leaving = nullptr;

}  // namespace

Fiber::Fiber(std::size_t stack_bytes)
    : mapped_bytes_{(stack_bytes + page_bytes() - 1) / page_bytes() * page_bytes() + page_bytes()} {
  void* mapped = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc{};
  mapped_ = static_cast<std::byte*>(mapped);
  mprotect(mapped_, page_bytes(), PROT_NONE);
  stack_ = mapped_ + page_bytes();
  stack_bytes_ = mapped_bytes_ - page_bytes();
}

Fiber::~Fiber() {
  if (mapped_ != nullptr) munmap(mapped_, mapped_bytes_);
}

void Fiber::start(const std::function<void()>& body, Fiber& then) {
  body_ = &body;
  then_ = &then;
  fake_stack_ = nullptr;
  fresh_stack(stack_, stack_bytes_);
  context_.prepare(stack_, stack_bytes_, &Fiber::run, this);
}

void Fiber::switch_to(Fiber& other) {
  leaving = this;
  leaving_stack(&fake_stack_, other.stack_, other.stack_bytes_);
  Context::swap(context_, other.context_);
  arrived();
}

// On this fiber, after somebody switched to it. The stack of the system's own thread is learnt from who leaves it.
void Fiber::arrived() {
  Fiber& from = *leaving;
  const bool own = from.mapped_ == nullptr;
  entered_stack(fake_stack_, own ? &from.stack_ : nullptr, own ? &from.stack_bytes_ : nullptr);
}

void Fiber::run(void* self) {
  auto& fiber = *static_cast<Fiber*>(self);
  fiber.arrived();
  (*fiber.body_)();
  fiber.switch_to(*fiber.then_);
}

}  // namespace procreg::harness
