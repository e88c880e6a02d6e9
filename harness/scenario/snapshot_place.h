// Places in the layout of snapshots, as pointers and partial objects name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshot.h"

namespace procreg::harness {

// A field, or a node: the list as a whole, or one record of it.
struct SnapPlace {
  const SnapField* field{};
  const SnapNode* node{};
  bool whole_list{};
};

SnapPlace whole_snapshot();
SnapPlace one_report();

// The member of a record; nullopt when it has none with this name. Not for lists.
std::optional<SnapPlace> member_place(const SnapPlace& record, std::string_view name);
// One element of a list.
SnapPlace element_place(const SnapPlace& list);
std::vector<std::string_view> member_names(const SnapPlace& record);

// The segments of a JSON Pointer; nullopt when the text is none.
std::optional<std::vector<std::string>> pointer_segments(std::string_view pointer);

}  // namespace procreg::harness
