#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

WerRegisterMemoryBlock registers(std::uint64_t address, std::uint32_t size = 16) {
  return {.by = by(main_process), .pvAddress = Address{address}, .dwSize = ByteCount{size}};
}
WerUnregisterMemoryBlock unregisters(std::uint64_t address) {
  return {.by = by(main_process), .pvAddress = Address{address}};
}
WerRegisterExcludedMemoryBlock excludes(std::uint64_t address, std::uint32_t size = 16) {
  return {.by = by(main_process), .address = Address{address}, .size = ByteCount{size}};
}
WerUnregisterExcludedMemoryBlock includes(std::uint64_t address) {
  return {.by = by(main_process), .address = Address{address}};
}

const Before one = after({registers(0x1000)});
const Before one_excluded = after({excludes(0x1000)});

const Profile documented = documented_profile();
const Profile as_register = documented.with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register);
const Profile never_fails = documented.with(choice::unlisted_out_of_memory, UnlistedOutOfMemory::never_fails);
const Profile first_wins = documented.with(choice::reregistration, Reregistration::first_wins);
const Profile not_while_crashed = documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state);

TEST(AMemoryBlock, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"WER-MEM-01", nothing,            registers(0, 0),          E_INVALIDARG},
      {"WER-MEM-01", recovering,         registers(0),             E_INVALIDARG},
      {"WER-MEM-02", nothing,            registers(1, 0),          E_INVALIDARG},
      {"WER-MEM-03", nothing,            registers(1, 65537),      E_INVALIDARG},
      {"WER-ALL-46", recovering,         registers(1),             WER_E_INVALID_STATE},
      {"WER-ALL-46", crashed_with_calls, registers(1),             WER_E_INVALID_STATE, not_while_crashed},
      {"WER-MEM-06", one,                registers(0x1000, 9),     S_OK, documented, limited({.entries = 1})},
      {"WER-MEM-08", one,                registers(0x2000),        WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1})},
      {"WER-MEM-08", one_excluded,       registers(0x1000),        WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1})},
      {"WER-MEM-09", exhausted,          registers(1),             E_OUTOFMEMORY},
      {"WER-MEM-10", one,                unregisters(0x1001),      WER_E_NOT_FOUND},
      {"WER-MEM-10", one_excluded,       unregisters(0x1000),      WER_E_NOT_FOUND},
      {"WER-MEM-10", nothing,            unregisters(0),           WER_E_NOT_FOUND},
      {"WER-MEM-11", nothing,            unregisters(0),           E_INVALIDARG, as_register},
      {"WER-ALL-46", recovering,         unregisters(1),           WER_E_INVALID_STATE},
      {"WER-MEM-12", nothing,            registers(1, 65536),      S_OK},
      {"WER-MEM-12", exhausted,          registers(1),             S_OK, never_fails},
      {"WER-MEM-12", nothing,            registers(~std::uint64_t{0}, 2), S_OK},
      {"WER-MEM-12", one,                registers(0x1008),        S_OK},
      {"WER-MEM-12", one_excluded,       registers(0x1000),        S_OK},
      {"WER-MEM-12", one,                unregisters(0x1000),      S_OK},
  });
  // clang-format on
}

TEST(AnExcludedBlock, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"WER-XMEM-01", nothing,      excludes(0),                  E_INVALIDARG},
      {"WER-XMEM-01", nothing,      excludes(1, 0),               E_INVALIDARG},
      {"WER-XMEM-03", one_excluded, excludes(0x1000, 9),          S_OK, documented, limited({.entries = 1})},
      {"WER-XMEM-04", one,          excludes(0x1000),             WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 1})},
      {"WER-XMEM-05", exhausted,    excludes(1),                  E_OUTOFMEMORY},
      {"WER-XMEM-05", exhausted,    excludes(1),                  E_OUTOFMEMORY, never_fails},
      {"WER-XMEM-07", one,          includes(0x1000),             WER_E_NOT_FOUND},
      {"WER-XMEM-07", nothing,      includes(0),                  WER_E_NOT_FOUND},
      {"WER-XMEM-08", nothing,      includes(0),                  E_INVALIDARG, as_register},
      {"WER-XMEM-09", one_excluded, includes(0x1000),             S_OK},
      {"WER-XMEM-10", nothing,      excludes(1, 0xFFFFFFFF),      S_OK},
      {"WER-ALL-46",  recovering,   excludes(1),                  WER_E_INVALID_STATE},
      {"WER-ALL-46",  recovering,   includes(1),                  WER_E_INVALID_STATE},
  });
  // clang-format on
}

TEST(AMemoryBlock, TakesTheLastSizeOrKeepsTheFirst) {
  for (const Profile& profile : {documented, first_wins}) {
    Scene scene{profile};
    after({registers(0x1000, 1), excludes(0x1000, 1), registers(0x1000, 2), excludes(0x1000, 2)})(scene);
    const std::uint32_t size = profile.option == documented.option ? 2 : 1;
    EXPECT_EQ(scene.main()->wer.blocks, (Blocks{{Address{0x1000}, size}}));
    EXPECT_EQ(scene.main()->wer.excluded, (Blocks{{Address{0x1000}, size}}));
    EXPECT_EQ(scene.main()->wer.alive, 2U);
  }
}

TEST(AMemoryBlock, MayOverlapAnotherUpToTheEndOfAllAddresses) {
  Scene scene;
  const std::uint64_t last = ~std::uint64_t{0};
  scene.must(registers(last - 3, 65536));
  EXPECT_TRUE(applied_by(scene.perform(registers(last, 1)), "WER-MEM-05"));
  EXPECT_FALSE(applied_by(scene.perform(registers(last - 4, 1)), "WER-MEM-05"));
  EXPECT_EQ(scene.main()->wer.blocks.size(), 3U);
}

TEST(AnExcludedBlock, IsAlwaysAnAllocation) {
  Scene scene{never_fails};
  after({registers(1), excludes(1), unregisters(1)})(scene);
  EXPECT_EQ(scene.main()->wer.alive, 1U);
  scene.must(includes(1));
  EXPECT_EQ(scene.main()->wer.alive, 0U);
}

}  // namespace
}  // namespace procreg::model
