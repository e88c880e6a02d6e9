#include "model/wer/report_files.h"

#include <algorithm>

#include "model/wer/text.h"

namespace procreg::model {

namespace {

constexpr FileType WerRegFileTypeUserDocument{1};
constexpr std::uint32_t WER_FILE_DELETE_WHEN_DONE = 0x1;

const TextRef* find_existing(Draft& world, TextRef path) {
  const ExistingFiles& files = world.now().existing_files;
  if (files.empty() || !is_absolute(text_at(world, path))) return files.end();
  const NameComparison names{world};
  return std::find_if(files.begin(), files.end(), [&](TextRef file) { return names.same(file, path); });
}

FileStatus status_of(Draft& world, const RegisteredFile& file) {
  const State& now = world.now();
  if (!now.additional_data_requested) return world.shaped("WER-REP-14", FileStatus::not_requested);
  if (file.type == WerRegFileTypeUserDocument && !now.user_documents_requested)
    return world.shaped("WER-REP-15", FileStatus::not_requested);
  if (find_existing(world, file.path) == now.existing_files.end())
    return world.shaped("WER-REP-16", FileStatus::missing);
  return world.shaped("WER-REP-17", FileStatus::added);
}

}  // namespace

void collect_files(Draft& world, const Process& failing, Report& report) {
  for (const RegisteredFile& file : failing.wer.files)
    report.files.push_back({file.path, file.type, file.flags, status_of(world, file)});
}

void delete_files(Edit& next, const Report& report) {
  for (const ReportedFile& file : report.files) {
    if (file.status != FileStatus::added || (file.flags & WER_FILE_DELETE_WHEN_DONE) == 0) continue;
    const TextRef* existing = find_existing(next, file.path);
    if (existing == next.now().existing_files.end()) continue;  // WER-REP-17 is spoiled, or a clause before it
    next.existing_files().erase(existing);
  }
}

}  // namespace procreg::model
