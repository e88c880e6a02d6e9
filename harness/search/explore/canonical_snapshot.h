// Snapshots up to what an exploration does not tell apart, for tests: made from the words of the snapshot alone, so that it
// shares nothing with the digests that it is held against.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "api/snapshot.h"
#include "harness/search/explore/encoding.h"

namespace procreg::harness {

namespace detail {

// Which numbers mean the same, by what they name. Processes and other objects count apart.
enum class Family : std::uint8_t { none, pid, tid, process, object };

// Goes over a snapshot twice: first to meet all ids, then to write them by their rank.
class Canonical : public SnapshotVisitor {
 public:
  explicit Canonical(bool renames, bool lives) : renames_{renames}, lives_{lives} {}
  void collects() { collects_ = true; }
  void writes() { collects_ = false; }
  SnapshotWords words{};

  void enter(const SnapNode& node, std::size_t count) override {
    nodes_.push_back(node.name);
    words.push_back(count);
  }
  void leave(const SnapNode&) override { nodes_.pop_back(); }
  void element(const SnapNode&, std::size_t) override {}
  void element_end(const SnapNode&) override {}

  void units(const SnapNode& node, std::size_t count, const std::uint64_t* packed) override {
    words.push_back(count);
    words.insert(words.end(), packed, packed + words_of_units(node, count));
  }
  void value(const SnapField& field, const std::uint64_t* value) override {
    if (field.name == "now" && value != nullptr) now_ = *value;
    if (field.name == "type" && value != nullptr) is_process_ = static_cast<ObjectType>(*value) == ObjectType::Process;
    if (lives_) note_life(field.name, value);
    if (value == nullptr) return words.push_back(~std::uint64_t{0});
    if (is_dropped(field.name)) return;
    words.push_back(1);
    if (words_of(field.kind) == 2) words.push_back(value[1]);
    words.push_back(named(family_of(field), field.name, value[0]));
  }

 private:
  // Counters of ids to come, the clock, and times that have passed.
  bool is_dropped(std::string_view name) const {
    constexpr std::array dropped{"now",          "nextTid",   "nextPid",     "nextProcess", "nextObject",
                                 "freshCounter", "startTime", "failureTime", "time",        "restarts"};
    return std::find(dropped.begin(), dropped.end(), name) != dropped.end();
  }

  // How long a process has lived, and did live until it failed, up to what a restart asks for.
  void note_life(std::string_view name, const std::uint64_t* value) {
    if (name == "startTime") {
      start_ = *value;
      words.push_back(std::min(now_ - start_, restart_life_ms));
    }
    if (name == "failureTime" && value != nullptr) words.push_back(*value - start_ >= restart_life_ms ? 1 : 0);
  }

  Family family_of(const SnapField& field) const {
    if (field.kind == SnapKind::pid) return Family::pid;
    if (field.kind == SnapKind::tid) return Family::tid;
    const bool of_handle = !nodes_.empty() && nodes_.back() == "handles";
    const bool of_object = !nodes_.empty() && nodes_.back() == "objects";
    if (field.name == "object" && of_handle) return is_process_ ? Family::process : Family::object;
    if (field.name == "id" && of_object) return Family::object;
    return field.kind == SnapKind::object_id ? Family::process : Family::none;
  }

  std::uint64_t named(Family family, std::string_view name, std::uint64_t value) {
    if (name == "name" && is_restart(name_ref(static_cast<GivenName>(value))))
      return name_ref(static_cast<GivenName>(value)).base;
    if (name == "answerDue" || name == "deadline") return value == ~std::uint64_t{0} ? value : value - now_;
    if (!renames_ || family == Family::none || value == 0) return value;
    if (family == Family::pid && value >= number(unowned_pid)) return value;
    if (family == Family::tid && value >= number(unowned_tid)) return value;
    auto& ids = ids_[static_cast<std::size_t>(family)];
    if (collects_) ids.insert(value);
    return 1 + static_cast<std::uint64_t>(std::distance(ids.begin(), ids.find(value)));
  }

  bool renames_;
  bool lives_;
  bool collects_{};
  bool is_process_{};
  std::uint64_t now_{};
  std::uint64_t start_{};
  std::vector<std::string_view> nodes_{};
  std::array<std::set<std::uint64_t>, 5> ids_{};
};

}  // namespace detail

// Of a world with one machine. Empty when the words are no snapshot.
inline SnapshotWords canonical_snapshot(const SnapshotWords& words, Sameness sameness, bool lives = false) {
  detail::Canonical canonical{sameness != Sameness::raw, lives};
  canonical.collects();
  if (!walk(words, canonical)) return {};
  canonical.words.clear();
  canonical.writes();
  walk(words, canonical);
  return canonical.words;
}

}  // namespace procreg::harness
