#include "harness/cli/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "harness/report/campaign.h"
#include "harness/report/lines.h"

namespace procreg::cli {
namespace {

using harness::Campaign;
using harness::MissingShards;

struct Read {
  std::vector<Campaign> parts;  // in the order of their shards
  std::vector<std::string> problems;
};

void read_file(const std::string& file, Read& read) {
  auto campaign = harness::read_campaign_file(file);
  if (const auto* errors = std::get_if<1>(&campaign)) {
    for (const auto& error : *errors) read.problems.push_back(text(error));
    return;
  }
  auto& part = std::get<Campaign>(campaign);
  if (part.at("missing") != nullptr)
    read.problems.push_back(
        fmt::format("{}: is a merged result in which shards are missing: merge the shards themselves", file));
  else
    read.parts.push_back(std::move(part));
}

void check_shards(Read& read) {
  std::map<std::uint64_t, const Campaign*> taken;
  for (const Campaign& part : read.parts) {
    const auto [other, is_new] = taken.try_emplace(part.shard.index, &part);
    if (part.shard.of != read.parts.front().shard.of)
      read.problems.push_back(fmt::format("{}: is shard {} of {}, and {} is one of {}", part.file, part.shard.index,
                                          part.shard.of, read.parts.front().file, read.parts.front().shard.of));
    else if (!is_new)
      read.problems.push_back(
          fmt::format("{}: is shard {}, and so is {}", part.file, part.shard.index, other->second->file));
  }
}

Read read_all(const std::vector<std::string>& files) {
  Read read;
  for (const std::string& file : files) read_file(file, read);
  if (!read.problems.empty()) return read;
  check_shards(read);
  std::stable_sort(read.parts.begin(), read.parts.end(),
                   [](const Campaign& a, const Campaign& b) { return a.shard.index < b.shard.index; });
  return read;
}

MissingShards missing_of(const std::vector<Campaign>& parts) {
  const std::uint64_t of = parts.front().shard.of;
  MissingShards missing{{}, of - parts.size()};
  std::uint64_t next = 1;
  const auto gap_before = [&](std::uint64_t index) {
    for (; next < index && missing.first.size() < MissingShards::listed_max; ++next) missing.first.push_back(next);
    next = index + 1;
  };
  for (const Campaign& part : parts) gap_before(part.shard.index);
  for (; next <= of && next != 0 && missing.first.size() < MissingShards::listed_max; ++next)
    missing.first.push_back(next);
  return missing;
}

ExitStatus refuse(const std::vector<std::string>& problems, const Session& session) {
  for (const std::string& problem : problems) session.err << fmt::format("procreg: {}\n", problem);
  return ExitStatus::unusable;
}

}  // namespace

ExitStatus merge(const MergeRequest& request, const Session& session) {
  const Read read = read_all(request.files);
  if (!read.problems.empty()) return refuse(read.problems, session);
  const auto sum = harness::added(read.parts, {}, missing_of(read.parts));
  if (const auto* problems = std::get_if<1>(&sum)) return refuse(*problems, session);
  const auto& whole = std::get<Campaign>(sum);
  if (const auto* problems = whole.at("problems"))
    for (const auto& problem : harness::json::children(*problems))
      session.err << fmt::format("procreg: {}\n", problem.text);
  session.out << (request.json ? json_text(whole) : text(whole));
  return exit_status(whole.verdict);
}

}  // namespace procreg::cli
