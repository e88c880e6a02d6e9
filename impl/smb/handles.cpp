#include "impl/smb/handles.h"

#include <mutex>

#include "impl/smb/prefetch.h"

namespace procreg::impl::inline PROCREG_SYNC {

// nullptr: it has none, or had one.
Handles::Page* Handles::page_in(Packed directory, DurableId id) noexcept {
  const std::uint32_t index = number(id) / page_size;
  return index < capacity(directory) ? entries(directory)[index].page.load(sync::acquire) : nullptr;
}

OpenPlace Handles::find(DurableId id) const noexcept {
  Page* page = page_in(directory_.load(sync::acquire), id);
  if (page == nullptr) return {};
  const Word word = page->place_of(id).load(sync::acquire);
  return {reinterpret_cast<Open*>(word & ~Word{63}), static_cast<std::uint32_t>(word & 63)};
}

void Handles::prefetch_place(DurableId id) const noexcept {
  prefetch(&page_in(directory_.load(sync::acquire), id)->place_of(id));
}

void Handles::insert(Arena& arena, DurableId id, OpenPlace place) noexcept {
  Page* page = page_in(directory_.load(sync::acquire), id);
  if (page == nullptr) page = &page_for(arena, id);
  page->place_of(id).store(reinterpret_cast<Word>(place.open) | place.part, sync::release);
}

// Who still has the page of before in hand finds another open there, with another id.
void Handles::erase(Arena& arena, DurableId id) noexcept {
  Page& page = *page_in(directory_.load(sync::acquire), id);
  page.place_of(id).store(0, sync::release);
  if (page.line_of(id).gone.fetch_add(1, sync::acquire_release) + 1 < line_size) return;
  if (page.gone.fetch_add(1, sync::acquire_release) + 1 == page_lines) put_away(arena, id, page);
}

std::size_t Handles::size() const noexcept {
  const Packed directory = directory_.load(sync::acquire);
  std::size_t size = 0;
  for (std::uint32_t index = 0; index < capacity(directory); ++index) {
    const Page* page = entries(directory)[index].page.load(sync::acquire);
    if (page == nullptr) continue;
    for (const Line& line : page->lines)
      for (const Place& place : line.places) size += place.load(sync::relaxed) != 0 ? 1 : 0;
  }
  return size;
}

// Another thread may have begun it meanwhile.
Handles::Page& Handles::page_for(Arena& arena, DurableId id) noexcept {
  const std::scoped_lock lock{lock_};
  const std::uint32_t index = number(id) / page_size;
  while (index >= capacity(directory_.load(sync::relaxed))) grow(arena);
  auto& entry = entries(directory_.load(sync::relaxed))[index].page;
  Page* page = entry.load(sync::relaxed);
  if (page != nullptr) return *page;
  page = spare_.empty() ? arena.make<Page>() : spare_.back();
  if (!spare_.empty()) spare_.pop_back();
  if (index == 0) page->line_of(DurableId{0}).gone.store(1, sync::relaxed);  // no open has id 0
  entry.store(page, sync::release);
  return *page;
}

void Handles::put_away(Arena& arena, DurableId id, Page& page) noexcept {
  for (Line& line : page.lines) line.gone.store(0, sync::relaxed);
  page.gone.store(0, sync::relaxed);
  const std::scoped_lock lock{lock_};
  entries(directory_.load(sync::relaxed))[number(id) / page_size].page.store(nullptr, sync::release);
  spare_.push_back(arena, &page);
}

void Handles::grow(Arena& arena) noexcept {
  const Packed old = directory_.load(sync::relaxed);
  const Packed bits = old == 0 ? 3 : (old & 63) + 1;
  const std::size_t count = std::size_t{1} << bits;
  auto* fresh = static_cast<Entry*>(arena.allocate(count * sizeof(Entry)));
  for (std::size_t i = 0; i < count; ++i) {
    Entry* entry = ::new (static_cast<void*>(fresh + i)) Entry{};
    if (i < capacity(old)) entry->page.store(entries(old)[i].page.load(sync::relaxed), sync::relaxed);
  }
  directory_.store(reinterpret_cast<Packed>(fresh) | bits, sync::release);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
