// A server with shares and files, and clients with a GUID each: where stories about opens take place.
#pragma once

#include <array>
#include <vector>

#include "scenarios/properties/story.h"

namespace procreg::scenarios {

inline constexpr Dialect all_dialects[] = {Dialect::smb_2_0_2, Dialect::smb_2_1, Dialect::smb_3_0, Dialect::smb_3_0_2,
                                           Dialect::smb_3_1_1};

// The GUID of a client, a lease key, a createGuid: all different, none of them {g1} to {g3}.
constexpr Guid client_guid(std::uint32_t client) { return {0xC11E000000000000U + client, 1}; }
constexpr Guid lease_key(std::uint32_t k) { return {0x1EA5E00000000000U + k, 2}; }
constexpr Guid create_guid(std::uint32_t k) { return {0xD420000000000000U + k, 3}; }

class Site {
 public:
  static constexpr std::uint32_t shares = 2;
  static constexpr std::uint32_t files = 2;

  // Gives the story its texts; the steps come by the functions below.
  explicit Site(Story& story);

  // `server` is filled in, and so is the folder of a share that has none: each has its own.
  void start(SmbServerStart with = {}) const;
  // What the drawn flavour allows at most, or less; at least `lowest`.
  void start_any(Dialect lowest) const;
  void share(std::uint32_t share = 0, SmbShare with = {}) const;
  RequiredText folder(std::uint32_t share) const { return folders_.at(share); }
  RequiredText other_user() const { return other_user_; }

  // A connection of the client: `server` and `clientGuid` are filled in.
  Name connect(std::uint32_t client, Dialect dialect = Dialect::smb_3_1_1, SmbConnect with = {}) const;
  Name connect_other_user(std::uint32_t client, Dialect dialect = Dialect::smb_3_1_1) const;
  // The other fields of a create are as they are by default: exclusive.
  SmbCreate on(Name conn, std::uint32_t share = 0, std::uint32_t file = 0) const;
  // Rights of the other user on a file, which is made.
  void restrict(std::uint32_t share, std::uint32_t file, std::uint32_t mask) const;
  void restrict(RequiredText user, std::uint32_t share, std::uint32_t file, std::uint32_t mask) const;
  // One byte, given before the first step; k below 4.
  BytesRef byte(std::uint32_t k) const { return bytes_.at(k); }

  // The name of an open that must come about, or the answer of one that must not.
  Name make(const SmbCreate& create, std::string_view what = "a file is opened") const;
  void refused(const SmbCreate& create, NtStatus with, std::string_view what) const;

  // --- What the subject shows ---
  const SeenServer& seen() const;
  const SeenOpen* find(Name open) const { return seen().open(story_.durable_of(open)); }
  const SeenOpen& of(Name open) const { return Story::there(find(open), "the open is there"); }
  const SnapConnection& connection_of(Name conn) const;
  std::u16string key(std::uint32_t share, std::uint32_t file) const;
  const SeenFile* file(std::uint32_t share, std::uint32_t file) const { return seen().file(key(share, file)); }
  std::vector<const SeenOpen*> opens_of(std::uint32_t share, std::uint32_t file) const;

  // --- What has to hold ---
  // The handle's open is usable, or answers STATUS_FILE_CLOSED. Both read nothing of it: the connection must be up.
  void usable(Name open, std::string_view what) const;
  void dead(Name open, std::string_view what) const;
  // The last forced close was of this open, which is gone.
  void forced(Name open, ForcedClose reason, std::string_view what) const;
  std::size_t forced_closes() const { return seen().forced_closes.size(); }

 private:
  Story& story_;
  RequiredText server_;
  std::array<RequiredText, shares> names_;
  std::array<RequiredText, shares> folders_;
  std::array<RequiredText, files> paths_;
  std::array<std::array<RequiredText, files>, shares> local_files_;
  RequiredText other_user_;
  std::array<BytesRef, 4> bytes_;
};

// Any of the two flavours that a server of 3.1.1 can have, or any flavour.
Flavour any_new_flavour(Story& story);
Flavour any_flavour(Story& story);
// From `lowest` to `highest`.
Dialect any_dialect(Story& story, Dialect lowest, Dialect highest = Dialect::smb_3_1_1);
// Often equal in one half, or at an edge.
VersionPair any_version(Story& story);
// Nothing, batch or a lease with key k.
void any_hold(Story& story, SmbCreate& create, std::uint32_t key);

}  // namespace procreg::scenarios
