// The faults of report folders.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"
#include "scenarios/properties/planted_folder_faults.h"

namespace procreg::scenarios {
namespace {

namespace fs = std::filesystem;

// What this file of a folder showed first it shows for ever.
class NeverReplaces final : public harness::Wrapped, public harness::ReportKeeper {
 public:
  NeverReplaces(std::unique_ptr<harness::Subject> inner, const char* file)
      : Wrapped{std::move(inner)}, file_name_{file} {}

  harness::ReportKeeper* reports() override { return inner_->reports() == nullptr ? nullptr : this; }
  std::string keep_in(const std::string& folder) override {
    archive_ = fs::path{folder} / "ReportArchive";
    first_.clear();
    return inner_->reports()->keep_in(folder);
  }
  std::size_t written() const override { return inner_->reports()->written(); }
  std::string failure() const override { return inner_->reports()->failure(); }

  Answer perform(const Step& step) override {
    const Answer answer = inner_->perform(step);
    std::error_code nothing_kept;
    for (const auto& folder : fs::directory_iterator{archive_, nothing_kept}) put_back(folder.path() / file_name_);
    return answer;
  }

 private:
  void put_back(const fs::path& file) {
    std::ifstream read{file, std::ios::binary};
    const std::string now{std::istreambuf_iterator<char>{read}, {}};
    const auto [first, is_new] = first_.try_emplace(file.string(), now);
    if (!is_new) std::ofstream{file, std::ios::binary} << first->second;
  }

  const char* file_name_;
  fs::path archive_{};
  std::map<std::string, std::string> first_{};
};

std::unique_ptr<harness::Subject> plant_never_replaces_json(std::unique_ptr<harness::Subject> inner) {
  return std::make_unique<NeverReplaces>(std::move(inner), "report.json");
}

constexpr PlantedFault faults[] = {
    {"WER-REP-37", "report.json stays as it was written first", plant_never_replaces_json},
};

}  // namespace

std::unique_ptr<harness::Subject> plant_never_replaces_wer(std::unique_ptr<harness::Subject> inner) {
  return std::make_unique<NeverReplaces>(std::move(inner), "Report.wer");
}

std::span<const PlantedFault> planted_folder_faults() { return faults; }

}  // namespace procreg::scenarios
