// Schedules as lists: of choices, for this program at this moment, and of switches at named points, which survive edits of
// the code (ScheduleSwitch).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/concurrent/scheduler.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// "lock process gate", "call", "end".
std::string text(const schedule::Point& point);

// How often each thread has stood at each point.
class Occurrences {
 public:
  // To be called with each choice: where `running` stands now counts, at the beginning where every thread does.
  void note(std::span<const Standing> threads, std::size_t running);
  std::uint32_t at(std::size_t thread, const schedule::Point& point) const;

 private:
  std::map<std::pair<std::size_t, std::string>, std::uint32_t> times_{};
};

// The choices of an earlier run. One that is not possible ends the run.
class Choices final : public Strategy {
 public:
  explicit Choices(std::vector<std::uint8_t> choices) : choices_{std::move(choices)} {}
  std::size_t choose(std::span<const Standing> threads, std::size_t running) override;

 private:
  std::vector<std::uint8_t> choices_;
  std::size_t made_{};
};

// Goes on as another strategy does, and writes down the switches. For one run.
class Recorder final : public Strategy {
 public:
  explicit Recorder(Strategy& strategy) : strategy_{strategy} {}
  std::size_t choose(std::span<const Standing> threads, std::size_t running) override;
  // After the run, with the threads as it left them.
  std::vector<ScheduleSwitch> switches(std::span<const Standing> threads);
  const std::vector<std::uint8_t>& choices() const { return choices_; }

 private:
  void left(std::span<const Standing> threads, std::size_t thread);

  Strategy& strategy_;
  Occurrences occurrences_{};
  std::vector<ScheduleSwitch> switches_{};
  std::vector<std::uint8_t> choices_{};
  std::size_t last_{no_thread};
};

// The run that a schedule describes. For one run.
class Replayed final : public Strategy {
 public:
  explicit Replayed(std::span<const ScheduleSwitch> schedule) : schedule_{schedule} {}
  std::size_t choose(std::span<const Standing> threads, std::size_t running) override;

  // Where the schedule does not fit the run, from which on it was not followed: "switch 3: thread 1 has ended and does not
  // come to 'lock arena' 4 times". "": it fits, and all of it was used. After the run, with the threads as it left them.
  std::string misfit(std::span<const Standing> threads);

 private:
  bool reached(std::span<const Standing> threads) const;
  std::string why_not(std::span<const Standing> threads) const;

  std::span<const ScheduleSwitch> schedule_;
  Occurrences occurrences_{};
  std::size_t next_{};
  std::size_t last_{no_thread};
  std::string misfit_{};
};

}  // namespace procreg::harness
