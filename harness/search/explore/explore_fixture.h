// Worlds and faulty subjects for the tests of exploration.
#pragma once

#include <memory>
#include <utility>

#include "harness/search/explore/worlds.h"

namespace procreg::harness {

inline ExploreOptions ready(std::string_view name, std::optional<std::uint32_t> processes = {}) {
  return find_ready_world(name)->make({processes, {}});
}
inline ExploreOptions folded(ExploreOptions options) {
  options.folds = true;
  return options;
}
inline ExploreOptions to_depth(ExploreOptions options, std::uint32_t depth) {
  options.depth = depth;
  return options;
}

// The implementation behind a fault.
class FaultyRestorable : public Restorable {
 public:
  std::string_view name() const override { return inner_->name(); }
  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    inner_->reset(world, tables, profile);
  }
  Answer perform(const Step& step) override { return inner_->perform(step); }
  bool snapshot(SnapshotWords& words) override { return inner_->snapshot(words); }
  void save(WorldImage& image) const override { inner_->save(image); }
  void restore(const WorldImage& image) override { inner_->restore(image); }
  bool same_as(const WorldImage& image) const override { return inner_->same_as(image); }

 private:
  std::unique_ptr<Restorable> inner_{scheduled_implementation()};
};

// Its table holds one more additional process.
class OneMore final : public FaultyRestorable {
 public:
  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    WorldSpec larger = world;
    ++larger.limits.dumpCollection;
    FaultyRestorable::reset(larger, tables, profile);
  }
};

// Follows one profile, whatever it is told.
class AlwaysDocumented final : public FaultyRestorable {
 public:
  void reset(const WorldSpec& world, const Tables& tables, const Profile&) override {
    FaultyRestorable::reset(world, tables, documented_profile());
  }
};

}  // namespace procreg::harness
