// The six lists of a process as one: what holds for every list is told once. Beside them the two texts that a process registers.
#pragma once

#include <array>
#include <vector>

#include "scenarios/properties/story.h"

namespace procreg::scenarios {

enum class List : std::uint8_t { processes, files, blocks, excluded, metadata, modules };

// The k-th key of a list, k below Registrations::keys.
struct Key {
  List list{};
  std::uint32_t k{};
  friend bool operator==(const Key&, const Key&) = default;
};

// An entry as the snapshot shows it. `attribute` is what is registered with the key: 0 to 2, for modules always 0.
struct Registered {
  std::uint32_t k{};
  std::uint32_t attribute{};
  friend bool operator==(const Registered&, const Registered&) = default;
};

class Registrations {
 public:
  static constexpr std::uint32_t keys = 12;
  static constexpr std::uint32_t attributes = 3;
  static constexpr std::uint32_t unknown = ~0U;  // a key or attribute that is none of these

  // Before the first step. Any of the keys is then accepted: only state, limits and heap refuse.
  explicit Registrations(Story& story);

  List any_list() const { return List{static_cast<std::uint8_t>(story_->below(6))}; }
  Key any_key(std::uint32_t below = keys) const;
  std::uint32_t any_attribute() const { return story_->below(attributes); }

  Result add(Name by, Key key, std::uint32_t attribute = 0) const;
  Result remove(Name by, Key key) const;
  // Keys 0 to n - 1 are accepted.
  void fill(Name by, List list, std::uint32_t n) const;
  // Neither registers nor unregisters anything: a key or attribute that is refused, or 0 or NULL unregistered.
  Result bad_argument(Name by, List list) const;

  // Command lines of a restart: two short ones, the empty one, NULL, one that is too long under every profile.
  TextIn any_line() const { return story_->one_of(lines_); }
  // Of an app-local dump: likewise.
  TextIn any_local_path() const { return story_->one_of(local_paths_); }

  // What the snapshot shows.
  std::vector<Registered> of(const SeenProcess& process, List list) const;
  std::vector<Registered> of(Name process, List list) const { return of(story_->of(process), list); }

  // The answer to unregistering a key that is not in the list.
  Result not_found(List list) const;
  // A new entry attempts an allocation.
  bool allocates(List list) const;
  // The list, empty now, has room for n entries: by its own limit or, where it counts, by the one on all entries. Before the
  // first step, and for one list.
  void limit(List list, std::uint32_t n) const;

 private:
  std::uint32_t number_of(const std::array<TextIn, keys>& texts, TextRef text) const;
  Registered shown(const AdditionalProcessEntry& entry) const;
  Registered shown(const FileEntry& entry) const;
  Registered shown(const BlockEntry& entry) const;
  Registered shown(const MetadataEntry& entry) const;
  Registered shown(const ModuleEntry& entry) const;
  template <class Entry>
  std::vector<Registered> all(const std::vector<Entry>& entries) const;
  Result bad_string(Name by, List list) const;

  Story* story_;
  std::array<TextIn, keys> paths_{};
  std::array<TextIn, keys> names_{};  // of metadata
  std::array<TextIn, keys> dlls_{};
  std::array<TextIn, attributes> values_{};
  TextIn too_long_{};
  std::vector<TextIn> lines_{};
  std::vector<TextIn> local_paths_{};
};

}  // namespace procreg::scenarios
