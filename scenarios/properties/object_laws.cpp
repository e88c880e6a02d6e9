// Laws of process objects: how long they stay, and what making one that cannot be made costs.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

constexpr Name main = Story::main;

void a_live_process_needs_no_handle(Story& story) {
  const Name child = story.create(main);
  const bool second = story.coin();
  const Name more = second ? story.open(main, PROCESS_QUERY_INFORMATION, pid(child)) : Name{};
  const SeenProcess before = story.of(child);
  if (story.coin()) story.close(main, thread_handle_of(child));
  story.must_be(story.close(main, handle_of(child)), TRUE_, "a handle is closed");
  if (second) story.must_be(story.close(main, handle(more)), TRUE_, "so is the last one");
  story.must(story.find(child) != nullptr && same(before, story.of(child)), "nothing happens to a live process");
  if (story.coin()) story.exit(child);
}

bool held_elsewhere(const SeenMachine& machine, OtherId object) {
  for (const SeenProcess& process : machine.processes)
    for (const SnapHandle& handle : process.handles)
      if (handle.type != ObjectType::Process && handle.object == number(object)) return true;
  return false;
}

void an_exit_takes_its_own_handles_along(Story& story) {
  const Name ending = story.process();
  const Pid number_of_ending = story.pid_of(ending);
  if (story.coin()) story.open(ending, PROCESS_ALL_ACCESS, pid(ending));
  story.duplicate(ending, {.hSourceHandle = handle(current_process), .dwOptions = Dword{DUPLICATE_SAME_ACCESS}});
  Cast dead;
  for (std::uint32_t left = story.below(3); left > 0; --left) {
    dead.push_back(story.create(ending));
    story.exit(dead.back());
    story.must(story.find(dead.back()) != nullptr, "a handle keeps a dead process");
  }
  if (story.coin()) story.object(ending, story.one_of({ObjectType::Event, ObjectType::Thread}));
  story.exit(ending);
  story.must(story.find(ending) == nullptr, "a handle to itself does not keep an exited process");
  for (const Name name : dead) story.must(story.find(name) == nullptr, "nor what only it held");
  for (const SnapObject& object : story.machine().objects)
    story.must(object.tid != no_thread || held_elsewhere(story.machine(), object.id), "nor other objects");
  story.create(main, {.pid = {number_of_ending}});
  story.must_be(story.last().result, TRUE_, "the pid is free at once");
}

// CreateProcess that cannot succeed.
CreateProcess impossible(Story& story) {
  switch (story.below(5)) {
    case 0:
      return {.pid = {story.pid_of(main)}};
    case 1:
      return {.parentHandle = {handle(unowned_handle)}};
    case 2:
      return {.parentHandle = {handle(current_thread)}};
    case 3: {
      const Name weak = story.open(main, PROCESS_QUERY_INFORMATION, pid(main));
      return {.parentHandle = {handle(weak)}};
    }
    default: {
      const Name dead = story.create(main);
      story.exit(dead);
      return {.parentHandle = {handle_of(dead)}};
    }
  }
}

void forgive_last_error(Seen& world) {
  for (SeenMachine& machine : world.machines)
    for (SeenProcess& process : machine.processes) process.life.lastError = 0;
}

void a_failed_creation_consumes_nothing(Story& story) {
  CreateProcess refused_one = impossible(story);
  refused_one.threads = {static_cast<std::uint16_t>(story.between(1, 3))};
  refused_one.inheritHandles = {story.coin()};
  const Seen before = story.seen();
  const Name none = story.create(main, refused_one);
  story.must(refused(story.last().result) && story.find(none) == nullptr, "no process is made");
  story.must_be_unchanged(before, "nothing is consumed but the last error", forgive_last_error);
  const Name next = story.create(main);
  story.must(story.of(next).head.objectId == before.machines[0].head.nextProcess,
             "the next object id is still the next");
  story.must(story.pid_of(next) == before.machines[0].head.nextPid, "so is the next pid");
  story.must(story.tid_of(next) == before.head.nextTid, "and the next tid");
}

}  // namespace

Suite object_laws() {
  static const harness::Property all[] = {
      {"Closing the last handle to a live process does nothing to it", about<"OBJ-PROC-06">(),
       run<a_live_process_needs_no_handle>},
      {"An exiting process takes its own handles along, also the last ones to itself and to the dead",
       about<"OBJ-PROC-22">(), run<an_exit_takes_its_own_handles_along>},
      {"A process that cannot be made consumes neither pid nor object id nor tid", about<"OBJ-NEW-05">(),
       run<a_failed_creation_consumes_nothing>},
  };
  return all;
}

}  // namespace procreg::scenarios
