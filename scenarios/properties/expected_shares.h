// What smb.md 4.2 and 4.3 say of rights and share modes, worked out by what each open does to the file and lets others do.
#pragma once

#include <cstdint>

#include "scenarios/properties/story.h"

namespace procreg::scenarios {

// Rights and share modes that an open has or asks for.
struct Sharing {
  std::uint32_t granted{};
  std::uint32_t shared{};
};

// The specific rights of a desired access; MAXIMUM_ALLOWED stays.
std::uint32_t expanded(std::uint32_t desired);

// The rights that a create gets whose user is allowed `allowed`; 0: it is refused.
std::uint32_t granted(std::uint32_t desired, std::uint32_t allowed);

// One of the two does to the file what the other does not share.
bool conflict(const Sharing& a, const Sharing& b);

// Rights that do not take part in sharing at all.
bool attributes_only(std::uint32_t granted);

// Specific rights, often with data rights among them, never 0; and any sharing.
Sharing any_sharing(Story& story);

}  // namespace procreg::scenarios
