// Topic: virtual time: a deadline is kept at T and missed at T + 1.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// Time passes in one step or in two.
void pass(Story& story, std::uint64_t ms) {
  if (ms > 0 && story.coin()) {
    const std::uint32_t first = story.below(static_cast<std::uint32_t>(ms));
    story.advance(first);
    ms -= first;
  }
  story.advance(ms);
}

void hung_after_five_seconds(Story& story) {
  const std::uint64_t begun = story.between(0, 3);
  story.advance(begun);
  story.must_be(story.stop_answering(main), applied, "a running process stops answering");
  story.must_be(story.stop_answering(main), not_applicable, "once");
  const std::uint64_t ms = story.one_of<std::uint64_t>({5000, 4999, 5001, 5002, 20000});
  pass(story, ms);
  const bool hung = ms > hung_after_ms;
  story.must(story.is(main, hung ? ProcessState::Hung : ProcessState::Running), "5000 ms are in time, 5001 are not");
  if (hung) story.must(story.of(main).life.failureTime == begun + hung_after_ms + 1, "with the stamp of the timer");
  story.must_be(story.answering(main), applied, "it answers");
  story.must(story.is(main, ProcessState::Running), "and runs on");
  pass(story, 6000);
  story.must(story.is(main, ProcessState::Running), "the timer is gone");
}

void a_deadline_is_kept_at_t(Story& story) {
  const std::uint32_t ping = story.one_of({0U, 1U, 100U, 300000U});
  const std::uint64_t interval = ping == 0 ? RECOVERY_DEFAULT_PING_INTERVAL : ping;
  story.must_be(story.recovery(main, ping), S_OK, "recovery is registered");
  story.crash(main);
  story.choose(main, UserAction::close);
  std::uint64_t deadline = story.seen().head.now + interval;
  for (std::uint32_t left = story.below(3); left > 0; --left) {
    const std::uint32_t early = story.below(2);
    pass(story, interval - early);
    story.must_be(story.in_progress(main).result, S_OK, "at the deadline a sign of life is in time");
    deadline = story.seen().head.now + interval;
    story.must(story.of(main).life.deadline == deadline, "and sets the next one");
  }
  pass(story, deadline - story.seen().head.now);
  story.must(story.is(main, ProcessState::InRecovery), "the deadline is kept at T");
  story.advance(1);
  story.must(story.is(main, ProcessState::Exited), "and missed at T + 1");
  story.must(story.there(story.last_report().recovery).outcome == RecoveryOutcome::timed_out, "as timed out");
}

void a_cancelled_recovery_goes_on(Story& story) {
  story.recover(main);
  const bool cancelled = story.coin();
  if (cancelled) story.must_be(story.cancel(main), applied, "the user cancels");
  if (cancelled && story.coin()) story.must_be(story.cancel(main), applied, "twice");
  const Answer answer = story.in_progress(main);
  story.must_be(answer.result, S_OK, "recovery is in progress");
  story.must(answer.out[0] == (cancelled ? 1U : 0U), "and knows whether it was cancelled");
  story.must(story.is(main, ProcessState::InRecovery), "nothing else is forced");
}

void time_stops_at_its_end(Story& story) {
  const std::uint64_t start = story.below(1000);
  story.advance(start);
  const Seen before = story.seen();
  story.must_be(story.advance(0), applied, "no time may pass");
  story.must_be_unchanged(before, "without effect");
  const std::uint64_t most = ~std::uint64_t{0} - start;
  if (story.coin()) {
    story.must_be(story.advance(most), applied, "time reaches its last ms");
    story.must(story.seen().head.now == ~std::uint64_t{0}, "exactly");
    if (start == 0) return;
    story.must_be(story.advance(1), not_applicable, "and goes no further");
  } else if (start > 0) {
    story.must_be(story.advance(most + 1), not_applicable, "time does not pass 2^64 - 1");
    story.must_be_unchanged(before, "and then does not pass at all");
  }
}

}  // namespace

Suite time() {
  static const harness::Property all[] = {
      {"A process is hung after more than 5000 ms without an answer",
       about<"WER-ALL-24", "WER-ALL-28", "WER-ALL-29", "WER-ALL-44">(), run<hung_after_five_seconds>},
      {"A recovery deadline is kept at T and missed at T + 1",
       about<"WER-ALL-24", "WER-ALL-32", "WER-ALL-36", "WER-ALL-37", "WER-REC-04">(), run<a_deadline_is_kept_at_t>},
      {"A cancelled recovery is told so and goes on", about<"WER-ALL-35", "WER-REC-12">(),
       run<a_cancelled_recovery_goes_on>},
      {"Time does not pass its last millisecond", about<"WER-ALL-23">(), run<time_stops_at_its_end>},
  };
  return all;
}

}  // namespace procreg::scenarios
