// Topic: handle values: the lowest free one, what children get, the bits that do not matter.
#include <set>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

constexpr Name main = Story::main;

std::uint64_t lowest_free(const std::set<std::uint64_t>& taken) {
  std::uint64_t value = 4;
  while (taken.contains(value)) value += 4;
  return value;
}

std::set<std::uint64_t> values(const SeenProcess& process) {
  std::set<std::uint64_t> values;
  for (const SnapHandle& handle : process.handles) values.insert(number(handle.value));
  return values;
}

// One more handle in main's table; the values that should be new, in order.
void grown(Story& story, std::set<std::uint64_t>& taken) {
  const auto expect = [&](std::uint64_t value, std::string_view what) {
    story.must(value == lowest_free(taken), what);
    taken.insert(value);
  };
  switch (story.below(4)) {
    case 0: {
      const Name made = story.object(main, ObjectType::Event);
      return expect(number(story.value_of(made)), "a new object gets the lowest free value");
    }
    case 1: {
      const Name made = story.open(main, PROCESS_QUERY_INFORMATION, pid(main));
      return expect(number(story.value_of(made)), "so does an opened process");
    }
    case 2: {
      const Name made = story.duplicate(main, {.hSourceHandle = handle(current_process), .dwOptions = Dword{2}});
      return expect(number(story.value_of(made)), "so does a duplicate");
    }
    default: {
      story.create(main);
      const Answer answer = story.last();
      expect(answer.out[0], "a new process gets the lowest free value");
      return expect(answer.out[1], "and its thread the next one");
    }
  }
}

void the_lowest_free_value(Story& story) {
  std::set<std::uint64_t> taken;
  for (std::uint32_t left = story.between(3, 12); left > 0; --left) {
    if (story.below(3) != 0 || taken.empty()) {
      grown(story, taken);
    } else {
      const std::vector<std::uint64_t> open(taken.begin(), taken.end());
      const std::uint64_t closed = story.one_of(open);
      story.must_be(story.close(main, handle(HandleValue{closed})), TRUE_, "an open handle is closed");
      taken.erase(closed);
    }
    story.must(values(story.of(main)) == taken, "the table holds what was made and not closed");
  }
}

void tag_bits_do_not_matter(Story& story) {
  const Name child = story.create(main);
  const std::uint64_t tagged = number(story.value_of(child)) + story.below(4);
  story.must_be(story.exit_code(main, handle(HandleValue{tagged})).result, TRUE_, "the two low bits are ignored");
  const std::uint64_t wrong = story.one_of<std::uint64_t>({0, 1, 3, 12, 400, tagged + (1ULL << 32)});
  const Answer asked = story.exit_code(main, handle(HandleValue{wrong}));
  story.must(asked.result == FALSE_ && asked.lastError == 6, "no other bit is");
  const HandleValue pseudo = story.one_of({current_process, current_thread});
  story.must_be(story.close(main, handle(pseudo)), TRUE_, "closing a pseudo handle has no effect");
  story.must_be(story.exit_code(main, handle(current_process)).result, TRUE_, "it stays usable");
  story.must_be(story.close(main, handle(HandleValue{tagged})), TRUE_, "a handle is closed with its low bits set");
  story.must_be(story.close(main, handle(HandleValue{tagged})), FALSE_, "once");
}

void children_get_the_inheritable_ones(Story& story) {
  const Name holder = story.coin() ? main : story.process();
  for (std::uint32_t left = story.below(5); left > 0; --left) {
    const bool inheritable = story.coin();
    if (story.coin()) {
      story.object(holder, ObjectType::File, {}, inheritable);
    } else {
      story.open(holder, PROCESS_QUERY_INFORMATION, pid(holder), inheritable ? 1 : 0);
    }
  }
  const std::vector<SnapHandle> table = story.of(holder).handles;
  const Name way = story.open(main, PROCESS_CREATE_PROCESS, pid(holder));
  const Name child = story.create(main, {.inheritHandles = {true}, .parentHandle = {handle(way)}});
  std::vector<SnapHandle> expected;
  for (const SnapHandle& entry : table)
    if (entry.inheritable) expected.push_back(entry);
  const std::vector<SnapHandle>& got = story.of(child).handles;
  story.must(got.size() == expected.size(), "a child gets the inheritable handles of its parent");
  for (std::size_t i = 0; i < got.size(); ++i)
    story.must(same(got[i], expected[i]), "with value, object, mask and mark");
}

}  // namespace

Suite handle_table() {
  static const harness::Property all[] = {
      {"A new handle has the lowest free value", about<"OBJ-HND-02", "OBJ-HND-08", "OBJ-PROC-03">(),
       run<the_lowest_free_value>},
      {"The two low bits of a handle are ignored, and pseudo handles are never closed",
       about<"OBJ-HND-03", "OBJ-HND-04", "OBJ-HND-07">(), run<tag_bits_do_not_matter>},
      {"A child gets exactly the inheritable handles of its parent", about<"OBJ-HND-09">(),
       run<children_get_the_inheritable_ones>},
  };
  return all;
}

}  // namespace procreg::scenarios
