// One thread of an exploration: takes the steps of its states, and keeps its part of the set of digests.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/search/explore/alphabet.h"
#include "harness/search/explore/digest_set.h"
#include "harness/search/explore/discovery_log.h"
#include "harness/search/explore/encoding.h"
#include "harness/search/explore/explore.h"
#include "harness/search/explore/partial_profiles.h"
#include "harness/search/explore/path_cursor.h"
#include "model/system.h"

namespace procreg::harness {

// What all workers share. Written by one of them while the others wait.
struct ExplorerRoot {
  const ExploreOptions& options;
  model::State state;
  std::vector<Step> before;  // resolved
  Alphabet alphabet;
  Sameness sameness;
  Folding folding;
  PartialProfiles profiles;
  DiscoveryLog log;
  std::vector<std::uint64_t> levels;  // the number of the first state of each level
};

class ExplorerWorker {
 public:
  ExplorerWorker(ExplorerRoot& root, std::size_t parts);

  // States have found their way; those of a new level come next.
  void begin_level();

  // Takes every step from states [begin, end), up to the first that diverges.
  void expand(std::uint64_t begin, std::uint64_t end);

  // Puts what `from` met of part `part` into this worker's set.
  void insert(ExplorerWorker& from, std::size_t part);

  // How many of what expand met are new, after all parts have been inserted.
  std::size_t fresh() const;
  // Writes them to the log from number `first` on. States that found too many for the log are appended to `many`.
  using Many = std::vector<std::pair<std::uint64_t, std::size_t>>;
  void append(std::uint64_t first, Many& many);

  // Where model and subject differed. The step is that from the state; with unknown options the profile tells the fork.
  struct Found {
    std::uint64_t state{};
    std::size_t step{};
    Step taken{};
    std::uint16_t profile{};
  };
  const std::optional<Found>& found() const { return found_; }

  // The steps from the root to a state of the last level.
  std::vector<Step> path_to(std::uint64_t state);

  std::uint64_t transitions() const { return transitions_; }
  std::uint64_t share_transitions() const { return share_transitions_; }
  std::uint64_t share_states() const { return share_states_; }
  std::uint64_t share_digest() const { return share_digest_; }
  std::uint64_t checked() const { return checked_; }
  std::uint64_t digest() const { return digest_; }
  std::size_t set_bytes() const { return set_.bytes(); }
  std::size_t met() const { return met_.size(); }
  bool lost() const { return lost_; }  // there were more profiles than can be numbered
  void add_coverage(Coverage& coverage) const;
  // The root, into the set of the worker that keeps its part.
  std::size_t part_of_root() { return part_of(root_digest()); }
  void insert_root();

 private:
  // The path to the state that steps are being taken from.
  struct Level {
    model::State state{};
    std::vector<Step> steps{};  // of the alphabet
    bool listed{};
    std::uint16_t step{};  // by which it was found, of those of the level before
    model::Touched touched{};
    Answer answer{};
    std::uint16_t profile{};
    WorldImage image{};
  };
  // A state that a step led to.
  struct Met {
    std::uint64_t digest{};
    std::uint32_t from{};  // counted from the first state of this call of expand
    std::uint16_t step{};
    std::uint16_t profile{};
  };

  // The digest as it is says where in the set of a part it lies.
  std::size_t part_of(std::uint64_t digest) const {
    return digests_.size() == 1 ? 0 : detail::high_product(digest * 0x9E3779B97F4A7C15U, digests_.size());
  }
  template <class DigestAt>
  void insert(std::size_t count, std::vector<std::uint8_t>& fresh, DigestAt digest_at);
  std::uint64_t root_digest();
  std::uint64_t profile_digest(std::uint16_t profile) const;
  void walk_to(std::uint64_t state);
  void walk_one(std::size_t level);
  void walk_beside();
  void perform_found(std::size_t level);
  const std::vector<Step>& steps_at(std::size_t level);
  const Step& step_to(std::size_t level);
  void use_profile(std::uint16_t profile);
  void take_steps(std::uint32_t from, std::uint64_t state);
  bool take(const Step& step, std::size_t number, std::uint32_t from);
  bool fork(const Step& step, std::size_t number, std::uint32_t from);
  void note_decided(Clause clause);
  void note(std::uint64_t digest, std::size_t number, std::uint32_t from);
  bool agrees(const Step& step, const Answer& answer, bool unchanged);
  bool put_subject_at_state();
  void count(std::uint64_t digest);
  void begin_subject();
  bool walk_subject(std::size_t level);
  bool words_agree();

  ExplorerRoot& root_;
  model::System system_;
  Encoder encoder_;
  bool forks_;
  std::unique_ptr<Restorable> subject_;
  DigestSet set_{};

  std::size_t last_{};  // level of the states that steps are taken from
  PathCursor cursor_{};
  std::vector<Level> path_{};
  std::size_t walked_{};        // so many levels of the path are those of the state sought last
  std::size_t imaged_{};        // and of so many the subject's image
  const model::State* here_{};  // that steps are being taken from
  std::uint16_t here_profile_{};
  bool checks_{};            // the state is of this shard's share, and there is a subject
  std::uint16_t profile_{};  // of the model now
  std::uint16_t subject_profile_{};
  SnapshotWords model_words_{};
  SnapshotWords subject_words_{};

  std::vector<Met> met_{};
  std::uint64_t begin_{};
  std::size_t count_{};                                // states expanded in this call
  std::vector<std::vector<std::uint64_t>> digests_{};  // of met_, by part; of one part they stay where they are
  std::vector<std::vector<std::uint8_t>> fresh_{};     // likewise, whether new

  std::optional<Found> found_{};
  bool lost_{};
  std::uint64_t transitions_{};
  std::uint64_t share_transitions_{};
  std::uint64_t share_states_{};
  std::uint64_t share_digest_{};
  std::uint64_t checked_{};
  std::uint64_t digest_{};
  std::array<bool, clause_count> decided_{};
  std::array<std::uint64_t, step_kinds> performed_{};
};

}  // namespace procreg::harness
