// What the report folders of a subject show, as words of a snapshot.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/subject/subject.h"

namespace procreg::scenarios {

// Reads a ReportArchive folder back: the list of reports as it would stand in a snapshot. nullopt when anything there is no
// complete report folder under its right name, or its two files say different things.
std::optional<SnapshotWords> reports_shown(const std::filesystem::path& archive, const WorldSpec& world,
                                           const Tables& tables);

// A subject whose snapshots have the reports that its report folders show, in place of those that it speaks of itself. What
// folders cannot be read make a snapshot that fits no layout.
class ShownByFolders final : public harness::Wrapped {
 public:
  explicit ShownByFolders(std::unique_ptr<harness::Subject> inner);
  ~ShownByFolders() override;

  // "" or why there are no folders to look at.
  const std::string& unusable() const { return unusable_; }
  // At the last snapshot the folders showed what the subject spoke of.
  bool agrees() const { return agrees_; }

  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override;
  bool snapshot(SnapshotWords& words) override;

 private:
  std::filesystem::path folder_{};  // of this world; its parent is that of the object
  std::string unusable_{};
  std::uint64_t worlds_{};
  WorldSpec world_{};
  const Tables* tables_{};
  bool agrees_{true};
};

}  // namespace procreg::scenarios
