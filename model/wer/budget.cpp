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

bool no_entry_left(Draft& world, const Process& caller, Choices& choices) {
  return entries(caller.wer, choices) >= world.now().limits.entries;
}

bool budget_full(Draft& world, const Process& caller, Choices& choices) {
  return world.shaped("WER-ALL-15", no_entry_left(world, caller, choices));
}

}  // namespace procreg::model
