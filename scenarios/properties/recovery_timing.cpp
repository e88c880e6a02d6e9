// Topic: recovery and restart in virtual time: who is restarted, when, with which line, after which end of the recovery.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/fate.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr std::uint32_t life_edges[] = {60000, 59999, 60001, 6000, 70000};
constexpr std::uint32_t pings[] = {0, 1, 250, 5001, 300000};
constexpr std::uint32_t restart_flags[] = {0, 0, 0, 1, 2, 3, 12};

// One process, what has happened to it, and another one that watches it.
class Life {
 public:
  Life(Story& story, Name process, Name watcher, HandleRef handle, std::uint64_t start, std::vector<TextIn> lines)
      : story_{story},
        process_{process},
        watcher_{watcher},
        handle_{handle},
        lines_{std::move(lines)},
        fate_{story.profile(), start} {}

  const Fate& fate() const { return fate_; }

  void registers_recovery() {
    const std::uint32_t ping = pings[story_.below(std::size(pings))];
    story_.must_be(story_.recovery(process_, ping), S_OK, "a recovery is registered");
    fate_.registers_recovery(ping);
  }

  void registers_restart() {
    const TextIn line = story_.one_of(lines_);
    const std::uint32_t flags = restart_flags[story_.below(std::size(restart_flags))];
    story_.must_be(story_.reg_restart(process_, line, flags), S_OK, "a restart is registered in any state");
    fate_.registers_restart(line.value.value_or(empty_text), flags);
  }

  void unregisters() {
    if (story_.coin()) {
      story_.must_be(story_.unreg_restart(process_), S_OK, "a restart is unregistered");
      return fate_.unregisters_restart();
    }
    story_.must_be(story_.unreg_recovery(process_), S_OK, "a recovery is unregistered");
    fate_.unregisters_recovery();
  }

  // Some of the calls above.
  void registers(std::uint32_t most) {
    for (std::uint32_t left = story_.below(most + 1); left > 0; --left) {
      const std::uint32_t which = story_.below(5);
      if (which < 2) registers_recovery();
      if (which > 2) registers_restart();
      if (which == 2) unregisters();
    }
  }

  void passes(std::uint64_t ms, Name restarted_as = {}) {
    story_.must_be(story_.advance(ms, restarted_as), applied, "time passes");
    fate_.time_is(now());
  }

  // Fails `life` ms after it began to live.
  void fails(std::uint64_t life) {
    const bool may_call = story_.coin();
    if (may_call)
      story_.must_be(story_.set_flags(process_, WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION), S_OK,
                     "it may call");
    if (story_.coin()) {
      passes(life);
      crashes();
    } else {
      fails_hung(life);
    }
    story_.must(story_.is(process_, ProcessState::Crashed), "it is Crashed");
    if (may_call) registers(3);
  }

  void crashes() {
    story_.must_be(story_.crash(process_), applied, "it crashes");
    fate_.crashes(now());
  }

  void chooses(Name restarted_as) {
    const UserAction action = story_.one_of({UserAction::close, UserAction::check, UserAction::debug});
    std::optional<bool> restart;
    if (story_.coin()) restart = story_.below(4) != 0;
    story_.must_be(story_.choose(process_, action, restart, restarted_as), applied, "the user chooses");
    fate_.chooses(now(), action, restart.value_or(true));
    if (action == UserAction::debug)
      story_.must_be(story_.choose(process_, UserAction::close), not_applicable, "once and for all");
  }

  // Something in recovery that does not end it.
  void goes_on() {
    switch (story_.below(5)) {
      case 0:
        return pings_at(0);
      case 1:
        return pings_at(story_.below(3));
      case 2:
        return pings_at(fate_.deadline() - now());
      case 3:
        story_.must_be(story_.cancel(process_), applied, "the user cancels");
        return fate_.cancels();
      default:
        if (story_.coin()) return registers_restart();
        registers_another_callback();
        break;
    }
  }

  // The end of the recovery.
  void ends(Name restarted_as) {
    const std::uint32_t which = story_.below(7);
    if (which < 2) return times_out(which == 0 ? 0 : story_.below(9000), restarted_as);
    if (which == 2) {
      story_.must_be(story_.crash(process_, restarted_as), applied, "it crashes again");
      return fate_.crashes(now());
    }
    if (which == 3) return returns_from_callback(restarted_as);
    const std::uint32_t code = story_.below(100);
    if (which == 4) {
      story_.must_be(story_.terminate(watcher_, handle_, code, restarted_as), TRUE_, "it is terminated");
      return fate_.exits(now(), code);
    }
    if (which == 5) {
      story_.must_be(story_.exit(process_, code, restarted_as), no_return, "it exits");
      return fate_.exits(now(), code);
    }
    const bool success = story_.coin();
    story_.must_be(story_.finished(process_, success, restarted_as), no_return, "recovery is finished");
    fate_.finishes(now(), success);
  }

  // What the subject shows is what the fate says.
  void is_as_expected(Name restarted_as) {
    const SeenProcess& shown = story_.of(process_);
    story_.must(shown.head.state == fate_.state(), "the process is in the state that its life leads to");
    const SeenReport& report = story_.last_report();
    story_.must(same_end(report.recovery, fate_.recovery()), "the report tells how recovery ended");
    const auto line = fate_.restarted();
    story_.must(report.restarted.has_value() == line.has_value(), "it is restarted iff all conditions hold");
    if (fate_.state() == ProcessState::InRecovery)
      story_.must(shown.life.deadline == fate_.deadline() && shown.life.cancelled == fate_.is_cancelled(),
                  "recovery goes on until its deadline");
    if (fate_.state() == ProcessState::Exited)
      story_.must(shown.head.exitCode == fate_.exit_code(), "with the exit code of its end");
    if (line) is_restarted(*report.restarted, *line, restarted_as);
  }

 private:
  std::uint64_t now() { return story_.seen().head.now; }

  void fails_hung(std::uint64_t life) {
    const bool by_crash = story_.coin();
    const std::uint64_t late = by_crash ? story_.below(900) : 0;
    passes(life - late - (hung_after_ms + 1));
    story_.hang(process_);
    fate_.hangs(now());
    registers(4);
    passes(by_crash ? late : story_.below(900));
    if (by_crash) return crashes();
    story_.must_be(story_.close_hung(process_), applied, "it is closed");
    fate_.is_closed();
  }

  void pings_at(std::uint64_t ms) {
    passes(std::min(ms, fate_.deadline() - now()));
    const Answer& answer = story_.in_progress(process_);
    story_.must_be(answer.result, S_OK, "a sign of life in time");
    story_.must(answer.out[0] == (fate_.is_cancelled() ? 1U : 0U), "learns whether the user cancelled");
    fate_.pings(now());
  }

  // By the choice it changes nothing, or nothing of the recovery that runs.
  void registers_another_callback() {
    const auto option = story_.profile()[choice::arr_registration_in_recovery];
    const Result answer = story_.recovery(process_, 1);
    const Result refusal = option == ArrRegistrationInRecovery::internal_error ? E_FAIL : WER_E_INVALID_STATE;
    story_.must_be(answer, option == ArrRegistrationInRecovery::allowed ? Result{S_OK} : refusal, "by the choice");
  }

  void times_out(std::uint64_t extra, Name restarted_as) {
    passes(fate_.deadline() - now());
    story_.must(story_.is(process_, ProcessState::InRecovery), "the deadline itself is in time");
    passes(1 + extra, restarted_as);
  }

  void returns_from_callback(Name restarted_as) {
    const bool waits = story_.profile()[choice::callback_return] == CallbackReturn::wait_for_timeout;
    story_.must_be(story_.callback_returns(process_, waits ? Name{} : restarted_as), applied, "the callback returns");
    fate_.callback_returns(now());
    if (waits) times_out(0, restarted_as);
  }

  static bool same_end(const std::optional<RecoveryEnd>& a, const std::optional<RecoveryEnd>& b) {
    if (!a || !b) return !a && !b;
    return a->outcome == b->outcome && a->cancelled == b->cancelled;
  }

  void is_restarted(const RestartedEntry& entry, TextRef line, Name restarted_as) {
    story_.must(entry.commandLine == line, "with the line that it registered last");
    story_.must(entry.process == story_.pid_of(restarted_as), "as the process that the report names");
    const SeenProcess& made = story_.of(restarted_as);
    story_.must(made.head.state == ProcessState::Running, "which runs");
    story_.must(made.head.startTime == fate_.exit_time(), "from the moment on at which the old one ended");
  }

  Story& story_;
  Name process_;
  Name watcher_;
  HandleRef handle_;
  std::vector<TextIn> lines_;
  Fate fate_;
};

void any_recovery_choices(Story& story) {
  story.any(choice::late_registration);
  story.any(choice::callback_return);
  story.any(choice::restart_after_failed_recovery);
  story.any(choice::arr_registration_in_recovery);
}

void the_end_is_as_expected(Story& story) {
  any_recovery_choices(story);
  const std::vector<TextIn> lines{story.text(u"/one"), story.text(u"/two"), story.text(u""), TextIn{}};
  const Name watcher = Story::main;
  const std::uint64_t start = story.below(3);
  story.advance(start);
  const Name process = story.create(watcher);
  Life life{story, process, watcher, handle_of(process), start, lines};
  if (story.below(4) != 0) life.registers_restart();
  if (story.below(3) != 0) life.registers_recovery();
  life.registers(1);
  life.fails(life_edges[story.below(std::size(life_edges))]);
  life.passes(story.below(500));
  Name again = story.for_a_restart();
  life.chooses(again);
  life.is_as_expected(again);
  if (life.fate().state() != ProcessState::InRecovery) return;
  for (std::uint32_t left = story.below(5); left > 0; --left) {
    life.goes_on();
    life.is_as_expected(again);
  }
  again = story.for_a_restart();
  life.ends(again);
  life.is_as_expected(again);
}

// All of the cast, 60 seconds old, crash and recover, with a restart registered; the deadlines.
std::vector<std::uint64_t> recovering(Story& story, const Cast& cast, TextIn line) {
  std::vector<std::uint64_t> deadlines;
  for (const Name process : cast) story.must_be(story.reg_restart(process, line), S_OK, "all want to be restarted");
  story.advance(restart_life_ms);
  for (const Name process : cast) {
    const std::uint32_t ping = story.between(1, 4);
    story.must_be(story.recovery(process, ping), S_OK, "and have a recovery");
    deadlines.push_back(restart_life_ms + ping);
    story.crash(process);
  }
  for (const Name process : cast) story.must_be(story.choose(process, UserAction::check), applied, "that runs");
  return deadlines;
}

// Several recoveries that time out in one step of time.
void several_time_out_in_turn(Story& story) {
  const bool suppressed = story.any(choice::restart_after_failed_recovery) == RestartAfterFailedRecovery::suppress;
  const TextIn line = story.text(u"/again");
  const Cast cast = cast_of(story, 2);
  const std::vector<std::uint64_t> deadlines = recovering(story, cast, line);
  std::vector<std::size_t> order{0, 1, 2};
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return deadlines[a] < deadlines[b]; });
  const ObjectId next = story.machine().head.nextProcess;
  const Name first = story.for_a_restart();
  story.must_be(story.advance(10, first), applied, "time passes over all deadlines");
  for (std::size_t i = 0; i < order.size(); ++i) {
    const SeenReport& report = story.seen().reports.at(order[i]);
    story.must(report.restarted.has_value() != suppressed, "each is restarted by the choice");
    if (suppressed) continue;
    const ObjectId object{number(next) + i};
    const SeenProcess& made = story.there(story.machine().process(object), "each restart has an object of its own");
    story.must(made.head.pid == report.restarted->process, "in the order of the deadlines, then of the pids");
    story.must(made.head.startTime == deadlines[order[i]] + 1, "each at its own time");
    if (i == 0) story.must(story.pid_of(first) == made.head.pid, "and the first one has the name");
  }
}

}  // namespace

Suite recovery_timing() {
  static const harness::Property all[] = {
      {"A process ends and is restarted as its life, its registrations and its recovery lead to",
       about<"WER-ALL-24", "WER-ALL-28", "WER-ALL-30", "WER-ALL-31", "WER-ALL-32", "WER-ALL-33", "WER-ALL-34",
             "WER-ALL-35", "WER-ALL-36", "WER-ALL-37", "WER-ALL-38", "WER-ALL-40", "WER-ALL-41", "WER-ALL-42",
             "WER-ALL-59", "WER-REC-16", "WER-REC-17", "WER-REC-18", "WER-REC-22", "WER-REC-23", "WER-REC-24">(),
       run<the_end_is_as_expected, 1000>},
      {"Recoveries that time out together are restarted in the order of their deadlines",
       about<"WER-ALL-25", "WER-ALL-37", "WER-REC-22", "WER-REC-24">(), run<several_time_out_in_turn, 100>},
  };
  return all;
}

}  // namespace procreg::scenarios
