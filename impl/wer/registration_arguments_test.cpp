// What files, memory blocks, excluded blocks, metadata and runtime exception modules are refused for, and what makes two the same.
#include <gtest/gtest.h>

#include <string>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr Result bad_argument{Hresult::E_INVALIDARG};
constexpr Result bad_state{Hresult::WER_E_INVALID_STATE};
constexpr Result not_found{Hresult::WER_E_NOT_FOUND};
constexpr ProcessKey p = TestWorld::main;
constexpr TextIn null{};

class RegistrationArgumentsTest : public testing::Test, public TestWorld {
 protected:
  const RegistrationBlock& block() { return *process(main)->block; }
};

TEST_F(RegistrationArgumentsTest, ArgumentsOfAFile) {
  EXPECT_EQ(add_file(main, null), bad_argument);
  for (const std::uint32_t type : {0U, 3U, 0xFFFFFFFFU}) EXPECT_EQ(add_file(main, text(u"f"), type), bad_argument);
  for (const std::uint32_t flags : {0x4U, 0x7U, 0x80U}) EXPECT_EQ(add_file(main, text(u"f"), 1, flags), bad_argument);
  EXPECT_EQ(add_file(main, text(u""), 1, 0x3), ok);
  EXPECT_EQ(add_file(main, text(u"..\\relative")), ok);
  EXPECT_EQ(block().files.size(), 2U);
}

TEST_F(RegistrationArgumentsTest, APathInOtherLetterCaseIsTheSameAndItsFirstSpellingStays) {
  add_file(main, text(u"C:\\A.txt"), 1, 0x1);
  EXPECT_EQ(add_file(main, text(u"c:\\a.TXT"), 2, 0x2), ok);
  ASSERT_EQ(block().files.size(), 1U);
  const FileEntry& entry = *block().files.begin();
  EXPECT_EQ(tables().at(entry.path), u"C:\\A.txt");
  EXPECT_EQ(entry.type, FileType{2});
  EXPECT_EQ(entry.flags, 0x2U);
  EXPECT_EQ(remove_file(main, text(u"C:\\A.TXT")), ok);
  EXPECT_EQ(remove_file(main, text(u"C:\\A.txt")), not_found);
}

TEST(FileChoices, Compressed) {
  TestWorld world{with(choice::file_flag_compressed, FileFlagCompressed::accept)};
  EXPECT_EQ(world.add_file(p, world.text(u"f"), 1, 0x7), ok);
  EXPECT_EQ(world.add_file(p, world.text(u"f"), 1, 0x8), bad_argument);
}

TEST(FileChoices, AnOverLongPathIsToldLast) {
  const Result own_code{Hresult::HR_FILENAME_EXCED_RANGE};
  TestWorld world{with(choice::file_path_too_long_code, FilePathTooLongCode::filename_too_long)};
  const TextIn too_long = world.text(std::u16string(261, u'a'));
  EXPECT_EQ(world.add_file(p, too_long), own_code);
  EXPECT_EQ(world.add_file(p, too_long, 0), bad_argument);
  EXPECT_EQ(world.add_file(p, too_long, 1, 0x80), bad_argument);
  EXPECT_EQ(world.remove_file(p, too_long), not_found);
  TestWorld documented;
  EXPECT_EQ(documented.add_file(p, documented.text(std::u16string(261, u'a'))), bad_argument);
}

TEST(TextLimits, AreReachedWithOrWithoutTheNul) {
  for (const auto option : {StringLimits::characters, StringLimits::characters_with_nul}) {
    TestWorld world{with(choice::string_limits, option)};
    const Result at_limit = option == StringLimits::characters ? ok : bad_argument;
    const auto letters = [&](std::size_t n) { return world.text(std::u16string(n, u'a')); };
    EXPECT_EQ(world.add_file(p, letters(259)), ok);
    EXPECT_EQ(world.add_file(p, letters(260)), at_limit);
    EXPECT_EQ(world.add_file(p, letters(261)), bad_argument);
    EXPECT_EQ(world.add_metadata(p, letters(63), letters(127)), ok);
    EXPECT_EQ(world.add_metadata(p, letters(64), letters(1)), at_limit);
    EXPECT_EQ(world.add_metadata(p, letters(65), letters(1)), bad_argument);
    EXPECT_EQ(world.add_metadata(p, letters(1), letters(128)), at_limit);
    EXPECT_EQ(world.add_metadata(p, letters(1), letters(129)), bad_argument);
    EXPECT_EQ(world.add_module(p, letters(5000)), ok);
  }
}

TEST_F(RegistrationArgumentsTest, ArgumentsOfBlocks) {
  EXPECT_EQ(add_block(main, 0), bad_argument);
  EXPECT_EQ(add_block(main, 0x1000, 0), bad_argument);
  EXPECT_EQ(add_block(main, 0x1000, 65537), bad_argument);
  EXPECT_EQ(add_block(main, 0x1000, 65536), ok);
  EXPECT_EQ(add_block(main, ~std::uint64_t{0}, 65536), ok);
  EXPECT_EQ(add_block(main, 0x1001, 1), ok);
  EXPECT_EQ(exclude(main, 0), bad_argument);
  EXPECT_EQ(exclude(main, 0x1000, 0), bad_argument);
  EXPECT_EQ(exclude(main, 0x1000, 0xFFFFFFFF), ok);
}

TEST_F(RegistrationArgumentsTest, RegisteredAndExcludedBlocksAreListsOfTheirOwn) {
  add_block(main, 0x1000);
  EXPECT_EQ(include(main, 0x1000), not_found);
  EXPECT_EQ(exclude(main, 0x1000), ok);
  EXPECT_EQ(remove_block(main, 0x1800), not_found);
  EXPECT_EQ(remove_block(main, 0x1000), ok);
  EXPECT_EQ(remove_block(main, 0x1000), not_found);
  EXPECT_EQ(block().excluded.size(), 1U);
}

TEST_F(RegistrationArgumentsTest, ArgumentsOfMetadata) {
  EXPECT_EQ(add_metadata(main, null, text(u"v")), bad_argument);
  EXPECT_EQ(add_metadata(main, text(u"k"), null), bad_argument);
  EXPECT_EQ(add_metadata(main, text(u""), text(u"v")), bad_argument);
  EXPECT_EQ(add_metadata(main, text(u"1k"), text(u"v")), bad_argument);
  EXPECT_EQ(add_metadata(main, text(u"k"), text(u"\t")), bad_argument);
  EXPECT_EQ(add_metadata(main, text(u"k"), text(u"\x7F")), bad_argument);
  EXPECT_EQ(add_metadata(main, text(u"k"), text(u"")), ok);
  EXPECT_EQ(add_metadata(main, text(u"K"), text(u" ~")), ok);
  EXPECT_EQ(add_metadata(main, text(u"\u00E9"), text(u"v")), ok);
  EXPECT_EQ(block().metadata.size(), 3U);
}

TEST(MetadataChoices, Charset) {
  TestWorld world{with(choice::metadata_key_charset, MetadataKeyCharset::ascii_subset)};
  EXPECT_EQ(world.add_metadata(p, world.text(u"\u00E9"), world.text(u"v")), bad_argument);
  EXPECT_EQ(world.add_metadata(p, world.text(u"_a"), world.text(u"v")), ok);
}

TEST_F(RegistrationArgumentsTest, ModulesAreAnyTextWithAnyContext) {
  EXPECT_EQ(add_module(main, null), bad_argument);
  EXPECT_EQ(add_module(main, text(u"")), ok);
  EXPECT_EQ(add_module(main, text(u"m.dll"), 1), ok);
  EXPECT_EQ(add_module(main, text(u"m.dll"), 2), ok);
  EXPECT_EQ(add_module(main, text(u"M.DLL"), 1), ok);
  EXPECT_EQ(block().modules.size(), 3U);
  EXPECT_EQ(remove_module(main, text(u"m.dll"), 3), not_found);
  EXPECT_EQ(remove_module(main, text(u"M.dll"), 2), ok);
}

TEST(ModuleChoices, TheCodeOfAnUnknownOne) {
  TestWorld world{with(choice::module_unregister_unknown, ModuleUnregisterUnknown::file_not_found)};
  const Result file_not_found{Hresult::HR_FILE_NOT_FOUND};
  EXPECT_EQ(world.remove_module(p, world.text(u"m")), file_not_found);
  EXPECT_EQ(world.remove_module(p, null), file_not_found);
}

// Each answers `answer` to a key that registering would refuse.
void expect_invalid_keys(TestWorld& world, Result answer) {
  EXPECT_EQ(world.remove_file(p, null), answer);
  EXPECT_EQ(world.remove_file(p, world.text(std::u16string(261, u'a'))), answer);
  EXPECT_EQ(world.remove_block(p, 0), answer);
  EXPECT_EQ(world.include(p, 0), answer);
  EXPECT_EQ(world.remove_metadata(p, null), answer);
  EXPECT_EQ(world.remove_metadata(p, world.text(u"")), answer);
  EXPECT_EQ(world.remove_metadata(p, world.text(u"a b")), answer);
  EXPECT_EQ(world.remove_metadata(p, world.text(std::u16string(65, u'a'))), answer);
  EXPECT_EQ(world.remove_module(p, null), answer);
}

TEST(UnregisterInvalidKeys, AreUnknownOrCheckedAsAtRegistration) {
  TestWorld unknown;
  unknown.add_file(p, unknown.text(u""));  // NULL is no empty text
  unknown.add_module(p, unknown.text(u""));
  expect_invalid_keys(unknown, not_found);

  TestWorld checked{with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register)};
  expect_invalid_keys(checked, bad_argument);
  EXPECT_EQ(checked.remove_file(p, checked.text(u"")), not_found);
  TestWorld own_code{with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register)
                         .with(choice::file_path_too_long_code, FilePathTooLongCode::filename_too_long)};
  EXPECT_EQ(own_code.remove_file(p, own_code.text(std::u16string(261, u'a'))),
            Result{Hresult::HR_FILENAME_EXCED_RANGE});
}

TEST(ArgumentAgainstState, IsDecidedByTheProfileInEveryFamily) {
  for (const bool state_first : {false, true}) {
    const auto order = state_first ? ArgumentVsStateOrder::state_first : ArgumentVsStateOrder::arguments_first;
    TestWorld world{with(choice::argument_vs_state_order, order)
                        .with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register)};
    world.set_recovery(p);
    world.crash(p);
    world.choose(p, UserAction::close);
    const Result first = state_first ? bad_state : bad_argument;
    EXPECT_EQ(world.add_file(p, null), first);
    EXPECT_EQ(world.add_block(p, 0), first);
    EXPECT_EQ(world.exclude(p, 0), first);
    EXPECT_EQ(world.add_metadata(p, null, null), first);
    EXPECT_EQ(world.add_module(p, null), first);
    expect_invalid_keys(world, first);
  }
}

}  // namespace
}  // namespace procreg::impl
