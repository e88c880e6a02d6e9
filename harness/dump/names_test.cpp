#include "harness/dump/names.h"

#include <gtest/gtest.h>

namespace procreg::harness::dump {
namespace {

TEST(StreamName, SaysWhoseANumberIs) {
  EXPECT_EQ(stream_name(StreamType::thread_list), "ThreadList");
  EXPECT_EQ(stream_name(StreamType{0x47670003}), "Breakpad 0x47670003");
  EXPECT_EQ(stream_name(StreamType{0x574552FF}), "user 0x574552FF");
  EXPECT_EQ(stream_name(StreamType{0x57455300}), "unknown 0x57455300");
}

TEST(Flags, WithoutANameAreNumbers) {
  EXPECT_EQ(dump_flag_names(0x140121),
            "WithDataSegs WithUnloadedModules WithProcessThreadData WithTokenInformation FilterTriage");
  EXPECT_EQ(dump_flag_names(0x80000001), "WithDataSegs 0x80000000");
  EXPECT_EQ(protection_name(0x104), "read-write guard");
  EXPECT_EQ(state_name(0), "");
  EXPECT_EQ(memory_type_name(0x1000000), "image");
  EXPECT_EQ(thread_flag_names(5), "error-thread exited");
}

TEST(ParameterWords, AreKnownOfTwoExceptions) {
  EXPECT_EQ(parameter_words({.code = 0xC0000005, .parameters = {1, 0x10}}), "writing 0x10");
  EXPECT_EQ(parameter_words({.code = 0xC0000005, .parameters = {2, 0x10}}), "");
  EXPECT_EQ(parameter_words({.code = 0xC0000005, .parameters = {0}}), "");
  EXPECT_EQ(parameter_words({.code = 0xC0000409, .parameters = {7}}), "code 7");
}

TEST(Times, AreInUtc) {
  EXPECT_EQ(time_text(1'700'000'000), "2023-11-14 22:13:20 UTC");
  EXPECT_EQ(file_time_text(116'444'736'000'000'001), "1970-01-01 00:00:00.0000001 UTC");
  EXPECT_EQ(file_time_text(0), "never");
  EXPECT_EQ(file_time_text(1), "1601-01-01 00:00:00.0000001 UTC");
  EXPECT_EQ(file_time_text(~std::uint64_t{0}), "60056-05-28 05:36:10.9551615 UTC");
  EXPECT_EQ(duration_text(15'000'000), "1.5 s");
  EXPECT_EQ(duration_text(0), "0 s");
}

TEST(GuidText, HasWindowsOrderOfBytes) {
  EXPECT_EQ(guid_text({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}), "03020100-0504-0706-0809-0A0B0C0D0E0F");
}

TEST(Printable, EscapesWhatCouldConfuse) {
  EXPECT_EQ(printable(u"caf\u00E9 \U0001F600"), "caf\xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(printable(u"\u001B[2J\u009B\u202E\n"), "\\u001B[2J\\u009B\\u202E\\u000A");
  EXPECT_EQ(printable(std::u16string{0xD800, u'x', 0xDC00}), "\\uD800x\\uDC00");
  EXPECT_EQ(printable(std::string_view{"\xFF.pdb"}), "\xEF\xBF\xBD.pdb");
}

TEST(FileName, IsTheLastPartOfAPath) {
  EXPECT_EQ(file_name(u"C:\\a/b.exe"), u"b.exe");
  EXPECT_EQ(file_name(u"b.exe"), u"b.exe");
}

}  // namespace
}  // namespace procreg::harness::dump
