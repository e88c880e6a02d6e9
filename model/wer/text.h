// Texts that calls are given: their length and when two are the same (wer.md 3.4).
#pragma once

#include <cstddef>
#include <string_view>

#include "model/draft.h"

namespace procreg::model {

// The code units before the terminating NUL (WER-ALL-19).
std::u16string_view text_at(const Draft& world, TextRef text);

// Longer than its documented limit allows (WER-ALL-20).
bool too_long(Draft& world, TextRef text, std::size_t limit, Choices& choices);

// Begins with a letter, a colon and a separator, or with two separators.
bool is_absolute(std::u16string_view path);

// Code unit by code unit.
bool same_text(const Draft& world, TextRef a, TextRef b);
// Likewise, A-Z equal to a-z (WER-ALL-21).
bool same_name(const Draft& world, TextRef a, TextRef b);

// How file paths and module names are compared.
class NameComparison {
 public:
  explicit NameComparison(Draft& world) : world_{world}, folds_{world.shaped("WER-ALL-21", true)} {}
  bool same(TextRef a, TextRef b) const { return folds_ ? same_name(world_, a, b) : same_text(world_, a, b); }

 private:
  const Draft& world_;
  bool folds_;
};

}  // namespace procreg::model
