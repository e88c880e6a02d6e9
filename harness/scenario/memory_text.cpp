#include "harness/scenario/memory_text.h"

#include <fmt/format.h>

#include "harness/scenario/json_text.h"
#include "harness/scenario/value_text.h"

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

std::string loaded_module_text(const LoadedModule& module) {
  json::Object out;
  out.add("name", json::quote(module.name)).add("base", json::hex(module.base)).add("size", json::hex(module.size));
  if (module.version) out.add("version", json::quote(fmt::format("{}", fmt::join(*module.version, "."))));
  if (module.checksum != 0) out.add("checksum", json::hex(module.checksum));
  if (module.timestamp != 0) out.add("timestamp", std::to_string(module.timestamp));
  if (!module.debug) return out.text();
  out.add("debugId", json::quote(guid_text(module.debug->id)));
  if (module.debug->age != 1) out.add("age", std::to_string(module.debug->age));
  return out.add("pdb", json::quote(module.debug->pdb)).text();
}

}  // namespace

std::string loaded_modules_text(const LoadedModules& modules) {
  json::Array list;
  for (const LoadedModule& module : modules) list.add(loaded_module_text(module));
  return list.text();
}

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
