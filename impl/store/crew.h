#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Threads that help whoever has a job; they sleep until there is one. Who has the job does not wait for a helper that has not
// begun: on a busy machine one may begin milliseconds late. One job at a time.
class Crew {
 public:
  // Calls job(0) here and job(i), i from 1 to at most `helpers`, in other threads; which of those is chance, and there may be
  // none. Comes back when all that began have ended. The job does not throw.
  void work(std::size_t helpers, const std::function<void(std::size_t)>& job);

 private:
  void hire(std::size_t helpers);
  void help(std::size_t number, const std::stop_token& stop);

  std::mutex mutex_{};
  std::condition_variable_any begins_{};
  std::condition_variable ended_{};
  const std::function<void(std::size_t)>* job_{};  // nullptr: none that may be begun
  std::size_t helpers_{};                          // of this job: numbers 1 to helpers_
  std::uint64_t jobs_{};                           // so far
  std::size_t busy_{};
  std::vector<std::jthread> threads_{};  // last: they are gone before what they use
};

}  // namespace procreg::impl::inline PROCREG_SYNC
