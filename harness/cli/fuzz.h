// `procreg fuzz` and `procreg shrink`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/cli/session.h"
#include "harness/report/campaign.h"

namespace procreg::cli {

struct FuzzRequest {
  std::string subject{"impl"};
  std::uint64_t seed{1};
  // Of all shards together; the other bounds are of each. None: 1,000,000 steps.
  std::optional<std::uint64_t> scripts{};
  std::optional<std::uint64_t> steps{};
  std::optional<std::uint64_t> seconds{};
  std::uint64_t failures{1};  // ends at so many different ones
  harness::Shard shard{};
  std::string save{};        // folder for shrunk failures, "": none are saved
  std::string checkpoint{};  // file in which an unfinished run is kept and from which it goes on, "": none
  bool json{};
  bool fingerprint{};  // print the fingerprint only
};
ExitStatus fuzz(const FuzzRequest& request, const Session& session);

struct ShrinkRequest {
  std::string subject{"impl"};
  std::string file{};
  std::optional<harness::Script::NamedProfile> profile{};
  std::string out{};  // file, "": standard output
  bool json{};        // on standard output, with the scenario in it
};
ExitStatus shrink(const ShrinkRequest& request, const Session& session);

}  // namespace procreg::cli
