#include "harness/cli/profiles.h"

#include <string>

#include "api/profile.h"

namespace procreg::cli {

using harness::Script;

std::vector<Script::NamedProfile> profiles_for(const Script& script, const std::optional<Script::NamedProfile>& asked) {
  if (!script.profiles.empty()) return script.profiles;
  if (asked) return {*asked};
  std::vector<Script::NamedProfile> profiles;
  for (const std::string_view name : profile_names()) profiles.push_back({std::string{name}, *find_profile(name)});
  return profiles;
}

}  // namespace procreg::cli
