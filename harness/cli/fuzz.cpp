#include "harness/cli/fuzz.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "harness/cli/checkpoint.h"
#include "harness/cli/fuzz_result.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/search/fuzz.h"

namespace procreg::cli {
namespace {

using harness::Campaign;
using harness::FuzzResult;

constexpr std::uint64_t steps_by_default = 1'000'000;

harness::FuzzOptions options_of(const FuzzRequest& request) {
  harness::FuzzOptions options;
  options.seed = request.seed;
  options.scripts = request.scripts;
  options.steps = request.steps;
  if (request.seconds) options.time = std::chrono::seconds{*request.seconds};
  options.shard = request.shard.index - 1;
  options.shards = request.shard.of;
  options.failures_max = request.failures;
  options.save = request.save;
  return options;
}

// One run of the command: what an earlier one has done, and the rest of it.
class Run {
 public:
  Run(const FuzzRequest& request, const Session& session)
      : request_{request}, session_{session}, options_{options_of(request)} {}

  ExitStatus run() {
    if (!request_.checkpoint.empty()) {
      if (const std::string problem = resume(); !problem.empty()) {
        session_.err << fmt::format("procreg: {}\n", problem);
        return ExitStatus::unusable;
      }
      options_.checkpoint = [this](const FuzzResult& result, std::uint64_t next) { put_by(result, next); };
    }
    FuzzResult result = rest();
    if (!unwritten_.empty()) result.problems.push_back(unwritten_);
    const Campaign whole = with_earlier(result);
    print(whole);
    return exit_status(whole.verdict);
  }

 private:
  // Takes up what the file holds; what is wrong with it.
  std::string resume() {
    auto read = read_checkpoint(request_.checkpoint);
    if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
    if (auto* checkpoint = std::get_if<Checkpoint>(&read)) return resume(std::move(*checkpoint));
    return {};
  }

  std::string resume(Checkpoint checkpoint) {
    const std::array parts{checkpoint.so_far, campaign_of(request_, {})};
    const auto sum = harness::added(parts, request_.shard);
    if (const auto* problems = std::get_if<1>(&sum))
      return fmt::format("{}: is the checkpoint of another run: {}", request_.checkpoint, problems->front());
    if (checkpoint.so_far.shard != request_.shard || checkpoint.next % options_.shards != options_.shard)
      return fmt::format("{}: is the checkpoint of another run: that of shard {}/{}", request_.checkpoint,
                         checkpoint.so_far.shard.index, checkpoint.so_far.shard.of);
    options_.first = checkpoint.next;
    options_.known = keys_of(checkpoint.so_far);
    const auto steps = harness::number_of(*harness::json::member(*checkpoint.so_far.at("counts"), "steps"));
    steps_before_ = steps.value_or(0);
    elapsed_before_ = checkpoint.elapsed;
    if (options_.steps) *options_.steps -= std::min(*options_.steps, steps_before_);
    if (options_.time) *options_.time -= std::min(*options_.time, elapsed_before_);
    earlier_ = std::move(checkpoint.so_far);
    return {};
  }

  FuzzResult rest() {
    session_.runs(fmt::format("fuzz --seed {} --shard {}/{}", request_.seed, request_.shard.index, request_.shard.of));
    const auto subject = session_.subject();
    const auto tell = [this](const harness::FuzzProgress& now) { show(now); };
    FuzzResult result = harness::fuzz(*subject, options_, tell, &interruption());
    if (session_.progress != nullptr) session_.progress->clear();
    return result;
  }

  // How much of the run is done, in its own unit.
  void show(const harness::FuzzProgress& now) const {
    if (session_.progress == nullptr) return;
    const std::uint64_t steps = steps_before_ + now.steps;
    std::uint64_t done = steps, all = request_.steps.value_or(0);
    if (request_.scripts) {
      done = options_.first.value_or(options_.shard) / options_.shards + now.scripts;
      all = (*request_.scripts + options_.shards - options_.shard - 1) / options_.shards;
    } else if (request_.seconds) {
      done = static_cast<std::uint64_t>((elapsed_before_ + now.elapsed).count());
      all = *request_.seconds * 1000;
    }
    session_.progress->show(steps, now.coverage.reached().count(), done, all);
  }

  Campaign with_earlier(const FuzzResult& result) const {
    Campaign now = campaign_of(request_, result, !unwritten_.empty());
    if (!earlier_) return now;
    const std::array parts{*earlier_, std::move(now)};
    return std::get<Campaign>(harness::added(parts, request_.shard));
  }

  void put_by(const FuzzResult& result, std::uint64_t next) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
    const std::string problem =
        write_output(request_.checkpoint, text(Checkpoint{with_earlier(result), next, elapsed_before_ + elapsed}));
    if (unwritten_.empty()) unwritten_ = problem;
  }

  void print(const Campaign& whole) const {
    for (const auto& problem : harness::json::children(*whole.at("problems")))
      session_.err << fmt::format("procreg: {}\n", problem.text);
    if (request_.fingerprint)
      session_.out << whole.at("fingerprint")->text << '\n';
    else
      session_.out << (request_.json ? json_text(whole) : text(whole));
  }

  using Clock = std::chrono::steady_clock;

  const FuzzRequest& request_;
  const Session& session_;
  harness::FuzzOptions options_;
  std::optional<Campaign> earlier_{};
  std::uint64_t steps_before_{};
  std::chrono::milliseconds elapsed_before_{};
  Clock::time_point begun_{Clock::now()};
  std::string unwritten_{};  // why the checkpoint could not be kept
};

}  // namespace

ExitStatus fuzz(const FuzzRequest& request, const Session& session) {
  FuzzRequest bounded = request;
  if (!request.scripts && !request.steps && !request.seconds) bounded.steps = steps_by_default;
  return Run{bounded, session}.run();
}

}  // namespace procreg::cli
