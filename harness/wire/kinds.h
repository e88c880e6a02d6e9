// Which values of steps are plain numbers in JSON.
#pragma once

#include <type_traits>

#include "api/step.h"

namespace procreg::harness::wire {

template <class T, class... Words>
inline constexpr bool is_one_of = (std::is_same_v<T, Words> || ...);

// Enumerations but for those that are words.
template <class T>
concept Number =
    std::is_enum_v<T> && !is_one_of<T, ObjectType, UserAction, Dialect, Flavour, HoldKind, Disposition, LockKind>;

}  // namespace procreg::harness::wire
