#include "harness/concurrent/footprint.h"

#include <numeric>
#include <set>

#include "harness/scenario/snapshot_tree.h"

namespace procreg::harness {

namespace {

constexpr Piece structure{};
Piece registration(ProcessKey process) { return {Piece::Kind::registration, process}; }
Piece tag(ProcessKey process) { return {Piece::Kind::tag, process}; }
Piece filter(MachineIndex machine) { return {Piece::Kind::filter, {machine, no_object}}; }

struct Looking {
  const Circumstances& circumstances;

  template <class T>
  Footprint operator()(const T&) const {
    return {{structure, true}};
  }

  static Footprint registers(ProcessKey process) { return {{structure, false}, {registration(process), true}}; }
  Footprint operator()(const WerRegisterAdditionalProcess& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerUnregisterAdditionalProcess& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerRegisterFile& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerUnregisterFile& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerRegisterMemoryBlock& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerUnregisterMemoryBlock& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerRegisterExcludedMemoryBlock& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerUnregisterExcludedMemoryBlock& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerRegisterCustomMetadata& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerUnregisterCustomMetadata& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerRegisterRuntimeExceptionModule& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerUnregisterRuntimeExceptionModule& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerSetFlags& step) const { return registers(step.by.raw); }
  Footprint operator()(const WerSetMaxProcessHoldMilliseconds& step) const { return registers(step.by.raw); }
  Footprint operator()(const RegisterApplicationRecoveryCallback& step) const { return registers(step.by.raw); }
  Footprint operator()(const UnregisterApplicationRecoveryCallback& step) const { return registers(step.by.raw); }
  Footprint operator()(const RegisterApplicationRestart& step) const { return registers(step.by.raw); }
  Footprint operator()(const UnregisterApplicationRestart& step) const { return registers(step.by.raw); }
  // The machine remembers in which order.
  static Footprint registers_local(ProcessKey process) {
    return {{structure, false}, {registration(process), true}, {filter(process.machine), true}};
  }
  Footprint operator()(const WerRegisterAppLocalDump& step) const { return registers_local(step.by.raw); }
  Footprint operator()(const WerUnregisterAppLocalDump& step) const { return registers_local(step.by.raw); }
  Footprint operator()(const SetHeapCapacity& step) const { return registers(step.process.raw); }
  Footprint operator()(const FailAllocation& step) const { return registers(step.process.raw); }
  Footprint operator()(const FailRecoveryApi& step) const { return registers(step.process.raw); }

  // Whose storage is read is known for the pseudo handle only.
  static Footprint reads(ProcessKey by, HandleValue handle) {
    if (handle != current_process) return {{structure, true}};
    return {{structure, false}, {registration(by), false}};
  }
  Footprint operator()(const WerGetFlags& step) const { return reads(step.by.raw, step.hProcess.raw); }
  Footprint operator()(const GetApplicationRestartSettings& step) const {
    return reads(step.by.raw, step.hProcess.raw);
  }
  Footprint operator()(const GetApplicationRecoveryCallback& step) const {
    return reads(step.by.raw, step.hProcess.raw);
  }

  // Whose tag it is about is known for the pseudo handle only. A new tag costs an allocation.
  Footprint tags(ProcessKey by, HandleValue handle) const {
    if (handle != current_process) return {{structure, true}};
    return {{structure, false}, {tag(by), true}, {filter(by.machine), circumstances.ccf_faults}};
  }
  Footprint operator()(const RegisterAppInstance& step) const { return tags(step.by.raw, step.ProcessHandle.raw); }
  Footprint operator()(const SetAppInstanceCsvFlags& step) const { return tags(step.by.raw, step.ProcessHandle.raw); }
  // Versions are a part of the machine; all tags may be looked at, or go with them.
  Footprint operator()(const RegisterAppInstanceVersion& step) const {
    const bool looks = circumstances.profile[choice::version_unregistered_guid] != VersionUnregisteredGuid::accept;
    return looks ? Footprint{{structure, true}} : Footprint{{structure, false}, {filter(step.by.raw.machine), true}};
  }
  Footprint operator()(const QueryAppInstanceVersion& step) const {
    return {{structure, false}, {filter(step.by.raw.machine), false}};
  }
  Footprint operator()(const ResetAllAppInstanceVersions& step) const {
    const bool tags_too = circumstances.profile[choice::version_reset_scope] != VersionResetScope::versions_only;
    return tags_too ? Footprint{{structure, true}} : Footprint{{structure, false}, {filter(step.by.raw.machine), true}};
  }
  // Without a tag an open may be given an id of its own, from a counter.
  Footprint operator()(const OpenTag& step) const {
    const bool counts = !step.ea.value && circumstances.profile[choice::app_instance_untagged_open] !=
                                              AppInstanceUntaggedOpen::no_context;
    return {{structure, false}, {tag(step.by.raw), false}, {filter(step.by.raw.machine), counts}};
  }
  Footprint operator()(const FilterLoad& step) const {
    return {{structure, false}, {filter(step.machine.index), true}};
  }
  Footprint operator()(const FailCcfAllocation& step) const {
    return {{structure, false}, {filter(step.machine.index), true}};
  }
};

// Disjoint sets of small numbers.
class Sets {
 public:
  explicit Sets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t element) {
    while (parent_[element] != element) element = parent_[element] = parent_[parent_[element]];
    return element;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

std::map<Piece, std::size_t> changed_pieces(const std::vector<Footprint>& footprints) {
  std::map<Piece, std::size_t> changed;
  for (const Footprint& touched : footprints)
    for (const Access& access : touched)
      if (access.writes) changed.try_emplace(access.piece, changed.size());
  return changed;
}

// Takes a snapshot apart as it is walked: each piece begins where its list element does.
class Cutter final : public SnapshotVisitor {
 public:
  Pieces take() {
    pieces_[structure] = std::move(open_.front().words);
    return std::move(pieces_);
  }

  void enter(const SnapNode& node, std::size_t count) override {
    const bool cut = node.shape == SnapNode::Shape::list && kind_of(node) != nullptr;
    if (!cut && node.shape != SnapNode::Shape::record && node.shape != SnapNode::Shape::inline_record)
      open_.back().words.push_back(count);
  }
  void leave(const SnapNode&) override {}
  void units(const SnapNode& node, std::size_t count, const std::uint64_t* words) override {
    SnapshotWords& out = open_.back().words;
    out.push_back(count);
    out.insert(out.end(), words, words + words_of_units(node, count));
  }
  void element(const SnapNode& list, std::size_t) override {
    if (kind_of(list) != nullptr) open_.emplace_back();
  }
  void element_end(const SnapNode& list) override {
    const Piece::Kind* kind = kind_of(list);
    if (kind == nullptr) return;
    SnapshotWords words = std::move(open_.back().words);
    open_.pop_back();
    pieces_[{*kind, key(*kind, words)}] = std::move(words);
  }
  void value(const SnapField& field, const std::uint64_t* words) override {
    SnapshotWords& out = open_.back().words;
    if (field.nullable) out.push_back(words != nullptr ? 1 : 0);
    if (words == nullptr) return;
    out.insert(out.end(), words, words + words_of(field.kind));
    if (open_.size() == 2 && out.size() == 1) machine_ = MachineIndex{static_cast<std::uint8_t>(*words)};
  }

 private:
  struct Open {
    SnapshotWords words{};
  };

  static const Piece::Kind* kind_of(const SnapNode& list) {
    static constexpr Piece::Kind filter = Piece::Kind::filter;
    static constexpr Piece::Kind registration = Piece::Kind::registration;
    static constexpr Piece::Kind tag = Piece::Kind::tag;
    if (list.name == "machines") return &filter;
    if (list.name == "processes" && keyed(list)) return &registration;  // those of a machine, not of a `wer`
    return list.name == "tags" ? &tag : nullptr;
  }
  // Tags and processes begin with their object id.
  ProcessKey key(Piece::Kind kind, const SnapshotWords& words) const {
    return {machine_, kind == Piece::Kind::filter ? no_object : ObjectId{words.front()}};
  }

  std::vector<Open> open_{1};
  MachineIndex machine_{};
  Pieces pieces_{};
};

}  // namespace

Footprint footprint(const Step& step, const Circumstances& circumstances) {
  return std::visit(Looking{circumstances}, step);
}

std::vector<std::vector<std::uint32_t>> parts_of(const History& history, const Circumstances& circumstances) {
  std::vector<Footprint> footprints;
  footprints.reserve(history.size());
  for (const Operation& operation : history) footprints.push_back(footprint(operation.step, circumstances));
  const std::map<Piece, std::size_t> changed = changed_pieces(footprints);

  Sets sets{changed.size()};
  const std::size_t nowhere = changed.size();
  std::vector<std::size_t> piece_of(history.size(), nowhere);
  for (std::size_t i = 0; i < history.size(); ++i)
    for (const Access& access : footprints[i]) {
      const auto found = changed.find(access.piece);
      if (found == changed.end()) continue;
      if (piece_of[i] != nowhere) sets.join(piece_of[i], found->second);
      piece_of[i] = found->second;
    }

  std::vector<std::size_t> part_of(changed.size() + 1, history.size());
  std::vector<std::vector<std::uint32_t>> parts;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    std::size_t& part = part_of[piece_of[i] == nowhere ? nowhere : sets.find(piece_of[i])];
    if (part == history.size()) {
      part = parts.size();
      parts.emplace_back();
    }
    parts[part].push_back(i);
  }
  return parts;
}

Pieces pieces_of(const SnapshotWords& snapshot) {
  Cutter cutter;
  walk(snapshot, cutter);
  return cutter.take();
}

}  // namespace procreg::harness
