// The result of a campaign or of one shard of it, as JSON: what fuzz, explore and race print and `merge` adds up.
//
// An object on one line. Members that mean the same in every such result, all but the first four optional:
//   format          "procreg-fuzz/2": the command that ran, and the version of this shape
//   verdict         the name of a Verdict
//   shard           { "index": I, "of": N }, I from 1
//   counts          numbers that add up: { "scripts": 12, "steps": 768 }
//   interrupted     adds up to true
//   fingerprint     16 hexadecimal digits; adds up modulo 2^64, so it must not depend on how the work was divided
//   closed          true where all are; depth, bytes  the largest; collisions  the smallest: two states were taken for one
//                   with a probability of at most one in that
//   reached         ids of clauses; reachedOptions  "choice=option": both are united
//   failures        objects; of two that are the same failure (see below) the first counts. In the order of "script", the
//                   number of the script that each was found in; null or none: before all others
//   problems        texts, a line each; are united
// Whatever else it holds (version, options, the world of an exploration) is the same in all shards.
//
// "text" of a failure is how a report shows it. It is the same as an earlier one when "key" of that one stands in its
// "sameAs"; where it has none, when its "scenario" (or, without that, all of it) is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_tree.h"

namespace procreg::harness {

struct Shard {
  std::uint64_t index{1};  // from 1
  std::uint64_t of{1};
  friend bool operator==(const Shard&, const Shard&) = default;
};

struct Campaign {
  std::string file{};  // that it was read from
  std::string format{};
  Verdict verdict{Verdict::nothing_ran};
  Shard shard{};
  std::shared_ptr<const json::Document> document{};  // nodes point to each other: copies share them

  const json::Node& root() const { return document->nodes.front(); }
  const json::Node* at(std::string_view key) const { return json::member(root(), key); }
};

using ReadCampaign = std::variant<Campaign, std::vector<InputError>>;
ReadCampaign read_campaign(std::string_view json, std::string_view file);
ReadCampaign read_campaign_file(const std::string& path);

// On one line, with its end.
std::string json_text(const Campaign& campaign);
// Failures, a row a count and a row a plain member, verdict.
std::string text(const Campaign& campaign);

// Shards of a campaign whose results are not there: the first of them, by index, and how many there are.
struct MissingShards {
  static constexpr std::size_t listed_max = 20;
  std::vector<std::uint64_t> first{};
  std::uint64_t count{};
};

// The results of one campaign as one, in place of which shard of it `shard` says; or what keeps them from being one, a line
// each. At least one result. A part that performed nothing counts for nothing, unless all did. Where shards are missing the
// sum is not decided, and has a member "missing".
std::variant<Campaign, std::vector<std::string>> added(std::span<const Campaign> parts, Shard shard,
                                                       const MissingShards& missing = {});

std::string shard_json(Shard shard);
// The value of "reachedOptions".
std::string reached_options_json(const Coverage& coverage);

// The number that a count or the like is written as; nullopt when it is none.
std::optional<std::uint64_t> number_of(const json::Node& value);

}  // namespace procreg::harness
