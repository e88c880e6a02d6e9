#include <optional>

#include "harness/subject/subject.h"
#include "impl/world.h"

namespace procreg::harness {

namespace {

// One world for ever: it keeps its memory from script to script, so it needs tables at one address.
class InProcess final : public Subject {
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

  Answer perform(const Step& step) override { return world_->perform(step); }

  bool snapshot(SnapshotWords& words) override {
    world_->snapshot(words);
    return true;
  }

 private:
  Tables tables_{};
  std::optional<impl::World> world_{};
};

}  // namespace

std::unique_ptr<Subject> implementation() { return std::make_unique<InProcess>(); }

}  // namespace procreg::harness
