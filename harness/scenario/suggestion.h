// What to say of a word that nobody knows.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procreg::harness {

// Up to three known words that are spelled nearly so, the nearest first.
std::vector<std::string_view> near(std::string_view word, std::span<const std::string_view> known);

// `unknown call "Crsh"; did you mean "Crash"?`, or the known words where none is near and they are not too many.
std::string unknown(std::string_view what, std::string_view word, std::span<const std::string_view> known);

}  // namespace procreg::harness
