#include "harness/scenario/snapshot_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/memory_text.h"
#include "harness/scenario/value_text.h"

namespace procreg::harness {

namespace {

using Shape = SnapTree::Shape;

std::string machine_name(const Script& script, std::uint64_t index) {
  return index < script.world.machines.size() ? script.world.machines[index].name : std::to_string(index);
}

NameRef thread_ref(std::uint64_t word) {
  return {static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word & 0xFFFF)};
}

std::string name_json(const Script& script, NameRef ref) {
  const std::string name = text(script.names, ref);
  return name.empty() ? "null" : json::quote(name);
}

std::string text_json(const Script& script, std::uint64_t index) {
  if (index >= script.tables.texts()) return json::quote(fmt::format("text {}", index));
  return json::quote(script.tables.at(TextRef{static_cast<std::uint32_t>(index)}));
}

std::string name_of_text(const Script& script, std::uint64_t index) {
  return index < script.tables.texts() ? json::utf8(script.tables.at(TextRef{static_cast<std::uint32_t>(index)}))
                                       : fmt::format("text {}", index);
}

std::string units_json(const SnapTree& tree) {
  return tree.node->shape == SnapNode::Shape::string ? json::quote(units_text(tree))
                                                     : json::quote(hex_text(units_bytes(tree)));
}

std::string value_json(const Script& script, const SnapField& field, const std::uint64_t* words) {
  if (words == nullptr) return "null";
  switch (field.kind) {
    case SnapKind::hex:
      return json::hex(*words);
    case SnapKind::boolean:
      return *words != 0 ? "true" : "false";
    case SnapKind::stacks:
      return *words < script.tables.all_stacks()
                 ? stacks_text(script.tables.at(StacksRef{static_cast<std::uint32_t>(*words)}))
                 : json::quote(fmt::format("stacks {}", *words));
    case SnapKind::ranges:
      return *words < script.tables.all_ranges()
                 ? ranges_text(script.tables.at(RangesRef{static_cast<std::uint32_t>(*words)}))
                 : json::quote(fmt::format("ranges {}", *words));
    case SnapKind::loaded_modules:
      return *words < script.tables.all_loaded_modules()
                 ? loaded_modules_text(script.tables.at(LoadedModulesRef{static_cast<std::uint32_t>(*words)}))
                 : json::quote(fmt::format("modules {}", *words));
    case SnapKind::machine:
      return json::quote(machine_name(script, *words));
    case SnapKind::text:
      return text_json(script, *words);
    case SnapKind::given_name:
      return name_json(script, name_ref(static_cast<GivenName>(*words)));
    case SnapKind::thread_name:
      return name_json(script, thread_ref(*words));
    case SnapKind::guid:
      return json::quote(guid_text({words[0], words[1]}));
    case SnapKind::version:
      return version_text({words[0], words[1]});
    case SnapKind::ntstatus:
      return json::quote(text(Result{ResultKind::ntstatus, *words}));
    case SnapKind::enumeration:
      return json::quote(field.names()[*words]);
    default:
      return json::integer(*words);
  }
}

// Makes the tree while the words are walked.
class Builder final : public SnapshotVisitor {
 public:
  explicit Builder(const Script& script) : script_{script} { open_.push_back(&root_); }

  void enter(const SnapNode& node, std::size_t count) override {
    if (node.shape == SnapNode::Shape::inline_record || &node == &snapshot_layout()) return;
    SnapTree& tree = add(node.name, node.shape == SnapNode::Shape::list && !keyed(node) ? Shape::list : Shape::object);
    tree.keyed = keyed(node);
    if (node.shape == SnapNode::Shape::optional && count == 0) tree.shape = Shape::absent;
    if (node.shape == SnapNode::Shape::list) tree.children.reserve(count);
    open_.push_back(&tree);
  }
  void leave(const SnapNode& node) override {
    if (node.shape != SnapNode::Shape::inline_record && &node != &snapshot_layout()) open_.pop_back();
  }
  void element(const SnapNode& list, std::size_t) override {
    if (!bare_values(list)) open_.push_back(&add("", Shape::object));
  }
  void element_end(const SnapNode& list) override {
    if (bare_values(list)) return;
    SnapTree& element = *open_.back();
    open_.pop_back();
    if (keyed(list)) element.key = key_of(list, element);
  }
  void value(const SnapField& field, const std::uint64_t* words) override {
    SnapTree& tree = add(field.name, Shape::value);
    tree.field = &field;
    tree.words = words;
  }

  void units(const SnapNode& node, std::size_t count, const std::uint64_t* words) override {
    SnapTree& tree = add(node.name, Shape::value);
    tree.node = &node;
    tree.units = count;
    tree.words = words;
  }

  SnapTree root() { return std::move(root_); }

 private:
  SnapTree& add(std::string_view key, Shape shape) {
    SnapTree& tree = open_.back()->children.emplace_back();
    tree.key = key;
    tree.shape = shape;
    return tree;
  }
  std::string key_of(const SnapNode& list, const SnapTree& element) const {
    if (list.key == SnapNode::key_is_string) return json::utf8(units_text(element.children.front()));
    const SnapTree& key = element.children[static_cast<std::size_t>(list.key)];
    if (key.field->kind == SnapKind::machine) return machine_name(script_, *key.words);
    if (key.field->kind == SnapKind::text) return name_of_text(script_, *key.words);
    const std::string name = text(script_.names, name_ref(static_cast<GivenName>(*key.words)));
    return name.empty() ? key_without_name(*element.children.front().words) : name;
  }

  const Script& script_;
  SnapTree root_{"", Shape::object, false, nullptr, nullptr, {}};
  std::vector<SnapTree*> open_{};
};

// Appends what differs below a place.
class Comparison {
 public:
  explicit Comparison(const Script& script) : script_{script} {}

  void compare(const std::string& place, const SnapTree& a, const SnapTree& b) {
    if (a.shape != b.shape || a.shape == Shape::value || a.shape == Shape::absent) return values(place, a, b);
    return a.shape == Shape::list ? lists(place, a, b) : objects(place, a, b);
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  void values(const std::string& place, const SnapTree& a, const SnapTree& b) {
    const std::string left = snapshot_text(script_, a);
    const std::string right = snapshot_text(script_, b);
    if (left != right) found_.push_back(fmt::format("{}: {} | {}", place, left, right));
  }
  void lists(const std::string& place, const SnapTree& a, const SnapTree& b) {
    for (std::size_t i = 0; i < std::max(a.children.size(), b.children.size()); ++i)
      either(fmt::format("{}/{}", place, i), i < a.children.size() ? &a.children[i] : nullptr,
             i < b.children.size() ? &b.children[i] : nullptr);
  }
  void objects(const std::string& place, const SnapTree& a, const SnapTree& b) {
    for (const SnapTree& left : a.children) either(below(place, left), &left, b.child(left.key));
    for (const SnapTree& right : b.children)
      if (a.child(right.key) == nullptr) either(below(place, right), nullptr, &right);
  }
  void either(const std::string& place, const SnapTree* a, const SnapTree* b) {
    if (a != nullptr && b != nullptr) return compare(place, *a, *b);
    const auto shown = [this](const SnapTree* tree) {
      return tree == nullptr ? "absent" : snapshot_text(script_, *tree);
    };
    found_.push_back(fmt::format("{}: {} | {}", place, shown(a), shown(b)));
  }
  static std::string below(const std::string& place, const SnapTree& child) {
    return place + "/" + json::pointer_segment(child.key);
  }

  const Script& script_;
  std::vector<std::string> found_{};
};

}  // namespace

const SnapTree* SnapTree::child(std::string_view name) const {
  for (const SnapTree& candidate : children)
    if (candidate.key == name) return &candidate;
  return nullptr;
}

std::string key_without_name(std::uint64_t object_id) { return std::to_string(object_id); }

std::optional<SnapTree> snapshot_tree(const Script& script, std::span<const std::uint64_t> words) {
  Builder builder{script};
  if (!walk(words, builder)) return std::nullopt;
  return builder.root();
}

std::u16string units_text(const SnapTree& tree) {
  std::u16string text(tree.units, u'\0');
  for (std::size_t i = 0; i < tree.units; ++i) text[i] = static_cast<char16_t>(tree.words[i / 4] >> 16 * (i % 4));
  return text;
}

std::vector<std::uint8_t> units_bytes(const SnapTree& tree) {
  std::vector<std::uint8_t> bytes(tree.units);
  for (std::size_t i = 0; i < tree.units; ++i) bytes[i] = static_cast<std::uint8_t>(tree.words[i / 8] >> 8 * (i % 8));
  return bytes;
}

std::string snapshot_text(const Script& script, const SnapTree& tree) {
  if (tree.shape == Shape::absent) return "null";
  if (tree.shape == Shape::value && tree.node != nullptr) return units_json(tree);
  if (tree.shape == Shape::value) return value_json(script, *tree.field, tree.words);
  if (tree.shape == Shape::list) {
    json::Array list;
    for (const SnapTree& element : tree.children) list.add(snapshot_text(script, element));
    return list.text();
  }
  json::Object object;
  for (const SnapTree& member : tree.children) object.add(member.key, snapshot_text(script, member));
  return object.text();
}

std::string snapshot_json(const Script& script, std::span<const std::uint64_t> words) {
  const auto tree = snapshot_tree(script, words);
  return tree ? snapshot_text(script, *tree) : json::quote("the words of this snapshot do not fit the layout");
}

std::vector<std::string> snapshot_differences(const Script& script, std::span<const std::uint64_t> a,
                                              std::span<const std::uint64_t> b) {
  const auto left = snapshot_tree(script, a);
  const auto right = snapshot_tree(script, b);
  if (!left || !right)
    return {fmt::format("the words of the {} snapshot do not fit the layout", left    ? "second"
                                                                              : right ? "first"
                                                                                      : "first and of the second")};
  Comparison comparison{script};
  comparison.compare("", *left, *right);
  return comparison.take();
}

}  // namespace procreg::harness
