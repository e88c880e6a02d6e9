// Bytes as a scenario file: reading never crashes, and what it accepts is written and read back to the same.
#include <cstdio>
#include <cstdlib>

#include "harness/fuzzing/reader_input.h"
#include "harness/fuzzing/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input{data, data + size};
  const std::string problem = procreg::fuzzing::reader_problem(input);
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}
