#include "harness/cli/benchmarks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>

#include "harness/cli/scenario_files.h"

namespace procreg::cli {

std::string bench_program() { return folder_of_program() + "/procreg_bench"; }

ExitStatus bench(const std::string& program, const std::vector<std::string>& arguments, const Session& session) {
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  session.out.flush();
  execv(program.c_str(), argv.data());
  session.err << fmt::format("procreg: {}: cannot be run: {} (the build target procreg_bench makes it)\n", program,
                             std::strerror(errno));
  return ExitStatus::failed;
}

}  // namespace procreg::cli
