// The entry budget that files, blocks, excluded blocks and, by choice, metadata and processes share (wer.md 3.3).
#pragma once

#include <cstddef>

#include "model/draft.h"

namespace procreg::model {

// `entries`
std::size_t entries(const Wer& wer, Choices& choices);
// `entries` is at least the limit.
bool no_entry_left(Draft& world, const Process& caller, Choices& choices);
// The same, as a new file, block or excluded block meets it (WER-ALL-15).
bool budget_full(Draft& world, const Process& caller, Choices& choices);

}  // namespace procreg::model
