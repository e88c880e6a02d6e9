#include "bench/rapidcheck_peer.h"

#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <set>
#include <string>
#include <unordered_map>

namespace procreg::bench {

namespace {

constexpr int pids = 16;
constexpr std::size_t capacity = 8;

enum class Code { ok, full, not_found };

// The system under test, and what a typical state test checks it against.
class Registry {
 public:
  explicit Registry(std::uint64_t& performed) : performed_{performed} {}
  Code add(int pid) {
    ++performed_;
    if (registered_.count(pid) == 0 && registered_.size() >= capacity) return Code::full;
    registered_.insert(pid);
    return Code::ok;
  }
  Code remove(int pid) {
    ++performed_;
    return registered_.erase(pid) == 0 ? Code::not_found : Code::ok;
  }

 private:
  std::set<int> registered_{};
  std::uint64_t& performed_;
};

struct Model {
  std::set<int> registered{};
  bool has(int pid) const { return registered.count(pid) != 0; }
  bool full() const { return registered.size() >= capacity; }
};

using Command = rc::state::Command<Model, Registry>;

struct Register : Command {
  int pid = *rc::gen::inRange(0, pids);
  Code expected(const Model& model) const { return !model.has(pid) && model.full() ? Code::full : Code::ok; }
  void apply(Model& model) const override {
    if (expected(model) == Code::ok) model.registered.insert(pid);
  }
  void run(const Model& before, Registry& registry) const override { RC_ASSERT(registry.add(pid) == expected(before)); }
  void show(std::ostream& out) const override { out << "register " << pid; }
};

struct Unregister : Command {
  int pid = *rc::gen::inRange(0, pids);
  Code expected(const Model& model) const { return model.has(pid) ? Code::ok : Code::not_found; }
  void apply(Model& model) const override { model.registered.erase(pid); }
  void run(const Model& before, Registry& registry) const override {
    RC_ASSERT(registry.remove(pid) == expected(before));
  }
  void show(std::ostream& out) const override { out << "unregister " << pid; }
};

// Nothing is printed while it runs.
struct Silent : rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

}  // namespace

std::uint64_t rapidcheck_commands(std::uint64_t seed, int runs) {
  std::uint64_t performed = 0;
  const auto property = [&performed] {
    Registry registry{performed};
    rc::state::check(Model{}, registry, rc::state::gen::execOneOfWithArgs<Register, Unregister>());
  };
  rc::detail::TestParams parameters;
  parameters.seed = seed;
  parameters.maxSuccess = runs;
  parameters.maxSize = 100;
  Silent silent;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, parameters, silent,
                                                std::unordered_map<std::string, rc::detail::Reproduce>{});
  return result.is<rc::detail::SuccessResult>() ? performed : 0;
}

}  // namespace procreg::bench
