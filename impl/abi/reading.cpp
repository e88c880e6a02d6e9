// procreg/control.h: reading a world.
#include <algorithm>

#include "impl/abi/shown_report.h"

procreg_process_state procreg_state_of(procreg_world* world, procreg_process process) noexcept {
  if (world == nullptr) return PROCREG_EXITED;
  return static_cast<procreg_process_state>(world->state(procreg::impl::key_of(process)));
}

uint64_t procreg_now(procreg_world* world) noexcept { return world == nullptr ? 0 : world->world().calls().kernel.now; }

size_t procreg_report_count(procreg_world* world) noexcept {
  return world == nullptr ? 0 : world->world().calls().crashes.reports().size();
}

const procreg_report* procreg_report_at(procreg_world* world, size_t i) noexcept {
  const auto* shown = world == nullptr ? nullptr : world->report(i);
  return shown == nullptr ? nullptr : &shown->c;
}

size_t procreg_snapshot_words(procreg_world* world, uint64_t* words, size_t capacity) noexcept {
  if (world == nullptr) return 0;
  static thread_local procreg::SnapshotWords snapshot;
  snapshot.clear();
  world->world().snapshot(snapshot);
  if (snapshot.size() <= capacity) std::copy(snapshot.begin(), snapshot.end(), words);
  return snapshot.size();
}

size_t procreg_text_count(procreg_world* world) noexcept {
  return world == nullptr ? 0 : world->texts.tables().texts();
}

PCWSTR procreg_text(procreg_world* world, size_t index, size_t* length) noexcept {
  if (index >= procreg_text_count(world)) return nullptr;
  const std::u16string& text = world->texts.at({static_cast<std::uint32_t>(index)});
  if (length != nullptr) *length = text.size();
  return procreg::impl::c_text(text);
}

size_t procreg_name_count(procreg_world* world) noexcept { return world == nullptr ? 0 : world->names.count(); }

const char* procreg_name(procreg_world* world, size_t index) noexcept {
  return world == nullptr ? nullptr : world->names.at(index);
}

const char* procreg_name_of_thread(procreg_world* world, size_t index, uint32_t k) noexcept {
  return world == nullptr ? nullptr : world->names.thread(index, k);
}
