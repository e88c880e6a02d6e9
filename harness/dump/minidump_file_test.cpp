#include "harness/dump/minidump_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/dump/sample_dump.h"

namespace procreg::harness::dump {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Minidump read(const DumpBuilder& builder) {
  return std::get<Minidump>(read_minidump(BytesInMemory{builder.file().span()}));
}

std::string refused(const Bytes& bytes) { return std::get<std::string>(read_minidump(BytesInMemory{bytes.span()})); }

DumpBuilder changed(std::string_view name, std::size_t offset, std::uint32_t value) {
  DumpBuilder builder = sample_dump();
  return builder.set32(name, offset, value);
}

std::vector<std::string> faults(const DumpBuilder& builder) { return read(builder).faults; }

// --- what is there ---

TEST(Minidump, ThatIsGoodHasNoFaultsAndNothingToNotice) {
  for (const MemoryKind kind : {MemoryKind::list, MemoryKind::list64}) {
    const Minidump dump = read(sample_dump(kind));
    EXPECT_THAT(dump.faults, IsEmpty());
    EXPECT_THAT(dump.oddities, IsEmpty());
    EXPECT_THAT(dump.streams, SizeIs(16));
  }
}

TEST(Minidump, HasItsHeader) {
  const Header header = read(sample_dump()).header;
  EXPECT_EQ(header.version, 0xA793U);
  EXPECT_EQ(header.streams, 16U);
  EXPECT_EQ(header.directory, 32U);
  EXPECT_EQ(header.time, 1'700'000'000U);
  EXPECT_EQ(header.flags, 0x140121U);
}

TEST(Minidump, HasItsSystem) {
  const System system = read(sample_dump()).system.value();
  EXPECT_EQ(system.architecture, architecture_amd64);
  EXPECT_EQ(system.processors, 4);
  EXPECT_EQ(system.build, 19045U);
  EXPECT_EQ(system.platform, 2U);
  EXPECT_EQ(system.service_pack, u"Service Pack 1");
  EXPECT_EQ(system.suites, 0x100);
  EXPECT_EQ(system.processor[0], 'G');
}

TEST(Minidump, HasItsProcess) {
  const Misc misc = read(sample_dump()).misc.value();
  EXPECT_EQ(misc.pid, 1000U);
  EXPECT_EQ(misc.created, 1'700'000'000U);
  EXPECT_EQ(misc.user_seconds, 5U);
  EXPECT_EQ(misc.kernel_seconds, 2U);
}

TEST(Minidump, HasItsException) {
  const Exception exception = read(sample_dump()).exception.value();
  EXPECT_EQ(exception.thread, 65540U);
  EXPECT_EQ(exception.code, 0xC0000005U);
  EXPECT_EQ(exception.address, app_base + 0x1234);
  EXPECT_THAT(exception.parameters, ElementsAre(1U, 0x10U));
  EXPECT_EQ(exception.context.registers.value().rip, app_base + 0x1234);
}

TEST(Minidump, HasThreadsWithRegistersAndStacks) {
  const DumpBuilder builder = sample_dump();
  const Minidump dump = read(builder);
  ASSERT_THAT(dump.threads, SizeIs(2));
  const Thread& thread = dump.threads[1];
  EXPECT_EQ(thread.id, 65544U);
  EXPECT_EQ(thread.teb, 0x7FFDE000U);
  EXPECT_EQ(thread.stack_begin, stack_base + 0x1000);
  EXPECT_EQ(thread.stack, (Location{64, builder.at("stacks") + 64, true}));
  const Registers registers = thread.context.registers.value();
  EXPECT_EQ(registers.rip, app_base + 0x1234);
  EXPECT_EQ(registers.rsp(), stack_base + 0x1000);
  EXPECT_THAT(registers.general,
              ElementsAre(0x1010, 0x1111, 0x1212, 0x1313, stack_base + 0x1000, stack_base + 0x1020, 0x1616, 0x1717,
                          0x1818, 0x1919, 0x1A1A, 0x1B1B, 0x1C1C, 0x1D1D, 0x1E1E, 0x1F1F));
  EXPECT_THAT(registers.segments, ElementsAre(0x33, 0x2B, 0x2B, 0x53, 0x2B, 0x2B));
  EXPECT_EQ(registers.eflags, 0x246U);
  EXPECT_EQ(registers.mxcsr, 0x1F80U);
}

TEST(Minidump, HasInformationAboutThreadsAndTheirNames) {
  const Minidump dump = read(sample_dump());
  ASSERT_THAT(dump.thread_infos, SizeIs(1));
  EXPECT_EQ(dump.thread_infos[0].exit_status, 0x103U);
  EXPECT_EQ(dump.thread_infos[0].kernel, 20'000'000U);
  EXPECT_EQ(dump.thread_infos[0].start, app_base + 0x1000);
  EXPECT_EQ(dump.thread_infos[0].affinity, 0xFU);
  ASSERT_THAT(dump.thread_names, SizeIs(1));
  EXPECT_EQ(dump.thread_names[0].id, 65540U);
  EXPECT_EQ(dump.thread_names[0].name, u"main");
}

TEST(Minidump, HasModulesWithVersionsAndSymbols) {
  const Minidump dump = read(sample_dump());
  ASSERT_THAT(dump.modules, SizeIs(2));
  const Module& app = dump.modules[0];
  EXPECT_EQ(app.base, app_base);
  EXPECT_EQ(app.size, 0x10000U);
  EXPECT_EQ(app.name, u"C:\\apps\\app.exe");
  EXPECT_TRUE(app.has_version);
  EXPECT_EQ(app.file_version, 0x0001000200030004U);
  EXPECT_EQ(app.product_version, 0x0005000600070008U);
  const CodeView& view = app.code_view.value();
  EXPECT_EQ(view.guid[15], 15);
  EXPECT_EQ(view.age, 7U);
  EXPECT_EQ(view.pdb, "app.pdb");
  EXPECT_FALSE(dump.modules[1].has_version);
  EXPECT_THAT(dump.modules[1].code_view.value().build_id, ElementsAre(0xDE, 0xAD, 0xBE, 0xEF));
}

TEST(Minidump, HasUnloadedModulesHandlesAndRegions) {
  const Minidump dump = read(sample_dump());
  ASSERT_THAT(dump.unloaded, SizeIs(1));
  EXPECT_EQ(dump.unloaded[0].name, u"old.dll");
  EXPECT_EQ(dump.unloaded[0].size, 0x5000U);
  ASSERT_THAT(dump.handles, SizeIs(1));
  EXPECT_EQ(dump.handles[0].value, 0x44U);
  EXPECT_EQ(dump.handles[0].type, u"File");
  EXPECT_EQ(dump.handles[0].name, u"\\Device\\log.txt");
  EXPECT_EQ(dump.handles[0].access, 0x12019FU);
  ASSERT_THAT(dump.memory_info, SizeIs(2));
  EXPECT_EQ(dump.memory_info[0].protection, 0x104U);
  EXPECT_EQ(dump.memory_info[1].type, 0x1000000U);
}

TEST(Minidump, HasTheSameMemoryInEitherList) {
  const DumpBuilder builder = sample_dump(MemoryKind::list64);
  const Minidump dump = read(builder);
  ASSERT_THAT(dump.memory, SizeIs(3));
  EXPECT_TRUE(dump.memory[2].wide);
  EXPECT_EQ(dump.memory[2].begin, app_base + 0x1234);
  EXPECT_EQ(dump.memory[2].bytes, (Location{16, builder.at("code"), true}));
  EXPECT_EQ(read(sample_dump()).memory[1].bytes.size, 64U);
}

TEST(Minidump, HasTextsWhereBytesAreText) {
  const Minidump dump = read(sample_dump());
  ASSERT_THAT(dump.texts, SizeIs(4));
  EXPECT_EQ(dump.texts[0].text, u"first line\r\nsecond line");
  EXPECT_EQ(dump.texts[1].text, u"na\u00EFve");
  EXPECT_EQ(dump.texts[2].text, u"excluded: 1 block");
  EXPECT_EQ(dump.texts[3].text, std::nullopt);
}

TEST(Minidump, ReadsListsWhoseCountIsPaddedToEightBytes) {
  DumpBuilder builder = sample_dump();
  DumpBuilder padded;
  padded.stream("memory", 5, Bytes{}.u32(1).u32(0).u64(0x5000).u32(16).u32(0));
  const Minidump dump = read(padded);
  ASSERT_THAT(dump.memory, SizeIs(1));
  EXPECT_EQ(dump.memory[0].begin, 0x5000U);
}

TEST(Minidump, SkipsUnusedEntriesOfTheDirectory) {
  const Minidump dump = read(changed("header", 8, 20));
  EXPECT_EQ(dump.unused_streams, 4U);
  EXPECT_THAT(dump.streams, SizeIs(16));
  EXPECT_THAT(dump.faults, IsEmpty());
}

TEST(Minidump, OfAnotherProcessorHasNoRegisters) {
  DumpBuilder builder = sample_dump();
  builder.file().set(builder.at("system"), Bytes{}.u16(0));
  const Minidump dump = read(builder);
  EXPECT_FALSE(dump.threads[0].context.registers.has_value());
  EXPECT_THAT(dump.oddities, IsEmpty());
}

TEST(Minidump, ReadsHandlesOfTheSecondVersion) {
  DumpBuilder builder;
  builder.stream("handles", 12, Bytes{}.u32(16).u32(40).u32(2).u32(0).u64(0x44).zeros(32).u64(0x48).zeros(32));
  const Minidump dump = read(builder);
  ASSERT_THAT(dump.handles, SizeIs(2));
  EXPECT_EQ(dump.handles[1].value, 0x48U);
  EXPECT_THAT(dump.faults, IsEmpty());
}

// --- what is no minidump ---

TEST(NoMinidump, IsTooShort) {
  EXPECT_EQ(refused(Bytes{}.zeros(31)), "not a minidump: 31 bytes, and its header alone has 32");
}

TEST(NoMinidump, BeginsWithSomethingElse) {
  EXPECT_EQ(refused(Bytes{}
                        .text("\x7F"
                              "ELF")
                        .zeros(60)),
            "not a minidump: it begins with 0x464C457F and not with \"MDMP\"");
}

// Breaks off after so many bytes, as a disk does.
class Failing final : public ByteSource {
 public:
  Failing(const Bytes& bytes, std::uint64_t good) : bytes_{bytes.span()}, good_{good} {}
  std::uint64_t size() const override { return bytes_.size(); }
  bool read(std::uint64_t offset, std::span<std::byte> into) const override {
    return offset + into.size() <= good_ && bytes_.read(offset, into);
  }

 private:
  const BytesInMemory bytes_;
  const std::uint64_t good_;
};

TEST(NoMinidump, CannotBeRead) {
  const DumpBuilder builder = sample_dump();
  EXPECT_EQ(std::get<std::string>(read_minidump(Failing{builder.file(), 31})), "cannot be read");
}

TEST(Fault, OfADiskThatFails) {
  const DumpBuilder builder = sample_dump();
  const auto dump = std::get<Minidump>(read_minidump(Failing{builder.file(), builder.at("system") + 56}));
  EXPECT_TRUE(dump.system.has_value());
  EXPECT_THAT(dump.faults, Contains(HasSubstr("misc info: 24 bytes at offset 0x19A cannot be read")));
}

// --- what cannot be read: one field is broken, the fault names it, the rest is still there ---

TEST(Fault, OfTheVersion) {
  EXPECT_THAT(faults(changed("header", 4, 0xA794)),
              ElementsAre("header: version 0x0000A794 at offset 0x4: its lower half is not 0xA793"));
}

TEST(Fault, OfADirectoryPastTheEnd) {
  const Minidump dump = read(changed("header", 12, 0x7FFFFFFF));
  EXPECT_THAT(
      dump.faults,
      ElementsAre(HasSubstr("directory: 16 entries of 12 bytes at offset 0x7FFFFFFF are past the end of the file")));
  EXPECT_THAT(dump.streams, IsEmpty());
}

TEST(Fault, OfADirectoryWithTooManyEntries) {
  const Minidump dump = read(changed("header", 8, 0xFFFFFFFF));
  EXPECT_THAT(dump.faults, Contains(HasSubstr("directory: 4294967295 entries of 12 bytes at offset 0x20")));
  EXPECT_THAT(dump.threads, SizeIs(2));
}

TEST(Fault, OfAStreamPastTheEnd) {
  const DumpBuilder builder = changed("entry of modules", 8, 0x10000000);
  const Minidump dump = read(builder);
  ASSERT_THAT(dump.faults, SizeIs(1));
  EXPECT_THAT(dump.faults[0],
              HasSubstr(": ModuleList: 220 bytes at offset 0x10000000 are past the end of the file (0x"));
  EXPECT_THAT(dump.modules, IsEmpty());
  EXPECT_THAT(dump.threads, SizeIs(2));
}

TEST(Fault, OfAStreamThatIsTooShort) {
  for (const auto& [name, told] : std::initializer_list<std::pair<const char*, const char*>>{
           {"system", "system info: 3 bytes at offset"},
           {"misc", "misc info: 3 bytes at offset"},
           {"exception", "exception: 3 bytes at offset"},
           {"threads", "thread list: 3 bytes at offset"},
           {"thread info", "thread info list: 3 bytes at offset"},
           {"thread names", "thread names: 3 bytes at offset"},
           {"modules", "module list: 3 bytes at offset"},
           {"unloaded", "unloaded module list: 3 bytes at offset"},
           {"memory", "memory list: 3 bytes at offset"},
           {"memory info", "memory info list: 3 bytes at offset"},
           {"handles", "handle data: 3 bytes at offset"}})
    EXPECT_THAT(faults(changed(std::string{"entry of "} + name, 4, 3)), Contains(HasSubstr(told)));
  DumpBuilder wide = sample_dump(MemoryKind::list64);
  EXPECT_THAT(faults(wide.set32("entry of memory", 4, 3)), Contains(HasSubstr("memory64 list: 3 bytes at offset")));
}

TEST(Fault, OfAListThatClaimsOneMore) {
  for (const auto& [name, offset, told] : std::initializer_list<std::tuple<const char*, std::size_t, const char*>>{
           {"threads", 0, "thread list: 3 entries of 48 bytes do not fit in 96 bytes at offset 0x"},
           {"thread info", 8, "thread info list: 3 entries of 64 bytes do not fit in 64 bytes"},
           {"thread names", 0, "thread names: 3 entries of 12 bytes do not fit in 12 bytes"},
           {"modules", 0, "module list: 3 entries of 108 bytes do not fit in 216 bytes"},
           {"unloaded", 8, "unloaded module list: 3 entries of 24 bytes do not fit in 24 bytes"},
           {"memory info", 8, "memory info list: 3 entries of 48 bytes do not fit in 96 bytes"},
           {"handles", 8, "handle data: 3 entries of 32 bytes do not fit in 32 bytes"}})
    EXPECT_THAT(faults(changed(name, offset, 3)), ElementsAre(HasSubstr(told)));
  EXPECT_THAT(faults(changed("memory", 0, 4)),
              ElementsAre(HasSubstr("memory list: 4 entries of 16 bytes do not fit in 48 bytes")));
}

TEST(Fault, OfAListThatClaimsMoreLeavesTheEntriesThatAreThere) {
  EXPECT_THAT(read(changed("threads", 0, 0xFFFFFFFF)).threads, SizeIs(2));
}

TEST(Fault, OfACountThatWouldOverflow) {
  DumpBuilder info = sample_dump();
  EXPECT_THAT(faults(info.set64("memory info", 8, ~std::uint64_t{0} / 24)),
              ElementsAre(HasSubstr("memory info list: ")));
  DumpBuilder wide = sample_dump(MemoryKind::list64);
  EXPECT_THAT(faults(wide.set64("memory", 0, std::uint64_t{1} << 60)), ElementsAre(HasSubstr("memory64 list: ")));
}

TEST(Fault, OfAStackPastTheEnd) {
  const DumpBuilder builder = changed("threads", 4 + 48 + 36, 0x12345678);
  const Minidump dump = read(builder);
  ASSERT_THAT(dump.faults, SizeIs(1));
  EXPECT_THAT(
      dump.faults[0],
      HasSubstr("thread list: thread 2: stack: 64 bytes at offset 0x12345678 are past the end of the file (0x"));
  EXPECT_FALSE(dump.threads[1].stack.in_file);
  EXPECT_TRUE(dump.threads[1].context.registers.has_value());
}

TEST(Fault, OfAContextPastTheEnd) {
  EXPECT_THAT(faults(changed("threads", 4 + 44, 0x12345678)),
              ElementsAre(HasSubstr("thread list: thread 1: context: 1232 bytes at")));
  EXPECT_THAT(faults(changed("exception", 164, 0x12345678)),
              ElementsAre(HasSubstr("exception: context: 1232 bytes at")));
}

TEST(Fault, OfANamePastTheEnd) {
  for (const auto& [name, offset, told] : std::initializer_list<std::tuple<const char*, std::size_t, const char*>>{
           {"system", 24, "system info: service pack: 4 bytes at offset 0x12345678 are past the end"},
           {"modules", 4 + 20, "module list: module 1: name: 4 bytes at offset 0x12345678 are past the end"},
           {"unloaded", 12 + 20, "unloaded module list: module 1: name: 4 bytes at"},
           {"thread names", 4 + 4, "thread names: thread 1: name: 4 bytes at"},
           {"handles", 16 + 8, "handle data: handle 1: type name: 4 bytes at"},
           {"handles", 16 + 12, "handle data: handle 1: object name: 4 bytes at"}})
    EXPECT_THAT(faults(changed(name, offset, 0x12345678)), ElementsAre(HasSubstr(told)));
}

TEST(Fault, OfANameThatIsTooLong) {
  EXPECT_THAT(faults(changed("app name", 0, 60'000)),
              ElementsAre(HasSubstr("module list: module 1: name: 60000 bytes at")));
  EXPECT_THAT(faults(changed("app name", 0, 1'000'000)), ElementsAre(HasSubstr("and 65536 are the limit")));
}

TEST(Fault, OfACodeViewRecord) {
  EXPECT_THAT(faults(changed("modules", 4 + 80, 0x12345678)),
              ElementsAre(HasSubstr("module list: module 1: CodeView record: 32 bytes at")));
  EXPECT_THAT(faults(changed("modules", 4 + 76, 23)), ElementsAre(HasSubstr("CodeView record: 23 bytes at offset")));
  EXPECT_THAT(faults(changed("modules", 4 + 76, 3)), ElementsAre(HasSubstr("CodeView record: 3 bytes at offset")));
}

TEST(Fault, OfMemoryPastTheEnd) {
  EXPECT_THAT(faults(changed("memory", 4 + 12, 0x12345678)),
              ElementsAre(HasSubstr("memory list: range 1: 64 bytes at offset 0x12345678")));
  DumpBuilder wide = sample_dump(MemoryKind::list64);
  EXPECT_THAT(faults(wide.set64("memory", 16 + 8, ~std::uint64_t{0})),
              ElementsAre(HasSubstr("memory64 list: range 1: 18446744073709551615 bytes"),
                          HasSubstr("memory64 list: range 2: "), HasSubstr("memory64 list: range 3: ")));
}

TEST(Fault, OfSizesLessThanTheFormatHas) {
  EXPECT_THAT(faults(changed("memory info", 4, 40)),
              ElementsAre("memory info list: a head of 16 bytes and entries of 40, where 16 and 48 are needed"));
  EXPECT_THAT(faults(changed("thread info", 0, 8)),
              ElementsAre("thread info list: a head of 8 bytes and entries of 64, where 12 and 64 are needed"));
  EXPECT_THAT(faults(changed("unloaded", 4, 0)), ElementsAre(HasSubstr("entries of 0, where 12 and 24 are needed")));
  EXPECT_THAT(faults(changed("handles", 4, 24)), ElementsAre(HasSubstr("entries of 24, where 16 and 32 are needed")));
}

TEST(Fault, OfAHeadThatIsLargerThanItsStream) {
  EXPECT_THAT(faults(changed("thread info", 0, 0xFFFFFFFF)),
              ElementsAre("thread info list: a head of 4294967295 bytes in a stream of 76"));
}

TEST(Fault, IsToldTwentyTimesOfOneKind) {
  DumpBuilder builder;
  Bytes ranges = Bytes{}.u32(50);
  for (std::uint64_t i = 0; i < 50; ++i) ranges.u64(0x1000 * i).u32(16).u32(0x7FFFFFFF);
  builder.stream("memory", 5, ranges);
  const Minidump dump = read(builder);
  EXPECT_THAT(dump.faults, SizeIs(complaints_max + 1));
  EXPECT_EQ(dump.faults.back(), "memory list: and 30 more");
  EXPECT_THAT(dump.memory, SizeIs(50));
}

}  // namespace
}  // namespace procreg::harness::dump
