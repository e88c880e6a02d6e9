// OpenTag: what an open of a file would carry (ccf.md 9).
#include <optional>
#include <vector>

#include "model/rules.h"

namespace procreg::model {

namespace {

struct Carried {
  std::optional<Guid> id{};
  std::uint32_t csv_flags{};
};

std::uint64_t big_endian(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | bytes[i];
  return word;
}

std::uint32_t little_endian(const std::uint8_t* bytes) {
  std::uint32_t word = 0;
  for (int i = 4; i > 0; --i) word = word << 8 | bytes[i - 1];
  return word;
}

Guid guid_of(const std::vector<std::uint8_t>& ea) { return {big_endian(ea.data()), big_endian(ea.data() + 8)}; }

// {Data1 = counter, 0, 0, "FRESHID\0"}; Data1 is little-endian in memory.
Guid fresh_id(std::uint32_t counter) {
  std::uint64_t reversed = 0;
  for (int byte = 0; byte < 4; ++byte) reversed = reversed << 8 | (counter >> (8 * byte) & 0xFF);
  return {reversed << 32, 0x4652455348494400};
}

// An id that is all zero may be kept back (CCF-OPEN-08).
Ruling& carry(Draft& world, Carried open, Clause clause, Choices& choices) {
  if (open.id == zero_guid && choices.take(choice::app_instance_zero_guid) == AppInstanceZeroGuid::accept_not_sent &&
      world.shaped("CCF-OPEN-08", true)) {
    open.id.reset();
  }
  if (open.id.has_value()) world.output<OpenTag>(0, open.id->high, open.id->low);
  world.output<OpenTag>(1, open.csv_flags);
  return world.answer(NtStatus::STATUS_SUCCESS, clause);
}

Ruling& carry_ea(Draft& world, const std::vector<std::uint8_t>& ea, Choices& choices) {
  switch (ea.size()) {
    case 16:
      return carry(world, {world.shaped("CCF-OPEN-02", guid_of(ea)), 0}, "CCF-OPEN-02", choices);
    case 20: {
      const std::uint32_t csv_flags = world.shaped("CCF-OPEN-03", little_endian(ea.data() + 16));
      return carry(world, {guid_of(ea), csv_flags}, "CCF-OPEN-03", choices);
    }
    default:
      return world.refuse(NtStatus::STATUS_EA_CORRUPT_ERROR, "CCF-OPEN-04");
  }
}

Ruling& carry_untagged(Draft& world, MachineIndex machine, const Tag* tag, Choices& choices) {
  const std::uint32_t csv_flags = world.shaped("CCF-OPEN-11", tag != nullptr ? tag->csv_flags : 0);
  world.output<OpenTag>(1, csv_flags);
  if (choices.take(choice::app_instance_untagged_open) == AppInstanceUntaggedOpen::no_context)
    return world.answer(NtStatus::STATUS_SUCCESS, "CCF-OPEN-11");
  return world.commit(NtStatus::STATUS_SUCCESS, "CCF-OPEN-11", [&](Edit& next) {
    const Guid id = fresh_id(++next.machine_head(machine).fresh_counter);
    next.output<OpenTag>(0, id.high, id.low);
  });
}

}  // namespace

Ruling& rule(Draft& world, const OpenTag& call, Choices& choices) {
  const Machine& machine = world.machine(call.by.raw.machine);
  if (machine.filter != FilterState::loaded) {
    world.applies("CCF-FLT-05");
    world.output<OpenTag>(1, world.shaped("CCF-OPEN-01", std::uint32_t{0}));
    return world.answer(NtStatus::STATUS_SUCCESS, "CCF-OPEN-01");
  }
  if (call.ea.value.has_value()) return carry_ea(world, world.tables().at(*call.ea.value), choices);

  const Tag* tag = find_tag(machine, call.by.raw.object);
  if (tag == nullptr || !tag->has_id) return carry_untagged(world, call.by.raw.machine, tag, choices);
  return carry(world, {world.shaped("CCF-OPEN-05", tag->id), tag->csv_flags}, "CCF-OPEN-05", choices);
}

}  // namespace procreg::model
