// Two clients open a file one after the other: every combination of what smb.md lets decide who has it afterwards.
//
// The first create is exclusive and always succeeds. Then the second one is made, and the first client writes on its handle:
// that tells whether it still has one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/script.h"

namespace procreg::harness {

// What combinations differ in, in the order in which tables of them are read: what decides more often comes first.
enum class FailoverPart : std::uint8_t {
  path,
  second_dialect,
  server_dialect,
  second_id,
  share,
  client_guid,
  first_id,
  first_durable,
  first_dialect,
  first_version,
  second_version,
  second_durable,
  may_read,
  profile
};
inline constexpr std::size_t failover_parts = 14;

struct FailoverDimension {
  std::string_view name;     // "server dialect"
  std::string_view meaning;  // a line for people
  std::span<const std::string_view> values;
  bool ordered;  // a value and all after it may be told as "3.0 and later"
};
// By FailoverPart.
std::span<const FailoverDimension> failover_dimensions();
const FailoverDimension& info(FailoverPart part);

// One value of each part: indexes into FailoverDimension::values.
struct Combination {
  std::array<std::uint8_t, failover_parts> values{};
  std::size_t operator[](FailoverPart part) const { return values[static_cast<std::size_t>(part)]; }
  void set(FailoverPart part, std::size_t value) {
    values[static_cast<std::size_t>(part)] = static_cast<std::uint8_t>(value);
  }
  friend bool operator==(const Combination&, const Combination&) = default;
};

// Combinations are numbered from 0; the last part changes fastest.
std::size_t combination_count();
Combination combination_at(std::size_t number);
std::size_t number_of(const Combination& combination);
// "path same; second dialect 3.1.1; ..."
std::string text(const Combination& combination);

// Makes the scripts of combinations, one after another, all with the same world, names and tables.
class FailoverScripts {
 public:
  FailoverScripts();
  // Under its one profile; valid until the next call.
  const Script& of(const Combination& combination);
  // Where in a script's steps they stand; the write of the first client is the last step.
  static std::size_t second_create(const Script& script) { return script.steps.size() - 2; }

 private:
  struct Texts {
    RequiredText server, data, other, folder, file, another, whole_path, reader, writer;
  };
  void start(const Combination& combination);
  void connect(const Combination& combination);
  Step first_create(const Combination& combination) const;
  Step second_create_of(const Combination& combination) const;

  std::vector<Script::NamedProfile> profiles_{};
  Script script_{};
  Texts texts_{};
  RequiredBytes written_{};
};

}  // namespace procreg::harness
