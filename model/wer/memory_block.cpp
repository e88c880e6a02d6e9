// WerRegisterMemoryBlock, WerUnregisterMemoryBlock (wer.md 4.3) and the pair for excluded blocks (wer.md 4.4).
#include <algorithm>

#include "model/rules.h"
#include "model/wer/budget.h"
#include "model/wer/pipeline.h"

namespace procreg::model {

using enum Hresult;

namespace {

Refusal bad_arguments(const WerRegisterMemoryBlock& call) {
  if (call.pvAddress == Address{0}) return Refusal{E_INVALIDARG, "WER-MEM-01"};
  if (call.dwSize == ByteCount{0}) return Refusal{E_INVALIDARG, "WER-MEM-02"};
  if (number(call.dwSize) > WER_MAX_MEM_BLOCK_SIZE) return Refusal{E_INVALIDARG, "WER-MEM-03"};
  return passes;
}

Refusal bad_arguments(const WerRegisterExcludedMemoryBlock& call) {
  const bool bad = call.address == Address{0} || call.size == ByteCount{0};
  return bad ? Refusal{E_INVALIDARG, "WER-XMEM-01"} : passes;
}

Refusal bad_address(Address address, Clause clause) {
  return address == Address{0} ? Refusal{E_INVALIDARG, clause} : passes;
}

const RegisteredBlock* find_block(const Blocks& blocks, Address address) {
  return entry_where(blocks, [address](const RegisteredBlock& block) { return block.address == address; });
}

// A range that would pass 2^64 ends there (WER-ALL-22).
std::uint64_t last_byte(const RegisteredBlock& block) {
  const std::uint64_t last = number(block.address) + (block.size - 1);
  return last < number(block.address) ? ~std::uint64_t{0} : last;
}

bool overlaps(const Blocks& blocks, const RegisteredBlock& block) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const RegisteredBlock& other) {
    return number(other.address) <= last_byte(block) && number(block.address) <= last_byte(other);
  });
}

// Only the numbers are looked at, whatever lies at the address.
void note_block(Draft& world) {
  note_register(world);
  world.applies("WER-ALL-22");
}

// WER-MEM-07: a start address that is only excluded is not known.
bool taken_for_excluded(Draft& world, const Process& caller, Address address) {
  return find_block(caller.wer.excluded, address) != nullptr && !world.shaped("WER-MEM-07", true);
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterMemoryBlock& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_block(world);
  const auto state = bad_state(world, caller, "WER-ALL-46", choices);
  const auto refusal = first_of(world, bad_arguments(call), state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredBlock block{call.pvAddress, number(call.dwSize)};
  const RegisteredBlock* known = find_block(caller.wer.blocks, block.address);
  if (known != nullptr && world.shaped("WER-ALL-13", true))
    return register_again<Blocks>(world, {by, &Wer::blocks, "WER-MEM-06"}, *known, block, choices);
  if (known == nullptr && taken_for_excluded(world, caller, block.address)) return world.answer(S_OK, "WER-MEM-06");
  if (budget_full(world, caller, choices)) return refuse_full(world, caller, "WER-MEM-08");
  const bool allocates = unlisted_allocates(choices);
  if (unlisted_heap_fails(world, by, "WER-MEM-09", allocates)) return world.refuse(E_OUTOFMEMORY, "WER-MEM-09");
  world.applies("WER-MEM-04");
  const Clause accepts = overlaps(caller.wer.blocks, block) ? Clause("WER-MEM-05") : Clause{};
  return append<Blocks>(world, {by, &Wer::blocks, "WER-MEM-12", allocates, accepts}, block);
}

Ruling& rule(Draft& world, const WerUnregisterMemoryBlock& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto arguments = bad_key(world, bad_address(call.pvAddress, "WER-MEM-01"), "WER-MEM-11", choices);
  const auto state = bad_state(world, world.process(by), "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredBlock* entry = find_block(world.process(by).wer.blocks, call.pvAddress);
  if (entry == nullptr) return world.refuse(WER_E_NOT_FOUND, "WER-MEM-10");
  return remove<Blocks>(world, {by, &Wer::blocks, "WER-MEM-12", unlisted_allocates(choices)}, *entry);
}

Ruling& rule(Draft& world, const WerRegisterExcludedMemoryBlock& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_block(world);
  const auto state = bad_state(world, caller, "WER-ALL-46", choices);
  const auto refusal = first_of(world, bad_arguments(call), state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredBlock block{call.address, number(call.size)};
  world.applies("WER-XMEM-02");
  const RegisteredBlock* known = find_block(caller.wer.excluded, block.address);
  if (known != nullptr && world.shaped("WER-ALL-13", true))
    return register_again<Blocks>(world, {by, &Wer::excluded, "WER-XMEM-03"}, *known, block, choices);
  if (budget_full(world, caller, choices)) return refuse_full(world, caller, "WER-XMEM-04");
  if (world.heap_fails(by)) return world.refuse(E_OUTOFMEMORY, "WER-XMEM-05");
  world.applies("WER-XMEM-06");
  return append<Blocks>(world, {by, &Wer::excluded, "WER-XMEM-10"}, block);
}

Ruling& rule(Draft& world, const WerUnregisterExcludedMemoryBlock& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto arguments = bad_key(world, bad_address(call.address, "WER-XMEM-01"), "WER-XMEM-08", choices);
  const auto state = bad_state(world, world.process(by), "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredBlock* entry = find_block(world.process(by).wer.excluded, call.address);
  if (entry == nullptr) return world.refuse(WER_E_NOT_FOUND, "WER-XMEM-07");
  return remove<Blocks>(world, {by, &Wer::excluded, "WER-XMEM-09"}, *entry);
}

}  // namespace procreg::model
