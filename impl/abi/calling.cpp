#include "impl/abi/calling.h"

#include <cstddef>
#include <new>
#include <set>

#include "impl/abi/shown_report.h"
#include "impl/abi/spec.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The worlds that there are, and who threads are that chose nobody.
struct Worlds {
  sync::mutex<"worlds"> mutex{};
  std::set<const AbiWorld*> alive{};
  Calling::Chosen by_default{};
  bool ever_made{};
  std::unique_ptr<procreg_world> made_by_default{};

  bool holds(const Calling::Chosen& chosen) const {
    return chosen.world != nullptr && alive.count(chosen.world) != 0 && chosen.world->serial() == chosen.serial;
  }

  void make_default() {
    std::string problem;
    made_by_default = std::make_unique<procreg_world>();
    made_by_default->begin(*read_beginning(nullptr, problem));
    alive.insert(made_by_default.get());
    by_default = {made_by_default.get(), made_by_default->serial(), made_by_default->names.process("main")->key};
    ever_made = true;
  }
};

namespace {

// Never destroyed: threads may call until the very end. In memory of the library's own, which goes when it is unloaded.
Worlds& worlds() {
  alignas(Worlds) static std::byte memory[sizeof(Worlds)];
  static auto* worlds = new (memory) Worlds;
  return *worlds;
}

}  // namespace

sync::atomic<std::uint64_t, "changes of worlds"> Calling::changes_{1};

Calling& Calling::here() {
  static constinit thread_local Calling calling{};
  return calling;
}

Calling::Kept& Calling::kept() {
  static thread_local Kept kept;
  return kept;
}

const char* Calling::error() { return kept().error.c_str(); }
void Calling::refuse(std::string problem) { kept().error = std::move(problem); }
void Calling::unusable(std::string problem) {
  refuse(std::move(problem));
  outcome_ = {.kind = PROCREG_UNUSABLE, .value = 0, .written = 0, .made = 0, .last_error = 0, .restarted = 0};
}

const std::vector<KnownProcess>& Calling::restarts() { return kept().restarts; }
void Calling::restarted(const KnownProcess& fresh) {
  if (!has_restarts_) kept().restarts.clear();
  has_restarts_ = true;
  kept().restarts.push_back(fresh);
}
void Calling::forget_restarts() { kept().restarts.clear(); }
// What the answer says was made is the first of them.
void Calling::count_restarts() {
  has_restarts_ = false;
  outcome_.made = 0;
  outcome_.restarted = kept().restarts.size();
}

void Calling::begun(AbiWorld& world) {
  const std::scoped_lock lock{worlds().mutex};
  worlds().alive.insert(&world);
  worlds().ever_made = true;
  changes_.fetch_add(1, sync::acquire_release);
}

void Calling::ended(const AbiWorld& world) {
  const std::scoped_lock lock{worlds().mutex};
  worlds().alive.erase(&world);
  changes_.fetch_add(1, sync::acquire_release);
}

void Calling::become(AbiWorld& world, ProcessKey process) {
  own_ = true;
  chosen_ = {&world, world.serial(), process};
}

void Calling::become_by_default(AbiWorld& world, ProcessKey process) {
  const std::scoped_lock lock{worlds().mutex};
  worlds().by_default = {&world, world.serial(), process};
  changes_.fetch_add(1, sync::acquire_release);
}

void Calling::look_again() {
  const std::scoped_lock lock{worlds().mutex};
  Worlds& all = worlds();
  if (!all.ever_made) all.make_default();
  seen_ = changes_.load(sync::acquire);
  if (own_ && all.holds(chosen_)) return;
  own_ = false;
  chosen_ = all.holds(all.by_default) ? all.by_default : Chosen{};
}

void Calling::tell() {
  const procreg_outcome now = outcome_;
  const bool ended = now.kind == PROCREG_ENDED_CALLER || now.kind == PROCREG_RAISED || now.kind == PROCREG_NOT_RUN;
  if (ended) handler_(handler_context_, &now);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
