// What lies at an address, for people: "app.exe+0x1234", "stack of 65540".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

// The dump must outlive it. Where modules or stacks overlap, the one that begins last is taken.
class Landmarks {
 public:
  explicit Landmarks(const Minidump& dump);

  std::string module_at(std::uint64_t address) const;  // "" for none
  std::string stack_at(std::uint64_t address) const;   // likewise
  // "" for a thread without one.
  std::u16string_view thread_name(std::uint32_t id) const;
  const ThreadInfo* thread_info(std::uint32_t id) const;

 private:
  std::map<std::uint64_t, const Module*> modules_{};
  std::map<std::uint64_t, const Thread*> stacks_{};
  std::map<std::uint32_t, const ThreadName*> names_{};
  std::map<std::uint32_t, const ThreadInfo*> infos_{};
};

}  // namespace procreg::harness::dump
