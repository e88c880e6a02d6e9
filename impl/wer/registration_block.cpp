#include "impl/wer/registration_block.h"

#include <utility>

namespace procreg::impl::inline PROCREG_SYNC {

AdditionalProcesses::Entry* AdditionalProcesses::find(Pid process) noexcept {
  Entry* entry = first_;
  while (entry != nullptr && entry->process != process) entry = entry->next;
  return entry;
}

void AdditionalProcesses::append(Arena& arena, const AdditionalProcess& registered) noexcept {
  Entry* entry = spare_ != nullptr ? std::exchange(spare_, spare_->next) : arena.make<Entry>();
  *entry = {registered, nullptr};
  (first_ == nullptr ? first_ : last_->next) = entry;
  last_ = entry;
  ++size_;
}

bool AdditionalProcesses::remove(Pid process) noexcept {
  Entry* before = nullptr;
  Entry* entry = first_;
  while (entry != nullptr && entry->process != process) before = std::exchange(entry, entry->next);
  if (entry == nullptr) return false;

  (before == nullptr ? first_ : before->next) = entry->next;
  if (last_ == entry) last_ = before;
  entry->next = std::exchange(spare_, entry);
  --size_;
  return true;
}

void AdditionalProcesses::free(Arena& arena) noexcept {
  for (Entry* list : {first_, spare_}) {
    while (list != nullptr) arena.drop(std::exchange(list, list->next));
  }
  *this = {};
}

void RegistrationBlock::free(Arena& arena) noexcept {
  files.free(arena);
  blocks.free(arena);
  excluded.free(arena);
  metadata.free(arena);
  modules.free(arena);
  processes.free(arena);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
