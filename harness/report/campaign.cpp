#include "harness/report/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

#include "harness/report/lines.h"
#include "harness/report/results.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/json_text.h"

namespace procreg::harness {

namespace {

using json::Kind;
using json::Node;
using Parts = std::span<const Campaign>;

const Node* text_member(const Node& object, std::string_view key) {
  const Node* value = json::member(object, key);
  return value != nullptr && value->is(Kind::text) ? value : nullptr;
}

std::uint64_t hex_value(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// Options of choices, in the order of the table.
Coverage options_of(Parts parts) {
  Coverage coverage;
  for (const Campaign& part : parts)
    for (const Node& word : json::children(*part.at("reachedOptions"))) {
      const std::size_t equals = word.text.find('=');
      const ChoiceInfo* choice = find_choice(std::string_view{word.text}.substr(0, equals));
      const auto option = std::find(choice->options.begin(), choice->options.end(), word.text.substr(equals + 1));
      auto& bits = coverage.options[static_cast<std::size_t>(choice - choices().data())];
      bits = static_cast<std::uint8_t>(bits | 1U << (option - choice->options.begin()));
    }
  return coverage;
}

ClauseSet clauses_of(Parts parts) {
  ClauseSet reached;
  for (const Campaign& part : parts)
    for (const Node& id : json::children(*part.at("reached"))) reached[Clause::find(id.text)->index()] = true;
  return reached;
}

// --- Failures ---

std::uint64_t place(const Node& failure) {
  const Node* script = json::member(failure, "script");
  const auto number = script == nullptr ? std::nullopt : number_of(*script);
  return number ? *number + 1 : 0;
}

// The failures that were seen so far, by what tells them apart.
class Known {
 public:
  bool is_new(const Node& failure) {
    const Node* same_as = json::member(failure, "sameAs");
    const Node* key = text_member(failure, "key");
    if (key == nullptr || same_as == nullptr) {
      const Node* scenario = text_member(failure, "scenario");
      return seen_.insert(scenario != nullptr ? "scenario " + scenario->text : json::one_line(failure)).second;
    }
    for (const Node& other : json::children(*same_as))
      if (seen_.count("key " + other.text) != 0) return false;
    return seen_.insert("key " + key->text).second;
  }

 private:
  std::set<std::string> seen_{};
};

std::string failures_of(Parts parts) {
  std::vector<const Node*> all;
  for (const Campaign& part : parts)
    for (const Node& failure : json::children(*part.at("failures"))) all.push_back(&failure);
  std::stable_sort(all.begin(), all.end(), [](const Node* a, const Node* b) { return place(*a) < place(*b); });
  Known known;
  json::Array list;
  for (const Node* failure : all)
    if (known.is_new(*failure)) list.add(json::one_line(*failure));
  return list.text();
}

// --- Sums of the members, as JSON ---

Verdict verdict_of(Parts parts, const MissingShards& missing) {
  std::vector<Verdict> verdicts;
  for (const Campaign& part : parts)
    if (part.verdict != Verdict::nothing_ran) verdicts.push_back(part.verdict);
  if (missing.count > 0) verdicts.push_back(Verdict::undecided);
  return worst(verdicts);
}

std::string missing_json(const MissingShards& missing) {
  json::Array first;
  for (const std::uint64_t index : missing.first) first.add(json::integer(index));
  return json::Object{}.add("count", json::integer(missing.count)).add("first", first.text()).text();
}

std::string interrupted_of(Parts parts) {
  const bool any =
      std::any_of(parts.begin(), parts.end(), [](const Campaign& p) { return p.at("interrupted")->truth; });
  return any ? "true" : "false";
}

std::string counts_of(Parts parts) {
  json::Object object;
  for (const Node& count : json::children(*parts.front().at("counts"))) {
    std::uint64_t sum = 0;
    for (const Campaign& part : parts) sum += *number_of(*json::member(*part.at("counts"), count.key));
    object.add(count.key, json::integer(sum));
  }
  return object.text();
}

std::string fingerprint_of(Parts parts) {
  std::uint64_t sum = 0;
  for (const Campaign& part : parts) sum += hex_value(part.at("fingerprint")->text);
  return json::quote(fmt::format("{:016x}", sum));
}

std::string closed_of(Parts parts) {
  return std::all_of(parts.begin(), parts.end(), [](const Campaign& p) { return p.at("closed")->truth; }) ? "true"
                                                                                                          : "false";
}

template <class Better>
std::string best_of(Parts parts, std::string_view key, Better better) {
  std::uint64_t best = number_of(*parts.front().at(key)).value_or(0);
  for (const Campaign& part : parts) best = better(best, number_of(*part.at(key)).value_or(0));
  return json::integer(best);
}
template <class T>
constexpr auto larger = [](T a, T b) { return std::max(a, b); };
template <class T>
constexpr auto smaller = [](T a, T b) { return std::min(a, b); };
std::string depth_of(Parts parts) { return best_of(parts, "depth", larger<std::uint64_t>); }
std::string bytes_of(Parts parts) { return best_of(parts, "bytes", larger<std::uint64_t>); }
std::string collisions_of(Parts parts) { return best_of(parts, "collisions", smaller<std::uint64_t>); }

std::string reached_of(Parts parts) {
  json::Array list;
  for (const Clause clause : clauses_in(clauses_of(parts))) list.add(json::quote(clause.id()));
  return list.text();
}

std::string reached_options_of(Parts parts) { return reached_options_json(options_of(parts)); }

std::string problems_of(Parts parts) {
  std::set<std::string> seen;
  json::Array list;
  for (const Campaign& part : parts)
    for (const Node& problem : json::children(*part.at("problems")))
      if (seen.insert(problem.text).second) list.add(json::quote(problem.text));
  return list.text();
}

struct Sum {
  std::string_view key;
  std::string (*of)(Parts);
};
constexpr std::array sums{Sum{"interrupted", interrupted_of},
                          Sum{"counts", counts_of},
                          Sum{"closed", closed_of},
                          Sum{"depth", depth_of},
                          Sum{"bytes", bytes_of},
                          Sum{"collisions", collisions_of},
                          Sum{"fingerprint", fingerprint_of},
                          Sum{"reached", reached_of},
                          Sum{"reachedOptions", reached_options_of},
                          Sum{"failures", failures_of},
                          Sum{"problems", problems_of}};

const Sum* sum_of(std::string_view key) {
  const auto found = std::find_if(sums.begin(), sums.end(), [key](const Sum& sum) { return sum.key == key; });
  return found == sums.end() ? nullptr : &*found;
}

// --- What keeps parts from being one ---

class Comparison {
 public:
  Comparison(const Campaign& first, const Campaign& other, std::vector<std::string>& problems)
      : first_{first}, other_{other}, problems_{problems} {}

  void run() { members(first_.root(), other_.root(), ""); }

 private:
  // Members that add up must be there in both, the others must be equal.
  void members(const Node& a, const Node& b, const std::string& above) {
    for (const Node& value : json::children(a)) member(value, json::member(b, value.key), above);
    for (const Node& value : json::children(b))
      if (json::member(a, value.key) == nullptr) say("{}: has {}, and {} has not", other_, above + value.key, first_);
  }

  void member(const Node& a, const Node* b, const std::string& above) {
    const std::string key = above + a.key;
    if (b == nullptr) return say("{}: has {}, and {} has not", first_, key, other_);
    if (above == "counts.") return;
    if (a.is(Kind::object) && b->is(Kind::object) && (key == "options" || key == "counts"))
      return members(a, *b, key + '.');
    if (key == "shard" || key == "verdict" || sum_of(key) != nullptr) return;
    if (json::one_line(a) != json::one_line(*b))
      problems_.push_back(fmt::format("{}: {} is {}, and {} has {}", other_.file, key, json::described(*b), first_.file,
                                      json::described(a)));
  }

  void say(fmt::format_string<const std::string&, const std::string&, const std::string&> words, const Campaign& has,
           const std::string& key, const Campaign& lacks) {
    problems_.push_back(fmt::format(words, has.file, key, lacks.file));
  }

  const Campaign& first_;
  const Campaign& other_;
  std::vector<std::string>& problems_;
};

// --- The text form ---

// What says which run this was, and what is shown otherwise.
constexpr std::array<std::string_view, 4> not_shown{"format", "version", "subject", "verdict"};

bool shown(const Node& value) { return std::find(not_shown.begin(), not_shown.end(), value.key) == not_shown.end(); }

void add_reached(const Campaign& campaign, const Node& member, Table& table) {
  const Parts parts{&campaign, 1};
  if (member.key == "reached") {
    const ClauseSet reachable = reachable_clauses();
    table.rows.push_back(
        {"clauses", fmt::format("{} of {} reached", (clauses_of(parts) & reachable).count(), reachable.count())});
  } else {
    const OptionCount options = count_options(options_of(parts));
    table.rows.push_back({"options", fmt::format("{} of {} reached", options.reached, options.covered)});
  }
}

std::string missing_text(const Node& missing) {
  std::vector<std::string> first;
  for (const Node& index : json::children(*json::member(missing, "first"))) first.push_back(json::one_line(index));
  const std::uint64_t count = *number_of(*json::member(missing, "count"));
  return fmt::format("{}: {}", counted(count, "shard"), listed(first, MissingShards::listed_max)) +
         (count > first.size() ? fmt::format(" and {} more", count - first.size()) : "");
}

std::string plain(const Node& value) { return value.is(Kind::text) ? value.text : json::one_line(value); }

void add_rows(const Campaign& campaign, const Node& member, Table& table) {
  if (member.key == "reached" || member.key == "reachedOptions") return add_reached(campaign, member, table);
  if (member.key == "counts")
    for (const Node& count : json::children(member)) table.rows.push_back({count.key, plain(count)});
  if (member.key == "collisions") {
    table.rows.push_back(
        {"collisions", fmt::format("two states taken for one with a probability of at most 1 in {}", plain(member))});
    return;
  }
  if (member.key == "missing") table.rows.push_back({"missing", missing_text(member)});
  const bool scalar = !member.is(Kind::array) && !member.is(Kind::object) && !member.is(Kind::null);
  if (scalar && member.key != "interrupted" && shown(member)) table.rows.push_back({member.key, plain(member)});
}

}  // namespace

std::string reached_options_json(const Coverage& coverage) {
  json::Array list;
  for (std::size_t i = 0; i < choice_count; ++i)
    for (std::size_t option = 0; option < choices()[i].options.size(); ++option)
      if ((coverage.options[i] >> option & 1U) != 0)
        list.add(json::quote(fmt::format("{}={}", choices()[i].name, choices()[i].options[option])));
  return list.text();
}

std::string json_text(const Campaign& campaign) { return json::one_line(campaign.root()) + "\n"; }

std::string text(const Campaign& campaign) {
  std::string lines;
  if (const Node* failures = campaign.at("failures"))
    for (const Node& failure : json::children(*failures))
      if (const Node* shown_as = text_member(failure, "text")) lines += shown_as->text + '\n';
  Table summary{{"", ""}, {}};
  for (const Node& member : json::children(campaign.root())) add_rows(campaign, member, summary);
  const Node* interrupted = campaign.at("interrupted");
  return lines + text(summary) +
         fmt::format("\n{}{}\n", headline(campaign.verdict),
                     interrupted != nullptr && interrupted->truth ? ", interrupted" : "");
}

std::variant<Campaign, std::vector<std::string>> added(std::span<const Campaign> parts, Shard shard,
                                                       const MissingShards& missing) {
  std::vector<std::string> problems;
  for (const Campaign& part : parts.subspan(1)) Comparison{parts.front(), part, problems}.run();
  if (!problems.empty()) return problems;
  json::Object object;
  for (const Node& member : json::children(parts.front().root())) {
    const Sum* sum = sum_of(member.key);
    if (member.key == "shard") {
      object.add("shard", shard_json(shard));
      if (missing.count > 0) object.add("missing", missing_json(missing));
    } else if (member.key == "verdict") {
      object.add("verdict", json::quote(name(verdict_of(parts, missing))));
    } else {
      object.add(member.key, sum != nullptr ? sum->of(parts) : json::one_line(member));
    }
  }
  return std::get<Campaign>(read_campaign(object.text(), "the sum"));
}

std::string shard_json(Shard shard) {
  return json::Object{}.add("index", json::integer(shard.index)).add("of", json::integer(shard.of)).text();
}

}  // namespace procreg::harness
