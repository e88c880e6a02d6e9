#include "impl/wer/registration_block.h"

#include <gtest/gtest.h>

#include <vector>

namespace procreg::impl {
namespace {

class AdditionalProcessesTest : public testing::Test {
 protected:
  void append(std::uint32_t pid, std::uint32_t tid = 0) { list.append(arena, {Pid{pid}, Tid{tid}, no_object}); }
  std::vector<std::uint32_t> pids() const {
    std::vector<std::uint32_t> all;
    for (const auto* entry = list.first(); entry != nullptr; entry = entry->next) all.push_back(number(entry->process));
    return all;
  }

  Arena arena;
  AdditionalProcesses list;
};

using Pids = std::vector<std::uint32_t>;

TEST_F(AdditionalProcessesTest, KeepsTheOrderOfRegistration) {
  for (const std::uint32_t pid : {40U, 8U, 24U}) append(pid);
  EXPECT_EQ(pids(), (Pids{40, 8, 24}));
  EXPECT_EQ(list.size(), 3U);
}

TEST_F(AdditionalProcessesTest, WhatIsRegisteredAgainAfterItsRemovalStandsAtTheEnd) {
  for (const std::uint32_t pid : {40U, 8U, 24U}) append(pid);
  EXPECT_TRUE(list.remove(Pid{40}));
  append(40);
  EXPECT_EQ(pids(), (Pids{8, 24, 40}));
}

TEST_F(AdditionalProcessesTest, RemovesFromTheMiddleAndTheEndAndTheOnlyOne) {
  for (const std::uint32_t pid : {40U, 8U, 24U}) append(pid);
  EXPECT_TRUE(list.remove(Pid{8}));
  EXPECT_EQ(pids(), (Pids{40, 24}));
  EXPECT_TRUE(list.remove(Pid{24}));
  append(12);
  EXPECT_EQ(pids(), (Pids{40, 12}));
  EXPECT_TRUE(list.remove(Pid{40}));
  EXPECT_TRUE(list.remove(Pid{12}));
  EXPECT_FALSE(list.remove(Pid{12}));
  append(4);
  EXPECT_EQ(pids(), (Pids{4}));
}

TEST_F(AdditionalProcessesTest, FindsAndRemovesTheOldestOfSeveralWithOnePid) {
  append(40, 1);
  append(8, 2);
  append(40, 3);
  EXPECT_EQ(list.find(Pid{40})->thread, Tid{1});
  EXPECT_TRUE(list.remove(Pid{40}));
  EXPECT_EQ(list.find(Pid{40})->thread, Tid{3});
  EXPECT_EQ(pids(), (Pids{8, 40}));
}

TEST_F(AdditionalProcessesTest, ARemovedEntrysMemoryServesTheNextOne) {
  append(40);
  const auto* memory = list.find(Pid{40});
  list.remove(Pid{40});
  append(8);
  EXPECT_EQ(list.find(Pid{8}), memory);
}

}  // namespace
}  // namespace procreg::impl
