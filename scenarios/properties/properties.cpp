#include <vector>

#include "scenarios/properties/suites.h"

namespace procreg {

namespace scenarios {
namespace {

std::vector<harness::Property> all_suites() {
  std::vector<harness::Property> all;
  for (const Suite suite : {limits(),
                            duplicate_guids(),
                            recovery_mode(),
                            access_denial(),
                            faults(),
                            inheritance(),
                            pid_reuse(),
                            handle_table(),
                            time(),
                            generated(),
                            storage_laws(),
                            order_laws(),
                            limit_laws(),
                            state_laws(),
                            additional_process_laws(),
                            collection_laws(),
                            report_laws(),
                            report_folder_laws(),
                            object_laws(),
                            handle_laws(),
                            filter_laws(),
                            app_instance_laws(),
                            inheritance_laws(),
                            registration_laws(),
                            entry_budget(),
                            reregistration(),
                            string_limits(),
                            report_content_laws(),
                            restart_laws(),
                            app_local_dump(),
                            dump_ranges(),
                            recovery_timing(),
                            report_completeness(),
                            restart_settings(),
                            failovers(),
                            csv_laws(),
                            version_laws(),
                            open_laws(),
                            smb_create_laws(),
                            takeover_laws(),
                            smb_version_laws(),
                            orphan_laws(),
                            one_owner(),
                            share_modes(),
                            byte_locks(),
                            version_order(),
                            durability()})
    all.insert(all.end(), suite.begin(), suite.end());
  return all;
}

}  // namespace
}  // namespace scenarios

std::span<const harness::Property> harness::properties() {
  static const std::vector<Property> all = scenarios::all_suites();
  return all;
}

}  // namespace procreg
