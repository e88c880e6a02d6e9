// Whatever is held against the model: the full implementation in process, later a shared library or another program.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/profile.h"
#include "api/snapshot.h"
#include "api/step.h"
#include "api/world.h"

namespace procreg::harness {

// How a subject keeps its reports as folders (WER-REP-37).
class ReportKeeper {
 public:
  virtual ~ReportKeeper() = default;
  // Every report of a world that begins from now on goes to folder/ReportArchive, which is made. "" or why it cannot be used,
  // with its path; nothing is kept then.
  virtual std::string keep_in(const std::string& folder) = 0;
  // Reports written since keep_in, each once.
  virtual std::size_t written() const = 0;
  // "" while every report was written, else why not, with the path.
  virtual std::string failure() const = 0;
};

class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::string_view name() const = 0;
  // Begins a world; called before the first perform and whenever another script begins. `tables` outlives the script's
  // run.
  virtual void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) = 0;
  // Those tables, which may be elsewhere now, have more in them than at the last reset.
  virtual void tables_grew(const Tables&) {}
  // Performs one resolved step.
  virtual Answer perform(const Step& step) = 0;
  // Appends the snapshot; false: this subject has none.
  virtual bool snapshot(SnapshotWords& words) = 0;
  // nullptr: this subject writes no report folders.
  virtual ReportKeeper* reports() { return nullptr; }
};

// `impl`, the full implementation of this project.
std::unique_ptr<Subject> implementation();

// A world as bytes, to be put back.
using WorldImage = std::vector<std::byte>;

// A subject whose world can be saved and put back: for exploration and for schedules. One thread at a time.
class Restorable : public Subject {
 public:
  virtual void save(WorldImage& image) const = 0;
  // `image` was saved since the last reset of this subject.
  virtual void restore(const WorldImage& image) = 0;
  // Byte for byte as when it was saved. False does not mean that anything visible differs.
  virtual bool same_as(const WorldImage& image) const = 0;
};

// The full implementation in the flavour of impl/sync/scheduled.
std::unique_ptr<Restorable> scheduled_implementation();

// A decorator that plants one fault: hidden steps, or answers and snapshots changed. Base class for tests and law
// properties; forwards everything.
class Wrapped : public Subject {
 public:
  explicit Wrapped(std::unique_ptr<Subject> inner) : inner_{std::move(inner)} {}
  std::string_view name() const override { return inner_->name(); }
  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    inner_->reset(world, tables, profile);
  }
  void tables_grew(const Tables& tables) override { inner_->tables_grew(tables); }
  Answer perform(const Step& step) override { return inner_->perform(step); }
  bool snapshot(SnapshotWords& words) override { return inner_->snapshot(words); }
  ReportKeeper* reports() override { return inner_->reports(); }

 protected:
  std::unique_ptr<Subject> inner_;
};

}  // namespace procreg::harness
