#include "impl/kernel/arena.h"

#include <algorithm>
#include <bit>
#include <cstdint>

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

Arena::Arena() : chunks_{new_chunk(first_chunk_bytes, nullptr)} { begin(chunks_); }

Arena::~Arena() {
  while (chunks_ != nullptr) delete_chunk(std::exchange(chunks_, chunks_->next));
}

void* Arena::allocate(std::size_t bytes) noexcept {
  const std::size_t size = rounded(bytes);
  const std::scoped_lock lock{lock_};
  Free*& free = free_[class_of(size)];
  if (free == nullptr) return bump(size);
  return std::exchange(free, free->next);
}

void Arena::release(void* memory, std::size_t bytes) noexcept {
  const std::scoped_lock lock{lock_};
  Free*& free = free_[class_of(rounded(bytes))];
  free = ::new (memory) Free{free};
}

void Arena::rewind() noexcept {
  while (chunks_->next != nullptr) delete_chunk(std::exchange(chunks_, chunks_->next));
  free_.fill(nullptr);
  begin(chunks_);
}

std::size_t Arena::rounded(std::size_t bytes) noexcept {
  if (bytes <= small_max) return std::max<std::size_t>(16, (bytes + 15) / 16 * 16);
  return std::bit_ceil(bytes);
}

std::size_t Arena::class_of(std::size_t size) noexcept {
  if (size <= small_max) return size / 16;
  return small_classes + static_cast<std::size_t>(std::countr_zero(size));
}

void* Arena::bump(std::size_t size) noexcept {
  const std::size_t alignment = std::min(size & (~size + 1), line);
  std::byte* start = aligned(at_, alignment);
  if (start > end_ || size > static_cast<std::size_t>(end_ - start)) {
    const std::size_t usual = std::clamp(chunks_->bytes * 2, chunk_bytes_min, chunk_bytes_max);
    chunks_ = new_chunk(std::max(usual, size + line), chunks_);
    begin(chunks_);
    start = aligned(at_, alignment);
  }
  at_ = start + size;
  return start;
}

void Arena::begin(Chunk* chunk) noexcept {
  at_ = reinterpret_cast<std::byte*>(chunk) + sizeof(Chunk);
  end_ = reinterpret_cast<std::byte*>(chunk) + chunk->bytes;
}

Arena::Chunk* Arena::new_chunk(std::size_t bytes, Chunk* next) noexcept {
  void* memory = ::operator new(bytes, alignment_of_chunk(bytes));
  if (bytes >= huge_page_bytes) prefer_huge_pages(memory, bytes);
  return ::new (memory) Chunk{next, bytes};
}

void Arena::delete_chunk(Chunk* chunk) noexcept { ::operator delete(chunk, alignment_of_chunk(chunk->bytes)); }

}  // namespace procreg::impl::inline PROCREG_SYNC
