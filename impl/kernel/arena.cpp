#include "impl/kernel/arena.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "impl/kernel/pages.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {
constexpr std::size_t line = 64;

std::byte* aligned(std::byte* at, std::size_t alignment) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  return at + ((alignment - address % alignment) % alignment);
}

std::align_val_t alignment_of_chunk(std::size_t bytes) noexcept {
  return std::align_val_t{bytes >= huge_page_bytes ? huge_page_bytes : line};
}
}  // namespace

Arena::Arena() : first_{new_chunk(first_chunk_bytes, nullptr)} { begin(first_); }

Arena::~Arena() {
  while (first_ != nullptr) delete_chunk(std::exchange(first_, first_->next));
}

void* Arena::allocate(std::size_t bytes) noexcept {
  const std::size_t size = rounded(bytes);
  const std::scoped_lock lock{lock_};
  Free*& free = use_.free[class_of(size)];
  if (free == nullptr) return bump(size);
  return std::exchange(free, free->next);
}

void Arena::release(void* memory, std::size_t bytes) noexcept {
  const std::scoped_lock lock{lock_};
  const std::size_t list = class_of(rounded(bytes));
  use_.free_lists = std::max(use_.free_lists, list + 1);
  Free*& free = use_.free[list];
  free = ::new (memory) Free{free};
}

// Free again, should a thread that was dropped have held it.
void Arena::renew_lock() noexcept {
  std::destroy_at(&lock_);
  std::construct_at(&lock_);
}

void Arena::rewind() noexcept {
  renew_lock();
  while (first_->next != nullptr) delete_chunk(std::exchange(first_->next, first_->next->next));
  if constexpr (sync::known_by_address) {
    delete_chunk(first_);
    first_ = new_chunk(first_chunk_bytes, nullptr);
  }
  use_.free.fill(nullptr);
  use_.free_lists = 0;
  begin(first_);
}

std::size_t Arena::used(const Chunk* chunk) const noexcept {
  return static_cast<std::size_t>((chunk == use_.current ? use_.at : chunk->end_of_use) - begin_of(chunk));
}

std::size_t Arena::bytes_of(const Use& use) noexcept { return offsetof(Use, free) + use.free_lists * sizeof(Free*); }

void Arena::save(Image& image) const {
  const std::size_t use = bytes_of(use_);
  std::size_t size = use;
  for (const Chunk* chunk = first_; chunk != use_.current->next; chunk = chunk->next)
    size += sizeof(std::size_t) + used(chunk);
  image.resize(size);
  std::memcpy(image.data(), &use_, use);
  std::byte* to = image.data() + use;
  for (const Chunk* chunk = first_; chunk != use_.current->next; chunk = chunk->next) {
    const std::size_t length = used(chunk);
    std::memcpy(to, &length, sizeof length);
    std::memcpy(to + sizeof length, begin_of(chunk), length);
    to += sizeof length + length;
  }
}

void Arena::restore(const Image& image) noexcept {
  renew_lock();
  const std::size_t lists = use_.free_lists;
  std::memcpy(static_cast<void*>(&use_), image.data(), offsetof(Use, free));
  std::memcpy(use_.free.data(), image.data() + offsetof(Use, free), use_.free_lists * sizeof(Free*));
  for (std::size_t list = use_.free_lists; list < lists; ++list) use_.free[list] = nullptr;
  const std::byte* from = image.data() + bytes_of(use_);
  for (Chunk* chunk = first_; chunk != use_.current->next; chunk = chunk->next) {
    std::size_t length;
    std::memcpy(&length, from, sizeof length);
    std::memcpy(begin_of(chunk), from + sizeof length, length);
    chunk->end_of_use = begin_of(chunk) + length;
    from += sizeof length + length;
  }
}

bool Arena::same_as(const Image& image) const noexcept {
  const std::size_t use = bytes_of(use_);
  if (image.size() < use || std::memcmp(image.data(), &use_, use) != 0) return false;
  const std::byte* saved = image.data() + use;
  for (const Chunk* chunk = first_; chunk != use_.current->next; chunk = chunk->next) {
    const std::size_t length = used(chunk);
    if (std::memcmp(saved, &length, sizeof length) != 0) return false;
    if (std::memcmp(saved + sizeof length, begin_of(chunk), length) != 0) return false;
    saved += sizeof length + length;
  }
  return true;
}

std::size_t Arena::rounded(std::size_t bytes) noexcept {
  if (bytes <= small_max) return std::max<std::size_t>(16, (bytes + 15) / 16 * 16);
  const std::size_t quarter = std::bit_floor(bytes - 1) / 4;
  return (bytes + quarter - 1) / quarter * quarter;
}

std::size_t Arena::class_of(std::size_t size) noexcept {
  if (size <= small_max) return size / 16;
  const std::size_t below = std::bit_floor(size - 1);
  const auto doublings = static_cast<std::size_t>(std::countr_zero(below / small_max));
  return small_classes + doublings * 4 + (size - below) / (below / 4) - 1;
}

void* Arena::bump(std::size_t size) noexcept {
  const std::size_t alignment = std::min(size & (~size + 1), line);
  std::byte* start = aligned(use_.at, alignment);
  if (start > use_.end || size > static_cast<std::size_t>(use_.end - start)) {
    go_on(size);
    start = aligned(use_.at, alignment);
  }
  use_.at = start + size;
  return start;
}

// To the next chunk that is large enough. None is ever put between two others: images list them in their order.
void Arena::go_on(std::size_t size) noexcept {
  const std::size_t needed = size + line + sizeof(Chunk);
  do {
    Chunk* left = use_.current;
    left->end_of_use = use_.at;
    if (left->next == nullptr) {
      const std::size_t usual = std::clamp(left->bytes * 2, chunk_bytes_min, chunk_bytes_max);
      left->next = new_chunk(std::max(usual, needed), nullptr);
    }
    begin(left->next);
  } while (use_.current->bytes < needed);
}

void Arena::begin(Chunk* chunk) noexcept {
  use_.current = chunk;
  use_.at = begin_of(chunk);
  use_.end = reinterpret_cast<std::byte*>(chunk) + chunk->bytes;
}

Arena::Chunk* Arena::new_chunk(std::size_t bytes, Chunk* next) noexcept {
  void* memory = ::operator new(bytes, alignment_of_chunk(bytes));
  if (bytes >= huge_page_bytes) prefer_huge_pages(memory, bytes);
  return ::new (memory) Chunk{next, bytes, nullptr};
}

void Arena::delete_chunk(Chunk* chunk) noexcept { ::operator delete(chunk, alignment_of_chunk(chunk->bytes)); }

}  // namespace procreg::impl::inline PROCREG_SYNC
