#include "model/wer/element_name.h"

#include <gtest/gtest.h>

namespace procreg::model {
namespace {

TEST(AnXmlName, BeginsWithALetterAColonOrAnUnderscore) {
  for (const auto* name :
       {u"a", u"Z", u"_", u":", u"xml", u"\u00C0", u"\u037F", u"\u3001", u"\U00010000", u"\U000EFFFF"})
    EXPECT_TRUE(is_xml_name(name));
  for (const auto* name : {u"", u"1", u"-a", u".a", u" a", u"\u00B7", u"\u00D7", u"\u037E", u"\u0300", u"\U000F0000"})
    EXPECT_FALSE(is_xml_name(name));
}

TEST(AnXmlName, GoesOnWithDigitsAndMarksToo) {
  for (const auto* name : {u"a1", u"a-b.c", u"a\u00B7", u"a\u0300\u036F", u"a\u203F\u2040", u"a\U00010000"})
    EXPECT_TRUE(is_xml_name(name));
  for (const auto* name : {u"a b", u"a/", u"a\u2041", u"a\u00F7", u"a\uFFFE"}) EXPECT_FALSE(is_xml_name(name));
}

TEST(AnXmlName, HasNoUnpairedSurrogate) {
  EXPECT_FALSE(is_xml_name(std::u16string{u'a', char16_t{0xD800}}));
  EXPECT_FALSE(is_xml_name(std::u16string{u'a', char16_t{0xDC00}, u'a'}));
  EXPECT_FALSE(is_xml_name(std::u16string{char16_t{0xD800}, char16_t{0xD800}, char16_t{0xDC00}}));
  EXPECT_TRUE(is_xml_name(std::u16string{char16_t{0xD800}, char16_t{0xDC00}}));
}

TEST(AnAsciiName, BeginsWithALetterOrAnUnderscoreAndHasNoColon) {
  for (const auto* name : {u"a", u"Z9", u"_", u"a.b-c"}) EXPECT_TRUE(is_ascii_name(name));
  for (const auto* name : {u"", u"9", u".a", u"-a", u":", u"a:b", u"a b", u"\u00C0", u"a\u00C0", u"[", u"`", u"{"})
    EXPECT_FALSE(is_ascii_name(name));
}

}  // namespace
}  // namespace procreg::model
