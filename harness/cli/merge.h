// `procreg merge`: the results of shards as one.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/session.h"

namespace procreg::cli {

struct MergeRequest {
  std::vector<std::string> files{};
  bool json{};
};

// Unusable: files that are no results, results of different campaigns, the same shard twice. Shards that are missing are
// named, and leave what is not found undecided.
ExitStatus merge(const MergeRequest& request, const Session& session);

}  // namespace procreg::cli
