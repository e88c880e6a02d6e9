#include "harness/scenario/files.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

namespace {

std::size_t size_of(const Tables& tables) {
  return tables.texts() + tables.all_stacks() + tables.all_ranges() + tables.all_loaded_modules() + tables.all_bytes() +
         tables.all_dacls();
}

class InProcessStandIn final : public ForeignSubject {
 public:
  InProcessStandIn(std::unique_ptr<Subject> subject, StandIn options)
      : subject_{std::move(subject)}, own_{options.own} {
    abilities_.name = std::move(options.name);
    perform_everything(abilities_);
    abilities_.world = parts_of_worlds();
    abilities_.raw_ids = true;
    abilities_.profile = !own_;
    abilities_.snapshot = options.snapshot;
  }

  const Abilities* abilities() override { return &abilities_; }
  const Stopped& failure() const override { return none_; }

  std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile* profile) override {
    script_ = &script;
    known_ = size_of(script.tables);
    subject_->reset(script.world, script.tables, own_ ? *own_ : profile != nullptr ? *profile : documented_profile());
    return begun(script.world);
  }

  std::optional<Stopped> perform(std::span<const Step> steps, std::vector<ForeignAnswer>& answers) override {
    answers.clear();
    if (const std::size_t size = size_of(script_->tables); size != known_) {
      subject_->tables_grew(script_->tables);
      known_ = size;
    }
    for (const Step& step : steps) {
      ForeignAnswer& answer = answers.emplace_back();
      answer.answer = subject_->perform(step);
      if (can_restart(step)) tell_restarted(step, answer);
      if (const auto* created = std::get_if<CreateProcess>(&step)) name_threads(*created, answer);
    }
    return std::nullopt;
  }

  std::variant<std::string, Stopped> snapshot() override {
    words_.clear();
    subject_->snapshot(words_);
    return snapshot_json(*script_, words_);
  }

 private:
  static std::vector<Tid> threads_from(std::uint64_t first, std::uint16_t count) {
    std::vector<Tid> tids;
    for (std::uint32_t k = 0; k < count; ++k) tids.push_back(Tid{static_cast<std::uint32_t>(first) + 4 * k});
    return tids;
  }
  static void tell_restarted(const Step& step, ForeignAnswer& answer) {
    if (const auto made = restarted(step, answer.answer)) answer.restarted.push_back(*made);
    answer.answer.made = 0;
    answer.answer.out = {};
  }
  static void name_threads(const CreateProcess& created, ForeignAnswer& answer) {
    if (answer.answer.made != 0) answer.threads = threads_from(answer.answer.out[3], created.threads.count);
  }
  // As the specification gives ids out.
  static std::vector<BegunProcess> begun(const WorldSpec& world) {
    const std::vector<Pid> pids = world_pids(world);
    std::vector<std::uint64_t> objects(world.machines.size());
    std::vector<BegunProcess> processes;
    std::uint32_t tid = first_tid_of_world;
    for (std::size_t i = 0; i < world.processes.size(); ++i) {
      const ProcessSpec& spec = world.processes[i];
      processes.push_back({++objects[number(spec.machine)], pids[i], threads_from(tid, spec.threads.count)});
      tid += 4U * spec.threads.count;
    }
    return processes;
  }

  std::unique_ptr<Subject> subject_;
  std::optional<Profile> own_;
  Abilities abilities_{};
  Stopped none_{};
  Script* script_{};
  std::size_t known_{};
  SnapshotWords words_{};
};

}  // namespace

std::unique_ptr<ForeignSubject> stand_in(std::unique_ptr<Subject> subject, StandIn options) {
  return std::make_unique<InProcessStandIn>(std::move(subject), std::move(options));
}

}  // namespace procreg::harness
