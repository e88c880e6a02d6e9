#include "impl/store/report_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <thread>
#include <vector>

#include "impl/dump/simulated_process.h"
#include "impl/store/report_example.h"
#include "impl/store/report_json.h"
#include "impl/store/report_wer.h"
#include "impl/store/temporary_folder.h"

namespace procreg::impl::inline PROCREG_SYNC {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Pair;

std::vector<DumpFile> dump_files(const ReportExample& example, bool written = true) {
  std::vector<DumpFile> files;
  for (std::size_t i = 0; i < example.dumps.size(); ++i)
    files.push_back({dump_file_name(i, example.dumps[i].head), written});
  return files;
}
std::string json_of(const ReportExample& example, bool dumps_written = true) {
  return report_json(example.report(), ReportTexts{example.world, example.tables}, dump_files(example, dumps_written));
}
std::string wer_of(const ReportExample& example, bool dumps_written = true) {
  return report_wer(example.report(), ReportTexts{example.world, example.tables}, dump_files(example, dumps_written));
}
std::string dump_of(const ReportExample& example, std::size_t place) {
  const Report report = example.report();
  SimulatedProcess process;
  Minidump minidump;
  EXPECT_TRUE(minidump.lay_out(*process.image_of(report, report.dumps[place], example.tables)));
  std::string bytes;
  for (const Piece& piece : minidump.pieces())
    bytes += piece.bytes == nullptr
                 ? std::string(static_cast<std::size_t>(piece.size), '\0')
                 : std::string{reinterpret_cast<const char*>(piece.bytes), static_cast<std::size_t>(piece.size)};
  return bytes;
}
// All that stands below the folder of a store.
auto holds(const ReportExample& example, const std::string& name, bool dumps_written = true) {
  const std::string folder = "ReportArchive/" + name + '/';
  std::map<std::string, std::string> files{{"ReportArchive/", ""},
                                           {folder, ""},
                                           {folder + "Report.wer", wer_of(example, dumps_written)},
                                           {folder + "report.json", json_of(example, dumps_written)}};
  for (std::size_t i = 0; dumps_written && i < example.dumps.size(); ++i)
    files[folder + dump_files(example)[i].name] = dump_of(example, i);
  return testing::Eq(files);
}

class ReportFoldersTest : public WithTemporaryFolder {
 protected:
  // A run that writes one report; what went wrong.
  std::string write(const ReportExample& example) const {
    ReportFolders store{folder()};
    if (!store.failure().empty()) return store.failure();
    store.begin(example.world, example.tables);
    store.changed(example.report());
    return store.failure();
  }
  static void make_file(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }
};

TEST_F(ReportFoldersTest, AReportIsAFolderOfTwoFilesAndItsDumps) {
  const ReportExample example = full_example();
  EXPECT_EQ(write(example), "");
  EXPECT_THAT(all_below(folder()), holds(example, "7_crash_1000"));
}

TEST_F(ReportFoldersTest, TheNameHasIdCauseAndPid) {
  ReportExample example;
  example.head.id = ReportId{~std::uint32_t{0}};
  example.head.cause = Cause::hang;
  example.head.process = Pid{~std::uint32_t{0} - 3};
  EXPECT_EQ(write(example), "");
  EXPECT_THAT(all_below(folder()), holds(example, "4294967295_hang_4294967292"));
}

TEST_F(ReportFoldersTest, AReportThatChangesIsReplacedAsAWhole) {
  ReportExample example = full_example();
  example.recovery.reset();
  example.restarted.reset();
  ReportFolders store{folder()};
  store.begin(example.world, example.tables);
  store.changed(example.report());
  EXPECT_EQ(content(folder() / "ReportArchive/7_crash_1000/report.json"), json_of(example));
  example.recovery = {{RecoveryOutcome::timed_out, false}};
  store.changed(example.report());
  EXPECT_EQ(content(folder() / "ReportArchive/7_crash_1000/report.json"), json_of(example));
  example.restarted = {{Pid{1016}, empty_text}};
  store.changed(example.report());
  EXPECT_EQ(store.failure(), "");
  EXPECT_EQ(store.reports_written(), 1U);
  std::map<std::string, std::string> found = all_below(folder());
  EXPECT_EQ(found.erase(".incoming/"), 1U);
  EXPECT_THAT(found, holds(example, "7_crash_1000"));
}

TEST_F(ReportFoldersTest, CountsEachReportOfEachWorldOnce) {
  ReportExample example;
  ReportFolders store{folder()};
  for (int world = 0; world < 2; ++world) {
    store.begin(example.world, example.tables);
    for (const std::uint32_t id : {1U, 2U, 1U}) {
      example.head.id = ReportId{id};
      store.changed(example.report());
    }
  }
  EXPECT_EQ(store.reports_written(), 4U);
}

TEST_F(ReportFoldersTest, AReportOfAnEarlierRunIsReplacedAsAWhole) {
  EXPECT_EQ(write(ReportExample{}), "");
  make_file(folder() / "ReportArchive/1_crash_1000/more", "of another version");
  ReportExample example;
  example.flags.flags = 4;
  EXPECT_EQ(write(example), "");
  EXPECT_THAT(all_below(folder()), holds(example, "1_crash_1000"));
}

TEST_F(ReportFoldersTest, NoTextBecomesANameInTheFileSystem) {
  const std::u16string hostile[] = {u"..",
                                    u"../../up",
                                    u"/tmp/absolute",
                                    u"C:\\x",
                                    u"CON",
                                    u"NUL.txt",
                                    u"\\\\?\\pipe\\x",
                                    u"a\nb\r\n",
                                    u".old",
                                    u"1_crash_1000",
                                    std::u16string(65536, u'n'),
                                    std::u16string(3, u'\0'),
                                    u"\xD800",
                                    u"report.json",
                                    u"a/b\\c:d*e?f\"g<h>i|j",
                                    u""};
  ReportExample example;
  example.world.machines[0].name = "../machine\n";
  for (const std::u16string& content : hostile) {
    const TextRef text = example.text(content);
    example.head.event = text;
    example.signature.push_back({text, text});
    example.modules.push_back({text, Address{1}, ModuleOutcome::claimed});
    example.debugger.custom = text;
    example.metadata.push_back({text, text});
    example.files.push_back({text, FileType{1}, 0, FileStatus::added});
    example.app_local_dump = {{text, DumpKind::mini}};
    example.restarted = {{Pid{4}, text}};
  }
  EXPECT_EQ(write(example), "");
  EXPECT_THAT(all_below(top()), ElementsAre(Pair("reports/", ""), Pair("reports/ReportArchive/", ""),
                                            Pair("reports/ReportArchive/1_crash_1000/", ""),
                                            Pair("reports/ReportArchive/1_crash_1000/Report.wer", wer_of(example)),
                                            Pair("reports/ReportArchive/1_crash_1000/report.json", json_of(example))));
}

TEST_F(ReportFoldersTest, LeftoversOfAKilledRunAreRemoved) {
  make_file(folder() / ".incoming/3_hang_8/report.json", "{ \"id\": 3, \"ti");
  fs::create_directories(folder() / ".incoming/4_crash_1000");
  EXPECT_EQ(write(ReportExample{}), "");
  EXPECT_THAT(all_below(folder()), holds(ReportExample{}, "1_crash_1000"));
}

TEST_F(ReportFoldersTest, AFolderThatWasMovedAwayComesBackWhenNothingReplacedIt) {
  for (const char* name : {".incoming/3_hang_8.old", ".incoming/4_hang_8.old", "ReportArchive/4_hang_8"})
    for (const char* file : {"report.json", "Report.wer"}) make_file(folder() / name / file, name);
  const ReportFolders store{folder()};
  EXPECT_EQ(content(folder() / "ReportArchive/3_hang_8/report.json"), ".incoming/3_hang_8.old");
  EXPECT_EQ(content(folder() / "ReportArchive/3_hang_8/Report.wer"), ".incoming/3_hang_8.old");
  EXPECT_EQ(content(folder() / "ReportArchive/4_hang_8/report.json"), "ReportArchive/4_hang_8");
  EXPECT_TRUE(fs::is_empty(folder() / ".incoming"));
}

TEST_F(ReportFoldersTest, NothingComesBackButACompleteFolder) {
  make_file(top() / "elsewhere/report.json", "kept");
  make_file(top() / "elsewhere/Report.wer", "kept");
  make_file(folder() / ".incoming/1_hang_8.old", "a file");
  fs::create_directory_symlink(top() / "elsewhere", folder() / ".incoming/2_hang_8.old");
  make_file(folder() / ".incoming/3_hang_8.old/report.json", "three");
  make_file(folder() / ".incoming/4_hang_8.old/Report.wer", "four");
  make_file(folder() / ".incoming/5_hang_8.old/Report.wer", "five");
  fs::create_symlink(top() / "elsewhere/report.json", folder() / ".incoming/5_hang_8.old/report.json");
  const ReportFolders store{folder()};
  EXPECT_EQ(store.failure(), "");
  EXPECT_TRUE(fs::is_empty(folder() / "ReportArchive"));
  EXPECT_TRUE(fs::is_empty(folder() / ".incoming"));
  EXPECT_EQ(all_below(top() / "elsewhere").size(), 2U);
}

TEST_F(ReportFoldersTest, WhatIsNotOfThisStoreStays) {
  for (const char* name : {"mine", "1_crash_", "_crash_1", "1_crash", "1_cross_1", "1_crash_1x", "1_crash_1.old.old"})
    make_file(folder() / ".incoming" / name / "file", "kept");
  make_file(top() / "elsewhere/file", "kept");
  fs::create_directory_symlink(top() / "elsewhere", folder() / ".incoming/5_crash_4");
  EXPECT_EQ(write(ReportExample{}), "");
  EXPECT_EQ(content(folder() / ".incoming/mine/file"), "kept");
  EXPECT_EQ(std::distance(fs::directory_iterator{folder() / ".incoming"}, {}), 7);
  EXPECT_EQ(content(top() / "elsewhere/file"), "kept");
}

TEST_F(ReportFoldersTest, AFolderThatIsAFileCannotBeUsed) {
  make_file(folder(), "");
  EXPECT_EQ(write(ReportExample{}), folder().string() + ": cannot be written: Not a directory");
  fs::remove(folder());
  make_file(folder() / "ReportArchive", "");
  EXPECT_EQ(write(ReportExample{}), (folder() / "ReportArchive").string() + ": cannot be written: Not a directory");
}

TEST_F(ReportFoldersTest, TheFolderMayBeALinkToAFolder) {
  fs::create_directory(top() / "elsewhere");
  fs::create_directory_symlink("elsewhere", folder());
  EXPECT_EQ(write(ReportExample{}), "");
  EXPECT_THAT(all_below(top() / "elsewhere"), holds(ReportExample{}, "1_crash_1000"));
  const ReportFolders first{folder()};
  const ReportFolders second{top() / "elsewhere"};
  EXPECT_THAT(second.failure(), testing::EndsWith(": cannot be written: another run writes its reports there"));
}

TEST_F(ReportFoldersTest, ALinkToNothingCannotBeUsed) {
  fs::create_directory_symlink("nowhere", folder());
  EXPECT_EQ(write(ReportExample{}), folder().string() + ": cannot be written: it is a symbolic link to no folder");
  EXPECT_FALSE(fs::exists(top() / "nowhere"));
}

TEST_F(ReportFoldersTest, LinksInTheFolderAreNotFollowed) {
  make_file(top() / "elsewhere/1_crash_4/file", "kept");
  fs::create_directory(folder());
  for (const char* name : {".incoming", "ReportArchive"}) {
    for (const char* target : {"elsewhere", "elsewhere/1_crash_4/file", "nowhere"}) {
      const fs::path link = folder() / name;
      fs::create_symlink(top() / target, link);
      EXPECT_EQ(write(ReportExample{}),
                link.string() + ": cannot be written: it is a symbolic link, but has to be a folder");
      EXPECT_TRUE(fs::is_symlink(link)) << link;
      fs::remove(link);
    }
  }
  EXPECT_THAT(all_below(top() / "elsewhere"), ElementsAre(Pair("1_crash_4/", ""), Pair("1_crash_4/file", "kept")));
  EXPECT_EQ(write(ReportExample{}), "");
}

TEST_F(ReportFoldersTest, AFileInThePlaceOfIncomingStays) {
  make_file(folder() / ".incoming", "mine");
  EXPECT_EQ(write(ReportExample{}), (folder() / ".incoming").string() + ": cannot be written: Not a directory");
  EXPECT_EQ(content(folder() / ".incoming"), "mine");
}

TEST_F(ReportFoldersTest, AFileInThePlaceOfAReportStays) {
  make_file(folder() / "ReportArchive/1_crash_1000", "mine");
  EXPECT_EQ(write(ReportExample{}),
            (folder() / "ReportArchive/1_crash_1000").string() + ": cannot be written: Not a directory");
  EXPECT_EQ(content(folder() / "ReportArchive/1_crash_1000"), "mine");
}

TEST_F(ReportFoldersTest, TwoStoresNeverWriteToOneFolder) {
  {
    const ReportFolders first{folder()};
    EXPECT_EQ(first.failure(), "");
    const ReportFolders second{folder()};
    EXPECT_EQ(second.failure(), folder().string() + ": cannot be written: another run writes its reports there");
    EXPECT_TRUE(fs::exists(folder() / ".incoming"));
  }
  EXPECT_EQ(write(ReportExample{}), "");
}

TEST_F(ReportFoldersTest, StoresThatComeAndGoAtOnceAreToldOfEachOtherOrWriteCompletely) {
  constexpr std::uint32_t writers = 4;
  constexpr std::uint32_t runs = 400;
  std::vector<std::vector<std::string>> failures(writers);
  std::vector<std::thread> threads;
  for (std::uint32_t writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      ReportExample example;
      for (std::uint32_t run = 0; run < runs; ++run) {
        example.head.id = ReportId{writer * runs + run};
        failures[writer].push_back(write(example));
      }
    });
  for (std::thread& thread : threads) thread.join();
  const std::map<std::string, std::string> found = all_below(folder());
  std::size_t written = 0;
  ReportExample example;
  for (std::uint32_t id = 0; id < writers * runs; ++id) {
    const std::string& failure = failures[id / runs][id % runs];
    const std::string name = "ReportArchive/" + decimal(id) + "_crash_1000/";
    example.head.id = ReportId{id};
    EXPECT_EQ(found.count(name), failure.empty() ? 1U : 0U);
    if (!failure.empty()) {
      EXPECT_EQ(failure, folder().string() + ": cannot be written: another run writes its reports there");
    } else if (++written; found.count(name) == 1) {
      EXPECT_EQ(found.count(name + "report.json") + found.count(name + "Report.wer"), 2U);
      EXPECT_EQ(content(folder() / (name + "report.json")), json_of(example));
    }
  }
  EXPECT_GT(written, 0U);
  EXPECT_EQ(found.size(), 1 + 3 * written);  // and no .incoming
}

// Of files that this process writes, no byte gets behind this one.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::size_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int){signal(SIGXFSZ, SIG_IGN)};
};

TEST_F(ReportFoldersTest, AFileThatIsCutAtAnyByteIsNeverShown) {
  ReportExample after = full_example();
  after.dumps.clear();
  ReportExample before = after;
  before.recovery.reset();
  ASSERT_EQ(write(before), "");
  const std::size_t json_size = json_of(after).size();
  const std::size_t wer_size = wer_of(after).size();
  for (std::size_t bytes = 0; bytes < std::max(json_size, wer_size); bytes += 61) {
    std::string failure;
    {
      const FileSizeLimit limit{bytes};
      failure = write(after);
    }
    const std::string file = bytes < json_size ? "report.json" : "Report.wer";
    ASSERT_EQ(failure, (folder() / ".incoming/7_crash_1000" / file).string() + ": cannot be written: File too large");
    ASSERT_THAT(all_below(folder()), holds(before, "7_crash_1000")) << bytes;
  }
  EXPECT_EQ(write(after), "");
  EXPECT_THAT(all_below(folder()), holds(after, "7_crash_1000"));
}

TEST_F(ReportFoldersTest, WithoutADumpThatCannotBeWrittenAReportIsCompleteAndSaysSo) {
  const ReportExample example = full_example();
  const std::size_t texts = std::max(json_of(example, false).size(), wer_of(example, false).size());
  for (std::size_t bytes = texts; bytes < dump_of(example, 1).size(); bytes += 997) {
    std::string failure;
    {
      const FileSizeLimit limit{bytes};
      failure = write(example);
    }
    ASSERT_EQ(failure,
              (folder() / ".incoming/7_crash_1000/1_heap_1000.dmp").string() + ": cannot be written: File too large");
    ASSERT_THAT(all_below(folder()), holds(example, "7_crash_1000", false)) << bytes;
  }
  EXPECT_THAT(json_of(example, false), testing::HasSubstr("\"reason\": \"write-failed\""));
  EXPECT_EQ(write(example), "");
  EXPECT_THAT(all_below(folder()), holds(example, "7_crash_1000"));
}

TEST_F(ReportFoldersTest, ADumpLargerThanAnyFileIsLeftOut) {
  static constexpr SnapRange everything[] = {{Address{0x10000}, Address{~std::uint64_t{0}}}};
  ReportExample example = full_example();
  example.dumps.pop_back();
  example.dumps[0].ranges = everything;
  EXPECT_EQ(write(example),
            (folder() / ".incoming/7_crash_1000/1_heap_1000.dmp").string() + ": cannot be written: File too large");
  EXPECT_THAT(all_below(folder()), holds(example, "7_crash_1000", false));
}

TEST_F(ReportFoldersTest, ADumpOfManyGigabytesOfZerosTakesNoRoom) {
  static constexpr SnapRange ranges[] = {{Address{0x10000}, Address{0x10000 + (std::uint64_t{6} << 30)}}};
  ReportExample example = full_example();
  example.dumps.pop_back();
  example.dumps[0].ranges = ranges;
  example.dumps[0].process.private_ = example.tables.ranges({{0x10000, 0x10000 + (std::uint64_t{6} << 30)}});
  EXPECT_EQ(write(example), "");
  const fs::path file = folder() / "ReportArchive/7_crash_1000/1_heap_1000.dmp";
  EXPECT_GT(fs::file_size(file), std::uint64_t{6} << 30);
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_LT(status.st_blocks * 512, 1 << 20);
}

TEST_F(ReportFoldersTest, AFolderThatVanishesIsAFailureAndNothingIsShown) {
  ReportExample example;
  ReportFolders store{folder()};
  store.begin(example.world, example.tables);
  fs::remove_all(folder());
  store.changed(example.report());
  EXPECT_EQ(store.failure(),
            (folder() / "ReportArchive/1_crash_1000").string() + ": cannot be written: No such file or directory");
  EXPECT_EQ(store.reports_written(), 0U);
  EXPECT_TRUE(fs::is_empty(folder() / ".incoming"));
}

TEST_F(ReportFoldersTest, AfterAFailureNothingMoreIsWritten) {
  make_file(folder() / "ReportArchive/1_crash_1000", "in the way");
  ReportExample example;
  ReportFolders store{folder()};
  store.begin(example.world, example.tables);
  store.changed(example.report());
  const std::string failure = store.failure();
  example.head.id = ReportId{2};
  store.changed(example.report());
  EXPECT_EQ(store.failure(), failure);
  EXPECT_EQ(store.reports_written(), 0U);
  EXPECT_FALSE(fs::exists(folder() / "ReportArchive/2_crash_1000"));
}

}  // namespace
}  // namespace procreg::impl::inline PROCREG_SYNC
