#include "impl/smb/file_key.h"

#include <gtest/gtest.h>

namespace procreg::impl {
namespace {

TEST(FileKey, APathLosesTheBackslashesAroundIt) {
  EXPECT_EQ(valid_path(u"\\\\a\\B\\"), u"a\\B");
  EXPECT_EQ(valid_path(u"a"), u"a");
  EXPECT_EQ(valid_path(u"a..b\\...\\c"), u"a..b\\...\\c");
}

TEST(FileKey, SomePathsNameNoFile) {
  for (const auto* path : {u"", u"\\", u"\\\\", u"a\\\\b", u"a/b", u"a:b", u"a\\.\\b", u"..", u"a\\..", u"\\.\\a"})
    EXPECT_FALSE(valid_path(path)) << std::string(path, path + std::char_traits<char16_t>::length(path));
}

TEST(FileKey, TheSameNameInAnyCaseHasTheSameHash) {
  EXPECT_EQ(hash_of(u"C:\\Data\\F", 3), hash_of(u"\\f", hash_of(u"c:\\DATA", 3)));
  EXPECT_NE(hash_of(u"c:\\data\\f", 3), hash_of(u"c:\\data\\f", 4));
  EXPECT_NE(hash_of(u"\u00C4", 3), hash_of(u"\u00E4", 3));
}

TEST(FileKey, FolderAndPathTogetherNameTheFile) {
  Arena arena;
  const KeyText folder = folded_copy(arena, u"C:\\X", u"\\");
  const FileKey key{folder, u"Ab", 0};
  const KeyText copy = copy_of(arena, key);
  EXPECT_EQ((std::u16string_view{copy.data(), copy.size()}), u"c:\\x\\ab");
  EXPECT_TRUE(names(key, copy));
  EXPECT_TRUE(names({{}, u"c:\\x\\AB", 0}, copy));
  EXPECT_FALSE(names({folder, u"a", 0}, copy));
  EXPECT_FALSE(names({folder, u"abc", 0}, copy));
  EXPECT_FALSE(names({folder, u"ac", 0}, copy));
}

}  // namespace
}  // namespace procreg::impl
