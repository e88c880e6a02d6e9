// `procreg fuzz` and `procreg shrink`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/cli/session.h"

namespace procreg::cli {

struct FuzzRequest {
  std::string subject{"impl"};
  std::uint64_t seed{1};
  std::optional<std::uint64_t> steps{};  // neither: 1,000,000 steps
  std::optional<std::uint64_t> seconds{};
  std::uint64_t shard{1};  // this one of `shards`, from 1
  std::uint64_t shards{1};
  std::string save{};  // folder for shrunk failures, "": none are saved
  bool json{};
  bool fingerprint{};  // print the fingerprint only
};
ExitStatus fuzz(const FuzzRequest& request, const Session& session);

struct ShrinkRequest {
  std::string subject{"impl"};
  std::string file{};
  std::optional<harness::Script::NamedProfile> profile{};
  std::string out{};  // file, "": standard output
};
ExitStatus shrink(const ShrinkRequest& request, const Session& session);

}  // namespace procreg::cli
