// `moduleBehaviours`: what runtime exception modules do when a process crashes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "api/names.h"
#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

using json::Node;

std::optional<TextRef> read_any_text(Reading& in, const Node& value) {
  const auto text = read_text(in, value, "a text");
  return text ? std::optional{text_up_to_nul(in, *text)} : std::nullopt;
}

// "fails" or "terminates"; for an event callback also "declines".
std::optional<CallbackDeed> read_deed(Reading& in, const Node& value, bool may_decline) {
  const std::array words{name(CallbackDeed::fails), name(CallbackDeed::terminates), std::string_view{"declines"}};
  const auto word = read_word(in, value, "deed of a callback", std::span{words}.first(may_decline ? 3 : 2));
  if (!word) return std::nullopt;
  return *word == 2 ? CallbackDeed::succeeds : *named<CallbackDeed>(words[*word]);
}

void read_event(Reading& in, const Node& value, ModuleBehaviour& module) {
  if (value.is(json::Kind::text)) {
    module.event = read_deed(in, value, true).value_or(module.event);
    return;
  }
  if (!expect(in, value, json::Kind::object,
              "\"declines\", \"fails\", \"terminates\" or { \"claims\": ..., \"count\": ... }"))
    return;
  refuse_unknown_keys(in, value, event_keys, {});
  if (const Node* claims = member(value, "claims"))
    module.claims = read_any_text(in, *claims);
  else
    in.errors.at(value, "the key \"claims\" is missing");
  if (const Node* count = member(value, "count"))
    module.count = static_cast<std::uint32_t>(read_integer(in, *count, 0xFFFFFFFFU).value_or(0));
  if (const Node* fails = member(value, "fails"))
    module.event = read_boolean(in, *fails).value_or(false) ? CallbackDeed::fails : CallbackDeed::succeeds;
}

void read_signature(Reading& in, const Node& value, ModuleBehaviour& module) {
  ModuleSignature signature;
  if (value.is(json::Kind::text)) {
    signature.deed = read_deed(in, value, false).value_or(CallbackDeed::fails);
  } else if (value.is(json::Kind::array) && json::count(value) == 2) {
    signature.name = read_any_text(in, *value.first).value_or(empty_text);
    signature.value = read_any_text(in, *value.first->next).value_or(empty_text);
  } else {
    in.errors.at(value,
                 fmt::format("[name, value], \"fails\" or \"terminates\" is expected, not {}", json::described(value)));
  }
  module.signatures.push_back(signature);
}

void read_debugger(Reading& in, const Node& value, ModuleBehaviour& module) {
  if (value.is(json::Kind::text)) {
    module.debugger = read_deed(in, value, false).value_or(module.debugger);
    return;
  }
  if (!expect(in, value, json::Kind::object, "\"fails\", \"terminates\" or { \"custom\": ..., \"automatic\": ... }"))
    return;
  refuse_unknown_keys(in, value, debugger_keys, {});
  if (const Node* custom = member(value, "custom"); custom != nullptr && !custom->is(json::Kind::null))
    module.custom = read_any_text(in, *custom);
  if (const Node* automatic = member(value, "automatic"))
    module.automatic = read_boolean(in, *automatic).value_or(false);
}

// `known`: the dlls before it, folded.
void read_dll(Reading& in, const Node& value, std::set<std::u16string>& known, ModuleBehaviour& module) {
  const Node* dll = member(value, "dll");
  const auto text = dll == nullptr ? std::nullopt : read_any_text(in, *dll);
  if (dll == nullptr) in.errors.at(value, "the key \"dll\" is missing");
  if (!text) return;
  module.dll = *text;
  const std::u16string& name = in.script.tables.at(*text);
  if (!known.insert(folded(name)).second)
    in.errors.at(*dll, fmt::format("the behaviour of {} stands twice in the list", json::quote(name)));
}

// A callback is asked for that many signature parameters.
void check_signatures(Reading& in, const Node& value, const ModuleBehaviour& module) {
  const bool claims = module.claims && module.event == CallbackDeed::succeeds;
  const std::size_t asked = claims ? std::min(module.count, WER_MAX_PARAM_COUNT) : 0;
  if (module.signatures.size() < asked)
    in.errors.at(value, fmt::format("the callback is asked for {} signature parameters, and \"signatures\" has {}",
                                    asked, module.signatures.size()));
}

void read_module(Reading& in, const Node& value, std::set<std::u16string>& known) {
  if (!expect(in, value, json::Kind::object, "the behaviour of a module { \"dll\": ... }")) return;
  refuse_unknown_keys(in, value, module_keys, {});
  ModuleBehaviour module;
  read_dll(in, value, known, module);
  if (const Node* loadable = member(value, "loadable")) module.loadable = read_boolean(in, *loadable).value_or(true);
  if (const Node* event = member(value, "event")) read_event(in, *event, module);
  if (const Node* signatures = member(value, "signatures"))
    if (expect(in, *signatures, json::Kind::array, "a list of signature parameters"))
      for (const Node& signature : json::children(*signatures)) read_signature(in, signature, module);
  if (const Node* debugger = member(value, "debugger")) read_debugger(in, *debugger, module);
  check_signatures(in, value, module);
  in.script.world.moduleBehaviours.push_back(std::move(module));
}

}  // namespace

void read_modules(Reading& in, const json::Node& list) {
  if (!expect(in, list, json::Kind::array, "a list of the behaviours of modules")) return;
  std::set<std::u16string> known;
  for (const Node& module : json::children(list)) read_module(in, module, known);
}

}  // namespace procreg::harness
