// Report folders of runs that are killed, and of disks that fail, at every single moment and at random ones.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <random>

#include "impl/store/report_example.h"
#include "impl/store/report_folders.h"
#include "impl/store/report_json.h"
#include "impl/store/report_wer.h"
#include "impl/store/temporary_folder.h"

namespace procreg::impl::inline PROCREG_SYNC {
namespace {

namespace fs = std::filesystem;

// Calls `strike` in place of operation n, counted from 1. Of a write half of the bytes are written before.
class StruckDisk final : public Disk {
 public:
  using Strike = std::function<std::error_code()>;
  StruckDisk(std::size_t n, bool exchanges, Strike strike)
      : left_{n}, exchanges_{exchanges}, strike_{std::move(strike)} {}

  std::error_code make_folder(const fs::path& folder) override {
    return strikes() ? strike_() : disk_->make_folder(folder);
  }
  std::error_code write(const fs::path& file, std::span<const Piece> pieces) override {
    if (!strikes()) return disk_->write(file, pieces);
    const Piece half{pieces.front().bytes, pieces.front().size / 2};
    static_cast<void>(disk_->write(file, {&half, 1}));
    return strike_();
  }
  std::error_code link(const fs::path& file, const fs::path& name) override {
    return strikes() ? strike_() : disk_->link(file, name);
  }
  std::error_code move(const fs::path& from, const fs::path& to) override {
    return strikes() ? strike_() : disk_->move(from, to);
  }
  std::error_code exchange(const fs::path& a, const fs::path& b) override {
    if (!exchanges_) return std::make_error_code(std::errc::not_supported);
    return strikes() ? strike_() : disk_->exchange(a, b);
  }
  // The first of the two files goes before.
  std::error_code remove(const fs::path& path) override {
    if (!strikes()) return disk_->remove(path);
    static_cast<void>(disk_->remove(path / "report.json"));
    return strike_();
  }
  std::error_code claim(const fs::path& folder) override { return disk_->claim(folder); }

  bool has_struck() const { return left_ == 0; }

 private:
  bool strikes() { return left_ > 0 && --left_ == 0; }

  std::size_t left_;
  const bool exchanges_;
  const Strike strike_;
  std::unique_ptr<Disk> disk_{real_disk()};
};

ReportExample report_of(std::uint32_t id, bool finished) {
  ReportExample example;
  example.head.id = ReportId{id};
  example.head.process = Pid{1000 + 4 * (id % 50)};
  example.head.cause = id % 3 == 0 ? Cause::hang : Cause::crash;
  example.head.event = example.text(std::u16string(id % 100 == 0 ? 65536 : id % 10, u'e'));
  if (finished) example.recovery = {{RecoveryOutcome::finished_true, false}};
  return example;
}
std::string name_of(const ReportExample& example) {
  return decimal(number(example.head.id)) + (example.head.cause == Cause::hang ? "_hang_" : "_crash_") +
         decimal(number(example.head.process));
}

// A step of a run: a report as it is at its collection, or when its recovery has ended.
void perform(ReportFolders& store, std::uint32_t id, bool finished) {
  const ReportExample example = report_of(id, finished);
  store.begin(example.world, example.tables);
  store.changed(example.report());
}

class KilledReportFolders : public WithTemporaryFolder {
 protected:
  // How many reports of at most `last` are shown; each must be complete, as collected or finished.
  std::size_t check_what_is_shown(std::uint32_t last) const {
    std::map<std::string, std::string> found = all_below(folder() / "ReportArchive");
    std::size_t shown = 0;
    for (std::uint32_t id = 1; id <= last; ++id) shown += take(found, id) ? 1 : 0;
    EXPECT_TRUE(found.empty()) << found.size() << " unknown files, the first " << found.begin()->first;
    return shown;
  }
  void expect_no_leftovers() const {
    EXPECT_FALSE(fs::exists(folder() / ".incoming") && !fs::is_empty(folder() / ".incoming"));
  }

 private:
  static bool take(std::map<std::string, std::string>& found, std::uint32_t id) {
    const std::string name = name_of(report_of(id, false));
    if (found.erase(name + '/') == 0) return false;
    const std::string json = take_file(found, name + "/report.json");
    const std::string wer = take_file(found, name + "/Report.wer");
    bool complete = false;
    for (const bool finished : {false, true}) {
      const ReportExample example = report_of(id, finished);
      const ReportTexts texts{example.world, example.tables};
      complete =
          complete || (json == report_json(example.report(), texts) && wer == report_wer(example.report(), texts));
    }
    EXPECT_TRUE(complete) << name << ": " << json.size() << " and " << wer.size() << " bytes";
    return true;
  }
  // "" when there is none.
  static std::string take_file(std::map<std::string, std::string>& found, const std::string& name) {
    const std::string content = found[name];
    found.erase(name);
    return content;
  }
};

// Three reports, one of which is replaced twice.
void short_run(ReportFolders& store) {
  if (!store.failure().empty()) return;
  perform(store, 1, false);
  perform(store, 2, false);
  perform(store, 1, true);
  perform(store, 3, false);
  perform(store, 1, false);
}
constexpr std::uint32_t short_run_reports = 3;

class AtEveryOperation : public KilledReportFolders, public testing::WithParamInterface<bool> {};

TEST_P(AtEveryOperation, ADiskThatFailsShowsNothingHalfWritten) {
  std::size_t n = 1;
  for (bool struck = true; struck; ++n) {
    auto disk =
        std::make_unique<StruckDisk>(n, GetParam(), [] { return std::make_error_code(std::errc::no_space_on_device); });
    const StruckDisk& watched = *disk;
    {
      ReportFolders store{folder(), std::move(disk)};
      short_run(store);
      struck = watched.has_struck();
      const std::string failure = store.failure();
      EXPECT_EQ(failure.empty(), !struck) << n;
      EXPECT_TRUE(!struck || failure.ends_with(": No space left on device")) << failure;
    }
    if (fs::exists(folder())) check_what_is_shown(short_run_reports);
    { EXPECT_EQ(ReportFolders{folder()}.failure(), ""); }
    check_what_is_shown(short_run_reports);
    expect_no_leftovers();
  }
  EXPECT_GT(n, 25U);
  EXPECT_EQ(check_what_is_shown(short_run_reports), short_run_reports);
}

// Waits for a child that was killed or that left by _exit(0).
bool was_killed(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0) << status;
  return WIFSIGNALED(status);
}

TEST_P(AtEveryOperation, AProgramThatIsKilledShowsNothingHalfWritten) {
  std::size_t n = 1;
  for (bool struck = true; struck; ++n) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto disk = std::make_unique<StruckDisk>(n, GetParam(), [] {
        kill(getpid(), SIGKILL);
        return std::error_code{};
      });
      {
        ReportFolders store{folder(), std::move(disk)};
        short_run(store);
      }
      _exit(0);
    }
    struck = was_killed(child);
    if (fs::exists(folder() / "ReportArchive")) check_what_is_shown(short_run_reports);
    { EXPECT_EQ(ReportFolders{folder()}.failure(), ""); }
    check_what_is_shown(short_run_reports);
    expect_no_leftovers();
  }
  EXPECT_GT(n, 25U);
  EXPECT_EQ(check_what_is_shown(short_run_reports), short_run_reports);
}

// As a run leaves it that replaces in two steps and is killed before it takes the older folder away; and one more, half made.
void leave_as_killed(const fs::path& folder) {
  const std::string name = name_of(report_of(1, false));
  const fs::path shown = folder / "ReportArchive" / name;
  const fs::path old = folder / "older";
  for (const bool finished : {false, true}) {
    ReportFolders store{folder};
    perform(store, 1, finished);
    if (!finished) fs::copy(shown, old);
  }
  fs::create_directory(folder / ".incoming");
  fs::rename(old, folder / ".incoming" / (name + ".old"));
  fs::copy(shown, folder / ".incoming" / name);
}

TEST_F(KilledReportFolders, AStartThatFailsLeavesNothingToBringBackButCompleteFolders) {
  std::size_t n = 1;
  for (bool struck = true; struck; ++n) {
    leave_as_killed(folder());
    auto disk =
        std::make_unique<StruckDisk>(n, true, [] { return std::make_error_code(std::errc::no_space_on_device); });
    const StruckDisk& watched = *disk;
    {
      const ReportFolders store{folder(), std::move(disk)};
      struck = watched.has_struck();
    }
    fs::remove_all(folder() / "ReportArchive" / name_of(report_of(1, false)));
    { EXPECT_EQ(ReportFolders{folder()}.failure(), ""); }
    check_what_is_shown(1);
    expect_no_leftovers();
    fs::remove_all(folder());
  }
  EXPECT_GT(n, 7U);
}

INSTANTIATE_TEST_SUITE_P(Exchange, AtEveryOperation, testing::Bool(),
                         [](const auto& each) { return each.param ? "InOneStep" : "InTwoSteps"; });

constexpr std::uint32_t many = 1000;

// Writes 1,000 reports, every third of which changes later; says so with a byte after each.
[[noreturn]] void write_many(const fs::path& folder, int progress) {
  ReportFolders store{folder};
  for (std::uint32_t id = 1; id <= many; ++id) {
    perform(store, id, false);
    if (id > 5 && id % 3 == 0) perform(store, id - 5, true);
    if (write(progress, "", 1) != 1) _exit(2);
  }
  _exit(store.failure().empty() ? 0 : 1);
}

// So many reports later and a little more.
void wait_for(int progress, std::size_t reports, useconds_t more) {
  for (char byte = 0; reports > 0 && read(progress, &byte, 1) == 1;) --reports;
  usleep(more);
}

TEST_F(KilledReportFolders, EveryFolderIsCompleteWhenTheProgramIsKilledAtRandomMoments) {
  constexpr int kills = 8;
  std::mt19937 draw{20260401};
  std::size_t shown_before = 0;
  for (int round = 0; round <= kills; ++round) {
    const std::size_t reports = draw() % (many - 10);
    const useconds_t more = static_cast<useconds_t>(draw() % 2000);
    int progress[2];
    ASSERT_EQ(pipe(progress), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_many(folder(), progress[1]);
    close(progress[1]);
    wait_for(progress[0], round == kills ? many : reports, more);
    if (round < kills) kill(child, SIGKILL);
    EXPECT_EQ(was_killed(child), round < kills);
    close(progress[0]);
    const std::size_t shown = check_what_is_shown(many);
    EXPECT_GE(shown, std::max(shown_before, round == kills ? many : reports));
    shown_before = shown;
  }
  { EXPECT_EQ(ReportFolders{folder()}.failure(), ""); }
  EXPECT_EQ(check_what_is_shown(many), many);
  expect_no_leftovers();
}

}  // namespace
}  // namespace procreg::impl::inline PROCREG_SYNC
