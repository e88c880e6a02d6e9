#include "harness/probe/windows_subject.h"

#include <algorithm>

namespace procreg::harness::probe {

namespace {

Stopped cannot(std::string why) { return {Stopped::Why::cannot, std::move(why)}; }

constexpr DWORD end_max_ms = 10'000;       // a process whose pipe has broken ends
constexpr DWORD terminate_max_ms = 1'000;  // one that TerminateProcess says it ends

// A Windows machine's name for what a text of an agent says; these are ASCII.
std::string narrow(const std::u16string& text) {
  std::string narrow;
  for (const char16_t unit : text) narrow += static_cast<char>(unit);
  return narrow;
}

template <class T>
constexpr std::size_t kind_of = Step{T{}}.index();

bool is_one_of(std::size_t kind, std::initializer_list<std::size_t> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}
bool is_of_the_filter(std::size_t kind) {
  return is_one_of(kind,
                   {kind_of<RegisterAppInstance>, kind_of<SetAppInstanceCsvFlags>, kind_of<RegisterAppInstanceVersion>,
                    kind_of<QueryAppInstanceVersion>, kind_of<ResetAllAppInstanceVersions>});
}
bool is_machine_wide(std::size_t kind) {
  return is_one_of(kind, {kind_of<RegisterAppInstanceVersion>, kind_of<ResetAllAppInstanceVersions>});
}
bool is_made_of_several(std::size_t kind) {
  return is_one_of(kind,
                   {kind_of<procreg::CreateProcess>, kind_of<NewObject>, kind_of<CreateThread>, kind_of<ExitThread>});
}

std::uint64_t field_bits(std::size_t kind, std::initializer_list<std::string_view> names) {
  std::uint64_t bits = 0;
  const auto fields = steps()[kind].fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (std::find(names.begin(), names.end(), fields[i].name) != names.end()) bits |= std::uint64_t{1} << i;
  return bits;
}

std::uint64_t fields_of(std::size_t kind) {
  if (kind == kind_of<procreg::CreateProcess>)
    return field_bits(kind, {"inheritHandles", "parentHandle", "inheritableResult", "threads"});
  if (kind == kind_of<CreateThread>) return 0;  // the system gives out tids
  return ~std::uint64_t{0};
}

// The live threads of a process, the oldest first.
std::vector<Tid> tids_of(const AgentProcess& agent) {
  std::vector<Tid> tids;
  for (const DWORD thread : agent.threads) tids.push_back(Tid{thread});
  return tids;
}

bool can_make_no_call(std::size_t kind) { return !steps()[kind].call; }

}  // namespace

WindowsSubject::WindowsSubject(WindowsSubjectOptions options, const Functions& functions)
    : options_{std::move(options)}, functions_{functions} {}

// When the probe ends, however it ends, the job has no handle any more and its processes end.
bool WindowsSubject::start() {
  if (pool_) return true;
  job_ = Handle{::CreateJobObjectW(nullptr, nullptr)};
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (!job_ || ::SetInformationJobObject(job_.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits) == 0) {
    failure_ = {Stopped::Why::not_started, "no job object: error " + std::to_string(::GetLastError())};
    return false;
  }
  pool_ = std::make_unique<AgentPool>(options_.agent, job_.get());
  return true;
}

// Where it is not loaded, every function of it answers ERROR_NOT_FOUND, and the worlds of scenarios have it loaded.
bool WindowsSubject::filter_loaded() {
  if (functions_.of(kind_of<RegisterAppInstance>) == nullptr) return false;
  const auto agent = pool_->take();
  Reply reply;
  const RegisterAppInstance any{.ProcessHandle = {current_process}, .AppInstanceId = {Guid{1, 1}}};
  if (agent == nullptr || !agent->ask({.step = any}, reply)) return false;
  return reply.said == Said::done && reply.answer.result != Result{ResultKind::win32, 1168};
}

Can WindowsSubject::can(std::size_t kind) {
  if (is_made_of_several(kind)) return Can::yes;
  if (!is_one_function(kind)) return Can::no;
  if (functions_.of(kind) == nullptr) return Can::missing;
  if (is_machine_wide(kind) && !options_.machine_wide) return Can::no;
  return Can::yes;
}

const Abilities* WindowsSubject::abilities() {
  if (abilities_) return &*abilities_;
  if (!start()) return nullptr;
  Abilities able;
  able.name = "windows";
  able.version = system_version();
  const bool filter = filter_loaded();
  for (std::size_t kind = 0; kind < step_kinds; ++kind) {
    able.steps[kind] = can(kind);
    if (able.steps[kind] == Can::yes && is_of_the_filter(kind) && !filter) able.steps[kind] = Can::no;
    able.fields[kind] = fields_of(kind);
  }
  able.world = {"processes", "processes.threads"};
  abilities_ = std::move(able);
  return &*abilities_;
}

std::optional<Stopped> WindowsSubject::add_threads(AgentProcess& agent, std::uint32_t count) {
  if (count == 0) return std::nullopt;
  Reply reply;
  if (!agent.ask({.deed = Deed::make_threads, .number = count}, reply))
    return Stopped{Stopped::Why::died, "a process ended while it began"};
  if (reply.said != Said::done) return cannot(narrow(reply.texts.at(0)));
  agent.threads.insert(agent.threads.end(), reply.threads.begin(), reply.threads.end());
  return std::nullopt;
}

std::optional<Stopped> WindowsSubject::begin(const ProcessSpec& spec, std::vector<BegunProcess>& begun) {
  auto agent = pool_->take();
  if (agent == nullptr) return Stopped{Stopped::Why::not_started, "the system starts no process of the probe"};
  if (auto stopped = add_threads(*agent, spec.threads.count - 1U)) return stopped;
  agent->number = next_process_++;
  begun.push_back({agent->number, Pid{agent->pid()}, tids_of(*agent)});
  processes_.emplace(agent->number, std::move(agent));
  return std::nullopt;
}

std::variant<std::vector<BegunProcess>, Stopped> WindowsSubject::reset(Script& script, const Profile*) {
  processes_.clear();
  tables_ = &script.tables;
  if (!start()) return failure_;
  std::vector<BegunProcess> begun;
  for (const ProcessSpec& spec : script.world.processes)
    if (auto stopped = begin(spec, begun)) return *stopped;
  if (options_.machine_wide && functions_.of(kind_of<ResetAllAppInstanceVersions>) != nullptr) {
    const auto forgotten = ask(*processes_.begin()->second, {.step = ResetAllAppInstanceVersions{}});
    if (const auto* stopped = std::get_if<Stopped>(&forgotten)) return *stopped;
  }
  return begun;
}

std::optional<Stopped> WindowsSubject::perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) {
  answers.clear();
  for (const Step& step : steps) {
    Performed performed = perform(step);
    if (auto* stopped = std::get_if<Stopped>(&performed)) return std::move(*stopped);
    answers.push_back(std::get<ForeignAnswer>(std::move(performed)));
  }
  return std::nullopt;
}

std::variant<std::string, Stopped> WindowsSubject::snapshot() { return cannot("a real system has no snapshot"); }

WindowsSubject::Performed WindowsSubject::perform(const Step& step) {
  return std::visit(
      [&]<class T>(const T& it) -> Performed {
        if constexpr (requires(AgentProcess & agent) { make(agent, it); }) {
          const ProcessKey key = [&] {
            if constexpr (Call<T>)
              return it.by.raw;
            else
              return it.process.raw;
          }();
          AgentProcess* const agent = find(key);
          if (agent == nullptr) return ForeignAnswer{{.result = Call<T> ? not_runnable : not_applicable}};
          if (std::string why = unsafe(*agent, it); !why.empty()) return cannot(std::move(why));
          return make(*agent, it);
        } else {
          return cannot("a real system has no such step");
        }
      },
      step);
}

WindowsSubject::Performed WindowsSubject::ask(AgentProcess& agent, const Command& command) {
  Reply reply;
  if (!agent.ask(command, reply)) return ended_by(agent, command.step);
  if (reply.said == Said::missing) {
    const bool is_there = functions_.of(command.step.index()) != nullptr;
    return Stopped{Stopped::Why::missing,
                   is_there ? "the function is a stub that says so" : "there is no such function"};
  }
  if (reply.said == Said::cannot) return cannot(narrow(reply.texts.at(0)));
  const auto outs = info(command.step).outs;
  for (std::size_t i = 0; i < outs.size(); ++i)
    if (outs[i].kind == OutKind::text && (reply.answer.written >> i & 1) != 0)
      reply.answer.out[outs[i].word] = tables_->text(reply.texts.at(0)).index;
  return ForeignAnswer{.answer = reply.answer};
}

// By a function that ends its caller, or by an exception that nobody can catch.
WindowsSubject::Performed WindowsSubject::ended_by(AgentProcess& agent, const Step& step) {
  if (agent.process() != nullptr && ::WaitForSingleObject(agent.process(), end_max_ms) != WAIT_OBJECT_0)
    return Stopped{Stopped::Why::died, "a process of the world closed its pipe and did not end"};
  const DWORD code = agent.wait_for_end();
  if (!agent.began()) return Stopped{Stopped::Why::died, "a process ended before it could be told anything"};
  const bool may_end = is_one_of(step.index(), {kind_of<ExitProcess>, kind_of<TerminateProcess>,
                                                kind_of<ApplicationRecoveryFinished>, kind_of<ExitThread>});
  if (can_make_no_call(step.index())) return ForeignAnswer{{.result = applied}};
  if (may_end || code < 0xC0000000) return ForeignAnswer{{.result = no_return}};
  return ForeignAnswer{{.result = {ResultKind::exception, code}}};
}

template <CFunction T>
WindowsSubject::Performed WindowsSubject::make(AgentProcess& by, const T& call) {
  Performed performed = ask(by, {.step = call, .texts = texts_of(call, *tables_)});
  if (const auto* answer = std::get_if<ForeignAnswer>(&performed)) note(by, call, *answer);
  return performed;
}

WindowsSubject::Performed WindowsSubject::make(AgentProcess& by, const procreg::CreateProcess& call) {
  auto child = AgentProcess::expected();
  if (child == nullptr) return Stopped{Stopped::Why::died, "the system has no pipe for another process"};
  const std::wstring line = options_.agent.command_line(child->channel());
  Performed performed = ask(by, {.step = call, .texts = {{line.begin(), line.end()}}});
  auto* const made = std::get_if<ForeignAnswer>(&performed);
  if (made == nullptr || made->answer.result != TRUE_) return performed;

  const OutWords& out = made->answer.out;
  child->started(static_cast<DWORD>(out[2]), static_cast<DWORD>(out[3]));
  child->number = made->answer.made = next_process_++;
  AgentProcess* const parent = call.parentHandle.value ? named(by, call.parentHandle.value->raw) : &by;
  if (call.inheritHandles.set && parent != nullptr) child->given.inherit(parent->given);
  by.given.add(out[0], {child->number, call.inheritableResult.set});
  by.given.add(out[1], {0, call.inheritableResult.set});
  const auto stopped = add_threads(*child, call.threads.count - 1U);
  made->threads = tids_of(*child);
  processes_.emplace(child->number, std::move(child));
  if (stopped) return *stopped;
  return performed;
}

WindowsSubject::Performed WindowsSubject::make(AgentProcess& by, const NewObject& call) {
  Performed performed = ask(by, {.step = call});
  if (const auto* made = std::get_if<ForeignAnswer>(&performed))
    by.given.add(made->answer.made, {0, call.inheritable.set});
  return performed;
}

WindowsSubject::Performed WindowsSubject::make(AgentProcess& process, const CreateThread&) {
  if (auto stopped = add_threads(process, 1)) return *stopped;
  return ForeignAnswer{{.result = applied, .made = process.threads.back()}};
}

WindowsSubject::Performed WindowsSubject::make(AgentProcess& process, const ExitThread& event) {
  const auto thread = std::find(process.threads.begin(), process.threads.end(), procreg::number(event.thread.raw));
  if (thread == process.threads.end()) return ForeignAnswer{{.result = not_applicable}};
  Performed performed = ask(process, {.deed = Deed::end_thread, .number = *thread, .step = event});
  auto* const answer = std::get_if<ForeignAnswer>(&performed);
  if (answer == nullptr) return performed;
  answer->answer.result = applied;
  if (process.process() != nullptr) process.threads.erase(thread);
  return performed;
}

void WindowsSubject::note(AgentProcess& by, const OpenProcess& call, const ForeignAnswer& answer) {
  if (answer.answer.made == 0) return;
  const AgentProcess* const opened = with_pid(call.dwProcessId.raw);
  by.given.add(answer.answer.made, {opened == nullptr ? 0 : opened->number, call.bInheritHandle != Bool{}});
}

void WindowsSubject::note(AgentProcess& by, const DuplicateHandle& call, const ForeignAnswer& answer) {
  AgentProcess* const source = named(by, call.hSourceProcessHandle.raw);
  AgentProcess* const target = named(by, call.hTargetProcessHandle.raw);
  if (answer.answer.made == 0 || source == nullptr || target == nullptr) return;
  const AgentProcess* const object = named(*source, call.hSourceHandle.raw);
  target->given.add(answer.answer.made, {object == nullptr ? 0 : object->number, call.bInheritHandle != Bool{}});
}

// The specification has the target ended at once; the system begins to end it.
void WindowsSubject::note(AgentProcess& by, const TerminateProcess& call, const ForeignAnswer& answer) {
  if (answer.answer.result != TRUE_) return;
  AgentProcess* const target = named(by, call.hProcess.raw);
  if (target != nullptr && target->process() == nullptr) return;  // it had ended before
  std::vector<HANDLE> handles;
  for (const auto& [number, process] : processes_)
    if (process->process() != nullptr && (target == nullptr || target == process.get()))
      handles.push_back(process->process());
  handles.resize(std::min<std::size_t>(handles.size(), MAXIMUM_WAIT_OBJECTS));
  ::WaitForMultipleObjects(static_cast<DWORD>(handles.size()), handles.data(), FALSE, terminate_max_ms);
  for (const auto& [number, process] : processes_) process->ended();
}

// A number that nobody gave to the process may be that of something that the system, or the probe, needs there.
std::string WindowsSubject::unsafe_handle(const AgentProcess& process, HandleValue value) const {
  if (is_nobodys(value) || process.given.find(value) != nullptr || !process.has_open(value)) return {};
  return "the number of a handle that no step made is that of something else here";
}

// A pid that was given back may be that of any process by now.
std::string WindowsSubject::unsafe_pid(Pid pid) {
  if (procreg::number(pid) == 0 || procreg::number(pid) >= assignable_end) return {};
  if (const AgentProcess* const process = with_pid(pid); process != nullptr && process->process() != nullptr) return {};
  const Handle opened{::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, procreg::number(pid))};
  if (!opened && ::GetLastError() == ERROR_INVALID_PARAMETER) return {};
  BOOL ours = FALSE;
  DWORD code = STILL_ACTIVE;
  if (opened && ::IsProcessInJob(opened.get(), job_.get(), &ours) != 0 && ours != FALSE) return {};
  // One that has ended can come to no harm, and has left the job.
  if (opened && ::GetExitCodeProcess(opened.get(), &code) != 0 && code != STILL_ACTIVE) return {};
  return "the pid is that of another program here";
}

std::string WindowsSubject::unsafe_duplicate(AgentProcess& by, const DuplicateHandle& call) {
  const AgentProcess* const source = named(by, call.hSourceProcessHandle.raw);
  if (source != nullptr)
    if (std::string why = unsafe_handle(*source, call.hSourceHandle.raw); !why.empty()) return why;
  if (!call.lpTargetHandle.valid && call.hTargetProcessHandle.raw != null_handle)
    return "the value of a handle that is not returned cannot be known";
  return {};
}

template <class T>
std::string WindowsSubject::unsafe(AgentProcess& by, const T& call) {
  std::string why;
  T::fields::each([&](auto field) {
    using Type = typename decltype(field)::type;
    if (!why.empty()) return;
    if constexpr (std::is_same_v<Type, HandleRef>) {
      const bool of_another = std::is_same_v<T, DuplicateHandle> && field.name == "hSourceHandle";
      if (!of_another) why = unsafe_handle(by, (call.*(field.member)).raw);
    } else if constexpr (std::is_same_v<Type, Given<HandleRef>>) {
      if ((call.*(field.member)).value) why = unsafe_handle(by, (call.*(field.member)).value->raw);
    }
  });
  if constexpr (std::is_same_v<T, OpenProcess>) return why.empty() ? unsafe_pid(call.dwProcessId.raw) : why;
  if constexpr (std::is_same_v<T, DuplicateHandle>) return why.empty() ? unsafe_duplicate(by, call) : why;
  return why;
}

AgentProcess* WindowsSubject::find(ProcessKey key) {
  const auto found = processes_.find(procreg::number(key.object));
  if (found == processes_.end() || found->second->process() == nullptr) return nullptr;
  return found->second.get();
}

AgentProcess* WindowsSubject::with_pid(Pid pid) {
  // The last one made: an earlier one gave the pid back.
  const auto found = std::find_if(processes_.rbegin(), processes_.rend(),
                                  [&](const auto& each) { return each.second->pid() == procreg::number(pid); });
  return found == processes_.rend() ? nullptr : found->second.get();
}

AgentProcess* WindowsSubject::named(AgentProcess& by, HandleValue handle) {
  if (handle == current_process) return &by;
  const GivenHandles::Given* const given = by.given.find(handle);
  const auto found = processes_.find(given == nullptr ? 0 : given->process);
  return found == processes_.end() ? nullptr : found->second.get();
}

}  // namespace procreg::harness::probe
