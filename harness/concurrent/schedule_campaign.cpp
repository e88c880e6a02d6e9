#include "harness/concurrent/schedule_campaign.h"

namespace procreg::harness {

namespace {

class Campaign {
 public:
  Campaign(Restorable& subject, const ScheduleCampaignOptions& options,
           const std::function<void(const ScheduleCounts&)>& progress, const std::atomic<bool>* stop)
      : subject_{subject}, options_{options}, progress_{progress}, stop_{stop} {}

  ScheduleCampaignResult run() {
    for (std::uint64_t round = options_.shard; !ended() && (!options_.rounds || round < *options_.rounds);
         round += options_.shards) {
      one(round);
      if (progress_) progress_(result_.counts);
    }
    if (result_.interrupted) note(Verdict::undecided);
    return std::move(result_);
  }

 private:
  bool ended() {
    result_.interrupted = stop_ != nullptr && stop_->load(std::memory_order_relaxed);
    return result_.interrupted || result_.found || result_.divergence;
  }

  void one(std::uint64_t round) {
    const Script script = options_.script ? *options_.script : drawn(round);
    const ScheduleResult result = search_schedules(subject_, script, script.profiles.at(0).profile, bounds(round));
    ScheduleCounts& counts = result_.counts;
    ++counts.races;
    counts.schedules += result.runs;
    counts.redundant += result.redundant;
    counts.histories += result.histories;
    counts.exhausted += result.complete ? 1 : 0;
    counts.failures += result.failure || result.divergence ? 1 : 0;
    note(result.verdict);
    if (result.divergence) result_.diverging = script;
    result_.divergence = result.divergence;
    if (result.failure)
      result_.found = {shrink_schedule(subject_, script, script.profiles.at(0).profile, *result.failure, stop_), script,
                       round};
  }

  Script drawn(std::uint64_t round) const {
    SeededSource source{options_.seed, round};
    return draw_race(source, options_.shape);
  }

  ScheduleOptions bounds(std::uint64_t round) const {
    return {.random = options_.schedules,
            .seed = options_.seed,
            .first = options_.script ? round * options_.schedules.value_or(0) : 0,
            .preemptions_max = options_.preemptions_max,
            .runs_max = options_.runs_max,
            .stop = stop_};
  }

  // A drawn race without steps counts for nothing beside others.
  void note(Verdict verdict) {
    if (result_.verdict == Verdict::diverges || verdict == Verdict::nothing_ran) return;
    if (verdict == Verdict::conforms && result_.verdict == Verdict::undecided) return;
    result_.verdict = verdict;
  }

  Restorable& subject_;
  const ScheduleCampaignOptions& options_;
  const std::function<void(const ScheduleCounts&)>& progress_;
  const std::atomic<bool>* stop_;
  ScheduleCampaignResult result_{};
};

}  // namespace

ScheduleCampaignResult run_schedules(Restorable& subject, const ScheduleCampaignOptions& options,
                                     const std::function<void(const ScheduleCounts&)>& progress,
                                     const std::atomic<bool>* stop) {
  return Campaign{subject, options, progress, stop}.run();
}

}  // namespace procreg::harness
