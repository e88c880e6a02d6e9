// A snapshot as a tree of named values: what JSON, differences and expectations look at.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshot.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

struct SnapTree {
  enum class Shape : std::uint8_t { value, object, list, absent };
  std::string key{};  // in its object
  Shape shape{Shape::value};
  bool keyed{};                  // an object whose members are the elements of a list (machines, processes)
  const SnapField* field{};      // of a value
  const std::uint64_t* words{};  // of a value, null when absent; they belong to the snapshot
  const SnapNode* node{};        // of a value that is a string or bytes; `field` is null
  std::size_t units{};           // of these
  std::vector<SnapTree> children{};

  const SnapTree* child(std::string_view name) const;
};

// nullopt when the words do not fit the layout. The words must outlive the tree.
std::optional<SnapTree> snapshot_tree(const Script& script, std::span<const std::uint64_t> words);

std::string snapshot_text(const Script& script, const SnapTree& tree);

// What a tree of shape string or bytes holds.
std::u16string units_text(const SnapTree& tree);
std::vector<std::uint8_t> units_bytes(const SnapTree& tree);

// The key of a process that has no name: its object id, which no name can be.
std::string key_without_name(std::uint64_t object_id);

// A list whose elements are members of an object.
inline bool keyed(const SnapNode& node) {
  return node.shape == SnapNode::Shape::list && (node.key >= 0 || node.key == SnapNode::key_is_string);
}

// A list whose elements have one field shows bare values.
inline bool bare_values(const SnapNode& list) { return list.fields.size() == 1 && list.children.empty(); }

}  // namespace procreg::harness
