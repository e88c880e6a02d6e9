// Does a registration cost more when its list is long?
#include <fmt/format.h>

#include <array>
#include <memory>

#include "api/world.h"
#include "bench/fixture.h"
#include "bench/question.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

constexpr std::size_t spread = 16;
constexpr std::uint32_t others = 4;  // keys that are registered and unregistered in turn

struct Pair {
  Step on{};
  Step off{};
};

Caller by_main() {
  Caller by;
  by.raw = {.machine = {}, .object = ObjectId{1}};
  return by;
}

// Paths and keys of usual lengths, which differ at their ends.
TextIn text(Tables& tables, std::string_view begin, std::uint32_t key) {
  const std::string all = fmt::format("{}{:04}", begin, key);
  return {tables.text(std::u16string(all.begin(), all.end()))};
}

struct Family {
  const char* name;
  Pair (*pair)(Tables& tables, std::uint32_t key);
};

constexpr std::array families{
    Family{"file",
           [](Tables& tables, std::uint32_t key) {
             const TextIn path = text(tables, "C:\\ProgramData\\Contoso\\logs\\session-", key);
             return Pair{WerRegisterFile{by_main(), path, FileType{2}, Dword{0}}, WerUnregisterFile{by_main(), path}};
           }},
    Family{"memory block",
           [](Tables&, std::uint32_t key) {
             const Address at{0x10000 + 0x1000ULL * key};
             return Pair{WerRegisterMemoryBlock{by_main(), at, ByteCount{0x1000}},
                         WerUnregisterMemoryBlock{by_main(), at}};
           }},
    Family{"metadata pair",
           [](Tables& tables, std::uint32_t key) {
             const TextIn name = text(tables, "Contoso.Session.", key);
             return Pair{WerRegisterCustomMetadata{by_main(), name, text(tables, "v", 1)},
                         WerUnregisterCustomMetadata{by_main(), name}};
           }},
    Family{"module",
           [](Tables& tables, std::uint32_t key) {
             const TextIn dll = text(tables, "C:\\Program Files\\Contoso\\handler-", key);
             return Pair{WerRegisterRuntimeExceptionModule{by_main(), dll, Address{key}},
                         WerUnregisterRuntimeExceptionModule{by_main(), dll, Address{key}}};
           }},
};

WorldSpec roomy_world() {
  WorldSpec spec;
  spec.limits = {.entries = limit_max, .metadata = limit_max, .dumpCollection = limit_max, .modules = limit_max};
  return spec;
}

// One process that has registered `present` entries of a family.
class Filled {
 public:
  Filled(const Family& family, std::uint32_t present) {
    for (std::uint32_t key = 0; key < present + others; ++key) pairs_.push_back(family.pair(tables_, key));
    world_ = std::make_unique<impl::World>(roomy_world(), tables_, documented_profile());
    for (std::uint32_t key = 0; key < present; ++key) filled_ = filled_ && accepted(pairs_[key].on);
    present_ = present;
  }

  bool filled() const { return filled_; }
  // Registers one of a few keys that are there already, spread over the list: what the calls themselves are read from stays in
  // the cache, however long the list.
  bool again(std::size_t turn) { return accepted(pairs_[turn % spread * present_ / spread].on); }
  // Registers one more and unregisters it.
  bool pair(std::size_t turn) {
    const Pair& calls = pairs_[present_ + turn % others];
    const bool on = accepted(calls.on);
    return accepted(calls.off) && on;
  }

 private:
  bool accepted(const Step& step) { return world_->perform(step).result == Result{Hresult::S_OK}; }

  Tables tables_{};
  std::vector<Pair> pairs_{};
  std::unique_ptr<impl::World> world_{};
  std::uint32_t present_{};
  bool filled_{true};
};

void measure(benchmark::State& state, Filled& list, bool again) {
  if (!list.filled()) return state.SkipWithError("the list could not be filled");
  std::size_t turn = 0;
  for (auto _ : state) {
    const bool accepted = again ? list.again(turn++) : list.pair(turn++);
    if (!accepted) return state.SkipWithError("a registration was refused");
  }
  state.SetItemsProcessed((again ? 1 : 2) * state.iterations());
}

std::string add(const Family& family, std::uint32_t present, bool again) {
  const auto name = fmt::format("{}-{}-beside-{}", family.name, again ? "again" : "pair", present);
  auto shared = std::make_shared<Shared<Filled>>();
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    measure(state, shared->get([&] { return std::make_unique<Filled>(family, present); }), again);
  });
  return name;
}

}  // namespace

// At most half as much again with 511 entries as with one.
void ask_about_registration_lists(Questions& questions, Extent extent) {
  constexpr double goal = 1 / 1.5;
  const std::uint32_t many = extent.quick ? 15 : 511;
  for (const Family& family : families)
    for (const bool again : {true, false})
      questions.push_back(
          {.text = fmt::format("a {} {}, {} present", family.name, again ? "again" : "more, and gone", many),
           .peer_text = "the same with 1 present",
           .ours = add(family, many, again),
           .peer = add(family, 1, again),
           .goal = goal});
}

}  // namespace procreg::bench
