// What servers do by product (smb.md 2.2).
#pragma once

#include <algorithm>

#include "model/state.h"

namespace procreg::model {

constexpr bool is_2012(Flavour flavour) { return flavour == Flavour::ws2012 || flavour == Flavour::ws2012r2; }

constexpr std::uint32_t granted_timeout(Flavour flavour, std::uint32_t wanted) {
  return is_2012(flavour) ? wanted : std::min(wanted, durable_timeout_max_ms);
}
inline bool reports_durable_state(Flavour flavour, const Open& open) {
  return open.is_durable && (flavour == Flavour::generic || open.is_persistent || open.hold != HoldKind::none);
}
inline bool refuses_reconnect_without_flag(Flavour flavour, const Open& open) {
  return open.is_persistent && !(is_2012(flavour) && open.hold != HoldKind::none);
}
inline bool refuses_reconnect_with_flag(Flavour flavour, const Open& open) {
  return !open.is_persistent && !is_2012(flavour);
}
constexpr bool has_second_close_rule(Flavour flavour) { return !is_2012(flavour); }
constexpr bool may_write(Flavour flavour, std::uint32_t granted, bool extends) {
  if (flavour != Flavour::generic) return (granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0;
  return (granted & (extends ? FILE_APPEND_DATA : FILE_WRITE_DATA)) != 0;
}

}  // namespace procreg::model
