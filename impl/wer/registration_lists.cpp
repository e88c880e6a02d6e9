// Files, memory blocks, excluded blocks, metadata and runtime exception modules (wer.md 4.2 to 4.5, 4.7).
#include "impl/kernel/gate_visit.h"
#include "impl/wer/file_words.h"
#include "impl/wer/keys.h"
#include "impl/wer/metadata_text.h"
#include "impl/wer/registration.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint32_t file_flags = WER_FILE_DELETE_WHEN_DONE | WER_FILE_ANONYMOUS_DATA;
constexpr std::uint32_t file_flags_compressed = file_flags | WER_FILE_COMPRESSED;

// What the lists differ in: whether the pages tell of a heap that fails, and what a second registration replaces (WER-ALL-13).
struct Files {
  static constexpr auto member = &RegistrationBlock::files;
  static constexpr bool lists_out_of_memory = false;
  static void replace(FileEntry& known, const FileEntry& again) noexcept {
    known.type = again.type;
    known.flags = again.flags;
  }
};
struct AnyBlocks {
  static void replace(BlockEntry& known, const BlockEntry& again) noexcept { known.size = again.size; }
};
struct Blocks : AnyBlocks {
  static constexpr auto member = &RegistrationBlock::blocks;
  static constexpr bool lists_out_of_memory = false;
};
struct Excluded : AnyBlocks {
  static constexpr auto member = &RegistrationBlock::excluded;
  static constexpr bool lists_out_of_memory = true;
};
struct Metadata {
  static constexpr auto member = &RegistrationBlock::metadata;
  static constexpr bool lists_out_of_memory = true;
  static void replace(MetadataEntry& known, const MetadataEntry& again) noexcept { known.value = again.value; }
};
struct Modules {
  static constexpr auto member = &RegistrationBlock::modules;
  static constexpr bool lists_out_of_memory = false;
  static void replace(ModuleEntry&, const ModuleEntry&) noexcept {}  // the key is all there is
};

}  // namespace

// --- Stages 3 to 6 of wer.md 3.2 ---

// WER-ALL-15
template <class List>
bool Registration::is_full(const RegistrationBlock& block) const noexcept {
  return entries(block) >= limits_.entries;
}

// WER-META-08, WER-META-09
template <>
bool Registration::is_full<Metadata>(const RegistrationBlock& block) const noexcept {
  if (block.metadata.size() >= limits_.metadata) return true;
  const bool gated = profile_[choice::metadata_entry_budget] != MetadataEntryBudget::independent;
  return gated && entries(block) >= limits_.entries;
}

// WER-REM-05, WER-REM-06
template <>
bool Registration::is_full<Modules>(const RegistrationBlock& block) const noexcept {
  return block.modules.size() >= limits_.modules;
}

// Whether an entry of the list takes a place of the heap.
template <class List>
bool Registration::allocates() const noexcept {
  return List::lists_out_of_memory || profile_[choice::unlisted_out_of_memory] == UnlistedOutOfMemory::e_outofmemory;
}

template <class List, class Key, class Entry>
Hresult Registration::add(Process& caller, const Key& key, const Entry& entry) noexcept {
  if (caller.block != nullptr) {
    if (Entry* known = (caller.block->*List::member).find(key)) {
      if (profile_[choice::reregistration] == Reregistration::last_wins) List::replace(*known, entry);
      return Hresult::S_OK;
    }
  }
  if (is_full<List>(storage_of(caller))) return Hresult::WER_E_INSUFFICIENT_BUFFER;
  if (allocates<List>() && !caller.heap.allocate()) return Hresult::E_OUTOFMEMORY;
  (block_of(caller).*List::member).append(kernel_.arena(), key, entry);
  return Hresult::S_OK;
}

template <class List, class Key>
Hresult Registration::remove(Process& caller, const Key& key, Hresult unknown) noexcept {
  if (caller.block == nullptr || !(caller.block->*List::member).remove(key)) return unknown;
  if (allocates<List>()) caller.heap.release();
  return Hresult::S_OK;
}

// --- The functions: keys that hash a text are made before the gate is taken ---

template <class Arguments, class Rest>
Result Registration::perform(ProcessRef caller, Arguments arguments, Rest rest) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  if (const auto answer = refused(arguments, registration_state(*self))) return *answer;
  return rest(*self);
}

template <class List, class KeyObjection, class Key>
Result Registration::unregister(ProcessRef caller, KeyObjection objection, const Key& key, Hresult unknown) noexcept {
  const auto arguments = [&] { return unregister_checks_keys() ? objection() : std::nullopt; };
  return perform(caller, arguments, [&](Process& self) { return remove<List>(self, key, unknown); });
}

// WER-ALL-20
bool Registration::is_too_long(TextRef text, std::size_t limit) const noexcept {
  const bool counts_nul = profile_[choice::string_limits] == StringLimits::characters_with_nul;
  return tables_.at(text).size() > limit - (counts_nul ? 1 : 0);
}

// --- Files ---

// WER-FILE-01, WER-FILE-04
Registration::Objection Registration::objection_to_path(Text path) const noexcept {
  if (!path) return Hresult::E_INVALIDARG;
  if (!is_too_long(*path, MAX_PATH)) return std::nullopt;
  const bool own_code = profile_[choice::file_path_too_long_code] == FilePathTooLongCode::filename_too_long;
  return own_code ? Hresult::HR_FILENAME_EXCED_RANGE : Hresult::E_INVALIDARG;
}

Registration::Objection Registration::objection_to_file(Text path, FileType type, std::uint32_t flags) const noexcept {
  const bool compressed = profile_[choice::file_flag_compressed] == FileFlagCompressed::accept;
  const std::uint32_t defined = compressed ? file_flags_compressed : file_flags;
  const bool bad_type = type != WerRegFileTypeUserDocument && type != WerRegFileTypeOther;
  if (!path || bad_type || (flags & ~defined) != 0) return Hresult::E_INVALIDARG;
  return objection_to_path(path);
}

Result Registration::wer_register_file(ProcessRef caller, Text path, FileType type, std::uint32_t flags) noexcept {
  const PathKey key{tables_, path};
  return perform(
      caller, [&] { return objection_to_file(path, type, flags); },
      [&](Process& self) {
        return add<Files>(self, key, FileEntry{*path, type, flags});
      });
}

Result Registration::wer_unregister_file(ProcessRef caller, Text path) noexcept {
  return unregister<Files>(
      caller, [&] { return objection_to_path(path); }, PathKey{tables_, path}, Hresult::WER_E_NOT_FOUND);
}

// --- Memory blocks ---

Result Registration::wer_register_memory_block(ProcessRef caller, Address start, std::uint32_t size) noexcept {
  const bool bad = start == Address{0} || size == 0 || size > WER_MAX_MEM_BLOCK_SIZE;
  return perform(
      caller, [&] { return invalid_if(bad); },
      [&](Process& self) {
        return add<Blocks>(self, AddressKey{start}, BlockEntry{start, size});
      });
}

Result Registration::wer_unregister_memory_block(ProcessRef caller, Address start) noexcept {
  return unregister<Blocks>(
      caller, [&] { return invalid_if(start == Address{0}); }, AddressKey{start}, Hresult::WER_E_NOT_FOUND);
}

Result Registration::wer_register_excluded_memory_block(ProcessRef caller, Address start, std::uint32_t size) noexcept {
  const bool bad = start == Address{0} || size == 0;
  return perform(
      caller, [&] { return invalid_if(bad); },
      [&](Process& self) {
        return add<Excluded>(self, AddressKey{start}, BlockEntry{start, size});
      });
}

Result Registration::wer_unregister_excluded_memory_block(ProcessRef caller, Address start) noexcept {
  return unregister<Excluded>(
      caller, [&] { return invalid_if(start == Address{0}); }, AddressKey{start}, Hresult::WER_E_NOT_FOUND);
}

// --- Custom metadata ---

// WER-META-01 to WER-META-03
Registration::Objection Registration::objection_to_key(Text key) const noexcept {
  if (!key || is_too_long(*key, WER_METADATA_KEY_MAX_LENGTH)) return Hresult::E_INVALIDARG;
  return invalid_if(!is_element_name(tables_.at(*key), profile_[choice::metadata_key_charset]));
}

Registration::Objection Registration::objection_to_metadata(Text key, Text value) const noexcept {
  if (const auto bad_key = objection_to_key(key)) return bad_key;
  if (!value || is_too_long(*value, WER_METADATA_VALUE_MAX_LENGTH)) return Hresult::E_INVALIDARG;
  return invalid_if(!is_printable_ascii(tables_.at(*value)));
}

Result Registration::wer_register_custom_metadata(ProcessRef caller, Text key, Text value) noexcept {
  return perform(
      caller, [&] { return objection_to_metadata(key, value); },
      [&](Process& self) {
        return add<Metadata>(self, MetadataKey{key}, MetadataEntry{*key, *value});
      });
}

Result Registration::wer_unregister_custom_metadata(ProcessRef caller, Text key) noexcept {
  return unregister<Metadata>(
      caller, [&] { return objection_to_key(key); }, MetadataKey{key}, Hresult::WER_E_NOT_FOUND);
}

// --- Runtime exception modules ---

Result Registration::wer_register_runtime_exception_module(ProcessRef caller, Text dll, Address context) noexcept {
  const ModuleKey key{tables_, dll, context};
  return perform(
      caller, [&] { return invalid_if(!dll); },
      [&](Process& self) {
        return add<Modules>(self, key, ModuleEntry{*dll, context});
      });
}

Result Registration::wer_unregister_runtime_exception_module(ProcessRef caller, Text dll, Address context) noexcept {
  const bool own_code = profile_[choice::module_unregister_unknown] == ModuleUnregisterUnknown::file_not_found;
  return unregister<Modules>(
      caller, [&] { return invalid_if(!dll); }, ModuleKey{tables_, dll, context},
      own_code ? Hresult::HR_FILE_NOT_FOUND : Hresult::WER_E_NOT_FOUND);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
