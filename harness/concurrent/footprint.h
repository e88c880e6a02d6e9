// What a step may look at and what it may change, told from the step alone: which operations of a history share state.
#pragma once

#include <boost/container/static_vector.hpp>
#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "api/profile.h"
#include "api/snapshot.h"
#include "harness/concurrent/history.h"

namespace procreg::harness {

// A piece of a world's state.
struct Piece {
  enum class Kind : std::uint8_t {
    structure,  // processes, threads, handles, life and failures, reports, the clock: everything that is nowhere else
    registration,  // what a process has registered, with its heap and its recovery faults
    tag,           // the tag of a process
    filter,        // the filter of a machine and its faults
  };
  Kind kind{};
  ProcessKey of{};  // object 0 for a filter, nobody for the structure
  friend constexpr auto operator<=>(const Piece&, const Piece&) = default;
};

struct Access {
  Piece piece{};
  bool writes{};
};
using Footprint = boost::container::static_vector<Access, 4>;

// What footprints depend on besides the steps.
struct Circumstances {
  const Profile& profile;
  bool ccf_faults{};  // an allocation of a filter may fail: then each one counts
};

// Of a resolved step; never too small. What is not worked out changes the structure, at which every step looks.
Footprint footprint(const Step& step, const Circumstances& circumstances);

// Operations that share a piece that any of them changes stand in one part. Operations of which no piece is ever changed
// are a part of their own. Parts in order of their first operation, each ascending.
std::vector<std::vector<std::uint32_t>> parts_of(const History& history, const Circumstances& circumstances);

// A snapshot cut into the pieces it shows. The structure's is what is in no other piece.
using Pieces = std::map<Piece, SnapshotWords>;
Pieces pieces_of(const SnapshotWords& snapshot);

}  // namespace procreg::harness
