// Who holds a file, as the state machine of smb.md section 8 says: one slot for each file of each share, every open exclusive.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "scenarios/properties/smb_site.h"

namespace procreg::scenarios {

// A create as the state machine sees it.
struct Coming {
  std::uint32_t client{};  // its GUID
  bool old_dialect{};      // 3.0.2; else 3.1.1
  std::optional<Guid> id{};
  std::optional<VersionPair> version{};
  std::optional<DurableRequest> durable{};
  HoldKind hold{};
};

class ExpectedOwner {
 public:
  enum class State : std::uint8_t { free, held, orphan };

  ExpectedOwner(const Profile& profile, bool continuously_available)
      : profile_{profile}, continuously_available_{continuously_available} {}

  State state() const { return state_; }
  DurableId open() const { return open_; }
  HoldKind hold() const { return hold_; }
  bool persistent() const { return persistent_; }
  std::optional<VersionPair> version() const { return version_; }
  std::uint64_t deadline() const { return deadline_; }

  // What the event leads to; `log` grows by the forced closes that it makes. `made`: the id that a new open gets.
  NtStatus create(const Coming& coming, DurableId made, std::vector<SnapForcedClose>& log);
  void close() { state_ = State::free; }
  void disconnect(std::uint64_t now, std::vector<SnapForcedClose>& log);
  // By the holder's handle: `asks_persistent` is the flag of DH2C, the hold and its key are those of the open.
  NtStatus reconnect(std::uint32_t client, bool asks_persistent);
  // Time is `now`: an orphan whose deadline has passed is gone.
  void expire(std::uint64_t now, std::vector<SnapForcedClose>& log);

 private:
  bool matches(const Coming& coming) const;
  bool gate_passes(const Coming& coming) const;
  void taken(const Coming& coming, DurableId made);
  void forced(ForcedClose reason, std::vector<SnapForcedClose>& log);

  Profile profile_;
  bool continuously_available_;
  State state_{};
  DurableId open_{};
  std::uint32_t client_{};     // recorded
  std::uint32_t presently_{};  // of its connection
  std::optional<Guid> id_{};
  std::optional<VersionPair> version_{};
  HoldKind hold_{};
  bool durable_{};
  bool persistent_{};
  std::uint32_t timeout_{};
  std::uint64_t deadline_{};
};

}  // namespace procreg::scenarios
