// How the life of one process ends, by what has happened to it so far: an oracle of the process states (wer.md 3.6) from the
// failure on, of recovery and of restart, that asks nobody.
#pragma once

#include <optional>

#include "api/profile.h"
#include "api/snapshot.h"
#include "api/step.h"

namespace procreg::scenarios {

class Fate {
 public:
  Fate(const Profile& profile, std::uint64_t start) : profile_{profile}, start_{start} {}

  // --- What has happened; `now` is the virtual time ---
  // Calls while Running, Hung or Crashed.
  void registers_recovery(std::uint32_t ping) { ping_ = ping == 0 ? RECOVERY_DEFAULT_PING_INTERVAL : ping; }
  void unregisters_recovery() { ping_.reset(); }
  // In any state.
  void registers_restart(TextRef line, std::uint32_t flags) { restart_ = {line, flags}; }
  void unregisters_restart() { restart_.reset(); }

  void hangs(std::uint64_t now);
  void answers();
  void crashes(std::uint64_t now);  // also in recovery
  void is_closed();                 // while it is hung
  void chooses(std::uint64_t now, UserAction action, bool restart);
  void cancels() { cancelled_ = true; }
  void pings(std::uint64_t now) { deadline_ = now + interval_; }
  void finishes(std::uint64_t now, bool success);
  void exits(std::uint64_t now, std::uint32_t code);  // in recovery
  void callback_returns(std::uint64_t now);
  void time_is(std::uint64_t now);

  // --- What that makes of it ---
  ProcessState state() const { return state_; }
  std::uint64_t deadline() const { return deadline_; }
  bool is_cancelled() const { return cancelled_; }
  std::optional<RecoveryEnd> recovery() const { return end_; }
  std::uint64_t exit_time() const { return exit_time_; }
  std::uint32_t exit_code() const { return exit_code_; }
  // The command line with which it is restarted.
  std::optional<TextRef> restarted() const { return restarted_; }

 private:
  struct Restart {
    TextRef line{};
    std::uint32_t flags{};
  };

  bool is_in_time(bool mark) const;
  std::uint32_t code_of_cause() const;
  void ends(std::uint64_t now, std::uint32_t code, std::optional<RecoveryOutcome> outcome);
  bool is_restarted() const;

  Profile profile_;
  std::uint64_t start_;
  std::optional<std::uint32_t> ping_{};
  std::optional<Restart> restart_{};
  ProcessState state_{ProcessState::Running};
  Cause cause_{};
  std::uint64_t failure_{};
  bool recovery_in_time_{};
  bool restart_in_time_{};
  bool wanted_{};  // by the user: the restart
  std::uint64_t interval_{};
  std::uint64_t deadline_{};
  bool cancelled_{};
  std::optional<RecoveryEnd> end_{};
  std::uint64_t exit_time_{};
  std::uint32_t exit_code_{};
  std::optional<TextRef> restarted_{};
};

}  // namespace procreg::scenarios
