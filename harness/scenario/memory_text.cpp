#include "harness/scenario/memory_text.h"

#include "harness/scenario/json_text.h"

namespace procreg::harness {

namespace {

std::string range_text(const Range& range) {
  return json::Array{}.add(json::hex(range.begin)).add(json::hex(range.end)).text();
}

std::string stack_text(const Stack& stack, const Stack& usual) {
  if (stack == usual) return "null";
  json::Object registers;
  for (std::size_t i = 0; i < general_registers.size(); ++i)
    if (stack.registers[i] != 0) registers.add(general_registers[i], json::hex(stack.registers[i]));
  json::Object out;
  out.add("range", range_text(stack.range)).add("stackPointer", json::hex(stack.stack_pointer));
  if (stack.instruction_pointer != 0) out.add("instructionPointer", json::hex(stack.instruction_pointer));
  if (!registers.empty()) out.add("registers", registers.text());
  return out.text();
}

}  // namespace

std::string ranges_text(const Ranges& ranges) {
  json::Array list;
  for (const Range& range : ranges) list.add(range_text(range));
  return list.text();
}

std::string stacks_text(const Stacks& stacks) {
  json::Array list;
  std::uint32_t k = 0;
  for (const Stack& stack : stacks) list.add(stack_text(stack, default_stack(k++)));
  return list.text();
}

}  // namespace procreg::harness
