// The memory of a process: `stacks`, and lists of ranges.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

using json::Node;

constexpr std::uint64_t address_max = ~std::uint64_t{0};

std::optional<Range> read_range(Reading& in, const Node& value) {
  if (!expect(in, value, json::Kind::array, "a range [begin, end)")) return std::nullopt;
  if (json::count(value) != 2) {
    in.errors.at(value, fmt::format("a range has a begin and an end, not {} numbers", json::count(value)));
    return std::nullopt;
  }
  const auto begin = read_integer(in, *value.first, address_max);
  const auto end = read_integer(in, *value.first->next, address_max);
  if (!begin || !end) return std::nullopt;
  if (*begin < *end) return Range{*begin, *end};
  in.errors.at(value, "a range begins before it ends");
  return std::nullopt;
}

void read_address(Reading& in, const Node& object, std::string_view key, std::uint64_t& out) {
  if (const Node* value = member(object, key)) out = read_integer(in, *value, address_max).value_or(out);
}

void read_registers(Reading& in, const Node& value, Stack& stack) {
  if (!expect(in, value, json::Kind::object, "an object from registers to numbers")) return;
  std::vector<std::string_view> known{general_registers.begin(), general_registers.end()};
  if (const Node* rsp = member(value, "rsp")) {
    in.errors.at_key(*rsp, "the stack pointer has a key of its own, \"stackPointer\"");
    return;
  }
  refuse_unknown_keys(in, value, known, {});
  for (std::size_t i = 0; i < general_registers.size(); ++i)
    read_address(in, value, general_registers[i], stack.registers[i]);
}

Stack read_stack(Reading& in, const Node& value, std::uint32_t k) {
  Stack stack = default_stack(k);
  if (value.is(json::Kind::null) || !expect(in, value, json::Kind::object, "a stack (an object) or null")) return stack;
  refuse_unknown_keys(in, value, stack_keys, {});
  if (const Node* range = member(value, "range")) {
    stack.range = read_range(in, *range).value_or(stack.range);
    const std::uint64_t most = address_max - stack.range.begin;
    stack.stack_pointer = stack.range.begin + std::min(default_stack_depth, most);
  }
  read_address(in, value, "stackPointer", stack.stack_pointer);
  read_address(in, value, "instructionPointer", stack.instruction_pointer);
  if (const Node* registers = member(value, "registers")) read_registers(in, *registers, stack);
  return stack;
}

}  // namespace

std::optional<RangesRef> read_ranges(Reading& in, const json::Node& value) {
  if (!expect(in, value, json::Kind::array, "a list of ranges [begin, end)")) return std::nullopt;
  Ranges ranges;
  for (const Node& element : json::children(value))
    if (const auto range = read_range(in, element)) ranges.push_back(*range);
  return in.script.tables.ranges(std::move(ranges));
}

std::optional<StacksRef> read_stacks(Reading& in, const json::Node& value) {
  if (!expect(in, value, json::Kind::array, "a list of stacks")) return std::nullopt;
  if (json::count(value) > thread_count_max) {
    in.errors.at(value, fmt::format("at most {} stacks are expected", thread_count_max));
    return std::nullopt;
  }
  Stacks stacks;
  for (const Node& element : json::children(value))
    stacks.push_back(read_stack(in, element, static_cast<std::uint32_t>(element.index)));
  return in.script.tables.stacks(std::move(stacks));
}

}  // namespace procreg::harness
