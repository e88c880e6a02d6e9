// Notices a step of the subject that never ends. In process nothing can be done but to name it and end the program.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "harness/report/property.h"
#include "harness/scenario/script.h"

namespace procreg::cli {

// Subjects from watched() may be used from any thread, and must be gone before the watchdog is.
class Watchdog {
 public:
  // Called from a thread of the watchdog with a message that names what runs and the step, once.
  using Alarm = std::function<void(const std::string&)>;

  // Says so on standard error and ends the program with the status `failed`.
  static void end_program(const std::string& message);

  explicit Watchdog(std::chrono::milliseconds limit, Alarm alarm = end_program);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Names what runs from now on: a file, a property, the seed of a generated script.
  void runs(std::string what);

  // The factory, with every step, reset and snapshot of its subjects under this watchdog.
  harness::SubjectFactory watched(harness::SubjectFactory factory);

  // What one subject is doing. `entered` is odd while the subject is inside.
  struct Slot {
    std::atomic<std::uint64_t> entered{0};
    std::atomic<std::size_t> step{0};      // its kind, or reset or snapshot
    std::atomic<std::uint64_t> worlds{0};  // begun
    std::atomic<std::uint64_t> steps{0};   // performed in this world
  };

 private:
  friend class Watched;
  Slot& add();
  void remove(Slot& slot);
  void watch();
  bool look();

  struct Seen {
    Slot slot;
    std::uint64_t last{};
    std::chrono::milliseconds inside{};
  };

  const std::chrono::milliseconds limit_;
  const Alarm alarm_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_{};  // guarded by mutex_, as the next two
  std::string what_{};
  std::list<Seen> slots_{};  // elements stay where they are
  std::thread thread_;
};

}  // namespace procreg::cli
