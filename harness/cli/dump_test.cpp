#include "harness/cli/dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/temporary_folder.h"
#include "harness/dump/sample_dump.h"

namespace procreg::cli {
namespace {

using harness::dump::Bytes;
using harness::dump::DumpBuilder;
using harness::dump::sample_dump;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Dump : public InTemporaryFolder {
 protected:
  void SetUp() override {
    InTemporaryFolder::SetUp();
    write("good.dmp", sample_dump().file().string());
  }
  // Thread 2 points at a stack past the end.
  static void write_faulty() {
    write("faulty.dmp", sample_dump().set32("threads", 4 + 48 + 36, 0x12345678).file().string());
  }
  // Its exception is of a thread that is not there.
  static void write_odd() { write("odd.dmp", sample_dump().set32("exception", 0, 9).file().string()); }

  ExitStatus run(const DumpRequest& request) { return dump(request, session()); }
};

TEST_F(Dump, HeadsEachFileByItsName) {
  EXPECT_EQ(run({.files = {"good.dmp", "good.dmp"}}), ExitStatus::conforms);
  EXPECT_THAT(out.str(), StartsWith("good.dmp\n\nHeader\n  version   0x0000A793\n"));
  EXPECT_THAT(out.str(), HasSubstr("\n\ngood.dmp\n\nHeader\n"));
  EXPECT_EQ(err.str(), "");
}

TEST_F(Dump, SaysWhatCannotBeReadAndPrintsTheRest) {
  write_faulty();
  EXPECT_EQ(run({.files = {"faulty.dmp"}}), ExitStatus::unusable);
  EXPECT_THAT(
      err.str(),
      StartsWith("procreg: faulty.dmp: thread list: thread 2: stack: 64 bytes at offset 0x12345678 are past the end "
                 "of the file (0x"));
  EXPECT_THAT(out.str(), AllOf(HasSubstr("\nThreads: 2\n"), HasSubstr("\nModules: 2\n"),
                               HasSubstr("\nCannot be read\n  thread list: ")));
}

TEST_F(Dump, GoesOnAfterAFileThatIsNoDump) {
  write("text.dmp", std::string(100, 'x'));
  EXPECT_EQ(run({.files = {"no.dmp", ".", "text.dmp", "/dev/null", "good.dmp"}}), ExitStatus::unusable);
  EXPECT_EQ(err.str(),
            "procreg: no.dmp: cannot be read: No such file or directory\n"
            "procreg: .: is a folder\n"
            "procreg: text.dmp: not a minidump: it begins with 0x78787878 and not with \"MDMP\"\n"
            "procreg: /dev/null: is not an ordinary file\n");
  EXPECT_THAT(out.str(), StartsWith("good.dmp\n\nHeader\n"));
}

TEST_F(Dump, TellsWhatIsOddAndCallsItADivergenceOnlyWhenStrict) {
  write_odd();
  EXPECT_EQ(run({.files = {"odd.dmp"}}), ExitStatus::conforms);
  EXPECT_THAT(out.str(), EndsWith("Noticed\n  exception: its thread 9 is not in the thread list\n\n"));
  EXPECT_EQ(run({.files = {"odd.dmp"}, .strict = true}), ExitStatus::diverges);
  EXPECT_EQ(run({.files = {"good.dmp"}, .strict = true}), ExitStatus::conforms);
}

TEST_F(Dump, PrintsAnObjectAFileAsJson) {
  write_odd();
  EXPECT_EQ(run({.files = {"odd.dmp", "no.dmp"}, .json = true}), ExitStatus::unusable);
  EXPECT_THAT(out.str(), StartsWith("{ \"file\": \"odd.dmp\", \"size\": "));
  EXPECT_THAT(out.str(),
              HasSubstr("\"noticed\": [\"exception: its thread 9 is not in the thread list\"], \"faults\": [] }\n"));
  EXPECT_THAT(out.str(),
              EndsWith("\n{ \"file\": \"no.dmp\", \"faults\": [\"cannot be read: No such file or directory\"] }\n"));
}

TEST_F(Dump, PrintsMemoryInPlaceOfTheDescription) {
  EXPECT_EQ(run({.files = {"good.dmp"}, .memory = {{0x14F038, 24}}}), ExitStatus::conforms);
  EXPECT_EQ(out.str(), R"(good.dmp

Memory 0x000000000014F038..0x000000000014F050
0x000000000014F038  58 59 5A 5B 5C 5D 5E 5F  ?? ?? ?? ?? ?? ?? ?? ??  |XYZ[\]^_        |
0x000000000014F048  8 bytes up to 0x000000000014F050 are not in the dump
Not in the dump: 0x000000000014F040..0x000000000014F050, 16 bytes

)");
}

TEST_F(Dump, PrintsMemoryAsJson) {
  EXPECT_EQ(run({.files = {"good.dmp"}, .memory = {{0x14F03E, 4}}, .json = true}), ExitStatus::conforms);
  EXPECT_EQ(out.str(),
            "{ \"file\": \"good.dmp\", \"memory\": [ { \"begin\": \"0x14F03E\", \"size\": 4, \"bytes\": \"5E5F????\", "
            "\"missing\": [ { \"begin\": \"0x14F040\", \"size\": 2 } ] } ], \"noticed\": [], \"faults\": [] }\n");
}

TEST_F(Dump, SaysWhyItIsStrictAboutMemory) {
  write_odd();
  EXPECT_EQ(run({.files = {"odd.dmp"}, .memory = {{0x14F000, 16}}, .strict = true}), ExitStatus::diverges);
  EXPECT_THAT(out.str(), EndsWith("Noticed\n  exception: its thread 9 is not in the thread list\n\n"));
}

TEST_F(Dump, PrintsTheStackThatAThreadPointsAt) {
  DumpBuilder builder = sample_dump();
  builder.set32("threads", 4 + 36, static_cast<std::uint32_t>(builder.put(Bytes{}.fill(64, 'A'))));
  write("other.dmp", builder.file().string());
  EXPECT_EQ(run({.files = {"other.dmp"}, .stack = 65540}), ExitStatus::conforms);
  EXPECT_THAT(out.str(),
              StartsWith("other.dmp\n\nStack of thread 65540, rsp 0x000000000014F000\n"
                         "0x000000000014F000  41 41 41 41 41 41 41 41  41 41 41 41 41 41 41 41  |AAAAAAAAAAAAAAAA|\n"));
}

TEST_F(Dump, SaysWhichThreadHasNoStack) {
  EXPECT_EQ(run({.files = {"good.dmp"}, .stack = 9}), ExitStatus::unusable);
  EXPECT_EQ(err.str(), "procreg: good.dmp: --stack: no thread 9\n");
  write("none.dmp", sample_dump().set32("threads", 4 + 32, 0).file().string());
  EXPECT_EQ(run({.files = {"none.dmp"}, .stack = 65540}), ExitStatus::unusable);
  EXPECT_THAT(err.str(), EndsWith("procreg: none.dmp: --stack: thread 65540 points at no bytes of a stack\n"));
}

// Ten gigabytes of which none but the first few thousand are there.
TEST_F(Dump, ReadsALargeFileOnlyWhereItIsAsked) {
  DumpBuilder builder;
  builder.stream("memory", 9, Bytes{}.u64(1).u64(0x1000).u64(0x10000).u64(std::uint64_t{10} << 30));
  write("large.dmp", builder.file().string());
  std::filesystem::resize_file("large.dmp", 0x1000 + (std::uint64_t{10} << 30));
  EXPECT_EQ(run({.files = {"large.dmp"}, .memory = {{0x10000 + (std::uint64_t{9} << 30), 16}}}), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("0x0000000240010000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Not in the dump")));
}

// --- words of the command line ---

WantedMemory memory(std::string_view word) { return std::get<WantedMemory>(memory_word(word)); }
std::string refusal(std::string_view word) { return std::get<BadArgument>(memory_word(word)).message; }

TEST(MemoryWord, IsAnAddressAndALength) {
  EXPECT_EQ(memory("0x7FF0").address, 0x7FF0U);
  EXPECT_EQ(memory("0x7ff0").size, 64U);
  EXPECT_EQ(memory("4096:128").address, 4096U);
  EXPECT_EQ(memory("4096:0x80").size, 128U);
}

TEST(MemoryWord, IsRefusedWithTheReason) {
  for (const char* word : {"", "x", "0x", "0x10:", ":5", "-1", "0x1FFFFFFFFFFFFFFFF", "1:2:3"})
    EXPECT_THAT(refusal(word), HasSubstr("is not of the form ADDRESS[:LENGTH]")) << word;
  EXPECT_EQ(refusal("0:0"), "--memory: '0:0': its length is not a number from 1 to 1048576");
  EXPECT_THAT(refusal("0:1048577"), HasSubstr("its length"));
  EXPECT_EQ(refusal("0xFFFFFFFFFFFFFFFF:2"), "--memory: '0xFFFFFFFFFFFFFFFF:2' goes past the last address");
}

TEST(ThreadWord, IsTheIdOfAThread) {
  EXPECT_EQ(std::get<std::uint32_t>(thread_word("0x10004")), 65540U);
  EXPECT_EQ(std::get<BadArgument>(thread_word("4294967296")).message,
            "--stack: '4294967296' is not the id of a thread");
  EXPECT_EQ(std::get<BadArgument>(thread_word("main")).message, "--stack: 'main' is not the id of a thread");
}

}  // namespace
}  // namespace procreg::cli
