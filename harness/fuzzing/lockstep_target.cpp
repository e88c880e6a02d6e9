// Bytes as a generated script, on model and implementation. The shrunk scenario of a fault is written into the folder
// that PROCREG_FUZZ_SAVE names, else into the current one.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "harness/fuzzing/lockstep_input.h"
#include "harness/fuzzing/target.h"
#include "harness/scenario/files.h"

namespace {

using procreg::fuzzing::Finding;

[[noreturn]] void report(const Finding& finding) {
  const char* folder = std::getenv("PROCREG_FUZZ_SAVE");
  const std::string file = (std::filesystem::path{folder != nullptr ? folder : "."} / finding.file_name).string();
  const std::string problem = procreg::harness::write_file_atomically(file, finding.scenario);
  std::fprintf(stderr, "%s\n%s%s%s\n", finding.report.c_str(), finding.scenario.c_str(),
               problem.empty() ? "written to " : "not written: ", problem.empty() ? file.c_str() : problem.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto subject = procreg::fuzzing::subject_of_target();
  if (const auto finding = procreg::fuzzing::run_input({data, size}, *subject)) report(*finding);
  return 0;
}
