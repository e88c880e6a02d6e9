// The tag cache that one would write first: a hash map behind a lock that readers share.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

#include "api/ids.h"
#include "api/report.h"

namespace procreg::bench {

class LockedMap {
 public:
  struct Tag {
    Guid id{};
    bool inherit{};
    std::uint32_t csv_flags{};
    TagOrigin origin{};
  };

  std::optional<Tag> find(ObjectId process) const {
    const std::shared_lock reader{lock_};
    const auto found = tags_.find(process);
    return found == tags_.end() ? std::nullopt : std::optional{found->second};
  }
  // True when the process is tagged with this id now: because it was untagged, or had this id already.
  bool add(ObjectId process, const Guid& id) {
    const std::unique_lock writer{lock_};
    return tags_.try_emplace(process, Tag{.id = id}).first->second.id == id;
  }
  bool remove(ObjectId process) {
    const std::unique_lock writer{lock_};
    return tags_.erase(process) == 1;
  }

 private:
  mutable std::shared_mutex lock_{};
  std::unordered_map<ObjectId, Tag> tags_{};
};

}  // namespace procreg::bench
