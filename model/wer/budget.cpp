#include "model/wer/budget.h"

namespace procreg::model {

std::size_t entries(const Wer& wer, Choices& choices) {
  std::size_t count = wer.files.size() + wer.blocks.size() + wer.excluded.size();
  if (!wer.metadata.empty() && choices.take(choice::metadata_entry_budget) == MetadataEntryBudget::counts)
    count += wer.metadata.size();
  if (!wer.processes.empty() &&
      choices.take(choice::additional_process_entry_budget) == AdditionalProcessEntryBudget::counts)
    count += wer.processes.size();
  return count;
}

// The choices are asked only where they matter: each question that is asked in vain is a profile more to go on with.
bool no_entry_left(Draft& world, const Process& caller, Choices& choices) {
  const Wer& wer = caller.wer;
  const std::size_t limit = world.now().limits.entries;
  const std::size_t always = wer.files.size() + wer.blocks.size() + wer.excluded.size();
  if (always >= limit) return true;
  if (always + wer.metadata.size() + wer.processes.size() < limit) return false;
  return entries(wer, choices) >= limit;
}

bool budget_full(Draft& world, const Process& caller, Choices& choices) {
  return world.shaped("WER-ALL-15", no_entry_left(world, caller, choices));
}

}  // namespace procreg::model
