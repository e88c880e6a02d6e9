// Writing results where the command line says.
#pragma once

#include <string>
#include <string_view>

namespace procreg::cli {

// Writes a file: whole or not at all where it is an ordinary one; straight into it where it is a device or a pipe. "" or what
// went wrong, with the name of the file.
std::string write_output(const std::string& path, std::string_view content);

}  // namespace procreg::cli
