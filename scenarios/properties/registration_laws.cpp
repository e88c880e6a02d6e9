// Laws of what is accepted without a look at it: addresses, sizes, contexts, names of modules, an empty value.
#include <string>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

const SeenWer& storage(Story& story) { return story.there(story.of(main).wer, "main has storage"); }

std::uint64_t any_address_but_null(Story& story) {
  const std::uint64_t least = story.one_of<std::uint64_t>({1, 2, 0x1000});
  return story.any_address() | least;
}

bool is(const BlockEntry& entry, std::uint64_t address, std::uint32_t size) {
  return entry.address == Address{address} && entry.size == size;
}

void keeps_block(Story& story, std::uint64_t address, std::uint32_t size) {
  story.must_be(story.reg_block(main, address, size), S_OK, "a block is accepted");
  const auto& blocks = storage(story).blocks;
  story.must(!blocks.empty() && is(blocks.back(), address, size), "and stored as it is");
}

void keeps_excluded(Story& story, std::uint64_t address, std::uint32_t size) {
  story.must_be(story.reg_excluded(main, address, size), S_OK, "an excluded block is accepted");
  const auto& excluded = storage(story).excluded;
  story.must(!excluded.empty() && is(excluded.back(), address, size), "and stored as it is");
}

void keeps_module(Story& story, TextIn dll, std::uint64_t context) {
  story.must_be(story.reg_module(main, dll, context), S_OK, "a module is accepted");
  const auto& modules = storage(story).modules;
  story.must(!modules.empty() && modules.back().dll == *dll.value && modules.back().context == Address{context},
             "and stored as it is");
}

void keeps_callback(Story& story, std::uint64_t callback) {
  story.must_be(story.recovery(main, 0, 0, callback), S_OK, "a callback is accepted");
  story.must(story.there(storage(story).recovery).callback == Address{callback}, "and stored as it is");
  story.must(story.get_recovery(main).out[0] == callback, "and read back");
}

// A range that would pass the last address ends there, where nothing is mapped.
void ends_with_all_addresses(Story& story) {
  constexpr std::uint64_t mapped = ~std::uint64_t{0} - 0x100;
  story.set(choice::block_overlap, BlockOverlap::exclusion_wins);
  story.world().additionalDataRequested = true;
  story.spec(main).stacks = story.stacks({{.range = {0x1000, 0x2000}, .stack_pointer = 0x2000}});
  story.spec(main).data = story.ranges({{mapped, ~std::uint64_t{0}}});
  const std::uint64_t hole = mapped + story.below(0x100);
  const std::uint32_t size = story.one_of({0x101U, 0x1000U, WER_MAX_MEM_BLOCK_SIZE});
  keeps_excluded(story, hole, story.one_of({0x101U, 0x10000U, 0xFFFFFFFFU}));
  keeps_block(story, mapped, size);
  keeps_block(story, ~std::uint64_t{0}, size);
  story.crash(main);
  const SeenReport& report = story.last_report();
  std::vector<SnapRange> left;
  if (hole > mapped) left.push_back({Address{mapped}, Address{hole}});
  story.must(same(report.dumps[0].ranges, left),
             "an excluded block goes on to the end of all addresses and no further");
  const BlockStatus status = left.empty() ? BlockStatus::absent : BlockStatus::partial;
  story.must(report.blocks.at(0).status == status, "so does a registered one");
  story.must(report.blocks.at(1).status == BlockStatus::absent, "the last byte of all is mapped nowhere");
}

void any_number_is_an_address(Story& story) {
  if (story.below(4) == 0) return ends_with_all_addresses(story);
  const TextIn dll = story.text(u"m.dll");
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const std::uint64_t address = any_address_but_null(story);
    switch (story.below(4)) {
      case 0:
        keeps_block(story, address, 16);
        story.must_be(story.unreg_block(main, address), S_OK, "and found again");
        break;
      case 1:
        keeps_excluded(story, address, 16);
        story.must_be(story.unreg_excluded(main, address), S_OK, "and found again");
        break;
      case 2:
        keeps_module(story, dll, address);
        story.must_be(story.unreg_module(main, dll, address), S_OK, "and found again");
        break;
      default:
        keeps_callback(story, address);
        break;
    }
  }
}

void blocks_may_lie_anywhere(Story& story) {
  const std::uint32_t size = story.between(1, WER_MAX_MEM_BLOCK_SIZE);
  const std::uint64_t before_the_end = story.below(size + 1);
  switch (story.below(3)) {
    case 0:
      return keeps_block(story, any_address_but_null(story), size);
    case 1:
      return keeps_block(story, 0x11000 - 1 - before_the_end % 0x1000, size);  // out of the data of main
    default:
      return keeps_block(story, ~before_the_end, size);  // out of all addresses
  }
}

void any_size_can_be_excluded(Story& story) {
  for (std::uint32_t k = story.between(1, 3); k > 0; --k) {
    const bool at_an_edge = story.coin();
    const std::uint32_t size = at_an_edge
                                   ? story.one_of({1U, WER_MAX_MEM_BLOCK_SIZE, WER_MAX_MEM_BLOCK_SIZE + 1, 0xFFFFFFFFU})
                                   : story.any_number() | 1U;
    keeps_excluded(story, 0x1000 * k, size);
  }
}

void exclusions_may_overlap_anything(Story& story) {
  const std::uint64_t base = story.coin() ? 0x10800 : 0x123456789000;  // mapped, partly; not mapped
  constexpr std::uint32_t size = 0x1000;
  if (story.coin()) keeps_block(story, base, size);
  for (std::uint32_t k = 0; k < 3; ++k) {
    const std::uint64_t start = base - size + 0x400 * story.below(8) + k;
    keeps_excluded(story, start, story.one_of({size, 1U, 4 * size}));
  }
  story.must(storage(story).excluded.size() == 3, "each is an entry of its own");
}

void a_value_may_be_empty(Story& story) {
  const TextIn key = story.text(u"key");
  const TextIn some = story.text(u"some");
  const TextIn none = story.text(u"");
  const bool replaces = story.any(choice::reregistration) == Reregistration::last_wins;
  const bool known = story.coin();
  if (known) story.must_be(story.reg_metadata(main, key, some), S_OK, "a pair is registered");
  story.must_be(story.reg_metadata(main, key, none), S_OK, "an empty value is accepted");
  const auto& metadata = storage(story).metadata;
  story.must(metadata.size() == 1, "there is one pair");
  story.must(metadata[0].value == *(known && !replaces ? some : none).value, "with the value that the choice keeps");
}

void any_text_names_a_module(Story& story) {
  const std::uint32_t length = story.one_of({0U, 1U, 259U, 260U, 261U, 1024U, 40000U});
  const std::u16string long_one(length, u'm');
  const std::vector<TextIn> texts{story.text(u""),       story.text(u"missing.dll"), story.text(u"..\\a/b.dll"),
                                  story.text(u"\xDC00"), story.text(u" :*?\t"),      story.text(long_one)};
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const TextIn dll = story.one_of(texts);
    keeps_module(story, dll, left);
    if (story.coin()) story.must_be(story.unreg_module(main, dll, left), S_OK, "and found again");
  }
}

void any_context_is_accepted(Story& story) {
  const TextIn dll = story.text(u"m.dll");
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const std::uint64_t context = story.coin() ? 0 : story.any_address();
    keeps_module(story, dll, context);
    story.must_be(story.unreg_module(main, dll, context), S_OK, "and found again");
  }
}

void modules_are_no_entries(Story& story) {
  const Registrations lists{story};
  const std::uint32_t room = story.below(4);
  story.world().limits.entries = room;
  const List other = story.one_of({List::files, List::blocks, List::excluded});
  const bool full_already = story.coin();
  if (full_already) lists.fill(main, other, room);
  const std::uint32_t modules = story.between(1, 4);
  for (std::uint32_t k = 0; k < modules; ++k)
    story.must_be(lists.add(main, {List::modules, k}), S_OK, "a module is accepted without a place in the budget");
  if (!full_already) lists.fill(main, other, room);
  story.must_be(lists.add(main, {other, room}), WER_E_INSUFFICIENT_BUFFER, "and leaves its places to the others");
}

}  // namespace

Suite registration_laws() {
  static const harness::Property all[] = {
      {"An address or context is a number, stored and found as it is", about<"WER-ALL-22">(),
       run<any_number_is_an_address>},
      {"A memory block may lie anywhere, also past mapped memory and past all addresses", about<"WER-MEM-04">(),
       run<blocks_may_lie_anywhere>},
      {"An excluded block may have any size but 0", about<"WER-XMEM-02">(), run<any_size_can_be_excluded>},
      {"An excluded block may overlap anything", about<"WER-XMEM-06">(), run<exclusions_may_overlap_anything>},
      {"The value of a metadata pair may be empty", about<"WER-META-06">(), run<a_value_may_be_empty>},
      {"Any text names a runtime exception module", about<"WER-REM-02">(), run<any_text_names_a_module>},
      {"A module is registered with any context", about<"WER-REM-03">(), run<any_context_is_accepted>},
      {"Runtime exception modules have no part in the budget of all entries", about<"WER-REM-06">(),
       run<modules_are_no_entries>},
  };
  return all;
}

}  // namespace procreg::scenarios
