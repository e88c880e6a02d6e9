#include "harness/search/explore/explore.h"

#include <algorithm>
#include <barrier>
#include <memory>
#include <thread>

#include "harness/search/explore/explorer_worker.h"
#include "harness/search/explore/path_script.h"

namespace procreg::harness {

namespace {

using Clock = std::chrono::steady_clock;

// States that a round takes steps from: few enough for one worker that what they meet stays in its cache, many enough for
// several that waiting for each other costs little.
constexpr std::uint64_t met_by_one = 2'000;
constexpr std::uint64_t met_by_each = 150'000;
constexpr auto between_progress = std::chrono::milliseconds{100};

model::State root_state(const ExploreOptions& options, Profile& profile, std::vector<Step>& before) {
  model::System system{options.world, options.tables, profile};
  system.spoil(options.spoiled);
  Bindings bindings;
  bindings.clear(options.names.size());
  bindings.bind_world(options.world);
  before.clear();
  for (const Step& step : options.before) {
    before.push_back(bindings.resolve(step));
    const model::Ruling& ruling = system.perform(before.back());
    if (system.asked() != choice_count) {
      profile.option[system.asked()] = choices()[system.asked()].documented;
      return root_state(options, profile, before);
    }
    bindings.bind_all(step, ruling);
  }
  return system.state();
}

// What the options leave to be found out before the first step is taken.
struct Prepared {
  explicit Prepared(const ExploreOptions& given) : options{given} {
    std::vector<Step> before;
    model::State state = root_state(options, options.profile, before);
    Alphabet alphabet{options.alphabet, state};
    const bool folds = options.folds && alphabet.may_fold(state);
    const Sameness sameness = folds ? Sameness::folded : alphabet.makes_nothing() ? Sameness::raw : Sameness::ranked;
    Folding folding = folds ? alphabet.folding(state) : Folding{};
    folding.lives = alphabet.may_restart();
    root.reset(new ExplorerRoot{options,
                                std::move(state),
                                std::move(before),
                                std::move(alphabet),
                                sameness,
                                std::move(folding),
                                PartialProfiles{options.profile},
                                DiscoveryLog{has_unknown(options.profile)},
                                {0}});
  }
  static bool has_unknown(const Profile& profile) {
    return std::find(profile.option.begin(), profile.option.end(), unknown_option) != profile.option.end();
  }

  ExploreOptions options;
  std::unique_ptr<ExplorerRoot> root{};
};

class Exploration {
 public:
  Exploration(const ExploreOptions& options, const std::function<void(const ExploreProgress&)>& progress,
              const std::atomic<bool>* stop)
      : prepared_{options},
        root_{*prepared_.root},
        options_{prepared_.options},
        progress_{progress},
        stop_{stop},
        barrier_{static_cast<std::ptrdiff_t>(std::max(1U, options.workers)), Turn{this}} {
    for (unsigned i = 0; i < std::max(1U, options.workers); ++i)
      workers_.push_back(std::make_unique<ExplorerWorker>(root_, std::max(1U, options.workers)));
  }

  ExploreResult run() {
    if (diverges_at_root()) return std::move(result_);
    root_.log.reserve(1);
    workers_[workers_.front()->part_of_root()]->insert_root();
    states_ = 1;
    begin_level();
    if (running_) work_all();
    return finish();
  }

 private:
  struct Turn {
    Exploration* exploration;
    void operator()() noexcept { exploration->next_phase(); }
  };
  enum class Phase : std::uint8_t { expand, insert, append };

  // --- What all threads do, in step ---

  void work_all() {
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < workers_.size(); ++i) others.emplace_back([this, i] { work(i); });
    work(0);
    for (std::thread& other : others) other.join();
  }

  void work(std::size_t index) {
    ExplorerWorker& worker = *workers_[index];
    while (running_) {
      if (level_begins_) worker.begin_level();
      const auto [begin, end] = range_of(index);
      worker.expand(begin, end);
      meet();
      if (!running_) return;
      for (const auto& from : workers_) worker.insert(*from, index);
      meet();
      worker.append(first_of_[index], many_of_[index]);
      meet();
    }
  }

  void meet() { barrier_.arrive_and_wait(); }

  std::pair<std::uint64_t, std::uint64_t> range_of(std::size_t index) const {
    const std::uint64_t count = round_end_ - round_begin_;
    return {round_begin_ + count * index / workers_.size(), round_begin_ + count * (index + 1) / workers_.size()};
  }

  // --- Between phases, while all threads wait ---

  void next_phase() {
    switch (phase_) {
      case Phase::expand:
        phase_ = Phase::insert;
        return after_expand();
      case Phase::insert:
        phase_ = Phase::append;
        return after_insert();
      case Phase::append:
        phase_ = Phase::expand;
        return after_append();
    }
  }

  void after_expand() {
    const bool differs = std::any_of(workers_.begin(), workers_.end(), [](const auto& w) { return w->found(); });
    if (differs) running_ = false;
  }

  void after_insert() {
    first_of_.clear();
    for (const auto& worker : workers_) {
      first_of_.push_back(states_);
      states_ += worker->fresh();
    }
    root_.log.reserve(states_);
    many_of_.assign(workers_.size(), {});
  }

  void after_append() {
    for (const auto& many : many_of_)
      for (const auto& [state, count] : many) root_.log.set_many(state, count);
    taken_ = round_end_;
    tell_progress();
    note_bounds();
    level_begins_ = false;
    if (!running_) return;
    if (round_end_ == level_end_) return begin_level();
    begin_round();
  }

  void begin_level() {
    if (states_ == level_end_) {
      result_.closed = true;
      running_ = false;
      return;
    }
    if (level_end_ != 0) root_.levels.push_back(level_end_);
    if (options_.depth && root_.levels.size() - 1 == *options_.depth) {
      level_end_ = states_;
      running_ = false;
      return;
    }
    round_end_ = root_.levels.back();
    level_end_ = states_;
    level_begins_ = true;
    begin_round();
  }

  void begin_round() {
    std::uint64_t met = 0;
    for (const auto& worker : workers_) met += worker->met();
    const std::uint64_t states = std::max<std::uint64_t>(1, round_end_ - round_begin_);
    const std::uint64_t each = std::max<std::uint64_t>(1, met / states);
    const std::uint64_t wanted = workers_.size() == 1 ? met_by_one : met_by_each * workers_.size();
    round_begin_ = round_end_;
    round_end_ = std::min(level_end_, round_begin_ + std::clamp<std::uint64_t>(wanted / each, 1, wanted / 4));
  }

  void note_bounds() {
    if (stop_ != nullptr && stop_->load()) return met_bound("interrupted");
    if (states_ > options_.states_max) return met_bound("states");
    if (bytes() > options_.bytes_max) return met_bound("memory");
    if (options_.time && elapsed() > *options_.time) return met_bound("time");
    if (std::any_of(workers_.begin(), workers_.end(), [](const auto& w) { return w->lost(); })) met_bound("profiles");
  }
  void met_bound(const char* bound) {
    result_.bound = bound;
    running_ = false;
  }

  std::uint64_t bytes() const {
    std::uint64_t bytes = root_.log.bytes();
    for (const auto& worker : workers_) bytes += worker->set_bytes();
    return bytes;
  }
  std::uint64_t transitions() const {
    std::uint64_t count = 0;
    for (const auto& worker : workers_) count += worker->transitions();
    return count;
  }
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
  }
  void tell_progress() {
    if (!progress_ || elapsed() < told_ + between_progress) return;
    told_ = elapsed();
    progress_({states_, transitions(), static_cast<std::uint32_t>(root_.levels.size() - 1), states_ - taken_, bytes(),
               told_});
  }

  // --- The end ---

  // The steps before the root are compared as those of any script.
  bool diverges_at_root() {
    if (!options_.subject || options_.before.empty()) return false;
    result_.failure = replayed(options_, {}, decided(options_.profile));
    if (result_.failure) result_.verdict = Verdict::diverges;
    return result_.failure.has_value();
  }

  const ExplorerWorker::Found* first_found() const {
    const ExplorerWorker::Found* first = nullptr;
    for (const auto& worker : workers_)
      if (worker->found() && (first == nullptr || worker->found()->state < first->state)) first = &*worker->found();
    return first;
  }

  void explain(const ExplorerWorker::Found& found) {
    ExplorerWorker walker{root_, 1};
    walker.begin_level();
    std::vector<Step> steps = walker.path_to(found.state);
    steps.push_back(found.taken);
    result_.failure = replayed(options_, steps, decided(root_.profiles.at(found.profile)));
    result_.verdict = result_.failure ? Verdict::diverges : Verdict::failed;
    if (!result_.failure)
      result_.problem =
          "a step differed in the explored world and not when its script was run again from the beginning";
  }

  ExploreResult finish() {
    count();
    if (const auto* found = first_found()) {
      explain(*found);
    } else if (result_.transitions == 0) {
      result_.verdict = Verdict::nothing_ran;
    } else {
      result_.verdict = result_.bound.empty() ? Verdict::conforms : Verdict::undecided;
    }
    return std::move(result_);
  }

  void count() {
    result_.states = states_;
    result_.transitions = transitions();
    result_.bytes = bytes();
    result_.depth = static_cast<std::uint32_t>(root_.levels.size() - (states_ > level_end_ ? 0 : 1));
    result_.profiles = root_.profiles.size();
    result_.one_in = one_in(states_);
    for (const auto& worker : workers_) {
      result_.digest += worker->digest();
      result_.share_states += worker->share_states();
      result_.share_transitions += worker->share_transitions();
      result_.share_digest += worker->share_digest();
      result_.checked += worker->checked();
      worker->add_coverage(result_.coverage);
    }
  }

  // Of n digests of 64 bits two are equal with a probability of at most n * n / 2 / 2^64.
  static std::uint64_t one_in(std::uint64_t states) {
    const auto pairs = detail::Wide{states} * states;
    const auto all = detail::Wide{1} << 65;
    const auto least = detail::Wide{1} << 53;  // what every reader of JSON can hold
    return static_cast<std::uint64_t>(std::min(all / pairs, least));
  }

  Prepared prepared_;
  ExplorerRoot& root_;
  const ExploreOptions& options_;
  const std::function<void(const ExploreProgress&)>& progress_;
  const std::atomic<bool>* stop_;
  std::vector<std::unique_ptr<ExplorerWorker>> workers_{};
  std::barrier<Turn> barrier_;
  Phase phase_{Phase::expand};
  bool running_{true};
  bool level_begins_{};
  std::uint64_t states_{};
  std::uint64_t taken_{};
  std::uint64_t level_end_{};
  std::uint64_t round_begin_{};
  std::uint64_t round_end_{};
  std::vector<std::uint64_t> first_of_{};
  std::vector<ExplorerWorker::Many> many_of_{};
  Clock::time_point begun_{Clock::now()};
  std::chrono::milliseconds told_{};
  ExploreResult result_{};
};

}  // namespace

Profile any_profile() {
  Profile profile = documented_profile();
  for (std::size_t i = 0; i < choice_count; ++i)
    if (choices()[i].covered) profile.option[i] = unknown_option;
  return profile;
}

Profile decided(Profile profile) {
  for (std::size_t i = 0; i < choice_count; ++i)
    if (profile.option[i] == unknown_option) profile.option[i] = choices()[i].documented;
  return profile;
}

ExploreResult explore(const ExploreOptions& options, const std::function<void(const ExploreProgress&)>& progress,
                      const std::atomic<bool>* stop) {
  return Exploration{options, progress, stop}.run();
}

}  // namespace procreg::harness
