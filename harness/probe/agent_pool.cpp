#include "harness/probe/agent_pool.h"

namespace procreg::harness::probe {

AgentPool::AgentPool(AgentProgram program, HANDLE job)
    : program_{std::move(program)}, job_{job}, starter_{[this] { keep_spare(); }} {}

AgentPool::~AgentPool() {
  {
    const std::scoped_lock lock{mutex_};
    stop_ = true;
  }
  changed_.notify_all();
  starter_.join();
}

std::unique_ptr<AgentProcess> AgentPool::take() {
  std::unique_lock lock{mutex_};
  failed_ = false;  // asks for another attempt
  changed_.notify_all();
  changed_.wait(lock, [&] { return failed_ || !spare_.empty(); });
  if (spare_.empty()) return nullptr;
  auto taken = std::move(spare_.front());
  spare_.pop_front();
  changed_.notify_all();
  return taken;
}

void AgentPool::keep_spare() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return stop_ || (!failed_ && spare_.size() < spare_max); });
    if (stop_) return;
    lock.unlock();
    auto agent = AgentProcess::start(program_, job_);
    lock.lock();
    failed_ = agent == nullptr;
    if (agent != nullptr) spare_.push_back(std::move(agent));
    changed_.notify_all();
  }
}

}  // namespace procreg::harness::probe
