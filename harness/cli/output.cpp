#include "harness/cli/output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <ostream>
#include <system_error>

#include "harness/scenario/files.h"

namespace procreg::cli {
namespace {

std::string failure(const std::string& path) {
  return fmt::format("{}: cannot be written: {}", path, std::strerror(errno));
}

std::string write_through(const std::string& path, std::string_view content) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return failure(path);
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size() && std::fflush(file) == 0;
  std::string error = written ? std::string{} : failure(path);
  if (std::fclose(file) != 0 && error.empty()) error = failure(path);
  return error;
}

}  // namespace

std::string write_output(const std::string& path, std::string_view content) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  const bool special = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  return special ? write_through(path, content) : harness::write_file_atomically(path, content);
}

bool written_to(const std::string& path, std::string_view content, const Session& session) {
  const std::string error = write_output(path, content);
  if (!error.empty()) session.err << fmt::format("procreg: {}\n", error);
  return error.empty();
}

}  // namespace procreg::cli
