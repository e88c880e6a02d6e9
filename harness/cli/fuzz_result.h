// What `procreg fuzz` found, as the result of a campaign.
#pragma once

#include <vector>

#include "harness/cli/fuzz.h"
#include "harness/report/campaign.h"
#include "harness/search/fuzz.h"

namespace procreg::cli {

// `lost`: something that was to be kept could not be written, which is a failure of ours.
harness::Campaign campaign_of(const FuzzRequest& request, const harness::FuzzResult& result, bool lost = false);

// What tells the failures of such a result apart.
std::vector<harness::FailureKey> keys_of(const harness::Campaign& campaign);

}  // namespace procreg::cli
