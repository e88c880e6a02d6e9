#include "impl/abi/world.h"

#include "impl/abi/calling.h"
#include "impl/abi/shown_report.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

sync::atomic<std::uint64_t, "serial of a world"> worlds_begun{0};

KnownProcess known(const Process& process) {
  KnownProcess known{process.identity.key, process.identity.name, process.identity.pid, {}};
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread)
    known.threads.push_back(thread->tid);
  return known;
}

// The tids of several threads follow each other by 4 (api/step.h).
KnownProcess known(const CreateProcess& step, const Answer& answer) {
  KnownProcess known{{step.by.raw.machine, ObjectId{answer.made}},
                     given_name({step.as.base, itself_part}),
                     Pid{static_cast<std::uint32_t>(answer.out[2])},
                     {}};
  for (std::uint32_t k = 0; k < step.threads.count; ++k)
    known.threads.push_back(Tid{static_cast<std::uint32_t>(answer.out[3]) + 4 * k});
  return known;
}

}  // namespace

AbiWorld::AbiWorld() = default;
AbiWorld::~AbiWorld() = default;

void AbiWorld::begin(Beginning beginning) {
  shown_.clear();
  texts.replace(std::move(beginning.tables));
  machines_ = beginning.spec.machines;
  if (world_)
    world_->reset(beginning.spec, beginning.profile);
  else
    world_ = std::make_unique<World>(beginning.spec, texts.tables(), beginning.profile);
  world_->watch_reports(this);
  names.clear();
  std::string problem;
  for (auto& named : beginning.names) names.claim(named.name, std::move(named.threads), problem);
  for (const Machine& machine : world_->calls().kernel.machines())
    for (const Process* process = machine.first; process != nullptr; process = process->next)
      names.give(known(*process));
  serial_ = worlds_begun.fetch_add(1, sync::relaxed) + 1;
}

Answer AbiWorld::perform(const Step& step) noexcept {
  const Answer answer = world_->perform(step);
  if (answer.made != 0) note(step, answer);
  return answer;
}

void AbiWorld::note(const Step& step, const Answer& answer) noexcept {
  if (const auto* created = std::get_if<CreateProcess>(&step)) names.give(known(*created, answer));
  if (const auto* thread = std::get_if<CreateThread>(&step)) names.give(thread->as.base);
}

void AbiWorld::changed(const Report& report) noexcept {
  if (!report.restarted) return;
  const Process* fresh = world_->calls().kernel.with_pid(report.head.machine, report.restarted->process);
  if (fresh == nullptr || names.process(fresh->identity.key)) return;
  const KnownProcess made = known(*fresh);
  Calling::here().restarted(made);
  names.give(made);
}

std::optional<MachineIndex> AbiWorld::machine(const char* name) const {
  if (name == nullptr) return MachineIndex{0};
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (machines_[i].name == name) return static_cast<MachineIndex>(i);
  return std::nullopt;
}

std::uint32_t AbiWorld::last_error(ProcessKey process) {
  Kernel& kernel = world_->calls().kernel;
  const std::scoped_lock lock{kernel.lifecycle};
  const Process* found = kernel.existing(kernel.find(process));
  return found == nullptr ? 0 : found->last_error;
}

void AbiWorld::set_last_error(ProcessKey process, std::uint32_t error) {
  Kernel& kernel = world_->calls().kernel;
  const std::scoped_lock lock{kernel.lifecycle};
  if (Process* found = kernel.existing(kernel.find(process))) found->last_error = error;
}

ProcessState AbiWorld::state(ProcessKey process) {
  Kernel& kernel = world_->calls().kernel;
  const std::scoped_lock lock{kernel.lifecycle};
  const Process* found = kernel.existing(kernel.find(process));
  return found == nullptr ? ProcessState::Exited : found->state;
}

ShownReport* AbiWorld::report(std::size_t i) {
  const auto& reports = world_->calls().crashes.reports();
  if (i >= reports.size()) return nullptr;
  if (shown_.size() <= i) shown_.resize(i + 1);
  shown_[i] = show(*reports[i], *this);
  return shown_[i].get();
}

}  // namespace procreg::impl::inline PROCREG_SYNC
