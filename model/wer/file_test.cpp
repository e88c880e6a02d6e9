#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

// Every test has the same texts.
struct Texts {
  Tables tables{};
  TextRef a{tables.text(u"C:\\a.txt")};
  TextRef other_case{tables.text(u"c:\\A.TXT")};
  TextRef b{tables.text(u"b")};
  TextRef bracket{tables.text(u"[")};  // and its neighbour by 0x20: no letters
  TextRef brace{tables.text(u"{")};
  TextRef empty{tables.text(u"")};
  TextRef of_259{tables.text(std::u16string(259, u'x'))};
  TextRef of_260{tables.text(std::u16string(260, u'x'))};
  TextRef of_261{tables.text(std::u16string(261, u'x'))};
  TextRef cut{tables.text(std::u16string(u"b\0c", 3))};
};
const Texts texts;

WerRegisterFile registers(TextIn path, std::uint32_t type = 1, std::uint32_t flags = 0) {
  return {.by = by(main_process), .pwzFile = path, .regFileType = FileType{type}, .dwFlags = Dword{flags}};
}
WerRegisterFile registers(TextRef path, std::uint32_t type = 1, std::uint32_t flags = 0) {
  return registers(text_in(path), type, flags);
}
WerUnregisterFile unregisters(TextIn path) { return {.by = by(main_process), .pwzFilePath = path}; }
WerUnregisterFile unregisters(TextRef path) { return unregisters(text_in(path)); }

const Before one = after({registers(texts.a)});
void one_and_exhausted(Scene& scene) {
  one(scene);
  exhausted(scene);
}

const Profile documented = documented_profile();
const Profile windows11 = windows11_profile();
const Profile compressed = documented.with(choice::file_flag_compressed, FileFlagCompressed::accept);
const Profile with_nul = documented.with(choice::string_limits, StringLimits::characters_with_nul);
const Profile as_register = documented.with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register);
const Profile windows11_as_register = windows11.with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register);
const Profile never_fails = documented.with(choice::unlisted_out_of_memory, UnlistedOutOfMemory::never_fails);
const Profile first_wins = documented.with(choice::reregistration, Reregistration::first_wins);
const Profile state_first = documented.with(choice::argument_vs_state_order, ArgumentVsStateOrder::state_first);
const Profile not_while_crashed = documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state);

void expect_file_rows(std::vector<Row> rows) {
  for (Row& row : rows) row.tables = texts.tables;
  expect_rows(rows);
}

TEST(WerRegisterFile, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_file_rows({
      {"WER-FILE-01", nothing,            registers(null_text, 3, 8),     E_INVALIDARG},
      {"WER-FILE-02", nothing,            registers(texts.of_261, 0, 8),  E_INVALIDARG},
      {"WER-FILE-02", nothing,            registers(texts.a, 3),          E_INVALIDARG},
      {"WER-FILE-03", nothing,            registers(texts.of_261, 1, 8),  E_INVALIDARG, windows11},
      {"WER-FILE-03", nothing,            registers(texts.a, 1, 4),       E_INVALIDARG},
      {"WER-FILE-03", nothing,            registers(texts.a, 1, 12),      E_INVALIDARG, compressed},
      {"WER-FILE-04", nothing,            registers(texts.of_261),        E_INVALIDARG},
      {"WER-FILE-04", nothing,            registers(texts.of_260),        E_INVALIDARG, with_nul},
      {"WER-FILE-04", nothing,            registers(texts.of_260),        HR_FILENAME_EXCED_RANGE, windows11},
      {"WER-FILE-04", recovering,         registers(texts.of_261),        E_INVALIDARG},
      {"WER-ALL-46",  recovering,         registers(texts.of_261),        WER_E_INVALID_STATE, state_first},
      {"WER-ALL-46",  recovering,         registers(texts.a),             WER_E_INVALID_STATE},
      {"WER-ALL-46",  crashed_with_calls, registers(texts.a),             WER_E_INVALID_STATE, not_while_crashed},
      {"WER-FILE-06", one_and_exhausted,  registers(texts.other_case, 2), S_OK, documented, limited({.entries = 1})},
      {"WER-FILE-06", one,                registers(texts.a, 2),          S_OK, first_wins},
      {"WER-FILE-07", one,                registers(texts.b),             WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1})},
      {"WER-FILE-07", one_and_exhausted,  registers(texts.b),             WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1})},
      {"WER-FILE-08", exhausted,          registers(texts.a),             E_OUTOFMEMORY},
      {"WER-FILE-09", exhausted,          registers(texts.a),             S_OK, never_fails},
      {"WER-FILE-09", crashed_with_calls, registers(texts.a),             S_OK},
      {"WER-FILE-09", nothing,            registers(texts.a, 2, 3),       S_OK},
      {"WER-FILE-09", nothing,            registers(texts.a, 1, 4),       S_OK, compressed},
      {"WER-FILE-09", nothing,            registers(texts.empty),         S_OK},
      {"WER-FILE-09", nothing,            registers(texts.of_260),        S_OK},
      {"WER-FILE-09", nothing,            registers(texts.of_259),        S_OK, windows11},
  });
  // clang-format on
}

TEST(WerUnregisterFile, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_file_rows({
      {"WER-FILE-10", one,        unregisters(texts.b),          WER_E_NOT_FOUND},
      {"WER-FILE-10", one,        unregisters(null_text),        WER_E_NOT_FOUND},
      {"WER-FILE-10", one,        unregisters(texts.of_261),     WER_E_NOT_FOUND},
      {"WER-FILE-11", one,        unregisters(texts.other_case), S_OK},
      {"WER-FILE-12", one,        unregisters(null_text),        E_INVALIDARG, as_register},
      {"WER-FILE-12", one,        unregisters(texts.of_261),     E_INVALIDARG, as_register},
      {"WER-FILE-12", one,        unregisters(texts.of_260),     HR_FILENAME_EXCED_RANGE, windows11_as_register},
      {"WER-ALL-46",  recovering, unregisters(texts.a),          WER_E_INVALID_STATE},
  });
  // clang-format on
}

const Files& files(const Scene& scene) { return scene.main()->wer.files; }

TEST(AFile, KeepsItsPlaceAndItsFirstSpelling) {
  Scene scene{documented, {}, texts.tables};
  after({registers(texts.a), registers(texts.b), registers(texts.other_case, 2, 3)})(scene);
  EXPECT_EQ(files(scene), (Files{{texts.a, FileType{2}, 3}, {texts.b, FileType{1}, 0}}));
  EXPECT_EQ(scene.main()->wer.alive, 2U);
}

TEST(AFile, KeepsItsFirstAttributesWhereTheProfileSaysSo) {
  Scene scene{first_wins, {}, texts.tables};
  after({registers(texts.a), registers(texts.a, 2, 3)})(scene);
  EXPECT_EQ(files(scene), (Files{{texts.a, FileType{1}, 0}}));
}

TEST(AFile, StandsAtTheEndWhenItComesBack) {
  Scene scene{documented, {}, texts.tables};
  after({registers(texts.a), registers(texts.b), unregisters(texts.a), registers(texts.a)})(scene);
  EXPECT_EQ(files(scene), (Files{{texts.b, FileType{1}, 0}, {texts.a, FileType{1}, 0}}));
}

TEST(AFile, IsAnotherWhenMoreThanTheCaseOfALetterDiffers) {
  Scene scene{documented, {}, texts.tables};
  after({registers(texts.bracket), registers(texts.brace), registers(texts.empty)})(scene);
  EXPECT_EQ(files(scene).size(), 3U);
}

TEST(AFile, HasThePathBeforeItsTerminatingNul) {
  Scene scene{documented, {}, texts.tables};
  scene.must(registers(texts.cut));
  EXPECT_EQ(scene.perform(registers(texts.b)).decided, Clause("WER-FILE-06"));
  scene.must(unregisters(texts.b));
  EXPECT_TRUE(files(scene).empty());
}

TEST(AFile, IsNoAllocationWhereRegisteringItAttemptsNone) {
  Scene scene{never_fails, {}, texts.tables};
  after({FailAllocation{.process = on(main_process), .n = Countdown{1}}, registers(texts.a), unregisters(texts.a)})(
      scene);
  EXPECT_EQ(scene.main()->wer.alive, 0U);
  EXPECT_EQ(scene.main()->heap.countdowns, (Countdowns{1}));
}

TEST(AFile, ThatIsUnregisteredGivesItsAllocationBack) {
  Scene scene{documented, {}, texts.tables};
  after({registers(texts.a), unregisters(texts.a)})(scene);
  EXPECT_EQ(scene.main()->wer.alive, 0U);
  EXPECT_TRUE(scene.main()->wer.storage_exists);
}

TEST(AReport, StaysAsItIsWhenFilesAreRegisteredInCrashed) {
  Scene scene{documented, {}, texts.tables};
  scene.crashes_with_calls();
  const Reports before = scene.state().reports;
  const Ruling& ruling = scene.perform(registers(texts.a));
  EXPECT_TRUE(applied_by(ruling, "WER-REP-34"));
  EXPECT_TRUE(scene.state().reports == before);
}

}  // namespace
}  // namespace procreg::model
