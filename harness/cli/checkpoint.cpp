#include "harness/cli/checkpoint.h"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

#include "harness/scenario/json_text.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;

constexpr std::string_view format_name = "procreg-checkpoint/1";

std::optional<std::uint64_t> number(const json::Node& object, std::string_view key) {
  const json::Node* value = json::member(object, key);
  return value == nullptr ? std::nullopt : harness::number_of(*value);
}

}  // namespace

std::string text(const Checkpoint& checkpoint) {
  return json::Object{}
             .add("format", json::quote(format_name))
             .add("next", json::integer(checkpoint.next))
             .add("milliseconds", json::integer(static_cast<std::uint64_t>(checkpoint.elapsed.count())))
             .add("result", json::one_line(checkpoint.so_far.root()))
             .text() +
         '\n';
}

ReadCheckpoint read_checkpoint(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::monostate{};
  const auto content = harness::read_whole_file(path);
  if (const auto* errors = std::get_if<1>(&content)) return text(errors->front());
  const json::Document document = json::parse(std::get<std::string>(content));
  const std::string unusable = fmt::format("{}: is no checkpoint of procreg: name another file, or remove it", path);
  if (!document.problems.empty()) return unusable;
  const json::Node& root = document.nodes.front();
  const json::Node* format = json::member(root, "format");
  const json::Node* result = json::member(root, "result");
  const auto next = number(root, "next"), elapsed = number(root, "milliseconds");
  constexpr auto elapsed_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (format == nullptr || format->text != format_name || result == nullptr || !next || !elapsed ||
      *elapsed > elapsed_max)
    return unusable;
  auto so_far = harness::read_campaign(json::one_line(*result), path);
  if (std::holds_alternative<std::vector<harness::InputError>>(so_far)) return unusable;
  return Checkpoint{std::move(std::get<harness::Campaign>(so_far)), *next,
                    std::chrono::milliseconds{static_cast<std::int64_t>(*elapsed)}};
}

}  // namespace procreg::cli
