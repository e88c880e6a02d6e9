#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "impl/store/disk.h"
#include "impl/store/dump_writer.h"
#include "impl/store/report_fields.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Writes every report into FOLDER/ReportArchive/<report id>_<cause>_<pid>/ as report.json, Report.wer and a minidump for each of
// its dumps (WER-REP-37).
//
// Such a folder is complete or absent, whenever the disk fails or is full or the program is killed: it is made in
// FOLDER/.incoming and moved from there. (A loss of power is another matter: nothing waits for the disk.) A report that changes,
// and one of an earlier run, is replaced as a whole. The names in the file system are made of numbers and the word of the
// cause, never of a text of the report.
//
// A dump that cannot be written is left out of its report, which says so. After a report with a failure nothing more is
// written; what is there stays as it is.
class ReportFolders final : public ReportWatcher {
 public:
  // Claims FOLDER, for two stores never write to one (see Disk::claim), makes the folders in it, and takes away what a killed
  // run has left. FOLDER may be a symbolic link to a folder; those in it may not.
  explicit ReportFolders(std::filesystem::path folder, std::unique_ptr<Disk> disk = real_disk(),
                         DumpMaking making = {});
  ~ReportFolders() override;

  // Before the first report of each world. `tables` outlives the reports.
  void begin(const WorldSpec& world, const Tables& tables);

  void changed(const Report& report) noexcept override;

  // What went wrong first, with the path; "" while nothing has. Right after construction: why FOLDER cannot be used.
  const std::string& failure() const { return failure_; }
  // Of all worlds, each report once.
  std::size_t reports_written() const { return written_; }

 private:
  using Path = std::filesystem::path;

  void open();
  bool make_own(const Path& folder);  // in FOLDER; a link is none
  void recover();
  void recover(const Path& leftover);
  bool write(const Report& report, const std::string& name);
  bool write_files(const Report& report, const Path& made);
  std::vector<DumpFile> write_dumps(const Report& report, const Path& made);
  bool show(const Path& made, const Path& shown);
  bool replace(const Path& made, const Path& shown);
  bool replace_in_two_steps(const Path& made, const Path& shown);
  bool done(const Path& path, std::error_code error, std::string_view what = "cannot be written");
  bool fail(const Path& path, std::string_view what, std::string_view reason);

  Path folder_;
  Path incoming_{folder_ / ".incoming"};
  Path archive_{folder_ / "ReportArchive"};
  std::unique_ptr<Disk> disk_;
  bool has_incoming_{};
  std::optional<ReportTexts> texts_{};
  DumpWriter dump_writer_;
  std::set<ReportId> seen_{};  // in this world
  std::size_t written_{};
  std::string failure_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
