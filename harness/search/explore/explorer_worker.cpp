#include "harness/search/explore/explorer_worker.h"

#include <algorithm>
#include <span>

namespace procreg::harness {

namespace {

// Lookups that are on their way at a time.
constexpr std::size_t lookups_ahead = 24;

bool is_share(const ExploreOptions& options, std::uint64_t digest) {
  return detail::high_product(digest * 0xD6E8FEB86659FD93U, options.shards) == options.shard;
}

}  // namespace

ExplorerWorker::ExplorerWorker(ExplorerRoot& root, std::size_t parts)
    : root_{root},
      system_{root.options.world, root.options.tables, root.options.profile},
      encoder_{root.sameness, root.folding},
      forks_{root.profiles.forks()},
      digests_(parts),
      fresh_(parts) {
  system_.spoil(root.options.spoiled);
  system_.gather_applied();
  if (root.options.subject) subject_ = root.options.subject();
  subject_profile_ = PartialProfiles::profiles_max;
}

// States of one digest under different profiles are different.
std::uint64_t ExplorerWorker::profile_digest(std::uint16_t profile) const {
  return forks_ ? PartialProfiles::digest(root_.profiles.at(profile)) : 0;
}

std::uint64_t ExplorerWorker::root_digest() { return encoder_.of(root_.state) + profile_digest(0); }

void ExplorerWorker::insert_root() {
  const std::uint64_t digest = root_digest();
  count(digest);
  set_.insert(digest);
}

// --- The way to a state ---

void ExplorerWorker::begin_level() {
  last_ = root_.levels.size() - 1;
  cursor_.begin(root_.levels);
  path_.resize(last_ + 1);
  path_.front().state = root_.state;
  walked_ = 1;
  imaged_ = 0;
}

const std::vector<Step>& ExplorerWorker::steps_at(std::size_t level) {
  Level& at = path_[level];
  if (!at.listed) root_.alphabet.list(at.state, at.steps);
  at.listed = true;
  return at.steps;
}

const Step& ExplorerWorker::step_to(std::size_t level) { return steps_at(level - 1)[path_[level].step]; }

void ExplorerWorker::use_profile(std::uint16_t number) {
  if (!forks_ || number == profile_) return;
  const Profile profile = root_.profiles.at(number);
  for (std::size_t choice = 0; choice < choice_count; ++choice) system_.assume(choice, profile.option[choice]);
  profile_ = number;
}

// Performs the step by which the state at `level` of the cursor was found, from the state before.
void ExplorerWorker::perform_found(std::size_t level) {
  const std::uint64_t state = cursor_.at(level);
  Level& to = path_[level];
  to.step = root_.log.step(state);
  to.profile = root_.log.profile(state);
  to.listed = false;
  use_profile(to.profile);
  to.answer = system_.perform(step_to(level)).answer;
  to.touched = system_.touched();
}

void ExplorerWorker::walk_one(std::size_t level) {
  system_.become(path_[level - 1].state);
  perform_found(level);
  path_[level].state = system_.state();
}

// To another state that the same one found: what differs is what the two steps wrote.
void ExplorerWorker::walk_beside() {
  Level& to = path_[last_];
  model::Touched both = to.touched;
  system_.put_back(path_[last_ - 1].state, both);
  perform_found(last_);
  both.mark(to.touched);
  copy_parts(both, system_.state(), to.state);
  encoder_.move(to.state, both);
}

// Model and encoder are then at that state.
void ExplorerWorker::walk_to(std::uint64_t state) {
  const bool stands = walked_ > last_;
  const std::size_t differs = cursor_.seek(root_.log, state);
  walked_ = std::max<std::size_t>(1, std::min(walked_, differs));
  imaged_ = std::min(imaged_, walked_);
  if (stands && last_ > 0 && walked_ == last_) {
    walk_beside();
    walked_ = last_ + 1;
    return;
  }
  if (walked_ > last_) system_.become(path_[last_].state);
  for (; walked_ <= last_; ++walked_) walk_one(walked_);
  encoder_.begin(path_[last_].state);
}

std::vector<Step> ExplorerWorker::path_to(std::uint64_t state) {
  walk_to(state);
  std::vector<Step> steps;
  for (std::size_t level = 1; level <= last_; ++level) steps.push_back(step_to(level));
  return steps;
}

// --- Steps ---

void ExplorerWorker::expand(std::uint64_t begin, std::uint64_t end) {
  met_.clear();
  for (auto& digests : digests_) digests.clear();
  begin_ = begin;
  count_ = end - begin;
  for (std::uint64_t state = begin; state < end && !found_; ++state) {
    walk_to(state);
    take_steps(static_cast<std::uint32_t>(state - begin), state);
  }
}

inline void ExplorerWorker::note_decided(Clause clause) {
  if (!clause.is_none()) decided_[clause.index()] = true;
}

inline void ExplorerWorker::note(std::uint64_t digest, std::size_t number, std::uint32_t from) {
  if (forks_) [[unlikely]]
    digest += profile_digest(profile_);
  if (digests_.size() > 1) digests_[part_of(digest)].push_back(digest);
  met_.push_back({digest, from, static_cast<std::uint16_t>(number), profile_});
}

// False: model and subject differ.
[[gnu::always_inline]] inline bool ExplorerWorker::take(const Step& step, std::size_t number, std::uint32_t from) {
  const model::Ruling& ruling = system_.perform(step);
  const bool changed = ruling.changed;
  if (system_.asked() != choice_count) [[unlikely]] {
    if (changed) system_.put_back(*here_);
    return fork(step, number, from);
  }
  ++transitions_;
  ++performed_[step.index()];
  note_decided(ruling.decided);
  std::uint64_t digest = encoder_.digest();
  if (changed) digest = encoder_.after(system_.state(), system_.touched());
  const bool unchanged = !changed || (root_.sameness == Sameness::raw && digest == encoder_.digest());
  if (checks_ && !agrees(step, ruling.answer, unchanged)) return false;
  if (changed) system_.put_back(*here_);
  if (digest != encoder_.digest() || profile_ != here_profile_) note(digest, number, from);
  return true;
}

void ExplorerWorker::take_steps(std::uint32_t from, std::uint64_t state) {
  const std::uint16_t profile = path_[last_].profile;
  here_ = &path_[last_].state;
  here_profile_ = profile;
  use_profile(profile);
  const bool mine = is_share(root_.options, encoder_.digest() + profile_digest(profile));
  checks_ = subject_ != nullptr && mine;
  const std::uint64_t before = transitions_;
  const std::span<const Step> steps = steps_at(last_);
  for (std::size_t number = 0; number < steps.size(); ++number) {
    if (take(steps[number], number, from)) continue;
    found_ = Found{state, number, steps[number], profile_};
    break;
  }
  use_profile(profile);
  if (mine) share_transitions_ += transitions_ - before;
}

// A question that no profile has answered yet: each of its options is gone on with.
[[gnu::noinline]] bool ExplorerWorker::fork(const Step& step, std::size_t number, std::uint32_t from) {
  const std::size_t choice = system_.asked();
  const std::uint16_t asked_under = profile_;
  Profile profile = root_.profiles.at(profile_);
  bool agreed = true;
  for (std::uint8_t option = 0; option < choices()[choice].options.size() && agreed; ++option) {
    profile.option[choice] = option;
    const auto forked = root_.profiles.number_of(profile);
    lost_ = lost_ || !forked;
    if (!forked) continue;
    use_profile(*forked);
    agreed = take(step, number, from);
  }
  if (agreed) use_profile(asked_under);
  return agreed;
}

// --- The subject ---

void ExplorerWorker::begin_subject() {
  const ExploreOptions& options = root_.options;
  subject_->reset(options.world, options.tables, decided(root_.profiles.at(profile_)));
  for (const Step& step : root_.before) subject_->perform(step);
  subject_->save(path_.front().image);
  subject_profile_ = profile_;
  imaged_ = 1;
}

// Under another profile than the one by which the state was found the steps may come out differently: then it is the subject
// that asks for an option where the model does not.
bool ExplorerWorker::walk_subject(std::size_t level) {
  Level& to = path_[level];
  subject_->restore(path_[level - 1].image);
  const Answer answer = subject_->perform(step_to(level));
  subject_->save(to.image);
  return answer == to.answer;
}

bool ExplorerWorker::put_subject_at_state() {
  if (subject_profile_ != profile_ || imaged_ == 0) begin_subject();
  for (; imaged_ <= last_; ++imaged_)
    if (!walk_subject(imaged_)) return false;
  return true;
}

bool ExplorerWorker::words_agree() {
  subject_words_.clear();
  return !subject_->snapshot(subject_words_) || subject_words_ == model_words_;
}

// `unchanged`: the model's state is, id for id.
bool ExplorerWorker::agrees(const Step& step, const Answer& answer, bool unchanged) {
  if (!put_subject_at_state()) return false;
  const WorldImage& here = path_[last_].image;
  ++checked_;
  if (!(subject_->perform(step) == answer)) return false;
  // What is equal byte for byte is equal to what was compared when the state was found.
  if (unchanged && subject_->same_as(here)) return true;
  model_words_.clear();
  system_.snapshot(model_words_);
  if (!words_agree()) return false;
  subject_->restore(here);
  return true;
}

// --- The set ---

template <class DigestAt>
void ExplorerWorker::insert(std::size_t count_of_digests, std::vector<std::uint8_t>& fresh, DigestAt digest_at) {
  fresh.resize(count_of_digests);
  for (std::size_t i = 0; i < std::min(lookups_ahead, count_of_digests); ++i) set_.prefetch(digest_at(i));
  for (std::size_t i = 0; i < count_of_digests; ++i) {
    if (i + lookups_ahead < count_of_digests) set_.prefetch(digest_at(i + lookups_ahead));
    const std::uint64_t digest = digest_at(i);
    fresh[i] = set_.insert(digest);
    if (fresh[i] != 0) count(digest);
  }
}

void ExplorerWorker::insert(ExplorerWorker& from, std::size_t part) {
  const auto& digests = from.digests_[part];
  const Met* met = from.met_.data();
  if (digests_.size() == 1)
    insert(from.met_.size(), from.fresh_[part], [met](std::size_t i) { return met[i].digest; });
  else
    insert(digests.size(), from.fresh_[part], [&digests](std::size_t i) { return digests[i]; });
}

void ExplorerWorker::count(std::uint64_t digest) {
  digest_ += digest;
  if (!is_share(root_.options, digest)) return;
  ++share_states_;
  share_digest_ += digest;
}

std::size_t ExplorerWorker::fresh() const {
  std::size_t count = 0;
  for (const auto& fresh : fresh_) count += static_cast<std::size_t>(std::count(fresh.begin(), fresh.end(), 1));
  return count;
}

void ExplorerWorker::append(std::uint64_t first, Many& many) {
  std::vector<std::size_t> next(digests_.size());
  std::size_t met = 0;
  for (std::size_t from = 0; from < count_; ++from) {
    std::size_t found = 0;
    for (; met < met_.size() && met_[met].from == from; ++met) {
      const Met& one = met_[met];
      const std::size_t part = part_of(one.digest);
      if (fresh_[part][next[part]++] == 0) continue;
      root_.log.set_origin(first++, one.step, one.profile);
      ++found;
    }
    if (root_.log.set_found(begin_ + from, found)) many.emplace_back(begin_ + from, found);
  }
}

void ExplorerWorker::add_coverage(Coverage& coverage) const {
  for (std::size_t clause = 0; clause < clause_count; ++clause)
    if (decided_[clause]) coverage.decided[clause] = true;
  for (const Clause clause : system_.gathered()) coverage.applied[clause.index()] = true;
  coverage.note_options(system_.options_taken());
  for (std::size_t kind = 0; kind < performed_.size(); ++kind) coverage.performed[kind] += performed_[kind];
  coverage.steps += transitions_;
}

}  // namespace procreg::harness
