// `procreg explore`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/session.h"
#include "harness/report/campaign.h"
#include "harness/search/explore/explore.h"

namespace procreg::cli {

// What decides the result. In a certificate this is `options`.
struct ExploreRequest {
  std::string world{"wer"};  // the name of a ready world, or a scenario file whose steps lead to the root
  std::optional<std::uint64_t> processes{};
  std::string limits{};              // "tiny", "default", "": those of the world
  std::vector<std::string> calls{};  // names of kinds, "none"; empty: those of the world
  std::vector<std::string> events{};
  std::optional<std::uint64_t> handles{};
  std::string profile{"documented"};  // or "any"
  bool symmetry{};
  bool model_only{};
  std::optional<std::uint64_t> depth{};
  std::optional<std::uint64_t> states{};
  std::optional<std::uint64_t> megabytes{};
  std::optional<std::uint64_t> seconds{};
  harness::Shard shard{};

  friend bool operator==(const ExploreRequest&, const ExploreRequest&) = default;
};

// How it is run and what becomes of the result.
struct ExploreRun {
  ExploreRequest request{};
  harness::RestorableFactory subject{harness::scheduled_implementation};
  std::uint64_t jobs{1};
  Clause spoiled{};      // of the model, for tests
  std::string save{};    // folder for the shrunk counterexample, "": none
  std::string expect{};  // a certificate: its request is run, and what differs is told
  bool json{};
};

ExitStatus explore(const ExploreRun& run, const Session& session);

// What the explorer is asked to do; a message where the request makes no sense.
std::variant<harness::ExploreOptions, std::string> options_of(const ExploreRequest& request);

// The request that a certificate holds.
using ReadRequest = std::variant<ExploreRequest, std::vector<harness::InputError>>;
ReadRequest read_explore_request(const harness::Campaign& certificate, std::string_view text);

// The result of a run as that of a campaign.
struct SavedCounterexample {
  harness::ExploreFailure failure{};
  std::string text{};  // the scenario file
  std::string file{};  // where it was saved, "" when nowhere
  std::string problem{};
};
harness::Campaign campaign_of(const ExploreRequest& request, const harness::ExploreResult& result,
                              const std::optional<SavedCounterexample>& counterexample);

// What differs between two results of one request, a line each.
std::vector<std::string> differences(const harness::Campaign& expected, const harness::Campaign& found);

}  // namespace procreg::cli
