#include "scenarios/properties/registrations.h"

#include <string>

#include "scenarios/properties/drawn_steps.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr std::uint64_t block_distance = 0x10000;
constexpr std::uint32_t block_unit = 0x100;

std::uint64_t address_of(std::uint32_t k) { return block_distance * (k + 1); }
std::uint32_t size_of(std::uint32_t attribute) { return block_unit * (attribute + 1); }
std::uint32_t type_of(std::uint32_t attribute) { return 1 + attribute % 2; }

// Two keys a dll: with context 0 and 1.
std::uint32_t dll_of(std::uint32_t k) { return k / 2; }
std::uint64_t context_of(std::uint32_t k) { return k % 2; }

std::u16string numbered(std::u16string_view before, std::uint32_t k, std::u16string_view after = {}) {
  std::u16string text{before};
  text.push_back(static_cast<char16_t>(u'a' + k));
  return text.append(after);
}

std::uint32_t known(std::uint64_t value, std::uint32_t bound) {
  return value < bound ? static_cast<std::uint32_t>(value) : Registrations::unknown;
}

}  // namespace

Registrations::Registrations(Story& story) : story_{&story} {
  accept_any_target(story);
  for (std::uint32_t k = 0; k < keys; ++k) {
    paths_[k] = story.text(numbered(u"C:\\", k, u".txt"));
    names_[k] = story.text(numbered(u"key-", k));
    dlls_[k] = story.text(numbered(u"C:\\", k, u".dll"));
  }
  for (std::uint32_t k = 0; k < attributes; ++k) values_[k] = story.text(numbered(u"value ", k));
  too_long_ = story.text(std::u16string(MAX_PATH + 1, u'l'));
  lines_ = {story.text(u"/again"), story.text(u"/restarted \"a b\""), story.text(u""), TextIn{},
            story.text(std::u16string(RESTART_MAX_CMD_LINE + 1, u'l'))};
  local_paths_ = {story.text(u"Dumps"), story.text(u"..\\Dumps"), story.text(u""), TextIn{},
                  story.text(std::u16string(WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH, u'l'))};
}

Key Registrations::any_key(std::uint32_t below) const {
  const List list = any_list();
  return {list, story_->below(below)};
}

Result Registrations::add(Name by, Key key, std::uint32_t attribute) const {
  switch (key.list) {
    case List::processes:
      return story_->reg(by, nobody_pid(key.k + 1), tid(4 * attribute));
    case List::files:
      return story_->reg_file(by, paths_.at(key.k), type_of(attribute), attribute);
    case List::blocks:
      return story_->reg_block(by, address_of(key.k), size_of(attribute));
    case List::excluded:
      return story_->reg_excluded(by, address_of(key.k), size_of(attribute));
    case List::metadata:
      return story_->reg_metadata(by, names_.at(key.k), values_.at(attribute));
    default:
      return story_->reg_module(by, dlls_.at(dll_of(key.k)), context_of(key.k));
  }
}

Result Registrations::remove(Name by, Key key) const {
  switch (key.list) {
    case List::processes:
      return story_->unreg(by, nobody_pid(key.k + 1));
    case List::files:
      return story_->unreg_file(by, paths_.at(key.k));
    case List::blocks:
      return story_->unreg_block(by, address_of(key.k));
    case List::excluded:
      return story_->unreg_excluded(by, address_of(key.k));
    case List::metadata:
      return story_->unreg_metadata(by, names_.at(key.k));
    default:
      return story_->unreg_module(by, dlls_.at(dll_of(key.k)), context_of(key.k));
  }
}

void Registrations::fill(Name by, List list, std::uint32_t n) const {
  for (std::uint32_t k = 0; k < n; ++k)
    story_->must_be(add(by, {list, k}), S_OK, "a place within the limit is granted");
}

Result Registrations::bad_argument(Name by, List list) const {
  switch (list) {
    case List::processes:
      return story_->coin() ? story_->reg(by, pid(0)) : story_->unreg(by, pid(0));
    case List::blocks:
      if (story_->coin()) return story_->unreg_block(by, 0);
      return story_->reg_block(by, address_of(0), story_->one_of({0U, WER_MAX_MEM_BLOCK_SIZE + 1}));
    case List::excluded:
      if (story_->coin()) return story_->unreg_excluded(by, 0);
      return story_->reg_excluded(by, address_of(0), 0);
    default:
      return bad_string(by, list);
  }
}

Result Registrations::bad_string(Name by, List list) const {
  const TextIn bad = list != List::modules && story_->coin() ? too_long_ : TextIn{};
  const bool registers = story_->coin();
  if (list == List::files) return registers ? story_->reg_file(by, bad) : story_->unreg_file(by, bad);
  if (list == List::modules) return registers ? story_->reg_module(by, bad) : story_->unreg_module(by, bad);
  if (!registers) return story_->unreg_metadata(by, bad);
  return story_->coin() ? story_->reg_metadata(by, bad, values_[0]) : story_->reg_metadata(by, names_[0], bad);
}

// --- What is shown ---

std::uint32_t Registrations::number_of(const std::array<TextIn, keys>& texts, TextRef text) const {
  for (std::uint32_t k = 0; k < keys; ++k)
    if (texts[k].value == text) return k;
  return unknown;
}

Registered Registrations::shown(const AdditionalProcessEntry& entry) const {
  const std::uint32_t place = number(entry.processId) - number(unowned_pid) - 4;
  return {place % 4 == 0 ? known(place / 4, keys) : unknown, known(number(entry.threadId) / 4, attributes)};
}

Registered Registrations::shown(const FileEntry& entry) const {
  const bool type_fits = static_cast<std::uint32_t>(entry.type) == type_of(entry.flags);
  return {number_of(paths_, entry.path), type_fits ? known(entry.flags, attributes) : unknown};
}

Registered Registrations::shown(const BlockEntry& entry) const {
  const auto address = static_cast<std::uint64_t>(entry.address);
  const bool is_key = address % block_distance == 0 && address > 0;
  const bool is_size = entry.size % block_unit == 0 && entry.size > 0;
  return {is_key ? known(address / block_distance - 1, keys) : unknown,
          is_size ? known(entry.size / block_unit - 1, attributes) : unknown};
}

Registered Registrations::shown(const MetadataEntry& entry) const {
  std::uint32_t attribute = unknown;
  for (std::uint32_t k = 0; k < attributes; ++k)
    if (values_[k].value == entry.value) attribute = k;
  return {number_of(names_, entry.key), attribute};
}

Registered Registrations::shown(const ModuleEntry& entry) const {
  const std::uint32_t dll = number_of(dlls_, entry.dll);
  const auto context = static_cast<std::uint64_t>(entry.context);
  return {dll < keys / 2 && context < 2 ? 2 * dll + static_cast<std::uint32_t>(context) : unknown, 0};
}

template <class Entry>
std::vector<Registered> Registrations::all(const std::vector<Entry>& entries) const {
  std::vector<Registered> all;
  for (const Entry& entry : entries) all.push_back(shown(entry));
  return all;
}

std::vector<Registered> Registrations::of(const SeenProcess& process, List list) const {
  if (!process.wer) return {};
  switch (list) {
    case List::processes:
      return all(process.wer->processes);
    case List::files:
      return all(process.wer->files);
    case List::blocks:
      return all(process.wer->blocks);
    case List::excluded:
      return all(process.wer->excluded);
    case List::metadata:
      return all(process.wer->metadata);
    default:
      return all(process.wer->modules);
  }
}

// --- By the profile ---

Result Registrations::not_found(List list) const {
  const bool as_file = story_->profile()[choice::module_unregister_unknown] == ModuleUnregisterUnknown::file_not_found;
  return list == List::modules && as_file ? HR_FILE_NOT_FOUND : WER_E_NOT_FOUND;
}

bool Registrations::allocates(List list) const {
  const bool unlisted = list == List::files || list == List::blocks || list == List::modules;
  return !unlisted || story_->profile()[choice::unlisted_out_of_memory] == UnlistedOutOfMemory::e_outofmemory;
}

void Registrations::limit(List list, std::uint32_t n) const {
  Limits& limits = story_->world().limits;
  switch (list) {
    case List::processes:
      return limit_processes_to(*story_, n);
    case List::modules:
      limits.modules = n;
      return;
    case List::metadata:
      if (story_->coin()) {
        limits.metadata = n;
        return;
      }
      story_->set(choice::metadata_entry_budget, MetadataEntryBudget::counts);
      limits.metadata = n + story_->below(2);
      [[fallthrough]];
    default:
      limits.entries = n;
      return;
  }
}

}  // namespace procreg::scenarios
