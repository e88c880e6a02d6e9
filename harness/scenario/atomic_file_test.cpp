#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "harness/scenario/files.h"
#include "harness/scenario/golden_files.h"

namespace procreg::harness {
namespace {

namespace fs = std::filesystem;

struct AtomicFile : testing::Test {
  AtomicFile() {
    std::string name = (fs::temp_directory_path() / "procreg-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~AtomicFile() override { fs::remove_all(folder); }
  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder}, {})); }
  std::string path(const char* name) const { return (folder / name).string(); }

  fs::path folder;
};

TEST_F(AtomicFile, IsWrittenAndReplaced) {
  EXPECT_EQ(write_file_atomically(path("a"), "one"), "");
  EXPECT_EQ(write_file_atomically(path("a"), std::string(100'000, 'x')), "");
  EXPECT_EQ(content_of(path("a")), std::string(100'000, 'x'));
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFile, OnAFullDiskIsAnError) {
  EXPECT_EQ(write_file_atomically("/dev/full", "text"), "/dev/full: cannot be written: No space left on device");
}

// The size limit of the process stands for a disk that fills up in the middle.
TEST_F(AtomicFile, ThatDoesNotFitLeavesTheOldContentAndNothingElse) {
  ASSERT_EQ(write_file_atomically(path("a"), "old"), "");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string error = write_file_atomically(path("a"), std::string(2000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(error, path("a") + ": cannot be written: File too large");
  EXPECT_EQ(content_of(path("a")), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(AtomicFile, InAFolderThatIsNotThereIsAnError) {
  EXPECT_EQ(write_file_atomically(path("no/a"), "x"), path("no/a") + ": cannot be written: No such file or directory");
}

TEST_F(AtomicFile, InAFolderThatCannotBeWrittenIsAnError) {
  // A file where the folder should be refuses root too, whom permissions do not stop.
  ASSERT_EQ(write_file_atomically(path("a"), "x"), "");
  EXPECT_EQ(write_file_atomically(path("a/b"), "x"), path("a/b") + ": cannot be written: Not a directory");
  if (::geteuid() == 0) return;
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(write_file_atomically(path("c"), "x"), path("c") + ": cannot be written: Permission denied");
  fs::permissions(folder, fs::perms::owner_all);
}

TEST_F(AtomicFile, NeverReplacesAFolder) {
  fs::create_directory(folder / "f");
  EXPECT_EQ(write_file_atomically(path("f"), "x"), path("f") + ": cannot be written: Is a directory");
  EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace procreg::harness
