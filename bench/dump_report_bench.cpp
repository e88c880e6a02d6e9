// What do the dumps of a report of five processes cost beside writing five files of the same bytes, and what the whole report?
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "bench/files.h"
#include "bench/fixture.h"
#include "bench/process_to_dump.h"
#include "bench/question.h"
#include "impl/dump/minidump.h"
#include "impl/store/report_folders.h"

namespace procreg::bench {

namespace {

namespace fs = std::filesystem;

constexpr ProcessShape triage{.threads = 8, .stack_bytes = 32 * 1024};
constexpr std::size_t dumps_of_report = 5;  // the failing process, and WER_MAX_REGISTERED_DUMPCOLLECTION more

using Processes = std::vector<std::unique_ptr<ProcessToDump>>;

// The dumps of the report in their order, each of a process of its own.
class ReadyImages final : public impl::ProcessImages {
 public:
  explicit ReadyImages(const Processes& processes) : processes_{processes} {}
  const impl::ProcessImage* image_of(const impl::Report& report, const impl::Dump& dump, const Tables&) override {
    return &processes_[static_cast<std::size_t>(&dump - report.dumps.data())]->image();
  }

 private:
  const Processes& processes_;
};

class ReportOfFive {
 public:
  explicit ReportOfFive(unsigned threads) : making_{making(threads)}, writer_{making_} {
    for (std::size_t i = 0; i < dumps_of_report; ++i) processes_.push_back(std::make_unique<ProcessToDump>(triage));
    make_report();
    make_floors();
    if (!folder_.is_there()) return;
    for (std::size_t i = 0; i < dumps_.size(); ++i) tasks_.push_back({&dumps_[i], file(i)});
    store_ = std::make_unique<impl::ReportFolders>(folder_.path() / "reports", impl::real_disk(), making_);
    store_->begin(world_, tables_);
  }
  ReportOfFive(const ReportOfFive&) = delete;
  ReportOfFive& operator=(const ReportOfFive&) = delete;

  bool is_usable() const { return store_ && store_->failure().empty(); }

  // A new folder for files; what comes next is timed.
  bool make_folder() {
    std::error_code error;
    return fs::create_directory(folder_.path() / "files", error);
  }
  bool write_dumps() {
    const auto errors = writer_.write(*disk_, report_, tables_, tasks_);
    return std::none_of(errors.begin(), errors.end(), [](const std::error_code& error) { return bool{error}; });
  }
  // Each made, written and closed.
  bool write_floors() {
    bool written = true;
    for (std::size_t i = 0; i < floors_.size(); ++i) {
      const impl::Piece piece{reinterpret_cast<const std::byte*>(floors_[i].data()), floors_[i].size()};
      written = written && !disk_->write(file(i), {&piece, 1});
    }
    return written;
  }
  // Everything from the collected report to its folder under the final name.
  bool write_report() {
    report_.head.id = ReportId{++id_};
    store_->changed(report_);
    return store_->failure().empty();
  }
  // The files of the last run; whether the dumps are what they should be.
  bool check_and_remove(bool check) {
    const fs::path shown = folder_.path() / "reports/ReportArchive" / (std::to_string(id_) + "_crash_1000");
    std::error_code error;
    const bool of_report = fs::exists(shown, error);
    bool right = true;
    for (std::size_t i = 0; check && i < floors_.size(); ++i)
      right = right && content(of_report ? shown / impl::dump_file_name(i, dumps_[i].head) : file(i)) == floors_[i];
    fs::remove_all(folder_.path() / "files", error);
    fs::remove_all(shown, error);
    return right;
  }

 private:
  impl::DumpMaking making(unsigned threads) {
    return {.images = [this] { return std::make_unique<ReadyImages>(processes_); }, .threads_max = threads};
  }
  fs::path file(std::size_t i) const { return folder_.path() / "files" / std::to_string(i); }

  static std::string content(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  void make_report() {
    for (const impl::MemoryImage& memory : processes_.front()->image().memory)
      ranges_.push_back({Address{memory.begin}, Address{memory.end}});
    for (std::size_t i = 0; i < dumps_.size(); ++i) {
      dumps_[i].head = {.process = Pid{static_cast<std::uint32_t>(1000 + 4 * i)},
                        .incarnation = ObjectId{static_cast<std::uint32_t>(1 + i)},
                        .kind = i == 0 ? DumpKind::mini : DumpKind::triage,
                        .mask = AccessMask{i == 0 ? mini_dump_mask : triage_dump_mask}};
      dumps_[i].ranges = ranges_;
    }
    report_.head = {.process = Pid{1000}, .incarnation = ObjectId{1}, .cause = Cause::crash, .event = APPCRASH};
    report_.dumps = dumps_;
  }

  void make_floors() {
    impl::Minidump minidump;
    for (const auto& process : processes_) {
      if (!minidump.lay_out(process->image())) return;
      std::string& floor = floors_.emplace_back();
      for (const impl::Piece& piece : minidump.pieces())
        floor.append(reinterpret_cast<const char*>(piece.bytes), static_cast<std::size_t>(piece.size));
    }
  }

  WorldSpec world_{};
  Tables tables_{};
  Processes processes_{};
  std::vector<SnapRange> ranges_{};
  std::array<impl::Dump, dumps_of_report> dumps_{};
  impl::Report report_{};
  std::uint32_t id_{};
  std::vector<std::string> floors_{};  // the dumps, each as a whole
  TemporaryFolder folder_{};           // before what writes there
  std::unique_ptr<impl::Disk> disk_{impl::real_disk()};
  impl::DumpMaking making_;
  impl::DumpWriter writer_;
  std::vector<impl::DumpWriter::Task> tasks_{};
  std::unique_ptr<impl::ReportFolders> store_{};
};

using Operation = bool (ReportOfFive::*)();

// The folder is made anew each time; taking it away is not timed.
std::string add(const std::string& name, const std::shared_ptr<Shared<ReportOfFive>>& shared, unsigned threads,
                Operation operation) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    ReportOfFive& report = shared->get([&] { return std::make_unique<ReportOfFive>(threads); });
    if (!report.is_usable()) return state.SkipWithError("there is no folder for reports");
    measure_to_file(
        state, [&] { return report.make_folder(); }, [&] { return (report.*operation)(); },
        [&](bool check) { return report.check_and_remove(check); });
  })->UseManualTime();
  return name;
}

}  // namespace

void ask_about_reports_with_dumps(Questions& questions, Extent) {
  const auto ask = [&](std::string text, const std::string& name, unsigned threads, Operation operation,
                       std::optional<double> goal) {
    auto shared = std::make_shared<Shared<ReportOfFive>>();
    questions.push_back({.text = std::move(text),
                         .peer_text = "five files of the same bytes, one after the other",
                         .ours = add(name, shared, threads, operation),
                         .peer = add(name + "-floor", shared, threads, &ReportOfFive::write_floors),
                         .goal = goal});
  };
  ask("the dumps of a report of 5 processes to files, one thread", "report-dumps", 1, &ReportOfFive::write_dumps,
      1 / 1.2);
  ask("the dumps of a report of 5 processes to files, two threads", "report-dumps-two", 2, &ReportOfFive::write_dumps,
      1 / 0.75);
  ask("the whole folder of a report with 5 dumps, two threads", "report-folder", 2, &ReportOfFive::write_report, {});
}

}  // namespace procreg::bench
