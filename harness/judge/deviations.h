// Deviations that an implementer knows about and does not want to hear of again: format "procreg-deviations/1".
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/clause.h"
#include "harness/scenario/files.h"

namespace procreg::harness {

struct Deviation {
  Clause clause{};
  std::string reason{};
};

struct Deviations {
  std::string file{};
  std::vector<Deviation> listed{};  // each clause once
  const Deviation* find(Clause clause) const;
};

std::variant<Deviations, std::vector<InputError>> read_deviations(std::string_view json, std::string_view file_name);
std::variant<Deviations, std::vector<InputError>> read_deviations_file(const std::string& path);

}  // namespace procreg::harness
