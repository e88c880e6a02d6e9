// Subjects for tests: the implementation with one fault planted in front of it.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "harness/subject/subject.h"

namespace procreg::harness {

// Changes answers and snapshots; the implementation itself goes on as it is.
class Faulty final : public Wrapped {
 public:
  using ChangeAnswer = std::function<void(const Step&, Answer&)>;
  using ChangeSnapshot = std::function<void(SnapshotWords&)>;

  explicit Faulty(ChangeAnswer answer, ChangeSnapshot snapshot = {})
      : Wrapped{implementation()}, answer_{std::move(answer)}, snapshot_{std::move(snapshot)} {}

  Answer perform(const Step& step) override {
    Answer answer = Wrapped::perform(step);
    if (answer_) answer_(step, answer);
    return answer;
  }
  bool snapshot(SnapshotWords& words) override {
    const bool has_one = Wrapped::snapshot(words);
    if (snapshot_) snapshot_(words);
    return has_one;
  }

 private:
  ChangeAnswer answer_;
  ChangeSnapshot snapshot_;
};

// Does not perform some steps at all, and answers that they went well.
class Skipping final : public Wrapped {
 public:
  explicit Skipping(std::function<bool(const Step&)> skips, Result answer)
      : Wrapped{implementation()}, skips_{std::move(skips)}, answer_{answer} {}
  Answer perform(const Step& step) override {
    return skips_(step) ? Answer{.result = answer_} : Wrapped::perform(step);
  }

 private:
  std::function<bool(const Step&)> skips_;
  Result answer_;
};

// A subject without snapshots.
class Opaque final : public Wrapped {
 public:
  explicit Opaque(std::unique_ptr<Subject> inner) : Wrapped{std::move(inner)} {}
  bool snapshot(SnapshotWords&) override { return false; }
};

}  // namespace procreg::harness
