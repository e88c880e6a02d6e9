#include "impl/store/report_folders.h"

#include <algorithm>
#include <vector>

#include "impl/store/report_json.h"
#include "impl/store/report_wer.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

namespace fs = std::filesystem;

constexpr const char* json_file = "report.json";
constexpr const char* wer_file = "Report.wer";
constexpr std::string_view moved_away = ".old";  // behind the name of a complete folder

std::string folder_name(const ReportHead& head) {
  return decimal(number(head.id)) + '_' + std::string{name(head.cause)} + '_' + decimal(number(head.process));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A name that this store gives; whatever else stands in .incoming is somebody's.
bool is_folder_name(std::string_view text) {
  const std::size_t first = text.find('_');
  const std::size_t last = text.rfind('_');
  return first < last && is_number(text.substr(0, first)) && is_number(text.substr(last + 1)) &&
         named<Cause>(text.substr(first + 1, last - first - 1)).has_value();
}

bool stands(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// Without a link; one that is to be followed to a folder of somebody else is none.
bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(path, ignored));
}

// As a folder of this store is; none of it is a link.
bool is_complete(const fs::path& folder) {
  std::error_code ignored;
  const auto has = [&](const char* file) { return fs::is_regular_file(fs::symlink_status(folder / file, ignored)); };
  return is_folder(folder) && has(json_file) && has(wer_file);
}

bool is_link(const fs::path& path) {
  std::error_code ignored;
  return fs::is_symlink(fs::symlink_status(path, ignored));
}

bool leads_to_folder(const fs::path& link) {
  std::error_code ignored;
  return fs::is_directory(link, ignored);
}

}  // namespace

ReportFolders::ReportFolders(fs::path folder, std::unique_ptr<Disk> disk, DumpMaking making)
    : folder_{std::move(folder)}, disk_{std::move(disk)}, dump_writer_{std::move(making)} {
  open();
}

// While the claim still holds: nobody else comes to use it in between.
ReportFolders::~ReportFolders() {
  std::error_code ignored;
  if (has_incoming_) fs::remove(incoming_, ignored);  // when it is empty
}

void ReportFolders::open() {
  if (is_link(folder_) && !leads_to_folder(folder_)) {
    fail(folder_, "cannot be written", "it is a symbolic link to no folder");
    return;
  }
  if (!done(folder_, disk_->make_folder(folder_)) || !done(folder_, disk_->claim(folder_))) return;
  has_incoming_ = make_own(incoming_);
  if (has_incoming_ && make_own(archive_)) recover();
}

bool ReportFolders::make_own(const fs::path& folder) {
  if (is_link(folder)) return fail(folder, "cannot be written", "it is a symbolic link, but has to be a folder");
  return done(folder, disk_->make_folder(folder));
}

void ReportFolders::recover() {
  std::vector<fs::path> leftovers;
  std::error_code error;
  for (fs::directory_iterator entry{incoming_, error}, end; !error && entry != end; entry.increment(error))
    leftovers.push_back(entry->path());
  if (!done(incoming_, error, "cannot be read")) return;
  for (const fs::path& leftover : leftovers)
    if (failure_.empty()) recover(leftover);
}

// A folder that was moved away goes back where the one to replace it has not arrived. Under that name stand complete folders
// only: what is to be removed has the other name first.
void ReportFolders::recover(const fs::path& leftover) {
  std::string name = leftover.filename().string();
  const bool is_old = name.ends_with(moved_away);
  if (is_old) name.resize(name.size() - moved_away.size());
  if (!is_folder_name(name)) return;
  const fs::path made = incoming_ / name;
  const fs::path shown = archive_ / name;
  if (is_old && is_complete(leftover) && !stands(shown)) {
    done(shown, disk_->move(leftover, shown));
  } else if (done(made, disk_->remove(made), "cannot be removed") && is_old) {
    if (done(made, disk_->move(leftover, made))) done(made, disk_->remove(made), "cannot be removed");
  }
}

void ReportFolders::begin(const WorldSpec& world, const Tables& tables) {
  texts_.emplace(world, tables);
  seen_.clear();
}

void ReportFolders::changed(const Report& report) noexcept {
  if (!failure_.empty() || !write(report, folder_name(report.head))) return;
  if (seen_.insert(report.head.id).second) ++written_;
}

bool ReportFolders::write(const Report& report, const std::string& name) {
  const fs::path made = incoming_ / name;
  const bool is_made = done(made, disk_->make_folder(made)) && write_files(report, made) && show(made, archive_ / name);
  const std::error_code error = disk_->remove(made);
  return is_made && done(made, error, "cannot be removed");
}

bool ReportFolders::write_files(const Report& report, const fs::path& made) {
  const std::vector<DumpFile> dumps = write_dumps(report, made);
  const auto write_text = [&](const char* file, const std::string& text) {
    return done(made / file, disk_->write_text(made / file, text));
  };
  return write_text(json_file, report_json(report, *texts_, dumps)) &&
         write_text(wer_file, report_wer(report, *texts_, dumps));
}

// The dumps of a report that changes stay as they are. One that cannot be written is left out: the report is complete without
// it, and says so.
std::vector<DumpFile> ReportFolders::write_dumps(const Report& report, const Path& made) {
  const bool is_shown = seen_.contains(report.head.id);
  const fs::path shown = archive_ / folder_name(report.head);
  std::vector<DumpFile> dumps;
  std::vector<DumpWriter::Task> tasks;
  for (const Dump& dump : report.dumps) {
    DumpFile& file = dumps.emplace_back(DumpFile{dump_file_name(dumps.size(), dump.head)});
    file.written = is_shown && !disk_->link(shown / file.name, made / file.name);
    if (!file.written) tasks.push_back({&dump, made / file.name});
  }
  const std::vector<std::error_code> errors = dump_writer_.write(*disk_, report, texts_->tables(), tasks);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    dumps[static_cast<std::size_t>(tasks[i].dump - report.dumps.data())].written = done(tasks[i].file, errors[i]);
  return dumps;
}

bool ReportFolders::show(const fs::path& made, const fs::path& shown) {
  return stands(shown) ? replace(made, shown) : done(shown, disk_->move(made, shown));
}

// Leaves what was shown before in place of `made`.
bool ReportFolders::replace(const fs::path& made, const fs::path& shown) {
  if (!is_folder(shown)) return done(shown, std::make_error_code(std::errc::not_a_directory));
  const std::error_code error = disk_->exchange(made, shown);
  return error == std::errc::not_supported ? replace_in_two_steps(made, shown) : done(shown, error);
}

bool ReportFolders::replace_in_two_steps(const fs::path& made, const fs::path& shown) {
  fs::path away = made;
  away += moved_away;
  if (!done(shown, disk_->move(shown, away))) return false;
  if (done(shown, disk_->move(made, shown))) return done(made, disk_->move(away, made));
  static_cast<void>(disk_->move(away, shown));  // there is a failure to tell of already
  return false;
}

bool ReportFolders::done(const fs::path& path, std::error_code error, std::string_view what) {
  if (!error) return true;
  return fail(path, what,
              error == std::errc::device_or_resource_busy ? "another run writes its reports there" : error.message());
}

// Tells of the first failure only.
bool ReportFolders::fail(const fs::path& path, std::string_view what, std::string_view reason) {
  if (failure_.empty()) failure_ = path.string() + ": " + std::string{what} + ": " + std::string{reason};
  return false;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
