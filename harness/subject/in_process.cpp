#include "harness/subject/one_world.h"
#include "impl/store/report_folders.h"

namespace procreg::harness {

namespace {

class InProcess final : public OneWorld<Subject>, public ReportKeeper {
 public:
  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    OneWorld::reset(world, tables, profile);
    if (folders_) folders_->begin(world, tables_);
    world_->watch_reports(folders_ ? &*folders_ : nullptr);
  }

  ReportKeeper* reports() override { return this; }

  std::string keep_in(const std::string& folder) override {
    if (world_) world_->watch_reports(nullptr);
    folders_.emplace(folder);
    const std::string unusable = folders_->failure();
    if (!unusable.empty()) folders_.reset();
    return unusable;
  }
  std::size_t written() const override { return folders_ ? folders_->reports_written() : 0; }
  std::string failure() const override { return folders_ ? folders_->failure() : ""; }

 private:
  std::optional<impl::ReportFolders> folders_{};
};

}  // namespace

std::unique_ptr<Subject> implementation() { return std::make_unique<InProcess>(); }

}  // namespace procreg::harness
