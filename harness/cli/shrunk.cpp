#include "harness/cli/shrunk.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "harness/cli/interrupt.h"
#include "harness/lockstep/fingerprint.h"
#include "harness/scenario/files.h"
#include "harness/search/shrink.h"

namespace procreg::cli {
namespace {

// The same on every machine, as fingerprints are.
std::uint64_t digest(const std::string& text) {
  std::uint64_t sum = text.size();
  for (const char c : text) sum = harness::mixed(sum, static_cast<unsigned char>(c));
  return sum;
}

}  // namespace

harness::Saved save_shrunk(const harness::Script& script, const harness::Script::NamedProfile& profile,
                           const harness::Divergence& failure, const std::string& folder, const Session& session,
                           Clause spoiled) {
  const auto subject = session.subject();
  harness::ShrinkOptions options;
  options.stop = &interruption();
  options.spoiled = spoiled;
  const harness::Shrunk shrunk = harness::shrink(script, profile.profile, *subject, failure, options);
  return harness::save_failure(folder, shrunk.divergence, harness::write_script(shrunk.script));
}

harness::Saved save_script(const harness::Script& script, const std::string& folder) {
  const std::string text = harness::write_script(script);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return {{}, fmt::format("{}: this folder cannot be made: {}", folder, error.message())};
  const std::string path =
      (std::filesystem::path{folder} / fmt::format("property-{:016x}.json", digest(text))).generic_string();
  std::string problem = harness::write_file_atomically(path, text);
  if (!problem.empty()) return {{}, std::move(problem)};
  return {path, {}};
}

}  // namespace procreg::cli
