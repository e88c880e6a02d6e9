#include "scenarios/properties/expected_lists.h"

#include <algorithm>

namespace procreg::scenarios {

using enum Hresult;

namespace {

auto with_key(std::vector<Registered>& list, std::uint32_t k) {
  return std::find_if(list.begin(), list.end(), [k](const Registered& entry) { return entry.k == k; });
}

}  // namespace

std::size_t ExpectedLists::entries() const {
  std::size_t count = of(List::files).size() + of(List::blocks).size() + of(List::excluded).size();
  if (profile_[choice::metadata_entry_budget] == MetadataEntryBudget::counts) count += of(List::metadata).size();
  if (profile_[choice::additional_process_entry_budget] == AdditionalProcessEntryBudget::counts)
    count += of(List::processes).size();
  return count;
}

bool ExpectedLists::is_gated(List list) const {
  if (list == List::metadata) return profile_[choice::metadata_entry_budget] != MetadataEntryBudget::independent;
  if (list == List::processes)
    return profile_[choice::additional_process_entry_budget] != AdditionalProcessEntryBudget::independent;
  return list != List::modules;
}

bool ExpectedLists::is_within_own_limit(List list) const {
  if (list == List::metadata) return of(list).size() < limits_.metadata;
  if (list == List::processes) return of(list).size() < limits_.dumpCollection;
  return list != List::modules || of(list).size() < limits_.modules;
}

bool ExpectedLists::has_room(List list) const {
  return is_within_own_limit(list) && (!is_gated(list) || entries() < limits_.entries);
}

bool ExpectedLists::replaces(List list) const {
  if (list == List::processes)
    return profile_[choice::additional_process_duplicate] == AdditionalProcessDuplicate::update;
  return list != List::modules && profile_[choice::reregistration] == Reregistration::last_wins;
}

Registered* ExpectedLists::found(Key key) {
  const bool no_lookup = key.list == List::processes &&
                         profile_[choice::additional_process_duplicate] == AdditionalProcessDuplicate::second_entry;
  const auto entry = with_key(of(key.list), key.k);
  return no_lookup || entry == of(key.list).end() ? nullptr : &*entry;
}

Result ExpectedLists::add(Key key, std::uint32_t attribute) {
  if (Registered* entry = found(key)) {
    if (replaces(key.list)) entry->attribute = attribute;
    return S_OK;
  }
  if (!has_room(key.list)) return WER_E_INSUFFICIENT_BUFFER;
  of(key.list).push_back({key.k, key.list == List::modules ? 0 : attribute});
  return S_OK;
}

Result ExpectedLists::remove(Key key, const Registrations& lists) {
  auto& list = of(key.list);
  const auto entry = with_key(list, key.k);
  if (entry == list.end()) return lists.not_found(key.list);
  list.erase(entry);
  return S_OK;
}

bool ExpectedLists::are_shown_by(const SeenProcess& process, const Registrations& lists) const {
  for (std::uint8_t i = 0; i < lists_.size(); ++i)
    if (lists.of(process, List{i}) != lists_[i]) return false;
  return true;
}

}  // namespace procreg::scenarios
