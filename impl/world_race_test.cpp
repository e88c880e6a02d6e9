// Several threads on one world: each step is atomic, and no step meets a process that is half there.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr int rounds = 150;

// Runs each on a thread of its own, all let go at once.
void together(const std::vector<std::function<void()>>& parts) {
  std::atomic<std::size_t> waiting{parts.size()};
  std::vector<std::thread> threads;
  for (const auto& part : parts) {
    threads.emplace_back([&] {
      waiting.fetch_sub(1);
      while (waiting.load() > 0) std::this_thread::yield();
      part();
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST(WorldRace, ALimitOfFourLetsExactlyFourOfManyThrough) {
  TestWorld world;
  for (int round = 0; round < rounds; ++round) {
    const Made caller = world.create();
    std::vector<int> accepted(3);
    std::vector<std::function<void()>> parts;
    for (std::uint32_t part = 0; part < 3; ++part) {
      parts.emplace_back([&, part] {
        for (std::uint32_t i = 0; i < 3; ++i)
          accepted[part] += world.add(caller.key, Pid{40 + 4 * (3 * i + part)}) == ok ? 1 : 0;
      });
    }
    together(parts);
    EXPECT_EQ(accepted[0] + accepted[1] + accepted[2], 4);
    EXPECT_EQ(world.process(caller.key)->block->processes.size(), 4U);
    world.exit(caller.key);
  }
}

// What was accepted before the crash is in the report, what came too late is not-runnable: there is no third case.
TEST(WorldRace, AReportHoldsExactlyWhatWasAccepted) {
  TestWorld world;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Made caller = world.create();
    std::vector<Result> answers;
    together({[&] {
                for (std::uint32_t i = 0; i < 4; ++i) answers.push_back(world.add(caller.key, Pid{40 + 4 * i}));
              },
              [&] {
                if (round % 2 == 0) std::this_thread::yield();
                world.crash(caller.key);
              }});
    std::size_t accepted = 0;
    for (const Result& answer : answers) {
      if (answer == ok) ++accepted;
      EXPECT_TRUE(answer == ok || answer == not_runnable) << answer;
    }
    EXPECT_EQ(world.report(round).not_collected.size(), accepted);
  }
}

TEST(WorldRace, OneOfTwoInstancesWins) {
  TestWorld world;
  for (int round = 0; round < rounds; ++round) {
    const Made target = world.create();
    Result first;
    Result second;
    together({[&] { first = world.tag(TestWorld::main, target.handle, TestWorld::g); },
              [&] { second = world.tag(target.key, current_process, TestWorld::g2); }});
    const Result won{Win32Error::ERROR_SUCCESS};
    const Result lost{Win32Error::ERROR_OBJECT_ALREADY_EXISTS};
    EXPECT_TRUE((first == won && second == lost) || (first == lost && second == won)) << first << ", " << second;
    EXPECT_EQ(world.opened(target.key), first == won ? TestWorld::g : TestWorld::g2);
  }
}

TEST(WorldRace, WhoHasExitedNeverCallsAgainAndItsMemoryMayServeAnother) {
  TestWorld world;
  for (int round = 0; round < rounds; ++round) {
    const Made leaving = world.create();
    std::vector<Result> answers;
    Made next;
    together({[&] {
                for (int i = 0; i < 20; ++i) answers.push_back(world.add(leaving.key, Pid{40}));
              },
              [&] {
                world.exit(leaving.key);
                world.close(TestWorld::main, leaving.handle);
                next = world.create();
              }});
    const auto gone = std::find(answers.begin(), answers.end(), not_runnable);
    EXPECT_TRUE(std::all_of(answers.begin(), gone, [](const Result& r) { return r == ok; }));
    EXPECT_TRUE(std::all_of(gone, answers.end(), [](const Result& r) { return r == not_runnable; }));
    EXPECT_EQ(world.process(next.key)->block, nullptr);
  }
}

// A registration that is answered after an exit was answered does not remember the process that has left.
TEST(WorldRace, ARegisteredIncarnationLivedAtTheCall) {
  TestWorld world;
  const Made caller = world.create();
  for (int round = 0; round < rounds; ++round) {
    const Made target = world.create();
    std::atomic<bool> left{false};
    bool after = false;
    together({[&] {
                world.exit(target.key);
                left.store(true);
              },
              [&] {
                after = left.load();
                world.add(caller.key, target.pid);
              }});
    const ObjectId remembered = world.process(caller.key)->block->processes.first()->incarnation;
    EXPECT_TRUE(remembered == no_object || (!after && remembered == target.key.object));
    world.remove(caller.key, target.pid);
  }
}

TEST(WorldRace, AnOpenSeesTheTagOrTheFilterGone) {
  TestWorld world{documented_profile().with(choice::ccf_unload, CcfUnload::keep_cache)};
  world.tag(TestWorld::main, current_process, TestWorld::g);
  std::uint64_t wrong = 0;
  together({[&] {
              for (int i = 0; i < 4000; ++i) {
                const auto id = world.opened(TestWorld::main);
                if (id && *id != TestWorld::g) ++wrong;
              }
            },
            [&] {
              for (int i = 0; i < 1000; ++i) {
                world.result(FilterUnload{});
                world.result(FilterLoad{});
              }
            }});
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(world.opened(TestWorld::main), TestWorld::g);
}

// --- Everything at once ---

// Every object has as many handles as there are entries that name it, and nothing dead stays without one.
void expect_sound(TestWorld& world) {
  const Kernel& kernel = world.world().calls().kernel;
  std::map<const KernelObject*, std::uint32_t> named;
  for (const Machine& machine : kernel.machines()) {
    for (const Process* process = machine.first; process != nullptr; process = process->next) {
      process->table.each([&](HandleValue, const HandleEntry& entry) { ++named[entry.object]; });
      EXPECT_EQ(kernel.find(process->identity.key).memory, process);
      EXPECT_EQ(kernel.with_pid(machine.index, process->identity.pid), process);
    }
    for (const Process* process = machine.first; process != nullptr; process = process->next) {
      EXPECT_EQ(named[process], process->handles);
      EXPECT_TRUE(is_live(*process) || process->handles > 0);
      EXPECT_EQ(process->first_thread != nullptr, is_live(*process));
    }
    for (const Object* object = machine.first_object; object != nullptr; object = object->next) {
      EXPECT_EQ(named[object], object->handles);
      EXPECT_TRUE(object->process != nullptr || object->handles > 0);
    }
  }
}

class Actor {
 public:
  // `newest` is the highest object id that any actor has seen.
  Actor(TestWorld& world, std::atomic<std::uint64_t>& newest, ProcessKey self, unsigned seed)
      : world_{world}, newest_{newest}, self_{self}, random_{seed} {}

  void act(int steps) {
    for (int i = 0; i < steps; ++i) one();
  }

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  // One of the youngest, so that many still live.
  std::uint64_t some_object() {
    const std::uint64_t newest = newest_.load();
    return newest - below(static_cast<std::uint32_t>(std::min<std::uint64_t>(newest, 30)));
  }
  ProcessKey some_process() { return {MachineIndex{0}, ObjectId{some_object()}}; }
  Pid some_pid() { return Pid{static_cast<std::uint32_t>(996 + 4 * some_object())}; }
  HandleValue some_handle() { return below(4) == 0 ? current_process : HandleValue{4 + 4 * std::uint64_t{below(12)}}; }

  void one() {
    const ProcessKey caller = below(3) == 0 ? some_process() : self_;
    switch (below(16)) {
      case 0:
      case 1:
        world_.add(caller, some_pid());
        break;
      case 2:
      case 3:
        world_.remove(caller, some_pid());
        break;
      case 4:
        world_.open(caller, some_pid(), below(2) == 0 ? PROCESS_ALL_ACCESS : PROCESS_TERMINATE);
        break;
      case 5:
        world_.duplicate(caller, some_handle(), some_handle(), some_handle(), {}, below(4));
        break;
      case 6:
      case 7:
        world_.close(caller, some_handle());
        break;
      case 8:
        create(caller);
        break;
      case 9:
        finish();
        break;
      case 10:
        world_.tag(caller, some_handle(), below(2) == 0 ? TestWorld::g : TestWorld::g2, 1);
        break;
      case 11:
        world_.opened(caller);
        break;
      case 12:
        world_.advance(below(2000));
        break;
      case 13:
        world_.set_recovery(caller, 500);
        break;
      case 14:
        world_.result(TestWorld::to<StopAnswering>(some_process()));
        break;
      default:
        filter_or_thread();
    }
  }
  // An actor whose own process has ended goes on as another one.
  void create(ProcessKey caller) {
    const Made made = world_.create(caller, {.inheritHandles = {below(2) == 0}, .inheritableResult = {true}});
    if (made.key.object == no_object) {
      self_ = some_process();
    } else if (newest_.load() < number(made.key.object)) {
      newest_.store(number(made.key.object));
    }
  }
  void finish() {
    const ProcessKey process = some_process();
    switch (below(4)) {
      case 0:
        world_.exit(process);
        break;
      case 1:
        world_.result(
            TestWorld::by(self_, TerminateProcess{.hProcess = {HandleValue{4 + 4 * std::uint64_t{below(12)}}}}));
        break;
      case 2:
        world_.crash(process);
        break;
      default:
        world_.choose(process, UserAction::check);
    }
  }
  void filter_or_thread() {
    switch (below(4)) {
      case 0:
        world_.result(FilterUnload{});
        break;
      case 1:
        world_.result(FailCcfAllocation{});
        break;
      case 2:
        world_.result(TestWorld::to<CreateThread>(some_process()));
        break;
      default:
        world_.result(FilterLoad{});
    }
  }

  TestWorld& world_;
  std::atomic<std::uint64_t>& newest_;
  ProcessKey self_;
  std::mt19937 random_;
};

TEST(WorldRace, ManyStepsOnManyThreadsLeaveASoundWorld) {
  for (const auto thread_check : {AdditionalProcessThread::unchecked, AdditionalProcessThread::must_belong}) {
    WorldSpec spec;
    spec.processes.assign(3, ProcessSpec{});
    TestWorld world{spec, documented_profile().with(choice::additional_process_thread, thread_check)};
    std::atomic<std::uint64_t> newest{3};
    std::vector<std::function<void()>> parts;
    for (unsigned actor = 0; actor < 3; ++actor) {
      parts.emplace_back([&, actor] { Actor{world, newest, {MachineIndex{0}, ObjectId{actor + 1}}, actor}.act(5000); });
    }
    together(parts);
    expect_sound(world);
    EXPECT_GT(world.world().calls().kernel.machines()[0].next_process, 200U);
    EXPECT_GT(world.reports(), 20U);
  }
}

}  // namespace
}  // namespace procreg::impl
