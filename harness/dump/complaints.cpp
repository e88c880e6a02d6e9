#include "harness/dump/complaints.h"

#include <fmt/format.h>

#include <utility>

#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

void Complaints::add(std::string_view kind, std::string text) {
  auto found = counts_.find(kind);
  if (found == counts_.end()) found = counts_.emplace(kind, 0).first;
  if (++found->second <= complaints_max) kept_.push_back(std::move(text));
}

std::vector<std::string> Complaints::texts() const {
  std::vector<std::string> texts = kept_;
  for (const auto& [kind, count] : counts_)
    if (count > complaints_max) texts.push_back(fmt::format("{}: and {} more", kind, count - complaints_max));
  return texts;
}

}  // namespace procreg::harness::dump
