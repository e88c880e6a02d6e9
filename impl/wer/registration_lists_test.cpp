// What the lists of files, memory blocks, excluded blocks, metadata and runtime exception modules share, and their limits.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr Result bad_state{Hresult::WER_E_INVALID_STATE};
constexpr Result full{Hresult::WER_E_INSUFFICIENT_BUFFER};
constexpr Result no_memory{Hresult::E_OUTOFMEMORY};
constexpr Result not_found{Hresult::WER_E_NOT_FOUND};
constexpr ProcessKey p = TestWorld::main;

class RegistrationListsTest : public testing::Test, public TestWorld {};

// The five families, each with keys 0, 1, 2 ... Their entries in order are told as (key, attribute).
struct Family {
  const char* name;
  std::function<Result(TestWorld&, std::uint32_t key, std::uint32_t attribute)> add;
  std::function<Result(TestWorld&, std::uint32_t key)> remove;
  std::function<std::vector<std::pair<std::uint32_t, std::uint32_t>>(TestWorld&)> entries;
  bool lists_out_of_memory;
};
using Entries = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

std::u16string name_of(std::uint32_t key, char16_t first) {
  std::u16string name(1, first);
  for (; key > 0; key /= 26) name.push_back(static_cast<char16_t>(u'a' + key % 26));
  return name;
}
std::uint32_t key_in(const std::u16string& name) {
  std::uint32_t key = 0;
  for (std::size_t i = name.size() - 1; i > 0; --i) key = key * 26 + name[i] - u'a';
  return key;
}
constexpr std::uint64_t start_of(std::uint32_t key) { return 0x1000 * (std::uint64_t{key} + 1); }
Entries entries_of(const KeyedList<BlockEntry>& blocks) {
  Entries all;
  for (const BlockEntry& entry : blocks)
    all.emplace_back(static_cast<std::uint32_t>(number(entry.address) / 0x1000 - 1), entry.size);
  return all;
}

Family files() {
  return {"files",
          [](TestWorld& w, auto key, auto a) { return w.add_file(p, w.text(name_of(key, u'f')), 1 + a % 2, a / 2); },
          [](TestWorld& w, auto key) { return w.remove_file(p, w.text(name_of(key, u'f'))); },
          [](TestWorld& w) {
            Entries all;
            for (const FileEntry& entry : w.process(p)->block->files)
              all.emplace_back(key_in(w.tables().at(entry.path)), number(entry.type) - 1 + 2 * entry.flags);
            return all;
          },
          false};
}
Family blocks() {
  return {"blocks", [](TestWorld& w, auto key, auto a) { return w.add_block(p, start_of(key), a + 1); },
          [](TestWorld& w, auto key) { return w.remove_block(p, start_of(key)); },
          [](TestWorld& w) {
            Entries all = entries_of(w.process(p)->block->blocks);
            for (auto& entry : all) --entry.second;
            return all;
          },
          false};
}
Family excluded() {
  return {"excluded", [](TestWorld& w, auto key, auto a) { return w.exclude(p, start_of(key), a + 1); },
          [](TestWorld& w, auto key) { return w.include(p, start_of(key)); },
          [](TestWorld& w) {
            Entries all = entries_of(w.process(p)->block->excluded);
            for (auto& entry : all) --entry.second;
            return all;
          },
          true};
}
Family metadata() {
  return {"metadata",
          [](TestWorld& w, auto key, auto a) {
            return w.add_metadata(p, w.text(name_of(key, u'k')), w.text(name_of(a, u'v')));
          },
          [](TestWorld& w, auto key) { return w.remove_metadata(p, w.text(name_of(key, u'k'))); },
          [](TestWorld& w) {
            Entries all;
            for (const MetadataEntry& entry : w.process(p)->block->metadata)
              all.emplace_back(key_in(w.tables().at(entry.key)), key_in(w.tables().at(entry.value)));
            return all;
          },
          true};
}
Family modules() {  // without attributes
  return {"modules", [](TestWorld& w, auto key, auto) { return w.add_module(p, w.text(name_of(key, u'm')), key); },
          [](TestWorld& w, auto key) { return w.remove_module(p, w.text(name_of(key, u'm')), key); },
          [](TestWorld& w) {
            Entries all;
            for (const ModuleEntry& entry : w.process(p)->block->modules)
              all.emplace_back(key_in(w.tables().at(entry.dll)), 0);
            return all;
          },
          false};
}

class EachFamily : public testing::TestWithParam<Family (*)()> {
 protected:
  const Family family = GetParam()();
  bool has_attributes() const { return family.name != std::string{"modules"}; }
  std::uint32_t stored(std::uint32_t attribute) const { return has_attributes() ? attribute : 0; }
};

TEST_P(EachFamily, KeepsTheOrderOfRegistrationAndWhatComesAgainStandsAtTheEnd) {
  TestWorld world;
  for (const std::uint32_t key : {2U, 0U, 1U}) EXPECT_EQ(family.add(world, key, 1), ok);
  EXPECT_EQ(family.entries(world), (Entries{{2, stored(1)}, {0, stored(1)}, {1, stored(1)}}));
  EXPECT_EQ(family.remove(world, 2), ok);
  EXPECT_EQ(family.add(world, 2, 1), ok);
  EXPECT_EQ(family.entries(world), (Entries{{0, stored(1)}, {1, stored(1)}, {2, stored(1)}}));
}

TEST_P(EachFamily, ReplacesTheAttributesOfAKnownKeyInItsPlaceAndOneRemovalSuffices) {
  TestWorld world;
  family.add(world, 0, 1);
  family.add(world, 1, 1);
  EXPECT_EQ(family.add(world, 0, 2), ok);
  EXPECT_EQ(family.entries(world), (Entries{{0, stored(2)}, {1, stored(1)}}));
  EXPECT_EQ(family.remove(world, 0), ok);
  const Result unknown = family.remove(world, 0);
  EXPECT_EQ(unknown, not_found);
  EXPECT_EQ(family.entries(world), (Entries{{1, stored(1)}}));
}

TEST_P(EachFamily, KeepsTheFirstAttributesIfTheProfileSaysSo) {
  TestWorld world{with(choice::reregistration, Reregistration::first_wins)};
  family.add(world, 0, 1);
  EXPECT_EQ(family.add(world, 0, 2), ok);
  EXPECT_EQ(family.entries(world), (Entries{{0, stored(1)}}));
}

TEST_P(EachFamily, RefusedAndUnregisteringCallsMakeNoStorage) {
  TestWorld world;
  EXPECT_EQ(family.remove(world, 0), not_found);
  world.result(TestWorld::to(p, SetHeapCapacity{.n = {0}}));
  EXPECT_EQ(family.add(world, 0, 1), no_memory);
  EXPECT_EQ(world.process(p)->block, nullptr);
  world.result(TestWorld::to(p, SetHeapCapacity{}));
  family.add(world, 0, 1);
  family.remove(world, 0);
  EXPECT_NE(world.process(p)->block, nullptr);
}

TEST_P(EachFamily, TakesOneAllocationForANewEntryAndGivesItBack) {
  TestWorld world;
  world.result(TestWorld::to(p, SetHeapCapacity{.n = {1}}));
  EXPECT_EQ(family.add(world, 0, 1), ok);
  EXPECT_EQ(family.add(world, 0, 2), ok);
  EXPECT_EQ(family.add(world, 1, 1), no_memory);
  EXPECT_EQ(family.remove(world, 0), ok);
  EXPECT_EQ(family.add(world, 1, 1), ok);
  EXPECT_EQ(world.add(p, Pid{40}), no_memory);
}

TEST_P(EachFamily, MakesNoAttemptWhereOutOfMemoryIsUnlistedAndCannotHappen) {
  TestWorld world{with(choice::unlisted_out_of_memory, UnlistedOutOfMemory::never_fails)};
  world.result(TestWorld::to(p, FailAllocation{}));
  EXPECT_EQ(family.add(world, 0, 1), family.lists_out_of_memory ? no_memory : ok);
  EXPECT_EQ(world.process(p)->heap.countdowns().size(), family.lists_out_of_memory ? 0U : 1U);
  if (family.lists_out_of_memory) return;

  // Such an entry is not alive: the heap has room for one all the time.
  family.remove(world, 0);
  world.result(TestWorld::to(p, SetHeapCapacity{.n = {1}}));
  family.add(world, 1, 1);
  EXPECT_EQ(world.add(p, Pid{40}), no_memory);  // the countdown
  EXPECT_EQ(world.add(p, Pid{40}), ok);
  family.remove(world, 1);
  EXPECT_EQ(world.add(p, Pid{44}), no_memory);
}

TEST_P(EachFamily, IsClosedInRecoveryAndByProfileWhileCrashed) {
  for (const auto option : {CallsWhileCrashed::as_running, CallsWhileCrashed::invalid_state}) {
    TestWorld world{with(choice::calls_while_crashed, option)};
    world.set_flags(p, 0x4);
    world.set_recovery(p);
    family.add(world, 0, 1);
    world.crash(p);
    const bool open = option == CallsWhileCrashed::as_running;
    EXPECT_EQ(family.add(world, 1, 1), open ? ok : bad_state);
    EXPECT_EQ(family.remove(world, 1), open ? ok : bad_state);
    world.choose(p, UserAction::close);
    EXPECT_EQ(family.add(world, 1, 1), bad_state);
    EXPECT_EQ(family.add(world, 0, 1), bad_state);
    EXPECT_EQ(family.remove(world, 0), bad_state);
    EXPECT_EQ(family.remove(world, 1), bad_state);
  }
}

TEST_P(EachFamily, IsNotRunnableWhileCrashedWithoutTheFlag) {
  TestWorld world;
  family.add(world, 0, 1);
  world.crash(p);
  EXPECT_EQ(family.add(world, 1, 1), not_runnable);
  EXPECT_EQ(family.remove(world, 0), not_runnable);
}

TEST_P(EachFamily, ActsOnTheCallerAlone) {
  TestWorld world;
  const Made child = world.create();
  family.add(world, 0, 1);
  EXPECT_EQ(world.process(child.key)->block, nullptr);
}

TEST_P(EachFamily, BelongsToTheSnapshot) {
  TestWorld world;
  world.set_hold(p, 1);
  const SnapshotWords before = world.snapshot();
  family.add(world, 0, 1);
  const SnapshotWords one = world.snapshot();
  family.add(world, 1, 1);
  EXPECT_NE(one, before);
  EXPECT_NE(world.snapshot(), one);
  family.remove(world, 1);
  EXPECT_EQ(world.snapshot(), one);
  family.remove(world, 0);
  EXPECT_EQ(world.snapshot(), before);
}

TEST_P(EachFamily, IsGoneWithItsProcess) {
  TestWorld world;
  const Made watcher = world.create();
  world.open(watcher.key, TestWorld::main_pid, PROCESS_ALL_ACCESS);
  family.add(world, 0, 1);
  world.exit(p);
  EXPECT_EQ(world.process(p)->block, nullptr);
}

INSTANTIATE_TEST_SUITE_P(OfLists, EachFamily, testing::Values(files, blocks, excluded, metadata, modules),
                         [](const auto& family) { return std::string{family.param().name}; });

// --- Limits ---

class InTheBudget : public EachFamily {};

TEST_P(InTheBudget, The512thEntryIsAcceptedTheNextIsNotAndARemovalFreesItsPlace) {
  TestWorld world;
  for (std::uint32_t key = 0; key < 512; ++key) ASSERT_EQ(family.add(world, key, 1), ok);
  EXPECT_EQ(family.add(world, 512, 1), full);
  EXPECT_EQ(family.add(world, 511, 2), ok);
  EXPECT_EQ(family.remove(world, 300), ok);
  EXPECT_EQ(family.add(world, 512, 1), ok);
  EXPECT_EQ(family.add(world, 300, 1), full);
  Entries expected;
  for (std::uint32_t key = 0; key <= 512; ++key) {
    if (key != 300) expected.emplace_back(key, key == 511 ? 2 : 1);
  }
  EXPECT_EQ(family.entries(world), expected);
}

TEST_P(InTheBudget, ALimitThatIsReachedComesBeforeAHeapThatFails) {
  TestWorld world{WorldSpec{.limits = {.entries = 1}}};
  family.add(world, 0, 1);
  world.result(TestWorld::to(p, FailAllocation{}));
  EXPECT_EQ(family.add(world, 1, 1), full);
  EXPECT_EQ(world.process(p)->heap.countdowns().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(OfLists, InTheBudget, testing::Values(files, blocks, excluded),
                         [](const auto& family) { return std::string{family.param().name}; });

// wer.md 8.2
void fill_as_in_example_8_2(TestWorld& world) {
  for (std::uint32_t i = 0; i < 300; ++i) ASSERT_EQ(world.add_block(p, start_of(i)), ok);
  for (std::uint32_t i = 0; i < 200; ++i) ASSERT_EQ(world.exclude(p, start_of(i)), ok);
  for (std::uint32_t i = 0; i < 7; ++i) ASSERT_EQ(world.add_file(p, world.text(name_of(i, u'f'))), ok);
  for (std::uint32_t i = 0; i < 5; ++i)
    ASSERT_EQ(world.add_metadata(p, world.text(name_of(i, u'k')), world.text(u"v")), ok);
}

TEST(SharedBudget, Example82) {
  TestWorld world;
  fill_as_in_example_8_2(world);
  const TextIn file = world.text(u"new");
  const TextIn sixth = world.text(u"sixth");
  EXPECT_EQ(world.add_file(p, file), full);
  EXPECT_EQ(world.add_block(p, 0x10), full);
  EXPECT_EQ(world.exclude(p, 0x10), full);
  EXPECT_EQ(world.add_metadata(p, sixth, world.text(u"v")), full);
  EXPECT_EQ(world.add(p, Pid{40}), full);
  EXPECT_EQ(world.add_metadata(p, world.text(name_of(1, u'k')), world.text(u"other")), ok);
  EXPECT_EQ(world.add_module(p, world.text(u"m")), ok);
  EXPECT_EQ(world.remove_metadata(p, world.text(name_of(1, u'k'))), ok);
  EXPECT_EQ(world.add(p, Pid{40}), ok);
  EXPECT_EQ(world.add_file(p, file), ok);
  EXPECT_EQ(world.add_block(p, 0x10), full);
}

TEST(SharedBudget, MetadataCountsByTheProfile) {
  const auto answers = [](MetadataEntryBudget option) {
    TestWorld world{with(choice::metadata_entry_budget, option)};
    fill_as_in_example_8_2(world);
    const Result sixth = world.add_metadata(p, world.text(u"sixth"), world.text(u"v"));
    std::uint32_t more_blocks = 0;
    while (world.add_block(p, 0x10 + more_blocks) == ok) ++more_blocks;
    return std::array{sixth, world.add_metadata(p, world.text(u"late"), world.text(u"v")),
                      Result{ResultKind::handle, more_blocks}};
  };
  const auto blocks = [](std::uint64_t n) { return Result{ResultKind::handle, n}; };
  EXPECT_EQ(answers(MetadataEntryBudget::counts), (std::array{full, full, blocks(0)}));
  EXPECT_EQ(answers(MetadataEntryBudget::gate_only), (std::array{ok, full, blocks(5)}));
  EXPECT_EQ(answers(MetadataEntryBudget::independent), (std::array{ok, ok, blocks(5)}));
}

TEST(SharedBudget, ProcessesAreGatedByAllEntriesAndCountByTheProfile) {
  using enum AdditionalProcessEntryBudget;
  for (const auto option : {gate_only, counts, independent}) {
    TestWorld world{WorldSpec{.limits = {.entries = 2}}, with(choice::additional_process_entry_budget, option)};
    world.exclude(p, 0x1000);
    EXPECT_EQ(world.add(p, Pid{40}), ok);
    EXPECT_EQ(world.add_block(p, 0x1000), option == counts ? full : ok);
    EXPECT_EQ(world.add(p, Pid{44}), option == independent ? ok : full);
  }
}

TEST_F(RegistrationListsTest, TheNinthMetadataPairAndTheSeventeenthModuleAreRefused) {
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_EQ(add_metadata(main, text(name_of(i, u'k')), text(u"")), ok);
  EXPECT_EQ(add_metadata(main, text(u"ninth"), text(u"")), full);
  for (std::uint32_t i = 0; i < 16; ++i) EXPECT_EQ(add_module(main, text(u"m"), i), ok);
  EXPECT_EQ(add_module(main, text(u"m"), 16), full);
  EXPECT_EQ(add_module(main, text(u"M"), 15), ok);
}

TEST(ModuleLimits, ModulesNeitherCountNorAreGatedByTheBudget) {
  TestWorld world{WorldSpec{.limits = {.entries = 1}}};
  EXPECT_EQ(world.add_module(p, world.text(u"a")), ok);
  EXPECT_EQ(world.add_block(p, 0x1000), ok);
  EXPECT_EQ(world.add_module(p, world.text(u"b")), ok);
}

}  // namespace
}  // namespace procreg::impl
