#include "scenarios/properties/xml_names.h"

#include <gtest/gtest.h>

namespace procreg::scenarios {
namespace {

using enum MetadataKeyCharset;

TEST(XmlNames, AreDecodedPairByPair) {
  EXPECT_EQ(decoded(u"a\xD801\xDC00z"), (std::u32string{U'a', char32_t{0x10400}, U'z'}));
  EXPECT_EQ(encoded(char32_t{0x10400}), u"\xD801\xDC00");
}

TEST(XmlNames, KeepUnpairedSurrogates) {
  EXPECT_EQ(decoded(u"\xDC00\xD801"), (std::u32string{char32_t{0xDC00}, char32_t{0xD801}}));
  EXPECT_FALSE(is_name(u"k\xD801", xml_name));
}

TEST(XmlNames, AreTheSameForPlainLetters) {
  for (const MetadataKeyCharset charset : {xml_name, ascii_subset}) {
    EXPECT_TRUE(is_name(u"a", charset));
    EXPECT_TRUE(is_name(u"_a.b-9", charset));
    EXPECT_FALSE(is_name(u"", charset));
    EXPECT_FALSE(is_name(u"9a", charset));
    EXPECT_FALSE(is_name(u"a b", charset));
  }
}

TEST(XmlNames, DifferInColonsAndLettersBeyondAscii) {
  for (const std::u16string_view name : {u":a", u"a:b", u"\u00E9", u"a\u00B7", u"\xD801\xDC00"}) {
    EXPECT_TRUE(is_name(name, xml_name));
    EXPECT_FALSE(is_name(name, ascii_subset));
  }
  EXPECT_FALSE(is_name(u"\u00B7", xml_name));  // not as the first character
  EXPECT_FALSE(is_name(u"a\u00D7", xml_name));
  EXPECT_FALSE(is_name(u"a\xFFFE", xml_name));
}

}  // namespace
}  // namespace procreg::scenarios
