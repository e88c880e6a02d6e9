#include "harness/subject/one_world.h"

namespace procreg::harness {

namespace {

class Scheduled final : public OneWorld<Restorable> {
 public:
  void save(WorldImage& image) const override { world_->save(image); }
  void restore(const WorldImage& image) override { world_->restore(image); }
  bool same_as(const WorldImage& image) const override { return world_->same_as(image); }
};

}  // namespace

std::unique_ptr<Restorable> scheduled_implementation() { return std::make_unique<Scheduled>(); }

}  // namespace procreg::harness
