#include "harness/scenario/snapshot_place.h"

#include "harness/scenario/snapshot_tree.h"

namespace procreg::harness {

namespace {

// Calls f(name, place) for every member of a record; inline records are part of their parent.
template <class F>
void each_member(const SnapNode& record, F&& f) {
  for (const SnapField& field : record.fields) f(field.name, SnapPlace{&field, nullptr, false});
  for (const SnapNode& child : record.children) {
    if (child.shape == SnapNode::Shape::inline_record)
      each_member(child, f);
    else
      f(child.name, SnapPlace{nullptr, &child, child.shape == SnapNode::Shape::list});
  }
}

}  // namespace

SnapPlace whole_snapshot() { return {nullptr, &snapshot_layout(), false}; }

SnapPlace one_report() { return element_place(*member_place(whole_snapshot(), "reports")); }

std::optional<SnapPlace> member_place(const SnapPlace& record, std::string_view name) {
  std::optional<SnapPlace> found;
  each_member(*record.node, [&](std::string_view each, const SnapPlace& place) {
    if (each == name) found = place;
  });
  return found;
}

SnapPlace element_place(const SnapPlace& list) {
  if (bare_values(*list.node)) return {&list.node->fields.front(), nullptr, false};
  return {nullptr, list.node, false};
}

std::vector<std::string_view> member_names(const SnapPlace& record) {
  std::vector<std::string_view> names;
  each_member(*record.node, [&](std::string_view each, const SnapPlace&) { names.push_back(each); });
  return names;
}

std::optional<std::vector<std::string>> pointer_segments(std::string_view pointer) {
  std::vector<std::string> segments;
  if (!pointer.empty() && pointer.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      segments.emplace_back();
    } else if (pointer[i] == '~') {
      const char code = i + 1 < pointer.size() ? pointer[i + 1] : '\0';
      if (code != '0' && code != '1') return std::nullopt;
      segments.back() += code == '0' ? '~' : '/';
      ++i;
    } else {
      segments.back() += pointer[i];
    }
  }
  return segments;
}

}  // namespace procreg::harness
