// Profiles as files: format "procreg-profile/1", as `procreg characterise --save-profile` writes them.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/scenario/files.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// Choices that the file leaves out, and those it lists as undecided, are as in its base. Its label is its name.
std::variant<Script::NamedProfile, std::vector<InputError>> read_profile(std::string_view json,
                                                                         std::string_view file_name);
std::variant<Script::NamedProfile, std::vector<InputError>> read_profile_file(const std::string& path);

}  // namespace procreg::harness
