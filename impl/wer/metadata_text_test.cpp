#include "impl/wer/metadata_text.h"

#include <gtest/gtest.h>

#include <string>

namespace procreg::impl {
namespace {

bool xml(std::u16string_view text) { return is_element_name(text, MetadataKeyCharset::xml_name); }
bool ascii(std::u16string_view text) { return is_element_name(text, MetadataKeyCharset::ascii_subset); }

TEST(ElementName, BothCharsetsTakeAsciiNames) {
  for (const auto* name : {u"a", u"Z", u"_", u"a0", u"xml", u"XMLabc", u"a.b-c_d", u"_9"}) {
    EXPECT_TRUE(xml(name));
    EXPECT_TRUE(ascii(name));
  }
}

TEST(ElementName, NeitherTakesWhatNoNameBeginsWithOrHolds) {
  for (const auto* name : {u"", u"0a", u"-a", u".a", u"a b", u" a", u"a/b", u"a@", u"a[", u"a`", u"a{", u"a;", u"a,"}) {
    EXPECT_FALSE(xml(name));
    EXPECT_FALSE(ascii(name));
  }
  EXPECT_FALSE(xml(std::u16string_view{u"a\0", 2}));
}

TEST(ElementName, OnlyXmlTakesColonsAndLettersBeyondAscii) {
  for (const auto* name : {u":", u"a:b", u"\u00C0", u"a\u00B7", u"a\u0300", u"a\u203F", u"\u3001", u"\uFFFD"}) {
    EXPECT_TRUE(xml(name));
    EXPECT_FALSE(ascii(name));
  }
}

TEST(ElementName, TheEdgesOfTheRangesOfXml) {
  constexpr char16_t inside[][2] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
                                    {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
                                    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}};
  for (const auto& [first, last] : inside) {
    EXPECT_TRUE(xml(std::u16string{first}) && xml(std::u16string{last})) << int{first};
    const auto before = static_cast<char16_t>(first - 1);
    const auto after = static_cast<char16_t>(last + 1);
    EXPECT_FALSE(xml(std::u16string{before})) << int{before};
    EXPECT_FALSE(xml(std::u16string{after})) << int{after};
  }
  for (const char16_t later : {u'\u00B7', u'\u0300', u'\u036F', u'\u203F', u'\u2040'}) {
    EXPECT_FALSE(xml(std::u16string{later}));
    EXPECT_TRUE(xml(std::u16string{u'a', later}));
  }
  for (const char16_t never : {u'\u00B6', u'\u00B8', u'\u203E', u'\u2041'})
    EXPECT_FALSE(xml(std::u16string{u'a', never}));
}

TEST(ElementName, SurrogatesStandForTheCodePointOfAPair) {
  EXPECT_TRUE(xml(u"\U00010000"));
  EXPECT_TRUE(xml(u"a\U000EFFFF"));
  EXPECT_FALSE(xml(u"\U000F0000"));
  EXPECT_FALSE(xml(u"\U0010FFFF"));
  for (const std::u16string& broken :
       {std::u16string{0xD800}, std::u16string{0xDC00}, std::u16string{u'a', 0xDBFF}, std::u16string{0xD800, u'a'},
        std::u16string{0xDC00, 0xD800}, std::u16string{0xD800, 0xD800, 0xDC00}})
    EXPECT_FALSE(xml(broken));
}

TEST(PrintableAscii, IsSpaceToTilde) {
  EXPECT_TRUE(is_printable_ascii(u""));
  EXPECT_TRUE(is_printable_ascii(u" ~"));
  for (const auto* text : {u"\t", u"a\x7F", u"\x1F", u"\u00E9", u"a\n"}) EXPECT_FALSE(is_printable_ascii(text));
}

}  // namespace
}  // namespace procreg::impl
