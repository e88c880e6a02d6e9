#include "harness/concurrent/schedule_report.h"

#include <fmt/format.h>

#include "harness/concurrent/timeline.h"

namespace procreg::harness {

namespace {

std::string ordinal(std::uint32_t n) {
  const bool teen = n / 10 % 10 == 1;
  const std::string_view ending = teen ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
  return fmt::format("{}{}", n, ending);
}

std::string text(const ScheduleSwitch& each) {
  if (each.point == "end") return fmt::format("thread {} runs to its end", each.thread);
  const std::string time = each.occurrence == 1 ? "" : fmt::format(" for the {} time", ordinal(each.occurrence));
  return fmt::format("thread {} runs until it stands at '{}'{}", each.thread, each.point, time);
}

}  // namespace

RecordedRace race_of(const Script& script, const Script::NamedProfile& profile, const History& history,
                     const SnapshotWords& end) {
  RecordedRace race{script, history, {}};
  race.script.profiles = {profile};
  if (!end.empty()) race.end = end;
  return race;
}

std::string schedule_text(std::span<const ScheduleSwitch> schedule) {
  std::string lines;
  for (std::size_t i = 0; i < schedule.size(); ++i) lines += fmt::format("  {:>3}  {}\n", i + 1, text(schedule[i]));
  return lines;
}

std::string failure_text(const Script& script, const Script::NamedProfile& profile, const ScheduleFailure& failure) {
  const RecordedRace race = race_of(script, profile, failure.history, failure.end);
  const bool judged = failure.fault == ScheduleFault::not_linearizable;
  const Explanation why = judged ? explain(race, judge(race)) : Explanation{};
  std::string lines = timeline_text(race, why) + '\n';
  if (judged) lines += explanation_text(race, why) + '\n';
  for (const std::string& waiting : failure.waiting) lines += fmt::format("  {}\n", waiting);
  if (!failure.waiting.empty()) lines += '\n';
  return lines + "the schedule\n" + schedule_text(failure.schedule);
}

}  // namespace procreg::harness
