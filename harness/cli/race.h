// `procreg race`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/cli/session.h"
#include "harness/report/campaign.h"

namespace procreg::cli {

struct RaceRequest {
  std::string file{};  // a scenario with a parallel part, "": drawn ones
  std::string subject{"impl"};
  std::uint64_t threads{4};     // of drawn ones, 2 to 64
  std::uint64_t operations{8};  // of each thread, 1 to 10000
  std::uint64_t seed{1};
  std::optional<std::uint64_t> rounds{};  // neither: 10,000 rounds
  std::optional<std::uint64_t> seconds{};
  harness::Shard shard{};
  std::optional<harness::Script::NamedProfile> profile{};  // of a file that has none of its own
  std::string save{};                                      // folder for what was found, "": nothing is saved
  std::string timeline{};                                  // file for a drawing of it: .html, .svg, or text; "": none
  std::string history{};  // a history file, checked again and drawn, in place of a race
  bool json{};
};
ExitStatus race(const RaceRequest& request, const Session& session);

}  // namespace procreg::cli
