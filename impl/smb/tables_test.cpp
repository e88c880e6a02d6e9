// Chains, Orphans and Handles against what they stand for.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "impl/smb/handles.h"
#include "impl/smb/orphans.h"

namespace procreg::impl {
namespace {

struct Element {
  ChainLink<Element> link{};
  int number{};
};
using Table = Chains<Element, &Element::link>;

std::vector<int> chain(const Table& table, std::uint64_t hash) {
  std::vector<int> numbers;
  for (const Element* at = table.first(hash); at != nullptr; at = table.next(*at)) numbers.push_back(at->number);
  return numbers;
}

TEST(Chains, AnEmptyTableHasNothingAndAllocatesNothing) {
  const Table table;
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.first(0), nullptr);
  int visited = 0;
  table.each([&](const Element&) { ++visited; });
  EXPECT_EQ(visited, 0);
}

TEST(Chains, AreWhatAMapOfListsIs) {
  std::mt19937 random{7};
  Arena arena;
  Table table;
  std::vector<Element> elements(400);
  std::map<std::uint64_t, std::vector<int>> expected;
  for (int i = 0; i < 400; ++i) elements[static_cast<std::size_t>(i)].number = i;
  for (int turn = 0; turn < 4000; ++turn) {
    Element& element = elements[random() % elements.size()];
    if (element.link.place == nullptr) {
      const std::uint64_t hash = random() % 60 * 0x100000001;
      table.insert(arena, element, hash);
      expected[hash].insert(expected[hash].begin(), element.number);
    } else {
      auto& list = expected[element.link.hash];
      list.erase(std::find(list.begin(), list.end(), element.number));
      table.erase(element);
    }
  }
  std::size_t size = 0;
  for (const auto& [hash, list] : expected) {
    EXPECT_EQ(chain(table, hash), list);
    size += list.size();
  }
  EXPECT_EQ(table.size(), size);
}

TEST(Orphans, ComeByDeadlineAndThenById) {
  std::mt19937 random{11};
  Arena arena;
  Orphans orphans;
  std::vector<Open> opens(200);
  std::set<std::pair<std::uint64_t, std::uint32_t>> expected;
  for (std::uint32_t i = 0; i < opens.size(); ++i) {
    opens[i].durable = DurableId{i + 1};
    const std::uint64_t deadline = random() % 20;
    orphans.insert(arena, opens[i], deadline);
    expected.insert({deadline, i + 1});
  }
  for (std::uint32_t i = 0; i < opens.size(); i += 3) {
    expected.erase({orphans.deadline_of(opens[i]), i + 1});
    orphans.erase(opens[i]);
  }
  for (const auto& [deadline, id] : expected) {
    const Orphans::Orphan* first = orphans.first();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(std::pair(first->deadline, number(first->open->durable)), std::pair(deadline, id));
    orphans.erase(*first->open);
  }
  EXPECT_EQ(orphans.first(), nullptr);
}

TEST(Handles, AnIdThatWasNeverGivenIsNotThere) {
  Arena arena;
  Handles handles;
  EXPECT_EQ(handles.find(DurableId{0}).open, nullptr);
  EXPECT_EQ(handles.find(DurableId{0xFFFFFFFF}).open, nullptr);
  auto* open = arena.make<Open>();
  handles.insert(arena, DurableId{1}, {open, 5});
  EXPECT_EQ(handles.find(DurableId{1}).open, open);
  EXPECT_EQ(handles.find(DurableId{1}).part, 5U);
  EXPECT_EQ(handles.find(DurableId{2}).open, nullptr);
  EXPECT_EQ(handles.find(DurableId{100000}).open, nullptr);
}

TEST(Handles, AreWhatAMapIsWhateverIsErased) {
  std::mt19937 random{5};
  Arena arena;
  Handles handles;
  std::map<std::uint32_t, Open*> expected;
  for (std::uint32_t id = 1; id <= 20000; ++id) {
    auto* open = arena.make<Open>();
    handles.insert(arena, DurableId{id}, {open, id % static_cast<std::uint32_t>(sync::parts)});
    expected[id] = open;
    // Few are open at a time for the first half: whole pages become empty and are used again.
    while (expected.size() > (id < 10000 ? 50U : 5000U)) {
      const auto gone = std::next(expected.begin(), static_cast<std::ptrdiff_t>(random() % expected.size()));
      handles.erase(arena, DurableId{gone->first});
      expected.erase(gone);
    }
  }
  EXPECT_EQ(handles.size(), expected.size());
  for (std::uint32_t id = 0; id <= 20001; ++id) {
    const auto at = expected.find(id);
    EXPECT_EQ(handles.find(DurableId{id}).open, at == expected.end() ? nullptr : at->second) << id;
    EXPECT_TRUE(at == expected.end() || handles.find(DurableId{id}).part == id % sync::parts);
  }
}

TEST(Handles, PagesOfIdsThatAreGoneAreUsedAgain) {
  Arena arena;
  Handles handles;
  auto* open = arena.make<Open>();
  const auto turn_over = [&](std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t id = first; id <= last; ++id) {
      handles.insert(arena, DurableId{id}, {open, 0});
      handles.erase(arena, DurableId{id});
    }
  };
  turn_over(1, 100000);
  Arena::Image before;
  arena.save(before);
  turn_over(100001, 110000);
  Arena::Image after;
  arena.save(after);
  EXPECT_EQ(before.size(), after.size());
}

}  // namespace
}  // namespace procreg::impl
