// For the tests of impl that start threads.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace procreg::impl {

// Runs each on a thread of its own, all let go at once.
inline void together(const std::vector<std::function<void()>>& parts) {
  std::atomic<std::size_t> waiting{parts.size()};
  std::vector<std::thread> threads;
  for (const auto& part : parts) {
    threads.emplace_back([&] {
      waiting.fetch_sub(1);
      while (waiting.load() > 0) std::this_thread::yield();
      part();
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace procreg::impl
