#include "impl/dump/minidump.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <numeric>
#include <string>

namespace procreg::impl {
namespace {

using mdmp::StreamType;

// A process with everything that an image can have, and the file of it.
class MinidumpTest : public testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i < stacks_.size(); ++i) {
      bytes_[i].resize(stacks_[i].size);
      std::iota(reinterpret_cast<unsigned char*>(bytes_[i].data()),
                reinterpret_cast<unsigned char*>(bytes_[i].data() + bytes_[i].size()),
                static_cast<unsigned char>(i + 1));
      pieces_[i] = {{bytes_[i].data(), bytes_[i].size()}};
      memory_.push_back({stacks_[i].begin, stacks_[i].begin + stacks_[i].size, pieces_[i]});
      ThreadImage thread{.id = Tid{static_cast<std::uint32_t>(100 + 4 * i)},
                         .instruction_pointer = 0x140001000 + i,
                         .start_address = 0x140001000,
                         .start_time = 70'000,
                         .stack = stacks_[i].begin + 16,
                         .stack_size = stacks_[i].size - 16,
                         .stack_range = i};
      std::iota(thread.registers.begin(), thread.registers.end(), 1000 * (i + 1));
      threads_.push_back(thread);
    }
    threads_[1].with_information = true;
    threads_[1].name = u"second";
  }

  bool lay_out() {
    image_.threads = threads_;
    image_.modules = modules_;
    image_.regions = regions_;
    image_.memory = memory_;
    if (!minidump_.lay_out(image_)) return false;
    file_.clear();
    for (const Piece& piece : minidump_.pieces()) {
      if (piece.bytes == nullptr)
        file_.append(static_cast<std::size_t>(piece.size), '\0');
      else
        file_.append(reinterpret_cast<const char*>(piece.bytes), static_cast<std::size_t>(piece.size));
    }
    return true;
  }

  template <class T>
  T at(std::uint64_t offset) const {
    T value{};
    EXPECT_LE(offset + sizeof(T), file_.size());
    if (offset + sizeof(T) <= file_.size()) std::memcpy(&value, file_.data() + offset, sizeof(T));
    return value;
  }
  std::map<StreamType, mdmp::Location> directory() const {
    const auto header = at<mdmp::Header>(0);
    std::map<StreamType, mdmp::Location> found;
    for (std::uint32_t i = 0; i < header.NumberOfStreams; ++i) {
      const auto entry = at<mdmp::Directory>(header.StreamDirectoryRva + i * sizeof(mdmp::Directory));
      EXPECT_TRUE(found.emplace(entry.Type, entry.Where).second) << "two of type " << static_cast<unsigned>(entry.Type);
    }
    return found;
  }
  std::uint64_t stream(StreamType type) const { return directory().at(type).Rva; }
  mdmp::Thread thread(std::uint32_t i) const {
    return at<mdmp::Thread>(stream(StreamType::ThreadList) + 4 + i * sizeof(mdmp::Thread));
  }
  std::string bytes(const mdmp::Location& where) const { return file_.substr(where.Rva, where.DataSize); }
  std::u16string text(std::uint64_t offset) const {
    std::u16string text(at<std::uint32_t>(offset) / 2, u'\0');
    std::memcpy(text.data(), file_.data() + offset + 4, 2 * text.size());
    EXPECT_EQ(at<std::uint16_t>(offset + 4 + 2 * text.size()), 0) << "no NUL behind it";
    return text;
  }
  std::string held(std::size_t stack, std::uint64_t from) const {
    return {reinterpret_cast<const char*>(bytes_[stack].data()) + from, bytes_[stack].size() - from};
  }

  struct Place {
    std::uint64_t begin;
    std::size_t size;
  };
  std::array<Place, 2> stacks_{{{0x7EFFFFF03000, 0x1000}, {0x7EFFFFE02F88, 0x1078}}};
  std::array<std::vector<std::byte>, 2> bytes_{};
  std::array<std::vector<Piece>, 2> pieces_{};
  std::vector<MemoryImage> memory_{};
  std::vector<ThreadImage> threads_{};
  std::vector<ModuleImage> modules_{
      {.base = 0x140000000,
       .size = 0x20000,
       .checksum = 7,
       .timestamp = 8,
       .is_program = true,
       .name = u"C:\\odd.exe",
       .version = {{1, 2, 3, 4}},
       .debug = DebugImage{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, 9, "odd.pdb"}},
      {.base = 0x7FFE00000000, .size = 0x1000, .name = u"\xD83D\xDE00.dll"}};
  std::vector<RegionImage> regions_{{0x10000, 0x11000, mdmp::PAGE_READWRITE, mdmp::MEM_PRIVATE},
                                    {0x140000000, 0x140020000, mdmp::PAGE_EXECUTE_READ, mdmp::MEM_IMAGE}};
  ProcessImage image_{.mask = 0x40121,
                      .pid = Pid{1000},
                      .time = 1234,
                      .create_time = 7,
                      .exception = ExceptionImage{Tid{104}, 0xC0000005, 0x140001001, {8, 0x140001001}},
                      .comment = u"said"};
  Minidump minidump_{};
  std::string file_{};
};

TEST_F(MinidumpTest, EveryStreamStandsOnceAndNoTwoShareBytes) {
  ASSERT_TRUE(lay_out());
  const auto header = at<mdmp::Header>(0);
  EXPECT_EQ(file_.substr(0, 4), "MDMP");
  EXPECT_EQ(header.Version, 0xA793U);
  EXPECT_EQ(header.TimeDateStamp, 1234U);
  EXPECT_EQ(header.Flags, 0x40121U);
  std::map<std::uint64_t, std::uint64_t> places{{0, 32 + 12 * header.NumberOfStreams}};
  for (const auto& [type, where] : directory()) EXPECT_TRUE(places.emplace(where.Rva, where.DataSize).second);
  EXPECT_EQ(places.size(), 12U);
  std::uint64_t end = 0;
  for (const auto& [begin, size] : places) {
    EXPECT_GE(begin, end);
    end = begin + size;
  }
  EXPECT_LE(end, minidump_.metadata().size());
  EXPECT_EQ(file_.size(), minidump_.size());
}

TEST_F(MinidumpTest, AThreadPointsToItsOwnStackAndContext) {
  ASSERT_TRUE(lay_out());
  EXPECT_EQ(at<std::uint32_t>(stream(StreamType::ThreadList)), 2U);
  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_EQ(thread(i).ThreadId, 100 + 4 * i);
    EXPECT_EQ(thread(i).Stack.StartOfMemoryRange, stacks_[i].begin + 16);
    EXPECT_TRUE(bytes(thread(i).Stack.Memory) == held(i, 16));
    EXPECT_EQ(thread(i).ThreadContext.DataSize, 1232U);
    const auto context = at<mdmp::Context>(thread(i).ThreadContext.Rva);
    EXPECT_EQ(context.ContextFlags, 0x10001FU);
    EXPECT_EQ(context.General, threads_[i].registers);
    EXPECT_EQ(context.Rip, threads_[i].instruction_pointer);
  }
}

TEST_F(MinidumpTest, TheListOfMemoryPointsToTheSameBytes) {
  ASSERT_TRUE(lay_out());
  const std::uint64_t list = stream(StreamType::MemoryList);
  ASSERT_EQ(at<std::uint32_t>(list), 2U);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto entry = at<mdmp::MemoryDescriptor>(list + 4 + i * sizeof(mdmp::MemoryDescriptor));
    EXPECT_EQ(entry.StartOfMemoryRange, stacks_[i].begin);
    EXPECT_TRUE(bytes(entry.Memory) == held(i, 0));
    EXPECT_EQ(thread(i).Stack.Memory.Rva, entry.Memory.Rva + 16);
  }
}

TEST_F(MinidumpTest, AListFor64BitsNamesTheBytesInItsOrder) {
  image_.memory_64 = true;
  ASSERT_TRUE(lay_out());
  EXPECT_FALSE(directory().contains(StreamType::MemoryList));
  const std::uint64_t list = stream(StreamType::Memory64List);
  EXPECT_EQ(at<std::uint64_t>(list), 2U);
  auto payload = at<std::uint64_t>(list + 8);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto entry = at<mdmp::MemoryDescriptor64>(list + 16 + i * 16);
    EXPECT_EQ(entry.StartOfMemoryRange, stacks_[i].begin);
    EXPECT_TRUE(file_.substr(payload, entry.DataSize) == held(i, 0));
    payload += entry.DataSize;
    EXPECT_TRUE(bytes(thread(i).Stack.Memory) == held(i, 16));
  }
  EXPECT_EQ(payload, file_.size());
}

TEST_F(MinidumpTest, ModulesHaveNamesVersionsAndDebugIds) {
  ASSERT_TRUE(lay_out());
  const std::uint64_t list = stream(StreamType::ModuleList);
  ASSERT_EQ(at<std::uint32_t>(list), 2U);
  const auto first = at<mdmp::Module>(list + 4);
  EXPECT_EQ(first.BaseOfImage, 0x140000000U);
  EXPECT_EQ(first.SizeOfImage, 0x20000U);
  EXPECT_EQ(first.CheckSum, 7U);
  EXPECT_EQ(first.TimeDateStamp, 8U);
  EXPECT_EQ(text(first.ModuleNameRva), u"C:\\odd.exe");
  EXPECT_EQ(first.VersionInfo.FileVersionMS, 0x10002U);
  EXPECT_EQ(first.VersionInfo.FileVersionLS, 0x30004U);
  EXPECT_EQ(bytes(first.CvRecord), std::string("RSDS\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\11\0\0\0odd.pdb\0", 32));
  const auto second = at<mdmp::Module>(list + 4 + sizeof(mdmp::Module));
  EXPECT_EQ(text(second.ModuleNameRva), u"\xD83D\xDE00.dll");
  EXPECT_EQ(second.VersionInfo.Signature, 0U);
  EXPECT_EQ(second.CvRecord.DataSize, 0U);
}

TEST_F(MinidumpTest, TheExceptionIsThatOfItsThread) {
  ASSERT_TRUE(lay_out());
  const auto record = at<mdmp::ExceptionRecord>(stream(StreamType::Exception));
  EXPECT_EQ(record.ThreadId, 104U);
  EXPECT_EQ(record.ExceptionCode, 0xC0000005U);
  EXPECT_EQ(record.ExceptionAddress, 0x140001001U);
  EXPECT_EQ(record.NumberParameters, 2U);
  EXPECT_EQ(record.ExceptionInformation[0], 8U);
  EXPECT_EQ(record.ThreadContext.Rva, thread(1).ThreadContext.Rva);
  image_.exception.reset();
  ASSERT_TRUE(lay_out());
  EXPECT_FALSE(directory().contains(StreamType::Exception));
}

TEST_F(MinidumpTest, OnlyThreadsWithInformationAndNamesStandInThoseLists) {
  ASSERT_TRUE(lay_out());
  const std::uint64_t list = stream(StreamType::ThreadInfoList);
  EXPECT_EQ(at<mdmp::ThreadInfoList>(list).NumberOfEntries, 1U);
  const auto info = at<mdmp::ThreadInfo>(list + 12);
  EXPECT_EQ(info.ThreadId, 104U);
  EXPECT_EQ(info.ExitStatus, 0x103U);
  EXPECT_EQ(info.CreateTime, 70'000U);
  EXPECT_EQ(info.StartAddress, 0x140001000U);
  const std::uint64_t names = stream(StreamType::ThreadNames);
  EXPECT_EQ(at<std::uint32_t>(names), 1U);
  EXPECT_EQ(at<mdmp::ThreadName>(names + 4).ThreadId, 104U);
  EXPECT_EQ(text(at<mdmp::ThreadName>(names + 4).NameRva), u"second");
}

TEST_F(MinidumpTest, TellsOfTheProcessItsMemoryAndWhatWasSaid) {
  ASSERT_TRUE(lay_out());
  const auto misc = at<mdmp::MiscInfo>(stream(StreamType::MiscInfo));
  EXPECT_EQ(misc.Flags1, 3U);
  EXPECT_EQ(misc.ProcessId, 1000U);
  EXPECT_EQ(misc.ProcessCreateTime, 7U);
  EXPECT_EQ(text(at<mdmp::SystemInfo>(stream(StreamType::SystemInfo)).CSDVersionRva), u"");
  const std::uint64_t list = stream(StreamType::MemoryInfoList);
  EXPECT_EQ(at<mdmp::MemoryInfoList>(list).NumberOfEntries, 2U);
  const auto image = at<mdmp::MemoryInfo>(list + 16 + 48);
  EXPECT_EQ(image.BaseAddress, 0x140000000U);
  EXPECT_EQ(image.RegionSize, 0x20000U);
  EXPECT_EQ(image.State, 0x1000U);
  EXPECT_EQ(image.Protect, 0x20U);
  EXPECT_EQ(image.Type, 0x1000000U);
  EXPECT_EQ(bytes(directory().at(StreamType::CommentW)), std::string("s\0a\0i\0d\0\0\0", 10));
}

TEST_F(MinidumpTest, AProcessWithoutThreadsModulesOrMemoryIsAFileToo) {
  threads_.clear();
  modules_.clear();
  regions_.clear();
  memory_.clear();
  image_.exception.reset();
  image_.comment = {};
  ASSERT_TRUE(lay_out());
  for (const StreamType type : {StreamType::ThreadList, StreamType::ModuleList, StreamType::MemoryList})
    EXPECT_EQ(at<std::uint32_t>(stream(type)), 0U);
  EXPECT_FALSE(directory().contains(StreamType::ThreadNames));
  EXPECT_FALSE(directory().contains(StreamType::ThreadInfoList));
  EXPECT_FALSE(directory().contains(StreamType::CommentW));
}

TEST_F(MinidumpTest, ARangeIsCutTo64MebibytesAnEntry) {
  const Piece zeros{nullptr, (std::uint64_t{64} << 20) + 5};
  memory_.push_back({0x100000000, 0x100000000 + zeros.size, {&zeros, 1}});
  ASSERT_TRUE(lay_out());
  const std::uint64_t list = stream(StreamType::MemoryList);
  ASSERT_EQ(at<std::uint32_t>(list), 4U);
  const auto whole = at<mdmp::MemoryDescriptor>(list + 4 + 2 * 16);
  const auto rest = at<mdmp::MemoryDescriptor>(list + 4 + 3 * 16);
  EXPECT_EQ(whole.Memory.DataSize, 64U << 20);
  EXPECT_EQ(rest.StartOfMemoryRange, whole.StartOfMemoryRange + (64U << 20));
  EXPECT_EQ(rest.Memory.DataSize, 5U);
  EXPECT_EQ(rest.Memory.Rva, whole.Memory.Rva + (64U << 20));
}

TEST_F(MinidumpTest, WhatIsTooLargeForAListIsRefused) {
  const Piece zeros{nullptr, std::uint64_t{4} << 30};
  memory_.push_back({0x100000000, 0x100000000 + zeros.size, {&zeros, 1}});
  image_.threads = threads_;
  image_.memory = memory_;
  EXPECT_FALSE(minidump_.lay_out(image_));
  image_.memory_64 = true;
  EXPECT_TRUE(minidump_.lay_out(image_));
  // Now the stacks lie behind what is too large.
  std::swap(memory_.front(), memory_.back());
  std::swap(threads_[0].stack_range, threads_[1].stack_range);
  threads_[0].stack_range = 2;
  image_.memory = memory_;
  EXPECT_FALSE(minidump_.lay_out(image_));
}

TEST_F(MinidumpTest, OneAfterAnotherLeavesNothingBehind) {
  ASSERT_TRUE(lay_out());
  const std::string first = file_;
  const std::vector<ThreadImage> both = threads_;
  threads_.pop_back();
  ASSERT_TRUE(lay_out());
  EXPECT_FALSE(file_ == first);
  threads_ = both;
  ASSERT_TRUE(lay_out());
  EXPECT_TRUE(file_ == first);
}

}  // namespace
}  // namespace procreg::impl
