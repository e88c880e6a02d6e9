// Writing results where the command line says.
#pragma once

#include <string>
#include <string_view>

#include "harness/cli/session.h"

namespace procreg::cli {

// Writes a file: whole or not at all where it is an ordinary one; straight into it where it is a device or a pipe. "" or what
// went wrong, with the name of the file.
std::string write_output(const std::string& path, std::string_view content);

// As write_output; false, with a message, when the file could not be written.
bool written_to(const std::string& path, std::string_view content, const Session& session);

}  // namespace procreg::cli
