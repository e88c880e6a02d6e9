// The digest of a model state, and of what a step makes of it at the price of the parts that the step wrote to.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/search/explore/folding.h"
#include "harness/search/explore/ids.h"
#include "model/state.h"
#include "model/touched.h"

namespace procreg::harness {

// When two states are one.
enum class Sameness : std::uint8_t {
  raw,     // all ids are the same: for worlds in which nothing is made
  ranked,  // an order-preserving renaming of ids makes one of the other
  folded,  // as Folding says
};

class Encoder {
 public:
  explicit Encoder(Sameness sameness, Folding folding = {}) : sameness_{sameness}, folded_{std::move(folding)} {}

  // The state from which steps are taken.
  void begin(const model::State& here);
  std::uint64_t digest() const { return digest_; }

  // Of `now`, which differs from that state in the parts touched.
  std::uint64_t after(const model::State& now, const model::Touched& touched);

  std::uint64_t of(const model::State& state);

 private:
  // What the digests of parts are added to and taken from (sameness raw).
  struct ProcessParts {
    ObjectId object{};
    std::uint64_t core{}, threads{}, handles{}, wer{}, heap{};
  };
  struct MachineParts {
    std::uint64_t head{}, tags{}, faults{}, objects{};
    std::vector<ProcessParts> processes{};
  };

  static std::uint64_t part(const model::State& state, const model::TouchedPart& part);
  std::uint64_t known(const model::TouchedPart& part) const;
  void begin_raw(const model::State& here);
  void begin_raw(const model::State& here, MachineIndex machine);
  std::uint64_t ranked(const model::State& state);

  Sameness sameness_;
  FoldedDigest folded_;
  RankedIds ranks_{};
  std::uint64_t digest_{};
  std::uint64_t reports_{};
  std::vector<MachineParts> machines_{};
  std::unique_ptr<Encoder> other_{};  // keeps memory for states other than the one begun with
};

// The words behind a digest, for tests: states that are one by raw or ranked sameness have equal words.
std::vector<std::uint64_t> canonical_words(const model::State& state, Sameness sameness);

}  // namespace procreg::harness
