// WerRegisterCustomMetadata, WerUnregisterCustomMetadata (wer.md 4.5).
#include <algorithm>

#include "model/rules.h"
#include "model/wer/budget.h"
#include "model/wer/element_name.h"
#include "model/wer/pipeline.h"
#include "model/wer/text.h"

namespace procreg::model {

using enum Hresult;

namespace {

// The options agree about most keys, and only where they do not the choice is asked for.
bool is_name(Draft& world, TextRef key, Choices& choices) {
  const auto text = text_at(world, key);
  const bool xml = is_xml_name(text);
  if (xml == is_ascii_name(text)) return xml;
  return (choices.take(choice::metadata_key_charset) == MetadataKeyCharset::xml_name) == xml;
}

Refusal bad_name(Draft& world, TextRef key, Choices& choices) {
  if (too_long(world, key, WER_METADATA_KEY_MAX_LENGTH, choices)) return Refusal{E_INVALIDARG, "WER-META-02"};
  return is_name(world, key, choices) ? passes : Refusal{E_INVALIDARG, "WER-META-03"};
}

Refusal bad_value(Draft& world, TextRef value, Choices& choices) {
  if (too_long(world, value, WER_METADATA_VALUE_MAX_LENGTH, choices)) return Refusal{E_INVALIDARG, "WER-META-04"};
  const auto text = text_at(world, value);
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char16_t unit) { return unit >= 0x20 && unit <= 0x7E; });
  return printable ? passes : Refusal{E_INVALIDARG, "WER-META-05"};
}

Refusal bad_arguments(Draft& world, const WerRegisterCustomMetadata& call, Choices& choices) {
  if (!call.key.value.has_value() || !call.value.value.has_value()) return Refusal{E_INVALIDARG, "WER-META-01"};
  const auto name = bad_name(world, *call.key.value, choices);
  return name ? name : bad_value(world, *call.value.value, choices);
}

Refusal bad_key_as_register(Draft& world, TextIn key, Choices& choices) {
  return key.value.has_value() ? bad_name(world, *key.value, choices) : Refusal{E_INVALIDARG, "WER-META-01"};
}

// WER-META-11: letter case tells keys apart.
const RegisteredMetadata* find_pair(Draft& world, const Process& caller, TextIn key) {
  if (!key.value.has_value()) return nullptr;
  const auto& list = caller.wer.metadata;
  const auto* same = entry_where(list, [&](const auto& pair) { return same_text(world, pair.key, *key.value); });
  if (same != nullptr) return same;
  const auto* other_case = entry_where(list, [&](const auto& pair) { return same_name(world, pair.key, *key.value); });
  return other_case == nullptr || world.shaped("WER-META-11", true) ? nullptr : other_case;
}

// The limit that is reached, none when there is room.
Clause full(Draft& world, const Process& caller, Choices& choices) {
  if (caller.wer.metadata.size() >= world.now().limits.metadata) return Clause("WER-META-08");
  if (!no_entry_left(world, caller, choices)) return {};
  world.applies("WER-META-09");
  const auto budget = choices.take(choice::metadata_entry_budget);
  return budget == MetadataEntryBudget::independent ? Clause{} : Clause("WER-META-09");
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterCustomMetadata& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_register(world);
  const auto arguments = bad_arguments(world, call, choices);
  const auto state = bad_state(world, caller, "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  world.applies_if(text_at(world, *call.value.value).empty(), "WER-META-06");
  const RegisteredMetadata* known = find_pair(world, caller, call.key);
  if (known != nullptr && world.shaped("WER-ALL-13", true))
    return register_again<Metadata>(world, {by, &Wer::metadata, "WER-META-07"}, *known, {known->key, *call.value.value},
                                    choices);
  const Clause limit = full(world, caller, choices);
  if (!limit.is_none()) return refuse_full(world, caller, limit);
  if (world.heap_fails(by)) return world.refuse(E_OUTOFMEMORY, "WER-META-10");
  return append<Metadata>(world, {by, &Wer::metadata, "WER-META-14"}, {*call.key.value, *call.value.value});
}

Ruling& rule(Draft& world, const WerUnregisterCustomMetadata& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto arguments = bad_key(world, bad_key_as_register(world, call.key, choices), "WER-META-13", choices);
  const auto state = bad_state(world, world.process(by), "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredMetadata* entry = find_pair(world, world.process(by), call.key);
  if (entry == nullptr) return world.refuse(WER_E_NOT_FOUND, "WER-META-12");
  return remove<Metadata>(world, {by, &Wer::metadata, "WER-META-14"}, *entry);
}

}  // namespace procreg::model
