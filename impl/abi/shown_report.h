// A report of the world as a struct of C.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "impl/abi/c_headers.h"

namespace procreg::impl::inline PROCREG_SYNC {

// `c` points into the lists, and to texts and names of the world.
struct ShownReport {
  procreg_report c{};
  std::vector<procreg_text_pair> signature{};
  std::vector<procreg_reported_module> modules{};
  std::vector<procreg_dump> dumps{};
  std::vector<std::vector<procreg_range>> ranges{};  // one list a dump
  std::vector<procreg_not_collected> not_collected{};
  std::vector<procreg_text_pair> metadata{};
  std::vector<procreg_reported_file> files{};
  std::vector<procreg_reported_block> blocks{};
  std::vector<procreg_reported_block> excluded{};
};

std::unique_ptr<ShownReport> show(const Report& report, AbiWorld& world);

// The number by which C knows a process object: 0 is nobody.
procreg_process number_of_process(ProcessKey key);
ProcessKey key_of(procreg_process process);

// As C has it.
PCWSTR c_text(const std::u16string& text);

}  // namespace procreg::impl::inline PROCREG_SYNC
