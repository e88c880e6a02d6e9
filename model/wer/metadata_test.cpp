#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

struct Texts {
  Tables tables{};
  TextRef a{tables.text(u"a")};
  TextRef upper_a{tables.text(u"A")};
  TextRef b{tables.text(u"b")};
  TextRef accented{tables.text(u"\u00E9")};
  TextRef digit{tables.text(u"1")};
  TextRef empty{tables.text(u"")};
  TextRef tab{tables.text(u"\t")};
  TextRef edges{tables.text(u" ~")};
  TextRef del{tables.text(u"\u007F")};
  TextRef of_63{tables.text(std::u16string(63, u'k'))};
  TextRef of_64{tables.text(std::u16string(64, u'k'))};
  TextRef of_65{tables.text(std::u16string(65, u'1'))};
  TextRef of_127{tables.text(std::u16string(127, u'v'))};
  TextRef of_128{tables.text(std::u16string(128, u'v'))};
  TextRef of_129{tables.text(std::u16string(129, u'\t'))};
};
const Texts texts;

WerRegisterCustomMetadata registers(TextIn key, TextIn value) {
  return {.by = by(main_process), .key = key, .value = value};
}
WerRegisterCustomMetadata registers(TextRef key, TextRef value) { return registers(text_in(key), text_in(value)); }
WerUnregisterCustomMetadata unregisters(TextIn key) { return {.by = by(main_process), .key = key}; }
WerUnregisterCustomMetadata unregisters(TextRef key) { return unregisters(text_in(key)); }

const Before one = after({registers(texts.a, texts.a)});

const Profile documented = documented_profile();
const Profile windows11 = windows11_profile();
const Profile as_register = documented.with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register);
const Profile never_fails = documented.with(choice::unlisted_out_of_memory, UnlistedOutOfMemory::never_fails);
const Profile gate_only = documented.with(choice::metadata_entry_budget, MetadataEntryBudget::gate_only);
const Profile independent = documented.with(choice::metadata_entry_budget, MetadataEntryBudget::independent);

void expect_metadata_rows(std::vector<Row> rows) {
  for (Row& row : rows) row.tables = texts.tables;
  expect_rows(rows);
}

TEST(WerRegisterCustomMetadata, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_metadata_rows({
      {"WER-META-01", nothing,            registers(null_text, text_in(texts.a)), E_INVALIDARG},
      {"WER-META-01", nothing,            registers(text_in(texts.digit), null_text), E_INVALIDARG},
      {"WER-META-02", nothing,            registers(texts.of_65, texts.tab),      E_INVALIDARG},
      {"WER-META-02", nothing,            registers(texts.of_64, texts.a),        E_INVALIDARG, windows11},
      {"WER-META-03", nothing,            registers(texts.digit, texts.of_129),   E_INVALIDARG},
      {"WER-META-03", nothing,            registers(texts.empty, texts.a),        E_INVALIDARG},
      {"WER-META-03", nothing,            registers(texts.accented, texts.a),     E_INVALIDARG, windows11},
      {"WER-META-04", nothing,            registers(texts.a, texts.of_129),       E_INVALIDARG},
      {"WER-META-04", nothing,            registers(texts.a, texts.of_128),       E_INVALIDARG, windows11},
      {"WER-META-05", nothing,            registers(texts.a, texts.tab),          E_INVALIDARG},
      {"WER-META-05", nothing,            registers(texts.a, texts.del),          E_INVALIDARG},
      {"WER-META-05", nothing,            registers(texts.a, texts.accented),     E_INVALIDARG},
      {"WER-ALL-46",  recovering,         registers(texts.a, texts.a),            WER_E_INVALID_STATE},
      {"WER-META-07", one,                registers(texts.a, texts.b),            S_OK, documented, limited({.entries = 1, .metadata = 1})},
      {"WER-META-08", one,                registers(texts.b, texts.a),            WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1, .metadata = 1})},
      {"WER-META-09", one,                registers(texts.b, texts.a),            WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1})},
      {"WER-META-09", nothing,            registers(texts.b, texts.a),            WER_E_INSUFFICIENT_BUFFER, gate_only, limited({.entries = 0})},
      {"WER-META-10", exhausted,          registers(texts.a, texts.a),            E_OUTOFMEMORY},
      {"WER-META-10", exhausted,          registers(texts.a, texts.a),            E_OUTOFMEMORY, never_fails},
      {"WER-META-14", one,                registers(texts.b, texts.a),            S_OK, gate_only, limited({.entries = 1})},
      {"WER-META-14", nothing,            registers(texts.b, texts.a),            S_OK, independent, limited({.entries = 0})},
      {"WER-META-14", one,                registers(texts.upper_a, texts.a),      S_OK},
      {"WER-META-14", nothing,            registers(texts.of_64, texts.of_128),   S_OK},
      {"WER-META-14", nothing,            registers(texts.of_63, texts.of_127),   S_OK, windows11},
      {"WER-META-14", nothing,            registers(texts.accented, texts.edges), S_OK},
      {"WER-META-14", nothing,            registers(texts.a, texts.empty),        S_OK},
  });
  // clang-format on
}

TEST(WerUnregisterCustomMetadata, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_metadata_rows({
      {"WER-META-12", one,        unregisters(texts.upper_a),  WER_E_NOT_FOUND},
      {"WER-META-12", one,        unregisters(null_text),      WER_E_NOT_FOUND},
      {"WER-META-13", one,        unregisters(null_text),      E_INVALIDARG, as_register},
      {"WER-META-13", one,        unregisters(texts.of_65),    E_INVALIDARG, as_register},
      {"WER-META-13", one,        unregisters(texts.empty),    E_INVALIDARG, as_register},
      {"WER-META-12", one,        unregisters(texts.accented), WER_E_NOT_FOUND, as_register},
      {"WER-META-14", one,        unregisters(texts.a),        S_OK},
      {"WER-ALL-46",  recovering, unregisters(texts.a),        WER_E_INVALID_STATE},
  });
  // clang-format on
}

TEST(Metadata, KeepsItsPlaceWhenTheValueChanges) {
  for (const auto option : {Reregistration::last_wins, Reregistration::first_wins}) {
    Scene scene{documented.with(choice::reregistration, option), {}, texts.tables};
    after({registers(texts.a, texts.a), registers(texts.b, texts.b), registers(texts.a, texts.b)})(scene);
    const TextRef value = option == Reregistration::last_wins ? texts.b : texts.a;
    EXPECT_EQ(scene.main()->wer.metadata, (Metadata{{texts.a, value}, {texts.b, texts.b}}));
    EXPECT_EQ(scene.main()->wer.alive, 2U);
  }
}

}  // namespace
}  // namespace procreg::model
