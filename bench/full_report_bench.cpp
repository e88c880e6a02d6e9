// What does a crash cost when everything that can be registered is?
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/snapshot.h"
#include "api/world.h"
#include "bench/fixture.h"
#include "bench/question.h"
#include "impl/world.h"

namespace procreg::bench {

namespace {

constexpr std::size_t crashing = 64;  // processes a world: the world is made anew outside the time that counts
constexpr std::uint32_t entries = 512;
constexpr std::uint32_t metadata = 8;
constexpr std::uint32_t modules = 16;
constexpr std::uint32_t registered = 4;
constexpr std::uint32_t deleted = 16;  // files of each process that go when they are collected
constexpr std::uint64_t heap_begin = 0x20000000;
constexpr std::uint64_t heap_end = 0x30000000;

// --- The registrations of one process, as somebody would keep them without any API ---

struct OwnedFile {
  std::u16string path;
  std::uint32_t type;
  std::uint32_t flags;
};
struct OwnedBlock {
  std::uint64_t address;
  std::uint32_t size;
};
struct OwnedMetadata {
  std::u16string key;
  std::u16string value;
};
struct OwnedModule {
  std::u16string dll;
  std::uint64_t context;
};
struct OwnedProcess {
  std::uint32_t process;
  std::uint32_t thread;
};

struct Registered {
  std::vector<OwnedFile> files{};
  std::vector<OwnedBlock> blocks{};
  std::vector<OwnedBlock> excluded{};
  std::vector<OwnedMetadata> metadata{};
  std::vector<OwnedModule> modules{};
  std::vector<OwnedProcess> processes{};
};

std::u16string wide(const std::string& ascii) { return {ascii.begin(), ascii.end()}; }

// Of process i: an equal share of files, blocks and excluded blocks, in the order of nothing.
Registered registered_by(std::size_t i) {
  Registered all;
  for (std::uint32_t k = 0; k < entries; ++k) {
    const std::uint64_t at = heap_begin + 0x1000ULL * (k * 7 % entries);
    if (k % 3 == 0) {
      const std::uint32_t n = k / 3;
      const bool own = n < deleted;
      all.files.push_back({wide(own ? fmt::format("C:\\ProgramData\\Contoso\\temp\\trace-{:02}-{:04}", i, n)
                                    : fmt::format("C:\\ProgramData\\Contoso\\logs\\session-{:04}", n)),
                           1 + n % 2, own ? 1U : 0U});
    } else if (k % 3 == 1) {
      all.blocks.push_back({at, 0x1000});
    } else {
      all.excluded.push_back({at + 0x800, 0x1000});
    }
  }
  for (std::uint32_t k = 0; k < metadata; ++k)
    all.metadata.push_back({wide(fmt::format("Contoso.Session.{}", k)), wide(fmt::format("value of the pair {}", k))});
  for (std::uint32_t k = 0; k < modules; ++k)
    all.modules.push_back({wide(fmt::format("C:\\Program Files\\Contoso\\handler-{:02}.dll", k)), k});
  for (std::uint32_t k = 0; k < registered; ++k) all.processes.push_back({1000 + 4 * k, 0});
  return all;
}

std::vector<Registered> everybody() {
  std::vector<Registered> all;
  for (std::size_t i = 0; i < crashing; ++i) all.push_back(registered_by(i));
  return all;
}

// --- Copies of that ---

template <class T>
std::vector<T> copied(const std::vector<T>& entries_of_one_list) {
  std::vector<T> fresh;
  for (const T& entry : entries_of_one_list) fresh.push_back(entry);
  return fresh;
}

Registered copied(const Registered& all) {
  return {copied(all.files),    copied(all.blocks),  copied(all.excluded),
          copied(all.metadata), copied(all.modules), copied(all.processes)};
}

void measure_copies(benchmark::State& state, const std::vector<Registered>& everyone) {
  std::vector<Registered> copies(everyone.size());
  for (auto _ : state) {
    for (std::size_t i = 0; i < everyone.size(); ++i) copies[i] = copied(everyone[i]);
    benchmark::ClobberMemory();
    state.PauseTiming();
    copies.assign(everyone.size(), {});
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(crashing) * state.iterations());
}

// --- The report of it ---

// First the processes that are registered, then those that crash. Every file is there and every module is asked.
class FullWorld {
 public:
  FullWorld() : everyone_{everybody()} {
    spec_.limits = {.entries = entries + metadata + registered};
    spec_.additionalDataRequested = true;
    spec_.userDocumentsRequested = true;
    spec_.processes.assign(registered + crashing, ProcessSpec{});
    for (std::uint32_t k = 0; k < registered; ++k) spec_.processes[k].pid = Pid{1000 + 4 * k};
    const RangesRef heap = tables_.ranges({{heap_begin, heap_end}});
    for (std::size_t i = 0; i < crashing; ++i) spec_.processes[registered + i].private_ = heap;
    for (std::size_t i = 0; i < crashing; ++i)
      add_files(everyone_[i].files, i == 0 ? everyone_[i].files.size() : deleted);
    for (const OwnedModule& module : everyone_[0].modules) {
      spec_.helperModules.push_back(tables_.text(module.dll));
      spec_.moduleBehaviours.push_back({.dll = tables_.text(module.dll)});
    }
    for (std::size_t i = 0; i < crashing; ++i) add_calls(i);
    world_ = std::make_unique<impl::World>(spec_, tables_, documented_profile());
  }

  // Every process that will crash has its registrations, none has crashed.
  bool prepare() {
    world_->reset(spec_, documented_profile());
    bool all = true;
    for (const Step& call : calls_) all = world_->perform(call).result == Result{Hresult::S_OK} && all;
    return all;
  }

  bool crash_all() {
    bool all = true;
    for (std::size_t i = 0; i < crashing; ++i) {
      Crash event;
      event.process.raw = process(i);
      all = world_->perform(event).result == applied && all;
    }
    return all;
  }

  bool collected_everything() const;

 private:
  static ProcessKey process(std::size_t i) { return {.machine = {}, .object = ObjectId{registered + i + 1}}; }

  void add_files(const std::vector<OwnedFile>& files, std::size_t count) {
    for (std::size_t n = 0; n < count; ++n) spec_.existingFiles.push_back(tables_.text(files[n].path));
  }

  void add_calls(std::size_t i) {
    const Caller by{{.raw = process(i), .name = {}}};
    const Registered& all = everyone_[i];
    for (const OwnedFile& file : all.files)
      calls_.push_back(WerRegisterFile{by, {tables_.text(file.path)}, FileType{file.type}, Dword{file.flags}});
    for (const OwnedBlock& block : all.blocks)
      calls_.push_back(WerRegisterMemoryBlock{by, Address{block.address}, ByteCount{block.size}});
    for (const OwnedBlock& block : all.excluded)
      calls_.push_back(WerRegisterExcludedMemoryBlock{by, Address{block.address}, ByteCount{block.size}});
    for (const OwnedMetadata& pair : all.metadata)
      calls_.push_back(WerRegisterCustomMetadata{by, {tables_.text(pair.key)}, {tables_.text(pair.value)}});
    for (const OwnedModule& module : all.modules)
      calls_.push_back(WerRegisterRuntimeExceptionModule{by, {tables_.text(module.dll)}, Address{module.context}});
    for (const OwnedProcess& other : all.processes)
      calls_.push_back(WerRegisterAdditionalProcess{by, {.raw = Pid{other.process}, .name = {}}, {}});
  }

  std::vector<Registered> everyone_;
  Tables tables_{};
  WorldSpec spec_{};
  std::vector<Step> calls_{};
  std::unique_ptr<impl::World> world_{};
};

// How long the lists of all reports are together, and how many files were added and modules asked.
class CountReported final : public SnapshotVisitor {
 public:
  void enter(const SnapNode& node, std::size_t count) override {
    if (node.name == "reports") inside_ = true;
    if (node.name == "machines") inside_ = false;
    if (inside_ && node.shape == SnapNode::Shape::list) listed_ += count;
  }
  void leave(const SnapNode& /*node*/) override {}
  void element(const SnapNode& /*list*/, std::size_t /*index*/) override {}
  void element_end(const SnapNode& /*list*/) override {}
  void units(const SnapNode&, std::size_t, const std::uint64_t*) override {}
  void value(const SnapField& field, const std::uint64_t* words) override {
    if (!inside_ || field.kind != SnapKind::enumeration || words == nullptr) return;
    const std::string_view word = field.names()[*words];
    done_ += word == "added" || word == "declined" ? 1 : 0;
  }
  std::size_t listed() const { return listed_; }
  std::size_t done() const { return done_; }

 private:
  bool inside_{};
  std::size_t listed_{};
  std::size_t done_{};
};

bool FullWorld::collected_everything() const {
  SnapshotWords words;
  world_->snapshot(words);
  CountReported count;
  const std::size_t files = everyone_[0].files.size();
  return walk(words, count) && count.done() == crashing * (files + modules) &&
         count.listed() > crashing * (entries + metadata + modules + 1 + registered);
}

void measure_crashes(benchmark::State& state, FullWorld& world) {
  const char* wrong = nullptr;
  for (auto _ : state) {
    state.PauseTiming();
    if (!world.prepare()) wrong = "a registration was refused";
    state.ResumeTiming();
    if (!world.crash_all()) wrong = "a crash was not applicable";
  }
  if (wrong == nullptr && !world.collected_everything()) wrong = "the reports lack something";
  if (wrong != nullptr) state.SkipWithError(wrong);
  state.SetItemsProcessed(static_cast<std::int64_t>(crashing) * state.iterations());
}

}  // namespace

// At most five times what it takes to copy what is registered.
void ask_about_full_reports(Questions& questions, Extent /*extent*/) {
  constexpr double goal = 1 / 5.0;
  constexpr auto ours = "crash-report-everything-registered";
  constexpr auto peer = "copy-everything-registered";
  auto world = std::make_shared<Shared<FullWorld>>();
  benchmark::RegisterBenchmark(ours, [=](benchmark::State& state) {
    measure_crashes(state, world->get([] { return std::make_unique<FullWorld>(); }));
  });
  auto everyone = std::make_shared<Shared<std::vector<Registered>>>();
  benchmark::RegisterBenchmark(peer, [=](benchmark::State& state) {
    measure_copies(state, everyone->get([] { return std::make_unique<std::vector<Registered>>(everybody()); }));
  });
  questions.push_back({.text = "report of a crash, everything registered",
                       .peer_text = "copying the registrations entry by entry",
                       .ours = ours,
                       .peer = peer,
                       .goal = goal});
}

}  // namespace procreg::bench
