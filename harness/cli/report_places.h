// Where the report folders of each run of `replay --report-dir` go.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

namespace procreg::cli {

// One run: the folder that was asked for. Several: folders in it, <stem of the file>.<profile>, each its own. Files of one stem
// get -2, -3 in the order in which they come, and so do profiles of a file whose names come out alike.
class ReportPlaces {
 public:
  ReportPlaces(std::string folder, bool several) : folder_{std::move(folder)}, several_{several} {}

  std::string place(const std::string& file, const std::string& profile);
  // Where to look for all of them.
  std::string all() const { return several_ ? folder_ : folder_ + "/ReportArchive"; }

 private:
  const std::string& stem(const std::string& file);

  using Run = std::pair<std::string, std::string>;  // file and profile

  std::string folder_;
  bool several_;
  std::map<std::string, std::string> stems_{};  // by file
  std::map<Run, std::string> names_{};
  std::set<std::string> given_stems_{};
  std::set<std::string> given_names_{};
};

}  // namespace procreg::cli
