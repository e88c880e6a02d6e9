// The keys of the registration lists (wer.md 4.2 to 4.5, 4.7), for KeyedList.
#pragma once

#include <cstdint>
#include <optional>

#include "api/snapshot.h"
#include "api/value.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Every bit of the number changes about half of the bits.
std::uint32_t hash_of(std::uint64_t number) noexcept;

// A text compared by WER-ALL-21: A-Z equal to a-z, nothing else folded. NULL equals none.
class FoldedText {
 public:
  FoldedText(const Tables& tables, std::optional<TextRef> text) noexcept : tables_{tables}, text_{text} {}
  bool equals(TextRef other) const noexcept { return other == text_ || equals_folded(other); }
  // Reads all of the text.
  std::uint64_t hash() const noexcept;

 private:
  bool equals_folded(TextRef other) const noexcept;

  const Tables& tables_;
  std::optional<TextRef> text_;
};

// Of files, registered or existing: the path.
struct PathKey {
  PathKey(const Tables& tables, std::optional<TextRef> text) noexcept
      : path{tables, text}, hash{hash_of(path.hash())} {}
  // `known` is the hash of the key with this text.
  PathKey(const Tables& tables, TextRef text, std::uint32_t known) noexcept : path{tables, text}, hash{known} {}
  bool names(const FileEntry& entry) const noexcept { return path.equals(entry.path); }
  bool names(const SnapText& file) const noexcept { return path.equals(file.text); }

  FoldedText path;
  std::uint32_t hash;
};

// Of registered and excluded memory blocks: where they start.
struct AddressKey {
  explicit AddressKey(Address start) noexcept : address{start}, hash{hash_of(static_cast<std::uint64_t>(start))} {}
  bool names(const BlockEntry& entry) const noexcept { return entry.address == address; }

  Address address;
  std::uint32_t hash;
};

// Of metadata: the key to the letter. Equal texts have equal indices. NULL is the key of none.
struct MetadataKey {
  explicit MetadataKey(std::optional<TextRef> text) noexcept
      : key{text}, hash{hash_of(text.value_or(TextRef{}).index)} {}
  bool names(const MetadataEntry& entry) const noexcept { return key == entry.key; }

  std::optional<TextRef> key;
  std::uint32_t hash;
};

// Of runtime exception modules: the name, together with the context.
struct ModuleKey {
  ModuleKey(const Tables& tables, std::optional<TextRef> text, Address with) noexcept
      : dll{tables, text}, context{with}, hash{hash_of(dll.hash()) + hash_of(static_cast<std::uint64_t>(with))} {}
  bool names(const ModuleEntry& entry) const noexcept { return entry.context == context && dll.equals(entry.dll); }
  // What the name alone has of the hash of a key.
  static std::uint32_t hash_of_name(std::uint32_t hash, Address context) noexcept {
    return hash - hash_of(static_cast<std::uint64_t>(context));
  }

  FoldedText dll;
  Address context;
  std::uint32_t hash;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
