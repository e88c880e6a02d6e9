#include "impl/store/dump_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "impl/dump/simulated_process.h"
#include "impl/store/temporary_folder.h"

namespace procreg::impl::inline PROCREG_SYNC {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t dumps_of_report = 5;
constexpr std::uint64_t large = 0x60000;

// Keeps which threads write; files of one name fail.
class WatchedDisk final : public Disk {
 public:
  explicit WatchedDisk(std::string failing = "") : failing_{std::move(failing)} {}
  std::error_code make_folder(const fs::path& folder) override { return disk_->make_folder(folder); }
  std::error_code write(const fs::path& file, std::span<const Piece> pieces) override {
    {
      const std::scoped_lock lock{mutex_};
      writers_.insert(std::this_thread::get_id());
    }
    const std::error_code error = disk_->write(file, pieces);
    return file.filename() == failing_ ? std::make_error_code(std::errc::no_space_on_device) : error;
  }
  std::error_code link(const fs::path& file, const fs::path& name) override { return disk_->link(file, name); }
  std::error_code move(const fs::path& from, const fs::path& to) override { return disk_->move(from, to); }
  std::error_code exchange(const fs::path& a, const fs::path& b) override { return disk_->exchange(a, b); }
  std::error_code remove(const fs::path& path) override { return disk_->remove(path); }
  std::error_code claim(const fs::path& folder) override { return disk_->claim(folder); }

  std::size_t writers() const { return writers_.size(); }

 private:
  std::unique_ptr<Disk> disk_{real_disk()};
  std::string failing_;
  std::mutex mutex_{};
  std::set<std::thread::id> writers_{};
};

// Images of the simulation, made by as many threads as there are makers at once.
class CountedImages final : public ProcessImages {
 public:
  explicit CountedImages(std::atomic<int>& made) { ++made; }
  const ProcessImage* image_of(const Report& report, const Dump& dump, const Tables& tables) override {
    return process_.image_of(report, dump, tables);
  }

 private:
  SimulatedProcess process_{};
};

class DumpWriterTest : public WithTemporaryFolder {
 protected:
  DumpWriterTest() {
    for (std::size_t i = 0; i < dumps_of_report; ++i) {
      dumps_[i].head = {.process = Pid{static_cast<std::uint32_t>(1000 + 4 * i)},
                        .incarnation = ObjectId{static_cast<std::uint32_t>(1 + i)},
                        .kind = DumpKind::heap};
      set_size(i, large);
    }
    report_.dumps = dumps_;
  }
  void set_size(std::size_t dump, std::uint64_t size) {
    ranges_[dump] = {Address{0x10000}, Address{0x10000 + size}};
    dumps_[dump].ranges = {&ranges_[dump], 1};
    dumps_[dump].process.data = tables_.ranges({{0x10000, 0x10000 + size}});
  }
  std::vector<std::error_code> write(Disk& disk, unsigned threads) {
    std::vector<DumpWriter::Task> tasks;
    for (std::size_t i = 0; i < dumps_.size(); ++i) tasks.push_back({&dumps_[i], top() / (std::to_string(i) + ".dmp")});
    DumpWriter writer{{.images = [this] { return std::make_unique<CountedImages>(made_); }, .threads_max = threads}};
    return writer.write(disk, report_, tables_, tasks);
  }

  Tables tables_{};
  std::array<SnapRange, dumps_of_report> ranges_{};
  std::array<Dump, dumps_of_report> dumps_{};
  Report report_{};
  std::atomic<int> made_{0};
};

TEST_F(DumpWriterTest, WritesTheSameFilesOnHoweverManyThreads) {
  WatchedDisk disk;
  EXPECT_THAT(write(disk, 1), testing::Each(std::error_code{}));
  const auto alone = all_below(top());
  EXPECT_EQ(alone.size(), dumps_of_report);
  EXPECT_EQ(disk.writers(), 1U);
  for (const auto& [name, bytes] : alone) EXPECT_GT(bytes.size(), large) << name;
  for (const auto& [name, bytes] : alone) fs::remove(top() / name);
  EXPECT_THAT(write(disk, 4), testing::Each(std::error_code{}));
  EXPECT_EQ(made_, 1 + 4) << "each thread has images of its own";
  EXPECT_LE(disk.writers(), 4U);
  EXPECT_TRUE(all_below(top()) == alone);
}

TEST_F(DumpWriterTest, SmallDumpsAreWorthNoThread) {
  for (std::size_t i = 1; i < dumps_of_report; ++i) set_size(i, 0x1000);
  WatchedDisk disk;
  EXPECT_THAT(write(disk, 4), testing::Each(std::error_code{}));
  EXPECT_EQ(made_, 1);
  EXPECT_EQ(disk.writers(), 1U);
}

TEST_F(DumpWriterTest, WhatFailsIsTheMatterOfItsOwnDump) {
  WatchedDisk disk{"3.dmp"};
  const auto errors = write(disk, 4);
  const std::error_code full = std::make_error_code(std::errc::no_space_on_device);
  EXPECT_THAT(errors,
              testing::ElementsAre(std::error_code{}, std::error_code{}, std::error_code{}, full, std::error_code{}));
  EXPECT_FALSE(fs::exists(top() / "3.dmp")) << "nothing half-written stays";
  EXPECT_EQ(all_below(top()).size(), dumps_of_report - 1);
}

}  // namespace
}  // namespace procreg::impl::inline PROCREG_SYNC
