// The suites that properties() is put together from; a file each.
#pragma once

#include <span>

#include "harness/report/property.h"

namespace procreg::scenarios {

using Suite = std::span<const harness::Property>;

// Topics
Suite limits();
Suite duplicate_guids();
Suite recovery_mode();
Suite access_denial();
Suite faults();
Suite inheritance();
Suite pid_reuse();
Suite handle_table();
Suite time();
Suite generated();
Suite entry_budget();
Suite reregistration();
Suite string_limits();
Suite app_local_dump();
Suite dump_ranges();
Suite recovery_timing();
Suite report_completeness();
Suite restart_settings();
Suite failovers();
Suite one_owner();
Suite share_modes();
Suite byte_locks();
Suite version_order();
Suite durability();

// Laws
Suite storage_laws();
Suite order_laws();
Suite limit_laws();
Suite state_laws();
Suite additional_process_laws();
Suite collection_laws();
Suite report_laws();
Suite report_folder_laws();
Suite report_content_laws();
Suite restart_laws();
Suite object_laws();
Suite handle_laws();
Suite filter_laws();
Suite app_instance_laws();
Suite inheritance_laws();
Suite registration_laws();
Suite csv_laws();
Suite version_laws();
Suite open_laws();
Suite smb_create_laws();
Suite takeover_laws();
Suite smb_version_laws();
Suite orphan_laws();

}  // namespace procreg::scenarios
