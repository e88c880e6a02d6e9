#include "harness/search/explore/folding.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "harness/search/explore/digest.h"
#include "harness/search/explore/ids.h"
#include "harness/search/explore/state_writer.h"

namespace procreg::harness {

namespace {

constexpr std::size_t orders_max = 720;

// Words that stand for things that are not told apart while processes are coloured.
enum Vague : std::uint64_t { self = 1, gone_process, gone_pid, some_pid, gone_thread, some_object, some_guid };

std::uint64_t mixed_colour(std::uint64_t a, std::uint64_t b) {
  Digest digest{a};
  digest.put(b);
  return digest.value();
}

// What a process refers to, as the colour of it; what is referred to hears of it.
class ColouredIds {
 public:
  ColouredIds(FoldedDigest& digest, const std::vector<std::uint64_t>& colours, std::size_t owner, std::uint64_t colour)
      : digest_{digest}, colours_{colours}, owner_{owner}, colour_{colour} {}

  std::uint64_t object(MachineIndex machine, ObjectId id) { return to(digest_.node_of(machine, id), gone_process); }
  std::uint64_t pid(MachineIndex machine, Pid pid) {
    if (is_unowned(pid)) return digest_.folding().pids ? vague(some_pid) : number(pid);
    return pid == Pid{} ? 0 : to(digest_.node_of(machine, pid), gone_pid) & 0xFFFFFFFFU;
  }
  std::uint64_t tid(Tid tid) {
    if (is_unowned(tid) || tid == no_thread) return number(tid);
    const auto place = digest_.thread_of(tid);
    return (to(place.node, gone_thread) + place.thread) & 0xFFFFFFFFU;
  }
  std::uint64_t other(MachineIndex machine, OtherId id) {
    const auto place = digest_.thread_of(machine, id);
    return to(place.node, some_object) + place.thread;
  }
  static std::uint64_t given(GivenName) { return 0; }
  static std::uint64_t thread(NameRef) { return 0; }
  template <class Sink>
  void guid(Sink& out, const Guid& guid) {
    if (digest_.folding().guids && guid != zero_guid) return out.put(vague(some_guid));
    RawIds::guid(out, guid);
  }

 private:
  std::uint64_t vague(Vague word) {
    if (owner_ != FoldedDigest::nowhere) digest_.node(owner_).tied = true;
    return word;
  }
  std::uint64_t to(std::size_t node, Vague otherwise) {
    ++references_;
    if (node == FoldedDigest::nowhere) return vague(otherwise);
    if (node == owner_) return self;
    vague(self);
    auto& target = digest_.node(node);
    target.tied = true;
    target.incoming += mixed_colour(colour_, references_);
    return colours_[node];
  }

  FoldedDigest& digest_;
  const std::vector<std::uint64_t>& colours_;
  std::size_t owner_;
  std::uint64_t colour_;
  std::uint64_t references_{};
};

// Numbers in order of first use.
class FirstUse {
 public:
  std::uint64_t of(std::uint64_t kind, std::uint64_t a, std::uint64_t b = 0) {
    const Thing thing{kind, a, b};
    const auto place = std::find(things_.begin(), things_.end(), thing) - things_.begin();
    if (static_cast<std::size_t>(place) == things_.size()) things_.push_back(thing);
    return static_cast<std::uint64_t>(place);
  }

 private:
  struct Thing {
    std::uint64_t kind, a, b;
    friend bool operator==(const Thing&, const Thing&) = default;
  };
  std::vector<Thing> things_{};
};

// Processes by their place in the order, everything else by its place in the process or by first use.
class PlacedIds {
 public:
  PlacedIds(FoldedDigest& digest, const std::vector<std::uint64_t>& place_of) : digest_{digest}, place_{place_of} {}

  std::uint64_t object(MachineIndex machine, ObjectId id) {
    const std::size_t node = digest_.node_of(machine, id);
    return node != FoldedDigest::nowhere ? 1 + place_[node] : gone + uses_.of(0, number(machine), number(id));
  }
  std::uint64_t pid(MachineIndex machine, Pid pid) {
    if (pid == Pid{} || (is_unowned(pid) && !digest_.folding().pids)) return number(pid);
    if (is_unowned(pid)) return unowned + uses_.of(1, number(pid));
    const std::size_t node = digest_.node_of(machine, pid);
    return node != FoldedDigest::nowhere ? 1 + place_[node] : gone + uses_.of(2, number(machine), number(pid));
  }
  std::uint64_t tid(Tid tid) {
    if (is_unowned(tid) || tid == no_thread) return number(tid);
    const auto at = digest_.thread_of(tid);
    return at.node != FoldedDigest::nowhere ? 1 + placed(at) : gone + uses_.of(3, number(tid));
  }
  std::uint64_t other(MachineIndex machine, OtherId id) {
    const auto at = digest_.thread_of(machine, id);
    return at.node != FoldedDigest::nowhere ? placed(at) : gone + uses_.of(4, number(machine), number(id));
  }
  static std::uint64_t given(GivenName) { return 0; }
  static std::uint64_t thread(NameRef) { return 0; }
  template <class Sink>
  void guid(Sink& out, const Guid& guid) {
    if (digest_.folding().guids && guid != zero_guid) return out.put(uses_.of(5, guid.high, guid.low));
    RawIds::guid(out, guid);
  }

 private:
  static constexpr std::uint64_t gone = 0x8000'0000U;
  static constexpr std::uint64_t unowned = 0x9000'0000U;
  std::uint64_t placed(FoldedDigest::Place at) const { return place_[at.node] << 12 | at.thread; }

  FoldedDigest& digest_;
  const std::vector<std::uint64_t>& place_;
  FirstUse uses_{};
};

const model::Tag* tag_of(const model::State& state, const FoldedDigest::Node& node) {
  return find_tag(machine_of(state, node.machine), node.process->birth.object);
}

template <class Ids>
void write_node(Digest& out, Ids& ids, const model::State& state, bool lives, const FoldedDigest::Node& node) {
  const Times times{state.now, lives};
  write_process(out, ids, times, node.machine, *node.process);
  const model::Tag* tag = tag_of(state, node);
  out.put(tag != nullptr);
  if (tag != nullptr) StateWriter{out, ids, times}.tag(node.machine, *tag);
}

// Threads that live are written with their process; an event, or a thread that has ended, by its number of first use.
void write_objects(Digest& out, PlacedIds& ids, const FoldedDigest& digest, std::uint64_t now, MachineIndex index,
                   const model::Machine& machine) {
  std::vector<std::pair<std::uint64_t, const model::OtherObject*>> objects;
  for (const model::OtherObject& object : machine.objects)
    if (digest.thread_of(index, object.id).node == FoldedDigest::nowhere)
      objects.emplace_back(ids.other(index, object.id), &object);
  std::sort(objects.begin(), objects.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out.put(objects.size());
  for (const auto& object : objects) StateWriter{out, ids, Times{now}}.object(index, *object.second);
}

}  // namespace

// Most often they were added in order.
void FoldedDigest::Places::sort() {
  if (!std::is_sorted(known_.begin(), known_.end(), before)) std::stable_sort(known_.begin(), known_.end(), before);
}

FoldedDigest::Place FoldedDigest::Places::find(MachineIndex machine, std::uint64_t id) const {
  const Known wanted{{machine, id}, {}};
  const auto found = std::lower_bound(known_.begin(), known_.end(), wanted, before);
  return found != known_.end() && found->id == wanted.id ? found->place : Place{};
}

void FoldedDigest::add(const Node& node) {
  const Place place{nodes_.size()};
  const model::Process& process = *node.process;
  nodes_.push_back(node);
  objects_.add(node.machine, number(process.birth.object), place);
  pids_.add(node.machine, number(process.birth.pid), place);
  for (std::size_t i = 0; i < process.threads.size(); ++i) {
    tids_.add({}, number(process.threads[i].tid), {place.node, i});
    thread_objects_.add(node.machine, number(process.threads[i].object), {place.node, i});
  }
}

void FoldedDigest::begin(const model::State& state) {
  state_ = &state;
  nodes_.clear();
  for (Places* places : {&objects_, &pids_, &tids_, &thread_objects_}) places->clear();
  for (std::size_t machine = 0; machine < state.machines.size(); ++machine)
    for (const model::Process& process : state.machines[machine].processes)
      add({static_cast<MachineIndex>(machine), &process});
  for (Places* places : {&objects_, &pids_, &tids_, &thread_objects_}) places->sort();
  best_ = ~std::uint64_t{0};
  leaves_ = 0;
}

std::uint64_t FoldedDigest::first_colour(const Node& node) const {
  const model::Birth& birth = node.process->birth;
  const auto apart = std::find(folding_.apart.begin(), folding_.apart.end(), ProcessKey{node.machine, birth.object});
  if (apart != folding_.apart.end())
    return mixed_colour(~number(birth.object), static_cast<std::uint64_t>(number(node.machine)));
  const std::size_t name = birth.restarts == 0 ? name_ref(birth.name).base : folding_.alike.size();
  const std::uint64_t kind = name < folding_.alike.size() ? 1 + folding_.alike[name] : 0;
  return mixed_colour(number(node.machine), kind);
}

FoldedDigest::Colours FoldedDigest::refined_once(const Colours& colours) {
  Colours refined(colours.size());
  for (Node& node : nodes_) node.incoming = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    Digest digest{colours[i]};
    ColouredIds ids{*this, colours, i, colours[i]};
    write_node(digest, ids, *state_, folding_.lives, nodes_[i]);
    refined[i] = digest.value();
  }
  ColouredIds ids{*this, colours, nowhere, 0};
  Digest unused{0};
  StateWriter writer{unused, ids, Times{state_->now}};
  for (const model::Report& report : state_->reports) writer.report(report);
  for (std::size_t i = 0; i < state_->machines.size(); ++i)
    writer.app_local_dumps(static_cast<MachineIndex>(i), state_->machines[i].app_local_dumps);
  for (std::size_t i = 0; i < nodes_.size(); ++i) refined[i] = mixed_colour(refined[i], nodes_[i].incoming);
  return refined;
}

// Until a round tells no more of them apart.
void FoldedDigest::refine(Colours& colours) {
  const auto distinct = [](const Colours& all) { return std::set<std::uint64_t>(all.begin(), all.end()).size(); };
  for (std::size_t known = 0; known < colours.size();) {
    colours = refined_once(colours);
    const std::size_t now = distinct(colours);
    if (now <= known) return;
    known = now;
  }
}

std::vector<std::size_t> FoldedDigest::order_by(const Colours& colours) const {
  std::vector<std::size_t> order(nodes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair{nodes_[a].machine, colours[a]} < std::pair{nodes_[b].machine, colours[b]};
  });
  return order;
}

void FoldedDigest::search(Colours colours, std::size_t depth) {
  refine(colours);
  const std::vector<std::size_t> order = order_by(colours);
  const auto alike = std::adjacent_find(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return colours[a] == colours[b] && (nodes_[a].tied || nodes_[b].tied);
  });
  if (alike == order.end() || leaves_ >= orders_max) {
    ++leaves_;
    best_ = std::min(best_, written(order));
    return;
  }
  const std::uint64_t colour = colours[*alike];
  for (std::size_t i = 0; i < colours.size(); ++i) {
    if (colours[i] != colour) continue;
    Colours chosen = colours;
    chosen[i] = mixed_colour(colour, depth + 1);
    search(std::move(chosen), depth + 1);
  }
}

std::uint64_t FoldedDigest::written(const std::vector<std::size_t>& order) {
  std::vector<std::uint64_t> place_of(nodes_.size());
  for (std::size_t place = 0; place < order.size(); ++place) place_of[order[place]] = place;
  Digest out{order.size()};
  PlacedIds ids{*this, place_of};
  StateWriter writer{out, ids, Times{state_->now}};
  writer.existing_files(state_->existing_files);
  writer.files_of(*state_);
  for (const std::size_t node : order) {
    out.put(first_colour(nodes_[node]));
    write_node(out, ids, *state_, folding_.lives, nodes_[node]);
  }
  for (std::size_t i = 0; i < state_->machines.size(); ++i) {
    writer.head(state_->machines[i]);
    writer.versions(state_->machines[i].versions);
    writer.countdowns(state_->machines[i].faults);
    writer.app_local_dumps(static_cast<MachineIndex>(i), state_->machines[i].app_local_dumps);
    write_objects(out, ids, *this, state_->now, static_cast<MachineIndex>(i), state_->machines[i]);
  }
  out.put(state_->reports.size());
  for (const model::Report& report : state_->reports) writer.report(report);
  return out.value();
}

std::uint64_t FoldedDigest::of(const model::State& state) {
  begin(state);
  Colours colours(nodes_.size());
  std::transform(nodes_.begin(), nodes_.end(), colours.begin(),
                 [this](const Node& node) { return first_colour(node); });
  search(std::move(colours), 0);
  return best_;
}

}  // namespace procreg::harness
