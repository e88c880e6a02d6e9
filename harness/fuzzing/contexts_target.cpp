// Bytes as the create contexts of an SMB2 request: decoding never crashes, and what it accepts is encoded and decoded to the same.
#include <cstdio>
#include <cstdlib>

#include "harness/fuzzing/contexts_input.h"

// As harness/fuzzing/target.h says, which would want the whole harness.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem = procreg::fuzzing::contexts_problem({data, size});
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}
