#include "harness/dump/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/dump/describe_json.h"
#include "harness/dump/sample_dump.h"

namespace procreg::harness::dump {
namespace {

using testing::HasSubstr;
using testing::Not;

Minidump read(const DumpBuilder& builder) {
  return std::get<Minidump>(read_minidump(BytesInMemory{builder.file().span()}));
}

TEST(Describe, PrintsEverything) {
  EXPECT_EQ(describe(read(sample_dump())), R"(Header
  version   0x0000A793
  written   2023-11-14 22:13:20 UTC
  flags     0x140121  WithDataSegs WithUnloadedModules WithProcessThreadData WithTokenInformation FilterTriage
  checksum  0x0
  size      4154 bytes

Streams: 16, directory at offset 0x20
  SystemInfo           7   56  bytes at offset 0x162
  MiscInfo            15   24  bytes at offset 0x19A
  Exception            6  168  bytes at offset 0xBE2
  ThreadList           3  100  bytes at offset 0xC8A
  ThreadInfoList      17   76  bytes at offset 0xCEE
  ThreadNames         24   16  bytes at offset 0xD48
  ModuleList           4  220  bytes at offset 0xDCA
  UnloadedModuleList  14   36  bytes at offset 0xEBA
  MemoryList           5   52  bytes at offset 0xEDE
  MemoryInfoList      16  112  bytes at offset 0xF12
  HandleData          12   48  bytes at offset 0xFB4
  CommentA            10   24  bytes at offset 0xFE4
  CommentW            11   12  bytes at offset 0xFFC
  user 0x57455200          34  bytes at offset 0x1008
  user 0x57455201           4  bytes at offset 0x102A
  BreakpadInfo             12  bytes at offset 0x102E

System
  processor     AMD64, level 6, revision 0x3A09
  processors    4
  features      47656E75696E65496E74656C000000000000000000000000
  system        Windows NT 10.0.19045
  product       workstation
  suites        0x100
  service pack  "Service Pack 1"

Process
  pid          1000
  created      2023-11-14 22:13:20 UTC
  user time    5 s
  kernel time  2 s
  misc info    24 bytes, flags 0x3

Exception
  thread      65540  "main"
  code        0xC0000005  access violation
  flags       0x0
  address     0x00007FF600001234  app.exe+0x1234
  parameters  0x1 0x10  writing 0x10
  context     1232 bytes at offset 0x242, flags 0x10001F  that of the thread

Threads: 2
  1  thread 65540 (0x10004)  "main"
       rip 00007FF600001234  app.exe+0x1234
       rax 0000000000001010  rcx 0000000000001111  rdx 0000000000001212  rbx 0000000000001313
       rsp 000000000014F000  rbp 000000000014F020  rsi 0000000000001616  rdi 0000000000001717
       r8  0000000000001818  r9  0000000000001919  r10 0000000000001A1A  r11 0000000000001B1B
       r12 0000000000001C1C  r13 0000000000001D1D  r14 0000000000001E1E  r15 0000000000001F1F
       cs 0033  ds 002B  es 002B  fs 0053  gs 002B  ss 002B  eflags 00000246  mxcsr 00001F80
       stack        0x000000000014F000..0x000000000014F040  64 bytes at offset 0x1B2
       context      1232 bytes at offset 0x242, flags 0x10001F
       teb          0x000000007FFDE000
       priority     8 in class 0x20, suspended 0 times
       start        0x00007FF600001000  app.exe+0x1000
       created      2023-11-14 22:13:20.0000000 UTC
       exit status  0x103  alive
       times        user 1.5 s, kernel 2 s
       affinity     0xF
       marks        error-thread
  2  thread 65544 (0x10008)
       rip 00007FF600001234  app.exe+0x1234
       rax 0000000000001010  rcx 0000000000001111  rdx 0000000000001212  rbx 0000000000001313
       rsp 0000000000150000  rbp 0000000000150020  rsi 0000000000001616  rdi 0000000000001717
       r8  0000000000001818  r9  0000000000001919  r10 0000000000001A1A  r11 0000000000001B1B
       r12 0000000000001C1C  r13 0000000000001D1D  r14 0000000000001E1E  r15 0000000000001F1F
       cs 0033  ds 002B  es 002B  fs 0053  gs 002B  ss 002B  eflags 00000246  mxcsr 00001F80
       stack     0x0000000000150000..0x0000000000150040  64 bytes at offset 0x1F2
       context   1232 bytes at offset 0x712, flags 0x10001F
       teb       0x000000007FFDE000
       priority  8 in class 0x20, suspended 0 times

Modules: 2
  1  0x00007FF600000000..0x00007FF600010000  1.2.3.4     C:\apps\app.exe
  2  0x00007FF600100000..0x00007FF600110000  no version  C:\apps\café.dll
  symbols
    1  03020100-0504-0706-0809-0A0B0C0D0E0F  age 7  app.pdb
    2  build id DEADBEEF

Unloaded modules: 1
  0x0000000010000000..0x0000000010005000  old.dll

Memory: 3 ranges, 144 bytes
  1  0x000000000014F000..0x000000000014F040  64  bytes at offset 0x1B2  stack of 65540
  2  0x0000000000150000..0x0000000000150040  64  bytes at offset 0x1F2  stack of 65544
  3  0x00007FF600001234..0x00007FF600001244  16  bytes at offset 0x232  app.exe+0x1234

Memory info: 2 regions
  0x000000000014F000..0x0000000000151000  commit  private  read-write guard  allocated at 0x50000  read-write
  0x00007FF600000000..0x00007FF600010000  commit  image    execute-read      allocated at 0x7FF600000000  execute-write-copy

Handles: 1
  0x44  File  access 0x0012019F  attributes 0x0  1 handle  2 pointers  \Device\log.txt

CommentA
  | first line
  | second line

CommentW
  | naïve

user 0x57455200
  | excluded: 1 block

user 0x57455201
  0x4 bytes, not text

)");
}

// Tests run from the root of the repository.
TEST(Describe, PrintsWhatTheDocumentationShows) {
  std::ifstream page{"docs/dumps.md"};
  const std::string text{std::istreambuf_iterator<char>{page}, {}};
  EXPECT_THAT(text, HasSubstr("```text\nworker.dmp\n\n" + describe(read(small_dump())) + "```\n"));
}

TEST(Describe, LeavesOutWhatHasNoStream) {
  const std::string text = describe(read(DumpBuilder{}));
  for (const char* heading :
       {"\nSystem\n", "\nProcess", "\nException", "\nThreads", "\nModules", "\nMemory", "\nHandles"})
    EXPECT_THAT(text, Not(HasSubstr(heading))) << heading;
  EXPECT_THAT(text, HasSubstr("Noticed\n  directory: no SystemInfo"));
}

TEST(Describe, MarksRangesOfTheLongList) {
  EXPECT_THAT(describe(read(sample_dump(MemoryKind::list64))),
              HasSubstr("64  bytes at offset 0x1B2  64  stack of 65540\n"));
}

TEST(Describe, SaysWhatIsNotInTheFile) {
  DumpBuilder builder = sample_dump();
  builder.set32("memory", 4 + 12, 0x12345678)
      .set32("threads", 4 + 44, 0x12345678)
      .set32("entry of modules", 8, 0x12345678);
  const std::string text = describe(read(builder));
  EXPECT_THAT(text, HasSubstr("220  bytes at offset 0x12345678  not in the file\n"));
  EXPECT_THAT(text, HasSubstr("64  bytes at offset 0x12345678  stack of 65540  not in the file\n"));
  EXPECT_THAT(text,
              HasSubstr("context      1232 bytes at offset 0x12345678 (not in the file)  no registers of x86-64\n"));
  EXPECT_THAT(text, HasSubstr("\nCannot be read\n  directory: stream 7: ModuleList: 220 bytes at offset 0x12345678"));
}

TEST(Describe, PrintsTheRegistersOfAnExceptionWithItsOwnContext) {
  DumpBuilder builder = sample_dump();
  const auto own = builder.put(context(app_base + 0x999, stack_base));
  const std::string text = describe(read(builder.set32("exception", 164, static_cast<std::uint32_t>(own))));
  EXPECT_THAT(text, HasSubstr("    rip 00007FF600000999  app.exe+0x999\n"));
  EXPECT_THAT(text, Not(HasSubstr("that of the thread")));
}

TEST(Describe, ListsThreadsThatOnlyHaveANameOrTimes) {
  DumpBuilder builder = sample_dump();
  const std::string text = describe(read(builder.set32("thread names", 4, 7).set32("thread info", 12, 8)));
  EXPECT_THAT(text, HasSubstr("\nOther threads\n  thread 8 (0x8)\n"));
  EXPECT_THAT(text, HasSubstr("\n  thread 7 (0x7)  \"main\"\n"));
}

TEST(Describe, DoesNotLetATextPassForSomethingElse) {
  DumpBuilder builder;
  builder.stream("comment", 11, Bytes{}.utf16(u"one\n\nThreads: 9\u202E"));
  EXPECT_THAT(describe(read(builder)), HasSubstr("CommentW\n  | one\n  | \n  | Threads: 9\\u202E\n\n"));
}

TEST(Describe, SaysWhyATextIsNotShown) {
  DumpBuilder builder;
  builder.stream("not text", 0x57455201, Bytes{}.u8(0xFF).u8(1).u8(2));
  builder.stream("long", 0x57455202, Bytes{}.fill(text_bytes_max + 1, 'x'));
  builder.stream("empty", 10, Bytes{});
  const std::string text = describe(read(builder));
  EXPECT_THAT(text, HasSubstr("user 0x57455201\n  0x3 bytes, not text\n"));
  EXPECT_THAT(text, HasSubstr("user 0x57455202\n  0x10001 bytes, too long to show\n"));
  EXPECT_THAT(text, HasSubstr("CommentA\n  (empty)\n"));
}

TEST(DescribeJson, IsOneLineOfJsonWithEverything) {
  const std::string text = describe_json("x.dmp", read(sample_dump()));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["file"], "x.dmp");
  EXPECT_EQ(json["header"]["flags"], "0x140121");
  EXPECT_EQ(json["streams"].size(), 16U);
  EXPECT_EQ(json["system"]["servicePack"], "Service Pack 1");
  EXPECT_EQ(json["misc"]["pid"], 1000);
  EXPECT_EQ(json["exception"]["parameters"][1], "0x10");
  EXPECT_EQ(json["threads"][1]["context"]["registers"]["rsp"], "0x150000");
  EXPECT_EQ(json["threads"][0]["stack"]["bytes"]["size"], 64);
  EXPECT_EQ(json["threadInfos"][0]["exitStatus"], "0x103");
  EXPECT_EQ(json["threadNames"][0]["name"], "main");
  EXPECT_EQ(json["modules"][0]["codeView"]["guid"], "03020100-0504-0706-0809-0A0B0C0D0E0F");
  EXPECT_EQ(json["modules"][1]["codeView"]["buildId"], "DEADBEEF");
  EXPECT_EQ(json["unloadedModules"][0]["name"], "old.dll");
  EXPECT_EQ(json["memory"][2]["begin"], "0x7FF600001234");
  EXPECT_EQ(json["memoryInfo"][0]["protection"], "read-write guard");
  EXPECT_EQ(json["handles"][0]["type"], "File");
  EXPECT_EQ(json["texts"][2]["text"], "excluded: 1 block");
  EXPECT_EQ(json["texts"][3].count("text"), 0U);
  EXPECT_TRUE(json["noticed"].empty());
  EXPECT_TRUE(json["faults"].empty());
}

TEST(DescribeJson, HasThePartsThatHaveAStream) {
  const auto json = nlohmann::json::parse(describe_json("x.dmp", read(DumpBuilder{})));
  EXPECT_EQ(json.size(), 6U);
  EXPECT_EQ(json["noticed"].size(), 2U);
}

TEST(DescribeJson, MarksWhatIsNotInTheFile) {
  DumpBuilder builder = sample_dump();
  const auto json = nlohmann::json::parse(describe_json("x.dmp", read(builder.set32("memory", 4 + 12, 0x12345678))));
  EXPECT_EQ(json["memory"][0]["bytes"]["inFile"], false);
  EXPECT_EQ(json["memory"][1]["bytes"].count("inFile"), 0U);
  EXPECT_EQ(json["faults"].size(), 1U);
}

}  // namespace
}  // namespace procreg::harness::dump
