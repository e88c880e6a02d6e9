// The implementation in process, in the flavour whose sync.h the including file is compiled with.
#pragma once

#include <optional>

#include "harness/subject/subject.h"
#include "impl/world.h"

namespace procreg::harness::inline PROCREG_SYNC {

// One world for ever: it keeps its memory from script to script, so it needs tables at one address.
template <class Base>
class OneWorld : public Base {
 public:
  std::string_view name() const override { return "impl"; }

  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    tables_ = tables;
    if (world_) {
      world_->reset(world, profile);
    } else {
      world_.emplace(world, tables_, profile);
    }
  }

  void tables_grew(const Tables& tables) override { tables_ = tables; }

  Answer perform(const Step& step) override { return world_->perform(step); }

  bool snapshot(SnapshotWords& words) override {
    world_->snapshot(words);
    return true;
  }

 protected:
  Tables tables_{};
  std::optional<impl::World> world_{};
};

}  // namespace procreg::harness::inline PROCREG_SYNC
