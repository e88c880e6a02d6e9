#include "impl/store/dump_writer.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "impl/dump/simulated_process.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

// Waking a thread costs about as much as writing a quarter of this.
constexpr std::uint64_t bytes_worth_a_thread = 256 * 1024;

std::uint64_t bytes_of(const Dump& dump) noexcept {
  std::uint64_t bytes = 0;
  for (const SnapRange& range : dump.ranges) bytes += number(range.end) - number(range.begin);  // disjoint: no overflow
  return bytes;
}

}  // namespace

DumpWriter::DumpWriter(DumpMaking making) : making_{std::move(making)} {
  if (!making_.images) making_.images = [] { return std::make_unique<SimulatedProcess>(); };
  if (making_.threads_max == 0) making_.threads_max = std::max(1U, std::thread::hardware_concurrency());
}

std::vector<std::error_code> DumpWriter::write(Disk& disk, const Report& report, const Tables& tables,
                                               std::span<const Task> tasks) {
  std::vector<std::error_code> errors(tasks.size());
  const std::size_t workers = workers_for(tasks);
  while (workers_.size() < workers) workers_.push_back({making_.images(), {}});
  std::atomic<std::size_t> next{0};
  crew_.work(workers - 1, [&](std::size_t worker) {
    for (std::size_t i = next++; i < tasks.size(); i = next++)
      errors[i] = workers_[worker].write(disk, report, tables, tasks[i]);
  });
  return errors;
}

// A thread more for each dump that is worth one.
std::size_t DumpWriter::workers_for(std::span<const Task> tasks) const {
  const auto large = std::count_if(tasks.begin(), tasks.end(),
                                   [](const Task& task) { return bytes_of(*task.dump) >= bytes_worth_a_thread; });
  return std::clamp<std::size_t>(static_cast<std::size_t>(large), 1, making_.threads_max);
}

std::error_code DumpWriter::Worker::write(Disk& disk, const Report& report, const Tables& tables, const Task& task) {
  const ProcessImage* image = images->image_of(report, *task.dump, tables);
  if (image == nullptr || !minidump.lay_out(*image)) return std::make_error_code(std::errc::file_too_large);
  const std::error_code error = disk.write(task.file, minidump.pieces());
  if (error) static_cast<void>(disk.remove(task.file));
  return error;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
