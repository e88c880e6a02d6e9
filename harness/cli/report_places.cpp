#include "harness/cli/report_places.h"

#include <algorithm>
#include <filesystem>

namespace procreg::cli {
namespace {

constexpr std::size_t part_max = 100;  // bytes: both parts together are a name that every file system takes

// Not in the middle of a character of UTF-8.
std::string cut(std::string text) {
  if (text.size() <= part_max) return text;
  std::size_t end = part_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  text.resize(end);
  return text;
}

// "documented with a=b c=d" as part of a name.
std::string word(std::string label) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '=';
  };
  std::replace_if(
      label.begin(), label.end(), [&](char c) { return !is_plain(c); }, '-');
  return cut(std::move(label));
}

// The name, or else with the first of -2, -3, ... that nothing has been given before.
std::string first_free(const std::string& plain, std::set<std::string>& given) {
  std::string name = plain;
  for (int n = 2; !given.insert(name).second; ++n) name = plain + '-' + std::to_string(n);
  return name;
}

}  // namespace

std::string ReportPlaces::place(const std::string& file, const std::string& profile) {
  if (!several_) return folder_;
  const auto [at, is_new] = names_.try_emplace({file, profile});
  if (is_new) at->second = first_free(stem(file) + '.' + word(profile), given_names_);
  return (std::filesystem::path{folder_} / at->second).string();
}

const std::string& ReportPlaces::stem(const std::string& file) {
  const auto [at, is_new] = stems_.try_emplace(file);
  if (is_new) at->second = first_free(cut(std::filesystem::path{file}.stem().string()), given_stems_);
  return at->second;
}

}  // namespace procreg::cli
