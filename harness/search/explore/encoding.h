// The digest of a model state, and of what a step makes of it at the price of the parts that the step wrote to.
#pragma once

#include <array>
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
  explicit Encoder(Sameness sameness, Folding folding = {})
      : sameness_{sameness}, lives_{folding.lives}, folded_{std::move(folding)} {}

  // The state from which steps are taken.
  void begin(const model::State& here);
  std::uint64_t digest() const { return digest_; }

  // Likewise, where it differs from the state before in no more than the parts touched.
  void move(const model::State& here, const model::Touched& touched);

  // Of `now`, which differs from that state in the parts touched.
  std::uint64_t after(const model::State& now, const model::Touched& touched);

  std::uint64_t of(const model::State& state);

 private:
  // Digests of the parts of the state begun with (sameness raw), which those of other states are made from.
  using ProcessParts = std::array<std::uint64_t, 6>;  // from Part::core on
  struct MachineParts {
    std::array<std::uint64_t, 7> own{};  // from Part::machine on; that of the list of processes is not used
    std::vector<ProcessParts> processes{};
  };

  static std::uint64_t of_reports(const model::State& state);
  static std::uint64_t of_existing_files(const model::State& state);
  static std::uint64_t of_servers(const model::State& state);  // and of volumes, and of what is open on them
  static std::uint64_t of_part(const model::State& state, model::Part part, MachineIndex machine);
  static std::uint64_t of_part(std::uint64_t now, model::Part part, MachineIndex machine,
                               const model::Process& process);
  ProcessParts& known_parts(MachineIndex index, const model::Machine& machine, const model::Process& process);
  // Of any parts but those that are seen everywhere.
  std::uint64_t after_several(const model::State& now, const model::Touched& touched);
  template <class Differs>
  void each_touched(const model::State& now, const model::Touched& touched, Differs&& differs);
  template <class Differs>
  void process_touched(const model::State& now, const model::TouchedPart& touched, Differs&& differs);
  template <class Differs>
  void other_touched(const model::State& now, const model::TouchedPart& touched, Differs&& differs);
  void begin_raw(const model::State& here);
  void begin_raw(const model::State& here, MachineIndex machine);
  std::uint64_t ranked(const model::State& state);

  Sameness sameness_;
  bool lives_;
  FoldedDigest folded_;
  RankedIds ranks_{};
  std::uint64_t digest_{};
  std::uint64_t reports_{};
  std::uint64_t files_{};
  std::uint64_t servers_{};
  std::vector<MachineParts> machines_{};
  std::unique_ptr<Encoder> other_{};  // keeps memory for states other than the one begun with
};

// The words behind a digest, for tests: states that are one by raw or ranked sameness have equal words.
std::vector<std::uint64_t> canonical_words(const model::State& state, Sameness sameness);

}  // namespace procreg::harness
