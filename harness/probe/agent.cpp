#include "harness/probe/agent.h"

#include <algorithm>

#include "harness/probe/guarded_call.h"

namespace procreg::harness::probe {

namespace {

constexpr SIZE_T stack_size = SIZE_T{256} << 10;

}  // namespace

void Agent::run() {
  catch_exceptions();
  threads_.push_back(std::make_unique<Thread>());
  threads_.front()->agent = this;
  threads_.front()->id = ::GetCurrentThreadId();
  read_commands();
}

void Agent::read_commands() {
  Command command;
  while (channel_.receive(command))
    if (!channel_.send(obey(command))) break;
  // The probe has gone. The other threads need not agree.
  ::TerminateProcess(::GetCurrentProcess(), 0);
}

Reply Agent::obey(Command& command) {
  switch (command.deed) {
    case Deed::perform:
      return performer_.perform(command);
    case Deed::make_threads:
      return make_threads(command.number);
    case Deed::end_thread:
      break;
  }
  return end_thread(command.number);
}

DWORD WINAPI Agent::begin(void* thread) {
  auto& self = *static_cast<Thread*>(thread);
  ::WaitForSingleObject(self.turn.get(), INFINITE);
  if (self.ends) return 0;
  // The turn came because the thread before this one ends; that is answered when it has.
  Agent& agent = *self.agent;
  ::WaitForSingleObject(agent.ended_.get(), INFINITE);
  agent.ended_.close();
  if (agent.channel_.send({})) agent.read_commands();
  return 0;
}

bool Agent::add_thread(Reply& reply) {
  auto thread = std::make_unique<Thread>();
  thread->agent = this;
  thread->turn = Handle{::CreateEventW(nullptr, FALSE, FALSE, nullptr)};
  if (!thread->turn) return false;
  thread->thread =
      Handle{::CreateThread(nullptr, stack_size, begin, thread.get(), STACK_SIZE_PARAM_IS_A_RESERVATION, &thread->id)};
  if (!thread->thread) return false;
  reply.threads.push_back(thread->id);
  threads_.push_back(std::move(thread));
  return true;
}

Reply Agent::make_threads(std::uint32_t count) {
  Reply reply;
  while (count > 0 && add_thread(reply)) --count;
  if (count > 0) return {.said = Said::cannot, .texts = {u"the system makes no more threads"}};
  return reply;
}

Reply Agent::end_thread(DWORD id) {
  if (id == threads_.front()->id) end_this_thread();
  const auto found =
      std::find_if(threads_.begin(), threads_.end(), [&](const auto& thread) { return thread->id == id; });
  if (found == threads_.end()) return {.said = Said::cannot, .texts = {u"the process has no such thread"}};
  (*found)->ends = true;
  ::SetEvent((*found)->turn.get());
  ::WaitForSingleObject((*found)->thread.get(), INFINITE);
  threads_.erase(found);
  return {};
}

void Agent::end_this_thread() {
  const std::unique_ptr<Thread> self = std::move(threads_.front());
  threads_.erase(threads_.begin());
  if (!threads_.empty()) {
    ended_ = self->thread ? std::move(self->thread) : Handle{::OpenThread(SYNCHRONIZE, FALSE, ::GetCurrentThreadId())};
    ::SetEvent(threads_.front()->turn.get());
  }
  ::ExitThread(0);
}

}  // namespace procreg::harness::probe
