#include "harness/probe/agent_process.h"

#include "harness/probe/start_attribute.h"

namespace procreg::harness::probe {

namespace {

// Of an argument that holds no quotation mark: paths cannot.
std::wstring quoted(const std::wstring& argument) { return L'"' + argument + L'"'; }

}  // namespace

std::wstring AgentProgram::command_line(const ProbeChannel& channel) const {
  std::wstring line = quoted(program) + L" --agent " + channel.name();
  if (!library.empty()) line += L" --functions " + quoted(library);
  return line;
}

AgentProcess::~AgentProcess() { terminate(); }

std::unique_ptr<AgentProcess> AgentProcess::start(const AgentProgram& program, HANDLE job) {
  auto agent = expected();
  if (agent == nullptr) return nullptr;
  // In the job from its beginning: were it put there afterwards, it could outlive a probe that ends in between.
  StartAttribute in_job{PROC_THREAD_ATTRIBUTE_JOB_LIST, job};
  PROCESS_INFORMATION made{};
  if (in_job.list() == nullptr ||
      start_process(program.command_line(agent->channel_), nullptr, false, &in_job, made) == 0)
    return nullptr;
  ::CloseHandle(made.hThread);
  agent->process_ = Handle{made.hProcess};
  agent->pid_ = made.dwProcessId;
  agent->threads = {made.dwThreadId};
  return agent;
}

std::unique_ptr<AgentProcess> AgentProcess::expected() {
  auto agent = std::make_unique<AgentProcess>();
  return agent->channel_.open() ? std::move(agent) : nullptr;
}

void AgentProcess::started(DWORD pid, DWORD tid) {
  process_ = Handle{::OpenProcess(PROCESS_ALL_ACCESS, FALSE, pid)};
  pid_ = pid;
  threads = {tid};
}

bool AgentProcess::ask(const Command& command, Reply& reply) {
  if (!process_) return false;
  if (!connected_ && !channel_.connect(process_.get())) return false;
  connected_ = true;
  return channel_.send(command) && channel_.receive(reply);
}

bool AgentProcess::ended() {
  if (process_ && ::WaitForSingleObject(process_.get(), 0) == WAIT_OBJECT_0) wait_for_end();
  return !process_;
}

DWORD AgentProcess::wait_for_end() {
  if (!process_) return exit_code_;
  ::WaitForSingleObject(process_.get(), INFINITE);
  ::GetExitCodeProcess(process_.get(), &exit_code_);
  process_.close();
  threads.clear();
  return exit_code_;
}

void AgentProcess::terminate() {
  if (process_) ::TerminateProcess(process_.get(), 0);
}

bool AgentProcess::has_open(HandleValue value) const {
  HANDLE copy = nullptr;
  if (!process_ || ::DuplicateHandle(process_.get(), c_pointer(procreg::number(value)), ::GetCurrentProcess(), &copy, 0,
                                     FALSE, DUPLICATE_SAME_ACCESS) == 0)
    return false;
  ::CloseHandle(copy);
  return true;
}

}  // namespace procreg::harness::probe
