// For every law one way to break it: an implementation that does everything right but that. The property of a law has to notice
// its fault, else it looks away; planted_faults_test.cpp asks.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "api/clause.h"
#include "harness/subject/subject.h"

namespace procreg::scenarios {

struct PlantedFault {
  Clause law;
  std::string_view how;  // what is wrong, as a sentence
  // `inner` with the fault.
  std::unique_ptr<harness::Subject> (*plant)(std::unique_ptr<harness::Subject> inner);
};

// One for each law that this version covers, in the order of the clauses.
std::span<const PlantedFault> planted_faults();

// The parts of planted_faults().
std::span<const PlantedFault> planted_wer_faults();
std::span<const PlantedFault> planted_list_faults();
std::span<const PlantedFault> planted_collection_faults();
std::span<const PlantedFault> planted_restart_faults();
std::span<const PlantedFault> planted_folder_faults();
std::span<const PlantedFault> planted_object_faults();
std::span<const PlantedFault> planted_ccf_faults();
std::span<const PlantedFault> planted_instance_faults();
std::span<const PlantedFault> planted_smb_faults();

}  // namespace procreg::scenarios
