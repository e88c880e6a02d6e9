#include "scenarios/properties/planted_faults.h"

#include <algorithm>
#include <vector>

namespace procreg::scenarios {
namespace {

std::vector<PlantedFault> all_faults() {
  std::vector<PlantedFault> all;
  for (const auto part : {planted_wer_faults(), planted_list_faults(), planted_collection_faults(),
                          planted_restart_faults(), planted_folder_faults(), planted_object_faults(),
                          planted_ccf_faults(), planted_instance_faults(), planted_smb_faults()})
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(), [](const PlantedFault& a, const PlantedFault& b) { return a.law < b.law; });
  return all;
}

}  // namespace

std::span<const PlantedFault> planted_faults() {
  static const std::vector<PlantedFault> all = all_faults();
  return all;
}

}  // namespace procreg::scenarios
