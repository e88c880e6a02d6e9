#include "impl/smb/handles.h"

#include <mutex>

#include "impl/smb/prefetch.h"

namespace procreg::impl::inline PROCREG_SYNC {

OpenPlace Handles::find(DurableId id) const noexcept {
  const Packed directory = directory_.load(sync::acquire);
  const std::uint32_t index = number(id) / page_size;
  if (index >= capacity(directory)) return {};
  const Page* page = entries(directory)[index].page.load(sync::acquire);
  if (page == nullptr) return {};
  const Word word = (*page)[number(id) % page_size].load(sync::acquire);
  return {reinterpret_cast<Open*>(word & ~Word{63}), static_cast<std::uint32_t>(word & 63)};
}

void Handles::prefetch_place(DurableId id) const noexcept {
  const Page* page = entries(directory_.load(sync::acquire))[number(id) / page_size].page.load(sync::acquire);
  prefetch(&(*page)[number(id) % page_size]);
}

void Handles::insert(Arena& arena, DurableId id, OpenPlace place) noexcept {
  const std::uint32_t index = number(id) / page_size;
  Packed directory = directory_.load(sync::relaxed);
  if (index >= capacity(directory) || entries(directory)[index].page.load(sync::relaxed) == nullptr) {
    const std::scoped_lock lock{lock_};
    if (index >= capacity(directory)) grow(arena);
    directory = directory_.load(sync::relaxed);
    Page* page = spare_.empty() ? arena.make<Page>() : spare_.back();
    if (!spare_.empty()) spare_.pop_back();
    entries(directory)[index].page.store(page, sync::release);
  }
  Page& page = *entries(directory)[index].page.load(sync::relaxed);
  page[number(id) % page_size].store(reinterpret_cast<Word>(place.open) | place.part, sync::release);
  ++inserted_;
}

// Who still has the page of before in hand finds another open there, with another id.
void Handles::erase(Arena& arena, DurableId id) noexcept {
  const std::scoped_lock lock{lock_};
  Entry& entry = entries(directory_.load(sync::relaxed))[number(id) / page_size];
  Page* page = entry.page.load(sync::relaxed);
  (*page)[number(id) % page_size].store(0, sync::release);
  ++erased_;
  // No open has id 0.
  if (++entry.gone + (number(id) < page_size ? 1 : 0) < page_size) return;
  entry.page.store(nullptr, sync::release);
  spare_.push_back(arena, page);
}

void Handles::grow(Arena& arena) noexcept {
  const Packed old = directory_.load(sync::relaxed);
  const Packed bits = old == 0 ? 2 : (old & 63) + 1;
  const std::size_t count = std::size_t{1} << bits;
  auto* fresh = static_cast<Entry*>(arena.allocate(count * sizeof(Entry)));
  for (std::size_t i = 0; i < count; ++i) {
    Entry* entry = ::new (static_cast<void*>(fresh + i)) Entry{};
    if (i >= capacity(old)) continue;
    entry->page.store(entries(old)[i].page.load(sync::relaxed), sync::relaxed);
    entry->gone = entries(old)[i].gone;
  }
  directory_.store(reinterpret_cast<Packed>(fresh) | bits, sync::release);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
