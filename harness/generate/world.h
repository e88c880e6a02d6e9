// The world of a generated script, and its swarm settings: each script leaves out some kinds of steps and lowers some
// limits, so that what is rare elsewhere dominates here.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "api/profile.h"
#include "api/step.h"
#include "api/world.h"
#include "harness/generate/choice_source.h"
#include "harness/generate/name_book.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// How often each kind of step is drawn, in 256ths.
class Swarm {
 public:
  // Every kind by its usual weight.
  Swarm();
  // Some kinds left out, perhaps one made frequent.
  void draw(ChoiceSource& source);
  // Kinds with these weights, by index of the Step variant; at least one is above 0.
  void take(std::span<const std::uint16_t, step_kinds> weights);

  std::uint8_t kind(ChoiceSource& source) const { return kinds_[source.below(256)]; }
  bool has(std::size_t kind) const { return has_[kind]; }

 private:
  static void draw_families(ChoiceSource& source, std::array<std::uint16_t, step_kinds>& weights);

  std::array<std::uint8_t, 256> kinds_{};
  std::array<bool, step_kinds> has_{};
};

std::span<const std::uint16_t, step_kinds> usual_weights();

struct GeneratedWorld {
  WorldSpec world{};
  Profile profile{};
  Swarm swarm{};
};

// The values that generated steps and worlds use, the same for every script.
const Tables& generated_tables();
std::span<const TextRef> generated_users();
std::span<const TextRef> generated_packages();
// For paths, keys and values: plain ones first, then those of lengths and characters at which something changes.
std::span<const TextRef> generated_texts();
std::span<const DaclRef> generated_dacls();
std::span<const StacksRef> generated_stacks();
// Such as the addresses of generated blocks lie in and about.
std::span<const RangesRef> generated_ranges();
std::span<const LoadedModulesRef> generated_loaded_modules();
std::span<const BytesRef> generated_eas();
std::span<const AccessMask> generated_masks();
// Of SMB servers and CSV volumes: plain ones first.
struct SmbTexts {
  std::vector<TextRef> servers{};
  std::vector<TextRef> shares{};   // the last is the first in other letters
  std::vector<TextRef> folders{};  // on a server
  std::vector<TextRef> paths{};    // below a share; then those that name the same file or none
  std::vector<TextRef> files{};    // on a server
  std::vector<TextRef> volumes{};
  std::vector<BytesRef> contents{};
};
const SmbTexts& generated_smb();
// The first is zero.
std::span<const Guid> generated_guids();

// A valid world (specification README, 3 and 4.2). Its processes are named in `names`, which is cleared to hold `room`
// more. Reuses the memory of `world`.
void generate_world(ChoiceSource& source, std::size_t room, GeneratedWorld& world, NameBook& names);

// "documented", "windows11", or "documented with app-instance-zero-guid=accept ...".
std::string profile_label(const Profile& profile);

}  // namespace procreg::harness
