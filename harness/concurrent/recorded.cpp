#include "harness/concurrent/recorded.h"

#include <fmt/format.h>

#include <algorithm>

namespace procreg::harness {

namespace {

std::size_t first_ready(std::span<const Standing> threads) {
  const auto ready = std::find_if(threads.begin(), threads.end(),
                                  [](const Standing& thread) { return thread.state == Standing::State::ready; });
  return ready == threads.end() ? no_thread : static_cast<std::size_t>(ready - threads.begin());
}

std::string times(std::uint32_t n) { return n == 1 ? "" : fmt::format(" {} times", n); }

}  // namespace

std::string text(const schedule::Point& point) {
  std::string words{schedule::name(point.kind)};
  if (point.name != nullptr && *point.name != '\0') words.append(1, ' ').append(point.name);
  return words;
}

void Occurrences::note(std::span<const Standing> threads, std::size_t running) {
  if (running != no_thread) {
    ++times_[{running, text(threads[running].next)}];
    return;
  }
  for (std::size_t i = 0; i < threads.size(); ++i) ++times_[{i, text(threads[i].next)}];
}

std::uint32_t Occurrences::at(std::size_t thread, const schedule::Point& point) const {
  const auto found = times_.find({thread, text(point)});
  return found == times_.end() ? 0 : found->second;
}

std::size_t Choices::choose(std::span<const Standing> threads, std::size_t) {
  if (made_ == choices_.size()) return no_thread;
  const std::size_t chosen = choices_[made_];
  if (chosen >= threads.size() || threads[chosen].state != Standing::State::ready) return no_thread;
  ++made_;
  return chosen;
}

std::size_t Recorder::choose(std::span<const Standing> threads, std::size_t running) {
  occurrences_.note(threads, running);
  const std::size_t chosen = strategy_.choose(threads, running);
  if (chosen == no_thread) return no_thread;
  if (running != no_thread && chosen != running) left(threads, running);
  choices_.push_back(static_cast<std::uint8_t>(chosen));
  last_ = chosen;
  return chosen;
}

void Recorder::left(std::span<const Standing> threads, std::size_t thread) {
  const schedule::Point& point = threads[thread].next;
  switches_.push_back({.thread = static_cast<std::uint16_t>(thread),
                       .point = text(point),
                       .occurrence = std::max(1U, occurrences_.at(thread, point))});
}

std::vector<ScheduleSwitch> Recorder::switches(std::span<const Standing> threads) {
  if (last_ == no_thread) return {};
  // Where the last thread came to stand has not been noted: no choice followed it.
  occurrences_.note(threads, last_);
  left(threads, last_);
  return std::move(switches_);
}

std::size_t Replayed::choose(std::span<const Standing> threads, std::size_t running) {
  occurrences_.note(threads, running);
  while (next_ < schedule_.size() && reached(threads)) ++next_;
  last_ = first_ready(threads);
  if (misfit_.empty() && next_ < schedule_.size()) {
    const std::size_t wanted = schedule_[next_].thread;
    if (wanted < threads.size() && threads[wanted].state == Standing::State::ready) {
      last_ = wanted;
    } else {
      misfit_ = why_not(threads);
    }
  }
  return last_;
}

std::string Replayed::why_not(std::span<const Standing> threads) const {
  const ScheduleSwitch& wanted = schedule_[next_];
  if (wanted.thread >= threads.size()) return fmt::format("switch {}: there is no thread {}", next_ + 1, wanted.thread);
  const Standing& thread = threads[wanted.thread];
  const std::string stands =
      thread.state == Standing::State::ended ? "has ended" : fmt::format("waits at '{}'", text(thread.next));
  return fmt::format("switch {}: thread {} {} and does not come to '{}'{}", next_ + 1, wanted.thread, stands,
                     wanted.point, times(wanted.occurrence));
}

// The thread stands where the next switch wants it, or has stood there before.
bool Replayed::reached(std::span<const Standing> threads) const {
  const ScheduleSwitch& wanted = schedule_[next_];
  if (wanted.thread >= threads.size()) return false;
  const schedule::Point& point = threads[wanted.thread].next;
  return text(point) == wanted.point && occurrences_.at(wanted.thread, point) >= wanted.occurrence;
}

std::string Replayed::misfit(std::span<const Standing> threads) {
  if (last_ != no_thread) occurrences_.note(threads, last_);
  while (misfit_.empty() && next_ < schedule_.size() && reached(threads)) ++next_;
  if (misfit_.empty() && next_ < schedule_.size()) misfit_ = why_not(threads);
  return misfit_;
}

}  // namespace procreg::harness
