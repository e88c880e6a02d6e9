#include "harness/dump/landmarks.h"

#include <fmt/format.h>

#include <iterator>

#include "harness/dump/names.h"

namespace procreg::harness::dump {
namespace {

// What begins last at or before an address, or nullptr.
template <class T>
const T* last_before(const std::map<std::uint64_t, const T*>& by_begin, std::uint64_t address) {
  const auto next = by_begin.upper_bound(address);
  return next == by_begin.begin() ? nullptr : std::prev(next)->second;
}

}  // namespace

Landmarks::Landmarks(const Minidump& dump) {
  for (const Module& module : dump.modules) modules_.emplace(module.base, &module);
  for (const Thread& thread : dump.threads) stacks_.emplace(thread.stack_begin, &thread);
  for (const ThreadName& name : dump.thread_names) names_.emplace(name.id, &name);
  for (const ThreadInfo& info : dump.thread_infos) infos_.emplace(info.id, &info);
}

std::string Landmarks::module_at(std::uint64_t address) const {
  const Module* module = last_before(modules_, address);
  if (module == nullptr || address - module->base >= module->size) return {};
  const std::string name = printable(file_name(module->name));
  return address == module->base ? name : fmt::format("{}+0x{:X}", name, address - module->base);
}

std::string Landmarks::stack_at(std::uint64_t address) const {
  const Thread* thread = last_before(stacks_, address);
  if (thread == nullptr || address - thread->stack_begin >= thread->stack.size) return {};
  return fmt::format("stack of {}", thread->id);
}

std::u16string_view Landmarks::thread_name(std::uint32_t id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? std::u16string_view{} : found->second->name;
}

const ThreadInfo* Landmarks::thread_info(std::uint32_t id) const {
  const auto found = infos_.find(id);
  return found == infos_.end() ? nullptr : found->second;
}

}  // namespace procreg::harness::dump
