// Faults of files, blocks, metadata, modules and flags.
#include <algorithm>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

// Calls for which `strict` is true are refused as if an argument were bad. `strict` sees one kind of call.
template <class Call, bool (*strict)(Inside&, const Call&)>
struct Refuses {
  Answer perform(Inside& inside, const Step& step) {
    const Call* call = as<Call>(step);
    return call != nullptr && strict(inside, *call) ? refusal(E_INVALIDARG) : inside.perform(step);
  }
};

std::uint64_t number(Address address) { return static_cast<std::uint64_t>(address); }
std::uint32_t number(ByteCount size) { return static_cast<std::uint32_t>(size); }

bool upper_half(Inside& /*inside*/, const WerRegisterMemoryBlock& call) { return number(call.pvAddress) >> 63 != 0; }

bool past_all_addresses(Inside& /*inside*/, const WerRegisterMemoryBlock& call) {
  return number(call.dwSize) != 0 && number(call.pvAddress) + (number(call.dwSize) - 1) < number(call.pvAddress);
}

bool larger_than_a_block(Inside& /*inside*/, const WerRegisterExcludedMemoryBlock& call) {
  return number(call.size) > WER_MAX_MEM_BLOCK_SIZE;
}

bool overlaps(const BlockEntry& block, const WerRegisterExcludedMemoryBlock& call) {
  return number(call.address) < number(block.address) + block.size &&
         number(block.address) < number(call.address) + number(call.size);
}

bool overlaps_an_exclusion(Inside& inside, const WerRegisterExcludedMemoryBlock& call) {
  const Seen world = inside.look();
  const SeenProcess* process = world.process(call.by.raw);
  if (process == nullptr || !process->wer) return false;
  const auto& excluded = process->wer->excluded;
  return std::any_of(excluded.begin(), excluded.end(), [&](const BlockEntry& block) { return overlaps(block, call); });
}

bool empty_value(Inside& inside, const WerRegisterCustomMetadata& call) {
  return call.value.value && inside.text(*call.value.value).empty();
}

bool long_name(Inside& inside, const WerRegisterRuntimeExceptionModule& call) {
  const auto& dll = call.pwszOutOfProcessCallbackDll.value;
  return dll && inside.text(*dll).size() > MAX_PATH;
}

bool null_context(Inside& /*inside*/, const WerRegisterRuntimeExceptionModule& call) {
  return number(call.pContext) == 0;
}

// Files and blocks of both kinds that the process has registered.
std::size_t entries(const SeenProcess& process) {
  return process.wer ? process.wer->files.size() + process.wer->blocks.size() + process.wer->excluded.size() : 0;
}

struct ModulesNeedAPlace {
  Answer perform(Inside& inside, const Step& step) {
    if (!as<WerRegisterRuntimeExceptionModule>(step)) return inside.perform(step);
    const Seen before = inside.look();
    const SeenProcess* process = before.process(actor(step));
    const bool full = process != nullptr && entries(*process) >= inside.world().limits.entries;
    return full ? refusal(WER_E_INSUFFICIENT_BUFFER) : inside.perform(step);
  }
};

struct NoFlagsInRecovery {
  Answer perform(Inside& inside, const Step& step) {
    if (!as<WerSetFlags>(step)) return inside.perform(step);
    const Seen before = inside.look();
    const SeenProcess* process = before.process(actor(step));
    const bool recovering = process != nullptr && process->head.state == ProcessState::InRecovery;
    return recovering ? refusal(WER_E_INVALID_STATE) : inside.perform(step);
  }
};

constexpr PlantedFault faults[] = {
    {"WER-ALL-22", "An address in the upper half is taken for a negative number",
     plant<Refuses<WerRegisterMemoryBlock, upper_half>>},
    {"WER-ALL-48", "In recovery flags cannot be set", plant<NoFlagsInRecovery>},
    {"WER-MEM-04", "A block that runs past all addresses is refused",
     plant<Refuses<WerRegisterMemoryBlock, past_all_addresses>>},
    {"WER-XMEM-02", "An excluded block may be no larger than a registered one",
     plant<Refuses<WerRegisterExcludedMemoryBlock, larger_than_a_block>>},
    {"WER-XMEM-06", "Excluded blocks may not overlap",
     plant<Refuses<WerRegisterExcludedMemoryBlock, overlaps_an_exclusion>>},
    {"WER-META-06", "An empty value is refused", plant<Refuses<WerRegisterCustomMetadata, empty_value>>},
    {"WER-REM-02", "The name of a module is a path and no longer than one",
     plant<Refuses<WerRegisterRuntimeExceptionModule, long_name>>},
    {"WER-REM-03", "A module needs a context", plant<Refuses<WerRegisterRuntimeExceptionModule, null_context>>},
    {"WER-REM-06", "A module needs a place in the budget of all entries", plant<ModulesNeedAPlace>},
};

}  // namespace

std::span<const PlantedFault> planted_list_faults() { return faults; }

}  // namespace procreg::scenarios
