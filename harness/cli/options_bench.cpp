// Benchmarks: bench.
#include "harness/cli/benchmarks.h"
#include "harness/cli/program.h"

namespace procreg::cli {

void add_bench_command(Program& program) {
  const auto run = [&program](Session& session) {
    return bench(bench_program(), program.app().get_subcommand("bench")->remaining(), session);
  };
  program
      .command({.name = "bench",
                .does = "Runs the benchmarks; arguments go to them as they are",
                .examples = "  procreg bench\n  procreg bench --benchmark_filter=Registration\n"},
               run)
      .prefix_command();
}

}  // namespace procreg::cli
