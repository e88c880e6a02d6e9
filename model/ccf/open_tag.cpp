#include "model/ccf/open_tag.h"

#include <vector>

#include "model/rules.h"

namespace procreg::model {

namespace {

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

// An id that is all zero may be kept back, and with it the version.
CarriedTag with_version(Draft& world, const Machine& machine, CarriedTag tag, Choices& choices) {
  if (tag.id == zero_guid && choices.take(choice::app_instance_zero_guid) == AppInstanceZeroGuid::accept_not_sent &&
      world.shaped("CCF-OPEN-08", true)) {
    tag.id.reset();
    return tag;
  }
  const Version* known = find_version(machine, *tag.id);
  if (known != nullptr) tag.version = world.shaped("CCF-OPEN-06", std::optional{known->version});
  return tag;
}

CarriedTag of_ea(Draft& world, const Machine& machine, const std::vector<std::uint8_t>& ea, Choices& choices) {
  switch (ea.size()) {
    case 16: {
      const Guid id = world.shaped("CCF-OPEN-02", guid_of(ea));
      return with_version(world, machine, {.id = id, .clause = "CCF-OPEN-02"}, choices);
    }
    case 20: {
      const std::uint32_t csv_flags = world.shaped("CCF-OPEN-03", little_endian(ea.data() + 16));
      return with_version(world, machine, {.id = guid_of(ea), .csv_flags = csv_flags, .clause = "CCF-OPEN-03"},
                          choices);
    }
    default:
      return {.clause = "CCF-OPEN-04"};
  }
}

CarriedTag of_untagged(Edit& next, MachineIndex machine, const Tag* tag, bool wants_id, Choices& choices) {
  CarriedTag carried{.csv_flags = next.shaped("CCF-OPEN-11", tag != nullptr ? tag->csv_flags : 0),
                     .clause = "CCF-OPEN-11"};
  if (wants_id && choices.take(choice::app_instance_untagged_open) == AppInstanceUntaggedOpen::fresh_id_per_open)
    carried.id = fresh_id(++next.machine_head(machine).fresh_counter);
  return carried;
}

}  // namespace

CarriedTag carried_tag(Edit& next, ProcessKey by, std::optional<BytesRef> ea, bool wants_id, Choices& choices) {
  const Machine& machine = next.machine(by.machine);
  if (machine.filter != FilterState::loaded) {
    next.applies("CCF-FLT-05");
    return {.csv_flags = next.shaped("CCF-OPEN-01", std::uint32_t{0}), .clause = "CCF-OPEN-01"};
  }
  if (ea.has_value()) return of_ea(next, machine, next.tables().at(*ea), choices);

  const Tag* tag = find_tag(machine, by.object);
  if (tag == nullptr || !tag->has_id) return of_untagged(next, by.machine, tag, wants_id, choices);
  const Guid id = next.shaped("CCF-OPEN-05", tag->id);
  return with_version(next, machine, {.id = id, .csv_flags = tag->csv_flags, .clause = "CCF-OPEN-05"}, choices);
}

Ruling& rule(Draft& world, const OpenTag& call, Choices& choices) {
  return world.commit(NtStatus::STATUS_SUCCESS, {}, [&](Edit& next) {
    const CarriedTag tag = carried_tag(next, call.by.raw, call.ea.value, true, choices);
    if (tag.open_fails()) return void(next.refuse(NtStatus::STATUS_EA_CORRUPT_ERROR, tag.clause));
    next.answer(NtStatus::STATUS_SUCCESS, tag.clause);
    if (tag.id.has_value()) next.output<OpenTag>(0, tag.id->high, tag.id->low);
    next.output<OpenTag>(1, tag.csv_flags);
    if (tag.version.has_value()) next.output<OpenTag>(2, tag.version->high, tag.version->low);
  });
}

}  // namespace procreg::model
