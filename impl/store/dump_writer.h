#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "impl/dump/minidump.h"
#include "impl/dump/process_images.h"
#include "impl/store/crew.h"
#include "impl/store/disk.h"

namespace procreg::impl::inline PROCREG_SYNC {

// How dumps come about.
struct DumpMaking {
  // Of what the simulation makes of processes, unless said otherwise. Called once for each thread that writes.
  std::function<std::unique_ptr<ProcessImages>()> images{};
  // How many of them write at once, at most; 0: as many as the machine has processors.
  unsigned threads_max{};
};

// Writes the dumps of reports; those of a large report on several threads, which sleep between the calls. Not thread-safe; keeps
// its buffers from one report to the next.
class DumpWriter {
 public:
  struct Task {
    const Dump* dump{};  // one of the report's
    std::filesystem::path file{};
  };

  explicit DumpWriter(DumpMaking making);

  // For each task why its file could not be written; nothing stands there then. Several threads may use the disk at once, each
  // for another file.
  std::vector<std::error_code> write(Disk& disk, const Report& report, const Tables& tables,
                                     std::span<const Task> tasks);

 private:
  struct Worker {
    std::unique_ptr<ProcessImages> images{};
    Minidump minidump{};
    std::error_code write(Disk& disk, const Report& report, const Tables& tables, const Task& task);
  };
  std::size_t workers_for(std::span<const Task> tasks) const;

  DumpMaking making_;
  std::vector<Worker> workers_{};
  Crew crew_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
