#include "impl/wer/existing_files.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace procreg::impl {
namespace {

class ExistingFilesTest : public testing::Test {
 protected:
  ExistingFiles make(const std::vector<std::u16string>& paths) {
    std::vector<TextRef> refs;
    for (const auto& path : paths) refs.push_back(tables_.text(path));
    return {arena_, tables_, refs};
  }
  PathKey key(const std::u16string& path) { return {tables_, tables_.text(path)}; }
  std::vector<std::u16string> listed(const ExistingFiles& files) {
    std::vector<std::u16string> all;
    for (const SnapText& file : files.files()) all.push_back(tables_.at(file.text));
    return all;
  }

  Arena arena_;
  Tables tables_;
};

TEST(AbsolutePath, BeginsWithADriveAndASeparatorOrWithTwoSeparators) {
  for (const auto* path : {u"C:\\", u"z:/a", u"A:\\..", u"\\\\server\\share", u"//", u"\\/", u"/\\x"})
    EXPECT_TRUE(is_absolute(path));
  for (const auto* path :
       {u"", u"C", u"C:", u"C:a", u"\\", u"/a", u"a\\b", u"1:\\a", u"[:\\a", u"\u00C4:\\a", u"C;\\a"})
    EXPECT_FALSE(is_absolute(path));
}

TEST_F(ExistingFilesTest, AreFoundInAnyCaseOfTheLettersAToZ) {
  ExistingFiles files = make({u"C:\\Log.txt", u"c:\\\u00E4"});
  EXPECT_TRUE(files.has(key(u"c:\\LOG.TXT")));
  EXPECT_TRUE(files.has(key(u"C:\\\u00E4")));
  EXPECT_FALSE(files.has(key(u"c:\\\u00C4")));
  EXPECT_FALSE(files.has(key(u"c:/log.txt")));
  EXPECT_FALSE(files.has(key(u"c:\\.\\log.txt")));
}

TEST_F(ExistingFilesTest, ThatAreRelativeOrEmptyAreListedButNeverFound) {
  ExistingFiles files = make({u"log.txt", u""});
  EXPECT_FALSE(files.has(key(u"log.txt")));
  EXPECT_FALSE(files.has(key(u"")));
  EXPECT_EQ(listed(files), (std::vector<std::u16string>{u"", u"log.txt"}));
}

TEST_F(ExistingFilesTest, StandInTheOrderOfTheirCodeUnitsAlsoWhenOneIsGone) {
  const std::u16string beyond{u'c', u':', u'\\', 0xD83D, 0xDE00};  // before U+FF01, though its code point is beyond it
  ExistingFiles files = make({u"c:\\b", u"c:\\\uFF01", u"c:\\B2", beyond, u"c:\\a"});
  EXPECT_EQ(listed(files), (std::vector<std::u16string>{u"c:\\B2", u"c:\\a", u"c:\\b", beyond, u"c:\\\uFF01"}));
  files.erase(key(u"C:\\A"));
  EXPECT_FALSE(files.has(key(u"c:\\a")));
  EXPECT_EQ(listed(files), (std::vector<std::u16string>{u"c:\\B2", u"c:\\b", beyond, u"c:\\\uFF01"}));
}

}  // namespace
}  // namespace procreg::impl
