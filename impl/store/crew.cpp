#include "impl/store/crew.h"

#include <system_error>

namespace procreg::impl::inline PROCREG_SYNC {

void Crew::work(std::size_t helpers, const std::function<void(std::size_t)>& job) {
  hire(helpers);
  {
    const std::scoped_lock lock{mutex_};
    job_ = &job;
    helpers_ = helpers;
    ++jobs_;
  }
  if (helpers > 0) begins_.notify_all();
  job(0);
  std::unique_lock lock{mutex_};
  job_ = nullptr;
  ended_.wait(lock, [this] { return busy_ == 0; });
}

// As many as the system gives.
void Crew::hire(std::size_t helpers) {
  try {
    while (threads_.size() < helpers) {
      const std::size_t number = threads_.size() + 1;
      threads_.emplace_back([this, number](const std::stop_token& stop) { help(number, stop); });
    }
  } catch (const std::system_error&) {
  }
}

void Crew::help(std::size_t number, const std::stop_token& stop) {
  std::uint64_t seen = 0;
  std::unique_lock lock{mutex_};
  while (begins_.wait(lock, stop, [&] { return job_ != nullptr && jobs_ != seen && number <= helpers_; })) {
    seen = jobs_;
    ++busy_;
    const auto* job = job_;
    lock.unlock();
    (*job)(number);
    lock.lock();
    if (--busy_ == 0) ended_.notify_all();
  }
}

}  // namespace procreg::impl::inline PROCREG_SYNC
