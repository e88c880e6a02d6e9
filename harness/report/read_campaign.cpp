// What every result of a campaign has, and that it is of the right shape.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "harness/report/campaign.h"
#include "harness/report/results.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

using json::Kind;
using json::Node;

constexpr std::array<std::string_view, 4> formats{"procreg-fuzz/2", "procreg-explore/1", "procreg-race/1",
                                                  "procreg-schedules/1"};

std::optional<Verdict> verdict_named(std::string_view word) {
  for (const Verdict verdict : {Verdict::conforms, Verdict::diverges, Verdict::undecided, Verdict::not_applicable,
                                Verdict::unusable_input, Verdict::failed, Verdict::nothing_ran})
    if (name(verdict) == word) return verdict;
  return std::nullopt;
}

bool hex_word(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool option_word(std::string_view text) {
  const std::size_t equals = text.find('=');
  const ChoiceInfo* choice = find_choice(text.substr(0, equals));
  if (choice == nullptr || equals == std::string_view::npos) return false;
  const auto& options = choice->options;
  return std::find(options.begin(), options.end(), text.substr(equals + 1)) != options.end();
}

class Reader {
 public:
  Reader(Errors& errors, Campaign& campaign) : errors_{errors}, campaign_{campaign} {}

  void read() {
    const Node& root = campaign_.root();
    if (!is(root, Kind::object, "a result (an object)") || !read_format(root)) return;
    read_verdict();
    read_shard();
    if (const Node* counts = required("counts", Kind::object, "an object of numbers"))
      each(*counts, "a number", [](const Node& value) { return number_of(value).has_value(); });
    optional("interrupted", Kind::boolean, "true or false");
    if (const Node* sum = optional("fingerprint", Kind::text, "16 hexadecimal digits"))
      if (!hex_word(sum->text)) errors_.at(*sum, "16 hexadecimal digits are expected");
    read_list("reached", "the id of a clause",
              [](const Node& value) { return value.is(Kind::text) && Clause::find(value.text).has_value(); });
    read_list("reachedOptions", "\"choice=option\"",
              [](const Node& value) { return value.is(Kind::text) && option_word(value.text); });
    read_list("failures", "a failure (an object)", [](const Node& value) { return value.is(Kind::object); });
    read_list("problems", "a text", [](const Node& value) { return value.is(Kind::text); });
  }

 private:
  bool is(const Node& value, Kind kind, std::string_view expected) {
    if (value.is(kind)) return true;
    errors_.at(value, fmt::format("{} is expected, not {}", expected, json::described(value)));
    return false;
  }

  const Node* optional(std::string_view key, Kind kind, std::string_view expected) {
    const Node* value = campaign_.at(key);
    return value != nullptr && is(*value, kind, expected) ? value : nullptr;
  }

  const Node* required(std::string_view key, Kind kind, std::string_view expected) {
    if (campaign_.at(key) == nullptr) errors_.at(campaign_.root(), fmt::format("the key \"{}\" is missing", key));
    return optional(key, kind, expected);
  }

  template <class Good>
  void each(const Node& list, std::string_view expected, Good good) {
    for (const Node& value : json::children(list))
      if (!good(value)) errors_.at(value, fmt::format("{} is expected, not {}", expected, json::described(value)));
  }

  template <class Good>
  void read_list(std::string_view key, std::string_view expected, Good good) {
    if (const Node* list = optional(key, Kind::array, "a list")) each(*list, expected, good);
  }

  bool read_format(const Node& root) {
    const Node* format = json::member(root, "format");
    if (format == nullptr || !format->is(Kind::text)) {
      errors_.at(root, "the key \"format\" is missing: this is no result of a campaign");
      return false;
    }
    campaign_.format = format->text;
    if (std::find(formats.begin(), formats.end(), format->text) != formats.end()) return true;
    errors_.at(*format, format->text == "procreg-checkpoint/1"
                            ? "this is the checkpoint of a run that may not be complete: run it again with --checkpoint"
                            : unknown("format of results", format->text, formats));
    return false;
  }

  void read_verdict() {
    const Node* word = required("verdict", Kind::text, "the name of a verdict");
    if (word == nullptr) return;
    const auto verdict = verdict_named(word->text);
    if (verdict)
      campaign_.verdict = *verdict;
    else
      errors_.at(*word, fmt::format("{} is no verdict", json::described(*word)));
  }

  void read_shard() {
    const Node* shard = required("shard", Kind::object, "{ \"index\": I, \"of\": N }");
    if (shard == nullptr) return;
    const auto part = [&](std::string_view key) {
      const Node* value = json::member(*shard, key);
      return value == nullptr ? std::nullopt : number_of(*value);
    };
    const auto index = part("index"), of = part("of");
    if (index && of && *index >= 1 && *index <= *of)
      campaign_.shard = {*index, *of};
    else
      errors_.at(*shard, "{ \"index\": I, \"of\": N } with 1 <= I <= N is expected");
  }

  Errors& errors_;
  Campaign& campaign_;
};

}  // namespace

std::optional<std::uint64_t> number_of(const json::Node& value) {
  if (value.is(Kind::integer) && !value.negative) return value.number;
  if (value.is(Kind::text)) return hex_number(value.text);
  return std::nullopt;
}

ReadCampaign read_campaign(std::string_view json, std::string_view file) {
  Campaign campaign;
  campaign.file = file;
  Errors errors{json, file};
  campaign.document = std::make_shared<const json::Document>(json::parse(json));
  errors.add(campaign.document->problems);
  if (errors.none()) Reader{errors, campaign}.read();
  if (!errors.none()) return errors.take();
  return campaign;
}

ReadCampaign read_campaign_file(const std::string& path) { return read_file(path, read_campaign); }

}  // namespace procreg::harness
