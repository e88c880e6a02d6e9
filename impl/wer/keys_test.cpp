#include "impl/wer/keys.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace procreg::impl {
namespace {

class KeysTest : public testing::Test {
 protected:
  bool same_path(std::u16string_view a, std::u16string_view b) {
    const PathKey key{tables, tables.text(a)};
    const PathKey other{tables, tables.text(b)};
    const bool same = key.names(FileEntry{.path = tables.text(b)});
    EXPECT_TRUE(!same || key.hash == other.hash);
    return same;
  }

  Tables tables;
};

TEST_F(KeysTest, PathsIgnoreTheCaseOfAToZ) {
  EXPECT_TRUE(same_path(u"C:\\A\\z.txt", u"c:\\a\\Z.TXT"));
  EXPECT_TRUE(same_path(u"AZaz", u"azAZ"));
  EXPECT_TRUE(same_path(u"", u""));
}

TEST_F(KeysTest, PathsFoldNothingElse) {
  EXPECT_FALSE(same_path(u"\u00C4", u"\u00E4"));
  EXPECT_FALSE(same_path(u"@", u"`"));
  EXPECT_FALSE(same_path(u"[", u"{"));
  EXPECT_FALSE(same_path(u"\uFF21", u"\uFF41"));
  EXPECT_FALSE(same_path(u"\u0141", u"A"));
  EXPECT_FALSE(same_path(u"a/b", u"a\\b"));
  EXPECT_FALSE(same_path(u"a\\.\\b", u"a\\b"));
  EXPECT_FALSE(same_path(u"a", u"a "));
  EXPECT_FALSE(same_path(u"", u"a"));
}

TEST_F(KeysTest, AddressesAreTheirWholeNumber) {
  const AddressKey key{Address{0x1'0000'1000}};
  EXPECT_TRUE(key.names({Address{0x1'0000'1000}, 1}));
  EXPECT_FALSE(key.names({Address{0x1000}, 1}));
}

TEST_F(KeysTest, MetadataKeysAreTakenToTheLetter) {
  const MetadataKey key{tables.text(u"Key")};
  EXPECT_TRUE(key.names({tables.text(u"Key"), {}}));
  EXPECT_FALSE(key.names({tables.text(u"key"), {}}));
}

TEST_F(KeysTest, AModuleIsItsNameInAnyCaseAndItsContext) {
  const ModuleKey key{tables, tables.text(u"C:\\h.DLL"), Address{5}};
  EXPECT_TRUE(key.names({tables.text(u"c:\\H.dll"), Address{5}}));
  EXPECT_FALSE(key.names({tables.text(u"C:\\h.DLL"), Address{6}}));
  EXPECT_FALSE(key.names({tables.text(u"C:\\g.DLL"), Address{5}}));
  EXPECT_EQ(key.hash, (ModuleKey{tables, tables.text(u"c:\\H.dll"), Address{5}}.hash));
}

TEST_F(KeysTest, NullIsTheKeyOfNone) {
  EXPECT_FALSE((PathKey{tables, std::nullopt}.names({tables.text(u""), FileType{1}, 0})));
  EXPECT_FALSE((MetadataKey{std::nullopt}.names({TextRef{}, {}})));
  EXPECT_FALSE((ModuleKey{tables, std::nullopt, Address{}}.names({tables.text(u""), Address{}})));
}

// The way through a list begins with the upper bits.
TEST_F(KeysTest, NeighboursDifferInTheUpperBitsOfTheirHashes) {
  std::set<std::uint32_t> ways;
  for (std::uint32_t i = 0; i < 256; ++i) ways.insert(hash_of(0x10000 + 0x1000 * std::uint64_t{i}) >> 24);
  EXPECT_GT(ways.size(), 140U);  // 162 of 256 are expected
}

}  // namespace
}  // namespace procreg::impl
