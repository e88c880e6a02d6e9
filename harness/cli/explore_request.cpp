#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/explore.h"
#include "harness/cli/words.h"
#include "harness/scenario/files.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/suggestion.h"
#include "harness/search/explore/worlds.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;
using harness::AlphabetOptions;
using harness::ExploreOptions;

// Thrown within this file only.
struct Unusable {
  std::string message;
};

bool is_file_name(const std::string& world) { return world.find('/') != std::string::npos || world.ends_with(".json"); }

std::optional<Limits> limits_of(const std::string& word) {
  constexpr std::string_view known[] = {"tiny", "default"};
  if (word.empty()) return std::nullopt;
  if (word == "tiny") return tiny_limits;
  if (word == "default") return Limits{};
  throw Unusable{harness::unknown("set of limits", word, known)};
}

harness::StepKinds all_kinds() {
  harness::StepKinds kinds;
  for (const auto& world : {"wer", "storage", "restart", "ccf"})
    kinds |= harness::find_ready_world(world)->make({}).alphabet.kinds;
  return kinds;
}

ExploreOptions options_of_file(const ExploreRequest& request) {
  auto read = harness::read_script_file(request.world);
  if (const auto* errors = std::get_if<1>(&read)) throw Unusable{text(errors->front())};
  auto& script = std::get<harness::Script>(read);
  if (request.processes) throw Unusable{"--processes: the processes of a scenario file are those of its world"};
  if (!script.parallel.empty())
    throw Unusable{fmt::format("{}: has a parallel part: run it with `procreg race`", request.world)};
  ExploreOptions options;
  options.world = script.world;
  options.tables = script.tables;
  options.names = script.names;
  options.before = script.steps;
  options.alphabet.kinds = all_kinds();
  if (const auto limits = limits_of(request.limits)) options.world.limits = *limits;
  return options;
}

ExploreOptions options_of_world(const ExploreRequest& request) {
  if (is_file_name(request.world)) return options_of_file(request);
  const auto* world = harness::find_ready_world(request.world);
  if (world == nullptr) throw Unusable{harness::unknown("world", request.world, harness::ready_world_names())};
  constexpr std::uint64_t processes_max = 64;
  if (request.processes && (*request.processes == 0 || *request.processes > processes_max))
    throw Unusable{fmt::format("--processes: from 1 to {}", processes_max)};
  return world->make({request.processes ? std::optional{static_cast<std::uint32_t>(*request.processes)} : std::nullopt,
                      limits_of(request.limits)});
}

std::vector<std::string_view> names_of(bool calls) {
  std::vector<std::string_view> names;
  for (const StepInfo& step : steps())
    if (step.call == calls) names.push_back(step.name);
  return names;
}

// Puts the named kinds in the place of the calls, or the events, of the world.
void choose_kinds(const std::vector<std::string>& words, bool calls, harness::StepKinds& kinds) {
  if (words.empty()) return;
  for (std::size_t kind = 0; kind < step_kinds; ++kind)
    if (steps()[kind].call == calls) kinds.reset(kind);
  for (const std::string& word : words) {
    const StepInfo* found = find_step(word);
    if (word == "none") continue;
    if (found == nullptr || found->call != calls)
      throw Unusable{harness::unknown(calls ? "call" : "event", word, names_of(calls))};
    kinds.set(step_kind(*found));
  }
}

void choose_alphabet(const ExploreRequest& request, AlphabetOptions& alphabet) {
  const bool chosen = !request.calls.empty() || !request.events.empty() || request.handles;
  if (chosen && !alphabet.steps.empty())
    throw Unusable{
        fmt::format("the world {} has its own steps: --calls, --events and --handles are for others", request.world)};
  choose_kinds(request.calls, true, alphabet.kinds);
  choose_kinds(request.events, false, alphabet.kinds);
  if (alphabet.steps.empty() && alphabet.kinds.none()) throw Unusable{"no call and no event is left to explore"};
  if (request.handles) alphabet.handles_max = static_cast<std::uint32_t>(std::min<std::uint64_t>(*request.handles, 64));
}

ExploreOptions made(const ExploreRequest& request) {
  ExploreOptions options = options_of_world(request);
  choose_alphabet(request, options.alphabet);
  if (request.profile == "any") {
    options.profile = harness::any_profile();
  } else {
    const auto profile = profile_word(request.profile);
    if (const auto* bad = std::get_if<BadArgument>(&profile)) throw Unusable{bad->message};
    options.profile = std::get<harness::Script::NamedProfile>(profile).profile;
  }
  options.folds = request.symmetry;
  if (request.depth) options.depth = static_cast<std::uint32_t>(std::min<std::uint64_t>(*request.depth, 100'000));
  if (request.states) options.states_max = *request.states;
  if (request.megabytes) options.bytes_max = *request.megabytes << 20;
  if (request.seconds) options.time = std::chrono::seconds{*request.seconds};
  options.shard = request.shard.index - 1;
  options.shards = request.shard.of;
  return options;
}

// --- From a certificate ---

class Options {
 public:
  Options(const json::Node& options, harness::Errors& errors) : options_{options}, errors_{errors} {}

  void read(ExploreRequest& request) {
    for (const json::Node& value : json::children(options_))
      if (!known(value, request)) errors_.at_key(value, fmt::format("\"{}\" is no option of explore", value.key));
  }

 private:
  bool known(const json::Node& value, ExploreRequest& request) {
    return word(value, "world", request.world) || number(value, "processes", request.processes) ||
           word(value, "limits", request.limits) || words(value, "calls", request.calls) ||
           words(value, "events", request.events) || number(value, "handles", request.handles) ||
           word(value, "profile", request.profile) || flag(value, "symmetry", request.symmetry) ||
           flag(value, "modelOnly", request.model_only) || number(value, "depth", request.depth) ||
           number(value, "states", request.states) || number(value, "megabytes", request.megabytes) ||
           number(value, "seconds", request.seconds);
  }

  bool is(const json::Node& value, json::Kind kind, std::string_view expected) {
    if (!value.is(kind)) errors_.at(value, fmt::format("{} is expected, not {}", expected, json::described(value)));
    return value.is(kind);
  }
  bool word(const json::Node& value, std::string_view key, std::string& to) {
    if (value.key != key) return false;
    if (is(value, json::Kind::text, "a text")) to = value.text;
    return true;
  }
  bool flag(const json::Node& value, std::string_view key, bool& to) {
    if (value.key != key) return false;
    if (is(value, json::Kind::boolean, "true or false")) to = value.truth;
    return true;
  }
  bool number(const json::Node& value, std::string_view key, std::optional<std::uint64_t>& to) {
    if (value.key != key) return false;
    if (value.is(json::Kind::null)) return true;
    to = harness::number_of(value);
    if (!to) errors_.at(value, fmt::format("a number or null is expected, not {}", json::described(value)));
    return true;
  }
  bool words(const json::Node& value, std::string_view key, std::vector<std::string>& to) {
    if (value.key != key) return false;
    if (!is(value, json::Kind::array, "a list of names")) return true;
    for (const json::Node& name : json::children(value))
      if (is(name, json::Kind::text, "a name")) to.push_back(name.text);
    return true;
  }

  const json::Node& options_;
  harness::Errors& errors_;
};

}  // namespace

std::variant<ExploreOptions, std::string> options_of(const ExploreRequest& request) {
  try {
    return made(request);
  } catch (const Unusable& unusable) {
    return unusable.message;
  }
}

ReadRequest read_explore_request(const harness::Campaign& certificate, std::string_view text) {
  harness::Errors errors{text, certificate.file};
  ExploreRequest request;
  request.shard = certificate.shard;
  const json::Node* options = certificate.at("options");
  if (certificate.format != "procreg-explore/1")
    errors.at(*certificate.at("format"), "\"procreg-explore/1\" is expected: the result of procreg explore --json");
  else if (options == nullptr || !options->is(json::Kind::object))
    errors.at(certificate.root(), "the key \"options\" is missing: what was explored");
  else
    Options{*options, errors}.read(request);
  if (!errors.none()) return errors.take();
  return request;
}

}  // namespace procreg::cli
