// What do RegisterAppInstance and the look-up of a tag cost with 1 to 1,000,000 processes?
#include <fmt/format.h>

#include <atomic>

#include "api/world.h"
#include "bench/fixture.h"
#include "bench/locked_map_peer.h"
#include "bench/question.h"
#include "impl/ccf/tag_cache.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

constexpr std::size_t threads_most = 2;
constexpr std::size_t operations_a_replacement = 20;  // 5% of operations are exit + create + register

// Each process has an id of its own, so that a look-up shows whether it found the right tag.
Guid id_for(ObjectId process) { return {.high = 0x1122334455667788U, .low = number(process)}; }

// --- Three stores: how each finds a tag, tags a process, and replaces a process by a new one ---

// The filter's tag cache alone, as the peer is a map alone: exit is an erase, create takes the next number, register looks whether
// there is a tag and inserts one. Readers take no lock, writers that of a shard.
class CacheAlone {
 public:
  explicit CacheAlone(std::size_t processes) : next_{processes + 1} {}
  static ObjectId first(std::size_t i) { return ObjectId{i + 1}; }
  bool find(ObjectId process) const {
    const auto tag = cache_.find(process);
    return tag && tag->id == id_for(process);
  }
  bool tag(ObjectId process) {
    if (const auto known = cache_.find(process)) return known->id == id_for(process);
    return cache_.insert(process, {.has_id = true, .id = id_for(process)});
  }
  ObjectId replace(ObjectId process, std::size_t) {
    if (!cache_.erase(process)) return no_object;
    const ObjectId fresh{next_.fetch_add(1, std::memory_order_relaxed)};
    return tag(fresh) ? fresh : no_object;
  }

 private:
  impl::Arena arena_{};
  impl::TagCache cache_{arena_};
  std::atomic<std::uint64_t> next_;
};

// Everything that the steps do: the caller is looked up, its handle resolved and its access checked, objects and handles are
// made and removed.
class WholeWorld {
 public:
  explicit WholeWorld(std::size_t processes)
      : world_{world_for(processes), tables_,
               documented_profile().with(choice::app_instance_same_guid_again,
                                         AppInstanceSameGuidAgain::succeed_no_change)} {}

  static ObjectId first(std::size_t i) { return ObjectId{threads_most + i + 1}; }

  bool find(ObjectId process) {
    OpenTag call;
    call.by.raw = key(process);
    const Answer answer = world_.perform(call);
    return answer.out[0] == id_for(process).high && answer.out[1] == id_for(process).low;
  }

  // Also when it has this tag already (app-instance-same-guid-again is succeed-no-change here).
  bool tag(ObjectId process) {
    RegisterAppInstance call;
    call.by.raw = key(process);
    call.ProcessHandle.raw = current_process;
    call.AppInstanceId.value = id_for(process);
    return world_.perform(call).result == Result{Win32Error::ERROR_SUCCESS};
  }

  // ExitProcess, CreateProcess, two CloseHandle (else the creator's handle table grows without end), RegisterAppInstance.
  // Object id 0: something was refused.
  ObjectId replace(ObjectId process, std::size_t thread) {
    ExitProcess leave;
    leave.by.raw = key(process);
    if (world_.perform(leave).result != no_return) return no_object;
    CreateProcess enter;
    enter.by.raw = key(ObjectId{thread + 1});
    const Answer made = world_.perform(enter);
    const bool closed = close(thread, made.out[0]) && close(thread, made.out[1]);
    const ObjectId fresh{made.made};
    return closed && tag(fresh) ? fresh : no_object;
  }

 private:
  // A creator for each thread, then the processes that are tagged.
  static WorldSpec world_for(std::size_t processes) {
    WorldSpec spec;
    spec.processes.assign(threads_most + processes, ProcessSpec{});
    return spec;
  }
  static ProcessKey key(ObjectId object) { return {.machine = {}, .object = object}; }
  bool close(std::size_t thread, std::uint64_t handle) {
    CloseHandle call;
    call.by.raw = key(ObjectId{thread + 1});
    call.hObject.raw = HandleValue{handle};
    return world_.perform(call).result == TRUE_;
  }

  Tables tables_{};
  impl::World world_;
};

// The peer: exit is an erase, create takes the next number, register is a try_emplace. Readers share a lock, writers do not.
class MapAlone {
 public:
  explicit MapAlone(std::size_t processes) : next_{processes + 1} {}
  static ObjectId first(std::size_t i) { return ObjectId{i + 1}; }
  bool find(ObjectId process) {
    const auto tag = map_.find(process);
    return tag && tag->id == id_for(process);
  }
  bool tag(ObjectId process) { return map_.add(process, id_for(process)); }
  ObjectId replace(ObjectId process, std::size_t) {
    if (!map_.remove(process)) return no_object;
    const ObjectId fresh{next_.fetch_add(1, std::memory_order_relaxed)};
    return tag(fresh) ? fresh : no_object;
  }

 private:
  LockedMap map_{};
  std::atomic<std::uint64_t> next_;
};

// --- The same loops for every store ---

// A store with all its processes tagged.
template <class Store>
class Settled {
 public:
  explicit Settled(std::size_t processes) : store_{processes}, processes_{processes} {
    for (std::size_t i = 0; i < processes; ++i) tagged_ = store_.tag(Store::first(i)) && tagged_;
  }
  bool tagged() const { return tagged_; }
  bool find_any(Draw& draw) { return store_.find(Store::first(draw.below(processes_))); }
  bool tag_any(Draw& draw) { return store_.tag(Store::first(draw.below(processes_))); }

 private:
  Store store_;
  std::size_t processes_;
  bool tagged_{true};
};

// The same with processes that come and go, and who they are now: to read that costs a cache miss of its own, in every store. A
// thread replaces only processes whose place is congruent to its number, and shows 0 while it does; any thread looks any up.
template <class Store>
class Changing {
 public:
  explicit Changing(std::size_t processes) : store_{processes}, who_(processes) {
    for (std::size_t i = 0; i < processes; ++i) {
      who_[i].store(number(Store::first(i)), std::memory_order_relaxed);
      tagged_ = store_.tag(Store::first(i)) && tagged_;
    }
  }
  bool tagged() const { return tagged_; }

  bool find_any(Draw& draw) {
    const auto& place = who_[draw.below(who_.size())];
    const auto process = place.load(std::memory_order_acquire);
    if (process == 0 || store_.find(ObjectId{process})) return true;
    return place.load(std::memory_order_acquire) != process;  // replaced meanwhile by the other thread
  }

  bool replace_any(Draw& draw, std::size_t thread, std::size_t threads) {
    auto& place = who_[draw.below(who_.size() / threads) * threads + thread];
    const ObjectId process{place.exchange(0, std::memory_order_acq_rel)};
    const ObjectId fresh = store_.replace(process, thread);
    place.store(number(fresh), std::memory_order_release);
    return fresh != no_object;
  }

 private:
  Store store_;
  std::vector<std::atomic<std::uint64_t>> who_;
  bool tagged_{true};
};

struct Find {
  template <class Population>
  bool operator()(Population& population, Draw& draw, std::size_t, std::size_t) const {
    return population.find_any(draw);
  }
};
struct TagAgain {
  template <class Population>
  bool operator()(Population& population, Draw& draw, std::size_t, std::size_t) const {
    return population.tag_any(draw);
  }
};
struct Replace {
  template <class Population>
  bool operator()(Population& population, Draw& draw, std::size_t thread, std::size_t threads) const {
    return population.replace_any(draw, thread, threads);
  }
};
struct Mixed {
  template <class Population>
  bool operator()(Population& population, Draw& draw, std::size_t thread, std::size_t threads) const {
    return draw.below(operations_a_replacement) == 0 ? population.replace_any(draw, thread, threads)
                                                     : population.find_any(draw);
  }
};

template <class Work, class Population>
void measure(benchmark::State& state, Shared<Population>& shared, std::size_t processes) {
  auto& population = shared.get([&] { return std::make_unique<Population>(processes); });
  if (!population.tagged()) state.SkipWithError("the processes could not be tagged");
  const auto thread = static_cast<std::size_t>(state.thread_index());
  const auto threads = static_cast<std::size_t>(state.threads());
  Draw draw{thread + 1};
  for (auto _ : state) {
    if (!Work{}(population, draw, thread, threads)) {
      state.SkipWithError("a tag was not found, or a step was refused");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

template <class Work, class Population>
std::string add(std::string name, std::shared_ptr<Shared<Population>> shared, std::size_t processes,
                std::size_t threads) {
  const auto run = [shared, processes](benchmark::State& state) { measure<Work>(state, *shared, processes); };
  auto* made = benchmark::RegisterBenchmark(name.c_str(), run);
  if (threads > 1) made->Threads(static_cast<int>(threads))->UseRealTime();
  return name;
}

// The benchmarks of one store and one number of processes; they share populations, a million processes take their time to make.
struct Names {
  std::string find;
  std::string tag;
  std::string replace;
  std::string mixed;  // needs a process for each thread
};

template <class Store>
Names benchmarks_of(std::string_view store, std::size_t processes) {
  const auto settled = std::make_shared<Shared<Settled<Store>>>();
  const auto changing = std::make_shared<Shared<Changing<Store>>>();
  const auto name = [&](std::string_view verb) { return fmt::format("tag-{}-{}-{}", verb, store, processes); };
  return {.find = add<Find>(name("find"), settled, processes, 1),
          .tag = add<TagAgain>(name("again"), settled, processes, 1),
          .replace = add<Replace>(name("replace"), changing, processes, 1),
          .mixed = processes < threads_most ? "" : add<Mixed>(name("mixed"), changing, processes, threads_most)};
}

std::string count_of(std::size_t processes) {
  if (processes >= 1'000'000) return fmt::format("{:g}M", static_cast<double>(processes) / 1e6);
  return processes >= 1'000 ? fmt::format("{:g}k", static_cast<double>(processes) / 1e3) : fmt::format("{}", processes);
}

// The tag cache and the map answer the same question, so the goals are for them. The whole world does all that a call does.
void ask_about(Questions& questions, std::size_t processes, bool most) {
  const Names map = benchmarks_of<MapAlone>("map", processes);
  const Names cache = benchmarks_of<CacheAlone>("cache", processes);
  const Names world = benchmarks_of<WholeWorld>("world", processes);
  const auto ask = [&](std::string_view what, const std::string& ours, const std::string& peer, std::string_view by,
                       std::optional<double> goal = {}) {
    questions.push_back({.text = fmt::format("{}, {} processes", what, count_of(processes)),
                         .peer_text = fmt::format("shared_mutex, unordered_map: {}", by),
                         .ours = ours,
                         .peer = peer,
                         .goal = most ? goal : std::nullopt});
  };
  ask("tag lookup", cache.find, map.find, "find", 2.5);
  ask("OpenTag through the world", world.find, map.find, "find");
  ask("RegisterAppInstance again, same id", world.tag, map.tag, "try_emplace");
  ask("exit, create, register in the tag cache", cache.replace, map.replace, "erase, emplace");
  ask("exit, create, register through the world", world.replace, map.replace, "erase, emplace");
  if (!most) return;
  ask("tag lookup, 2 threads, 5% exit + create + register", cache.mixed, map.mixed, "same mix", 10);
  ask("OpenTag through the world, same mix", world.mixed, map.mixed, "same mix");
}

}  // namespace

void ask_about_tags(Questions& questions, Extent extent) {
  for (const std::size_t processes : {std::size_t{1}, std::size_t{1'000}, extent.most_processes()})
    ask_about(questions, processes, processes == extent.most_processes());
}

}  // namespace procreg::bench
