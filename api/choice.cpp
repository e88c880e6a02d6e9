#include "api/choice.h"

#include <algorithm>
#include <iterator>

namespace procreg {
namespace {

// clang-format off
// wer.md
constexpr std::string_view argument_vs_state_order_options[] = {"arguments-first", "state-first"};
constexpr std::string_view argument_vs_state_order_meanings[] = {
    "argument code",
    "stage 2 runs before stage 1",
};
constexpr std::string_view unregister_invalid_key_options[] = {"not-found", "as-register"};
constexpr std::string_view unregister_invalid_key_meanings[] = {
    "no argument check; the lookup fails with the function's not-found code (4.7: code of module-unregister-unknown)",
    "the key checks of the register function run as stage 1 with their codes (WER-AP-02; WER-FILE-01, 04; WER-MEM-01; address of "
    "WER-XMEM-01; key of WER-META-01, 02, 03; WER-REM-01)",
};
constexpr std::string_view reregistration_options[] = {"last-wins", "first-wins"};
constexpr std::string_view reregistration_meanings[] = {
    "attributes replaced",
    "attributes kept",
};
constexpr std::string_view string_limits_options[] = {"characters", "characters-with-nul"};
constexpr std::string_view string_limits_meanings[] = {
    "length up to N",
    "length up to N - 1",
};
constexpr std::string_view undefined_flag_bits_options[] = {"reject", "accept"};
constexpr std::string_view undefined_flag_bits_meanings[] = {
    "E_INVALIDARG, nothing changes",
    "stored and read back bit for bit",
};
constexpr std::string_view unlisted_out_of_memory_options[] = {"e-outofmemory", "never-fails"};
constexpr std::string_view unlisted_out_of_memory_meanings[] = {
    "E_OUTOFMEMORY",
    "these calls attempt no allocation (WER-ALL-53) and their entries do not count as alive",
};
constexpr std::string_view calls_while_crashed_options[] = {"as-running", "invalid-state"};
constexpr std::string_view calls_while_crashed_meanings[] = {
    "normal",
    "WER_E_INVALID_STATE",
};
constexpr std::string_view metadata_entry_budget_options[] = {"counts", "gate-only", "independent"};
constexpr std::string_view metadata_entry_budget_meanings[] = {
    "each pair is one of the 512, and a new key is refused with WER_E_INSUFFICIENT_BUFFER when they are full",
    "refused when full, uses none",
    "only the limit of 8",
};
constexpr std::string_view additional_process_target_options[] = {"unchecked", "must-exist"};
constexpr std::string_view additional_process_target_meanings[] = {
    "accepted",
    "E_INVALIDARG; access to the process is not checked",
};
constexpr std::string_view additional_process_self_options[] = {"accept", "accept-no-dump", "reject"};
constexpr std::string_view additional_process_self_meanings[] = {
    "ordinary entry, the report gets a triage dump of P too (if P is dumpable, WER-AP-25)",
    "entry and limits as usual, skipped at collection without a note",
    "E_INVALIDARG",
};
constexpr std::string_view additional_process_thread_options[] = {"unchecked", "must-belong"};
constexpr std::string_view additional_process_thread_meanings[] = {
    "accepted",
    "E_INVALIDARG when the id is nonzero",
};
constexpr std::string_view additional_process_duplicate_options[] = {"update", "keep-first", "second-entry"};
constexpr std::string_view additional_process_duplicate_meanings[] = {
    "S_OK, thread id (0 included) and remembered incarnation replaced, count and place kept",
    "S_OK, nothing changes",
    "no lookup stage; another entry, limits and heap apply, each entry makes its own dump",
};
constexpr std::string_view additional_process_entry_budget_options[] = {"gate-only", "counts", "independent"};
constexpr std::string_view additional_process_entry_budget_meanings[] = {
    "a new pid is refused with WER_E_INSUFFICIENT_BUFFER when entries is at least 512; processes use none",
    "refused likewise, and each process is one of the 512",
    "only the limit of 4",
};
constexpr std::string_view additional_process_pid_reuse_options[] = {"dump-current", "treat-as-gone"};
constexpr std::string_view additional_process_pid_reuse_meanings[] = {
    "whatever process has the pid is dumped",
    "no dump, process-missing",
};
constexpr std::string_view additional_process_hang_options[] = {"crash-only", "crash-and-hang"};
constexpr std::string_view additional_process_hang_meanings[] = {
    "no triage dumps, notCollected stays empty",
    "as for a crash",
};
constexpr std::string_view file_flag_compressed_options[] = {"reject", "accept"};
constexpr std::string_view file_flag_compressed_meanings[] = {
    "E_INVALIDARG",
    "stored, no effect",
};
constexpr std::string_view file_path_too_long_code_options[] = {"invalid-arg", "filename-too-long"};
constexpr std::string_view file_path_too_long_code_meanings[] = {
    "E_INVALIDARG",
    "0x800700CE",
};
constexpr std::string_view block_overlap_options[] = {"exclusion-wins", "registration-wins"};
constexpr std::string_view block_overlap_meanings[] = {
    "left out",
    "kept when the dump is heap and the byte is mapped",
};
constexpr std::string_view metadata_key_charset_options[] = {"xml-name", "ascii-subset"};
constexpr std::string_view metadata_key_charset_meanings[] = {
    "XML 1.0 (fifth edition) production Name on the decoded code points; an unpaired surrogate is invalid; names beginning with xml are "
    "allowed",
    "first A-Z, a-z or _, then also 0-9, ., -; no colon",
};
constexpr std::string_view app_local_dump_scope_options[] = {"calling-process", "package"};
constexpr std::string_view app_local_dump_scope_meanings[] = {
    "only those of the process that registered",
    "P's own registration, else that of the existing process of the same package on the same machine that registered last",
};
constexpr std::string_view app_local_dump_trigger_options[] = {"crash-and-hang", "hang-only"};
constexpr std::string_view app_local_dump_trigger_meanings[] = {
    "both",
    "cause hang",
};
constexpr std::string_view app_local_dump_unregister_none_options[] = {"success", "not-found"};
constexpr std::string_view app_local_dump_unregister_none_meanings[] = {
    "S_OK",
    "WER_E_NOT_FOUND",
};
constexpr std::string_view app_local_dump_in_recovery_options[] = {"allowed", "invalid-state"};
constexpr std::string_view app_local_dump_in_recovery_meanings[] = {
    "normal",
    "WER_E_INVALID_STATE",
};
constexpr std::string_view module_unregister_unknown_options[] = {"not-found", "file-not-found"};
constexpr std::string_view module_unregister_unknown_meanings[] = {
    "WER_E_NOT_FOUND 0x80070490",
    "0x80070002",
};
constexpr std::string_view get_handle_rights_options[] = {"page-rights", "query-and-read"};
constexpr std::string_view get_handle_rights_meanings[] = {
    "WerGetFlags needs VM_READ or QUERY_INFORMATION, the other two VM_READ; else 0x80070005",
    "neither QUERY right: 0x80070006; else no VM_READ: 0x80070005",
};
constexpr std::string_view get_recovery_not_registered_options[] = {"s-false", "not-found"};
constexpr std::string_view get_recovery_not_registered_meanings[] = {
    "S_FALSE",
    "WER_E_NOT_FOUND",
};
constexpr std::string_view get_recovery_after_unregister_options[] = {"as-never-registered", "ok-null"};
constexpr std::string_view get_recovery_after_unregister_meanings[] = {
    "WER-REC-07",
    "S_OK, callback NULL, parameter NULL, ping 0, flags 0",
};
constexpr std::string_view get_recovery_ping_unit_options[] = {"hundred-nanoseconds", "milliseconds"};
constexpr std::string_view get_recovery_ping_unit_meanings[] = {
    "ms times 10000",
    "as stored",
};
constexpr std::string_view restart_absent_size_options[] = {"unchanged", "zero-when-storage-exists"};
constexpr std::string_view restart_absent_size_meanings[] = {
    "unchanged",
    "0 when storageExists, else unchanged",
};
constexpr std::string_view recovery_finished_outside_options[] = {"terminate", "no-effect"};
constexpr std::string_view recovery_finished_outside_meanings[] = {
    "the process is Exited at once with exit code 0, no report, no restart; the call answers no-return",
    "it answers returned",
};
constexpr std::string_view arr_registration_in_recovery_options[] = {"internal-error", "invalid-state", "allowed"};
constexpr std::string_view arr_registration_in_recovery_meanings[] = {
    "E_FAIL",
    "WER_E_INVALID_STATE",
    "normal, no influence on the running recovery",
};
constexpr std::string_view late_registration_options[] = {"ignored", "honoured"};
constexpr std::string_view late_registration_meanings[] = {
    "call answers S_OK and is readable, but WER does not use it",
    "used",
};
constexpr std::string_view callback_return_options[] = {"wait-for-timeout", "finished-true", "finished-false"};
constexpr std::string_view callback_return_meanings[] = {
    "InRecovery until the deadline passes",
    "as if it had been called with TRUE",
    "as if it had been called with FALSE",
};
constexpr std::string_view restart_after_failed_recovery_options[] = {"apply-rules", "suppress"};
constexpr std::string_view restart_after_failed_recovery_meanings[] = {
    "the other conditions of WER-REC-22 decide",
    "no restart",
};

// ccf.md
constexpr std::string_view ccf_null_pointer_options[] = {"invalid-parameter", "noaccess", "access-violation"};
constexpr std::string_view ccf_null_pointer_meanings[] = {
    "87",
    "998",
    "exception 0xC0000005 in the caller, which stays alive",
};
constexpr std::string_view ccf_check_order_options[] = {"filter-first", "handle-first"};
constexpr std::string_view ccf_check_order_meanings[] = {
    "1168",
    "the handle, live and access steps run before the filter step",
};
constexpr std::string_view app_instance_bad_handle_options[] = {"invalid-parameter", "invalid-handle"};
constexpr std::string_view app_instance_bad_handle_meanings[] = {
    "87",
    "6",
};
constexpr std::string_view app_instance_exited_process_options[] = {"invalid-parameter", "access-denied", "succeed-no-effect"};
constexpr std::string_view app_instance_exited_process_meanings[] = {
    "87",
    "5",
    "return 0 at once, nothing stored, no allocation",
};
constexpr std::string_view app_instance_self_needs_terminate_options[] = {"no", "yes"};
constexpr std::string_view app_instance_self_needs_terminate_meanings[] = {
    "access passes",
    "judged like a remote process (-1 always passes)",
};
constexpr std::string_view app_instance_access_check_options[] = {"handle-mask", "security-recheck"};
constexpr std::string_view app_instance_access_check_meanings[] = {
    "the handle's granted mask",
    "the mask is ignored; passes iff OpenProcess(PROCESS_TERMINATE) by the caller on that target would pass OBJ-OPEN-03, -05 and -09 now",
};
constexpr std::string_view app_instance_zero_guid_options[] = {"accept", "invalid-parameter", "accept-not-sent"};
constexpr std::string_view app_instance_zero_guid_meanings[] = {
    "ordinary id",
    "87",
    "stored and conflicts like any id, but opens carry no id and no version (CCF-OPEN-08)",
};
constexpr std::string_view app_instance_same_guid_again_options[] = {"fail-already-exists", "succeed-no-change", "succeed-update-inherit"};
constexpr std::string_view app_instance_same_guid_again_meanings[] = {
    "5010",
    "0, nothing stored",
    "0, inherit := new value. Both succeed options skip the allocation step",
};
constexpr std::string_view app_instance_child_register_options[] = {"fail-already-exists", "override-inherited"};
constexpr std::string_view app_instance_child_register_meanings[] = {
    "5010",
    "continue with step 8, origin explicit",
};
constexpr std::string_view app_instance_inherit_depth_options[] = {"all-descendants", "children-only"};
constexpr std::string_view app_instance_inherit_depth_meanings[] = {
    "child's inherit = TRUE",
    "child's inherit = FALSE",
};
constexpr std::string_view app_instance_inherit_from_options[] = {"parent", "creator"};
constexpr std::string_view app_instance_inherit_from_meanings[] = {
    "S = parent",
    "S = creator",
};
constexpr std::string_view app_instance_untagged_open_options[] = {"no-context", "fresh-id-per-open"};
constexpr std::string_view app_instance_untagged_open_meanings[] = {
    "no id",
    "where an AI context is derived (SMB-OPEN-08), and in OpenTag, freshCounter += 1 and id = GUID {Data1 = freshCounter, Data2 = 0, Data3 "
    "= 0, Data4 = 46 52 45 53 48 49 44 00}; no version. Every other open has no id and leaves the counter alone",
};
constexpr std::string_view ccf_unload_options[] = {"drop-cache", "keep-cache", "refuse"};
constexpr std::string_view ccf_unload_meanings[] = {
    "state unloaded, tags and versions emptied",
    "state unloaded, both kept for the next load (entries of processes that exit meanwhile are removed)",
    "not-applicable, state stays loaded, nothing changes",
};
constexpr std::string_view csv_flags_bad_handle_options[] = {"invalid-parameter", "invalid-handle"};
constexpr std::string_view csv_flags_bad_handle_meanings[] = {
    "87",
    "6",
};
constexpr std::string_view csv_flags_untagged_process_options[] = {"create-entry", "fail-not-found", "succeed-no-effect"};
constexpr std::string_view csv_flags_untagged_process_meanings[] = {
    "continue; a flags-only entry may result",
    "1168",
    "0, nothing stored",
};
constexpr std::string_view csv_flags_undefined_bits_options[] = {"ignore", "store", "invalid-parameter"};
constexpr std::string_view csv_flags_undefined_bits_meanings[] = {
    "Mask := Mask & 1 and continue",
    "keep all bits of Mask and store them",
    "87",
};
constexpr std::string_view version_unregistered_guid_options[] = {"accept", "fail-not-found"};
constexpr std::string_view version_unregistered_guid_meanings[] = {
    "continue",
    "1168",
};
constexpr std::string_view version_not_greater_options[] = {"overwrite", "fail-invalid-parameter", "fail-already-exists"};
constexpr std::string_view version_not_greater_meanings[] = {
    "any pair replaces",
    "87 unless the new pair is greater",
    "5010 always",
};
constexpr std::string_view version_query_unknown_options[] = {"fail-not-found", "succeed-zero"};
constexpr std::string_view version_query_unknown_meanings[] = {
    "1168",
    "return 0 with high = low = 0, VersionStatus = 0",
};
constexpr std::string_view version_query_outputs_on_failure_options[] = {"untouched", "zeroed"};
constexpr std::string_view version_query_outputs_on_failure_meanings[] = {
    "not written",
    "each non-NULL one is set to 0",
};
constexpr std::string_view version_status_meaning_options[] = {"last-create-status", "always-success"};
constexpr std::string_view version_status_meaning_meanings[] = {
    "lastStatus (CCF-VER-08)",
    "0",
};
constexpr std::string_view version_reset_scope_options[] = {"versions-only", "versions-and-tags"};
constexpr std::string_view version_reset_scope_meanings[] = {
    "versions emptied",
    "tags emptied too",
};
constexpr std::string_view open_exited_process_options[] = {"succeed", "fail-invalid-parameter"};
constexpr std::string_view open_exited_process_meanings[] = {
    "continue as for a live one",
    "NULL, 87",
};
constexpr std::string_view duplicate_access_growth_options[] = {"recheck-security", "subset-only"};
constexpr std::string_view duplicate_access_growth_meanings[] = {
    "for a process object, pass iff the caller could get the extra bits by OBJ-OPEN-03, -05 and -09; for other objects 5",
    "5",
};

// smb.md
constexpr std::string_view smb_not_available_order_options[] = {"takeover-first", "not-available-first"};
constexpr std::string_view smb_not_available_order_meanings[] = {
    "step 9",
    "step 7, so a persistent orphan can only be reclaimed, never taken over",
};
constexpr std::string_view smb_orphan_client_guid_options[] = {"recorded-client-guid", "never-matches"};
constexpr std::string_view smb_orphan_client_guid_meanings[] = {
    "Open.clientGuid",
    "orphans are not in M",
};
constexpr std::string_view smb_several_matches_options[] = {"close-all", "oldest-only"};
constexpr std::string_view smb_several_matches_meanings[] = {
    "all of M is gated and closed",
    "M := its lowest durableId",
};
constexpr std::string_view smb_close_without_read_access_options[] = {"literal", "read-access-required"};
constexpr std::string_view smb_close_without_read_access_meanings[] = {
    "the open is force-closed, reason takeover",
    "it stays",
};
constexpr std::string_view smb_zero_app_instance_id_options[] = {"ordinary", "ignored"};
constexpr std::string_view smb_zero_app_instance_id_meanings[] = {
    "like any id",
    "as if AI (and AV) were absent",
};
constexpr std::string_view smb_version_zero_options[] = {"real-version", "absent"};
constexpr std::string_view smb_version_zero_meanings[] = {
    "a version like any other",
    "as if AV were not sent",
};
constexpr std::string_view smb_version_on_old_dialect_options[] = {"treat-as-absent", "literal-close"};
constexpr std::string_view smb_version_on_old_dialect_meanings[] = {
    "gate rejects",
    "gate passes",
};
constexpr std::string_view smb_persistent_reconnect_without_hold_options[] = {"accept", "refuse"};
constexpr std::string_view smb_persistent_reconnect_without_hold_meanings[] = {
    "this item does not refuse",
    "0xC0000034",
};
constexpr std::string_view smb_default_flavour_options[] = {"generic", "ws2016plus"};
constexpr std::string_view smb_default_flavour_meanings[] = {
    "the MUST and SHOULD text without product notes",
    "Windows Server 2016 and later",
};

constexpr ChoiceInfo rows[] = {
    {"argument-vs-state-order",
     "bad argument and refused state together, in register and unregister functions",
     argument_vs_state_order_options, argument_vs_state_order_meanings, 0, 0,
     "silent, not measured", true},
    {"unregister-invalid-key",
     "unregister with a key that register would reject (NULL, 0, malformed, over-long)",
     unregister_invalid_key_options, unregister_invalid_key_meanings, 0, 0,
     "unregister pages list no argument code", true},
    {"reregistration",
     "same key, other attributes (file, block, excluded block, metadata)",
     reregistration_options, reregistration_meanings, 0, 0,
     "S_OK measured; which attributes survive not measured", true},
    {"string-limits",
     "does a documented limit N count the NUL",
     string_limits_options, string_limits_meanings, 0, 1,
     "page and probe disagree: measured 127 of 128 (value) and 1023 of 1024 (restart line); key 64 and path 259 by analogy, not "
     "measured", true},
    {"undefined-flag-bits",
     "bits outside the defined ones: WerSetFlags 0x7FF, recovery 0, restart 0xF",
     undefined_flag_bits_options, undefined_flag_bits_meanings, 0, 1,
     "page and probe disagree: all three measured as accepting", true},
    {"unlisted-out-of-memory",
     "heap failure in WerRegisterFile, WerRegisterMemoryBlock, WerRegisterRuntimeExceptionModule",
     unlisted_out_of_memory_options, unlisted_out_of_memory_meanings, 0, 0,
     "pages list no such code, but their lists are not exhaustive", true},
    {"calls-while-crashed",
     "registration calls in Crashed with flag 0x4",
     calls_while_crashed_options, calls_while_crashed_meanings, 0, 0,
     "pages name recovery only as an example", true},
    {"metadata-entry-budget",
     "metadata and the 512",
     metadata_entry_budget_options, metadata_entry_budget_meanings, 0, 0,
     "pages name metadata among the entries and the 512 among its limits; measurement points the same way, weakly", true},
    {"additional-process-target",
     "target pid names no process that exists",
     additional_process_target_options, additional_process_target_meanings, 0, 0,
     "silent; sibling functions measured as unchecked", true},
    {"additional-process-self",
     "own pid",
     additional_process_self_options, additional_process_self_meanings, 0, 0,
     "silent", true},
    {"additional-process-thread",
     "thread not live in the target",
     additional_process_thread_options, additional_process_thread_meanings, 0, 0,
     "silent", true},
    {"additional-process-duplicate",
     "pid registered already",
     additional_process_duplicate_options, additional_process_duplicate_meanings, 0, 0,
     "silent; unregister takes only the pid; siblings measured as idempotent", true},
    {"additional-process-entry-budget",
     "additional processes and the 512",
     additional_process_entry_budget_options, additional_process_entry_budget_meanings, 0, 0,
     "page ties failure to the 512 but does not list processes among the entries", true},
    {"additional-process-pid-reuse",
     "pid now names another process",
     additional_process_pid_reuse_options, additional_process_pid_reuse_meanings, 0, 0,
     "silent; the API takes a number and opens nothing", true},
    {"additional-process-hang",
     "caller hangs",
     additional_process_hang_options, additional_process_hang_meanings, 0, 0,
     "page says crashes; sibling pages name both", true},
    {"file-flag-compressed",
     "WER_FILE_COMPRESSED 0x4",
     file_flag_compressed_options, file_flag_compressed_meanings, 0, 0,
     "header defines it, page does not list it, not measured", true},
    {"file-path-too-long-code",
     "code for an over-long path",
     file_path_too_long_code_options, file_path_too_long_code_meanings, 0, 1,
     "page gives no code; measured with a path of well over 260", true},
    {"block-overlap",
     "byte both registered and excluded",
     block_overlap_options, block_overlap_meanings, 0, 0,
     "silent", true},
    {"metadata-key-charset",
     "what is an XML element name",
     metadata_key_charset_options, metadata_key_charset_meanings, 0, 1,
     "page and probe disagree: a letter that XML allows was measured as rejected; digits first and spaces rejected, dot, underscore, "
     "hyphen inside accepted; leading underscore and colon not measured", true},
    {"app-local-dump-scope",
     "whose failures use a registration",
     app_local_dump_scope_options, app_local_dump_scope_meanings, 1, 0,
     "page speaks of the processes of the application; storage is per process; not measured", true},
    {"app-local-dump-trigger",
     "which causes",
     app_local_dump_trigger_options, app_local_dump_trigger_meanings, 0, 0,
     "page says stops responding and never mentions crashes, but means the dump that WER collects", true},
    {"app-local-dump-unregister-none",
     "nothing registered",
     app_local_dump_unregister_none_options, app_local_dump_unregister_none_meanings, 0, 0,
     "page names no failure", true},
    {"app-local-dump-in-recovery",
     "either function InRecovery",
     app_local_dump_in_recovery_options, app_local_dump_in_recovery_meanings, 0, 0,
     "page uses the code for storage only", true},
    {"module-unregister-unknown",
     "(dll, context) not registered",
     module_unregister_unknown_options, module_unregister_unknown_meanings, 0, 1,
     "page and probe disagree", true},
    {"get-handle-rights",
     "rights for WerGetFlags, GetApplicationRecoveryCallback, GetApplicationRestartSettings",
     get_handle_rights_options, get_handle_rights_meanings, 0, 1,
     "page and probe disagree; code under page-rights chosen; handle without any of these rights not measured", true},
    {"get-recovery-not-registered",
     "never registered",
     get_recovery_not_registered_options, get_recovery_not_registered_meanings, 0, 1,
     "page and probe disagree", true},
    {"get-recovery-after-unregister",
     "registered once, unregistered since",
     get_recovery_after_unregister_options, get_recovery_after_unregister_meanings, 0, 1,
     "page and probe disagree; S_OK measured, the values not reported", true},
    {"get-recovery-ping-unit",
     "unit of the ping read back",
     get_recovery_ping_unit_options, get_recovery_ping_unit_meanings, 0, 1,
     "page and probe disagree", true},
    {"restart-absent-size",
     "*pcchSize when no restart is registered",
     restart_absent_size_options, restart_absent_size_meanings, 0, 1,
     "page silent; measured both ways, before and after storage existed", true},
    {"recovery-finished-outside",
     "ApplicationRecoveryFinished outside InRecovery",
     recovery_finished_outside_options, recovery_finished_outside_meanings, 0, 1,
     "page and probe disagree", true},
    {"arr-registration-in-recovery",
     "the three functions of WER-ALL-50 InRecovery",
     arr_registration_in_recovery_options, arr_registration_in_recovery_meanings, 0, 0,
     "pages forbid it without a code; E_FAIL is the only state-like code they list", true},
    {"late-registration",
     "recovery or restart that was not registered when the process left Running",
     late_registration_options, late_registration_meanings, 0, 0,
     "pages demand registration before the failure", true},
    {"callback-return",
     "recovery callback returns without ApplicationRecoveryFinished",
     callback_return_options, callback_return_meanings, 0, 0,
     "silent; only ApplicationRecoveryFinished and a missed ping are named as ends", true},
    {"restart-after-failed-recovery",
     "recovery ended with an outcome other than finished-true",
     restart_after_failed_recovery_options, restart_after_failed_recovery_meanings, 0, 0,
     "restart pages state no such condition", true},
    {"ccf-null-pointer",
     "a required pointer is NULL",
     ccf_null_pointer_options, ccf_null_pointer_meanings, 0, 0,
     "SAL says not optional; pages silent", true},
    {"ccf-check-order",
     "filter missing and handle or access wrong",
     ccf_check_order_options, ccf_check_order_meanings, 0, 0,
     "REG ties the access check to the request itself", true},
    {"app-instance-bad-handle",
     "NULL, closed or never-issued handle in RegisterAppInstance",
     app_instance_bad_handle_options, app_instance_bad_handle_meanings, 0, 0,
     "REG gives 87 for what is not a process handle; 6 is the usual code elsewhere", true},
    {"app-instance-exited-process",
     "handle to an exited process (both handle-taking functions)",
     app_instance_exited_process_options, app_instance_exited_process_meanings, 0, 0,
     "silent", true},
    {"app-instance-self-needs-terminate",
     "real handle to the caller itself without 0x0001",
     app_instance_self_needs_terminate_options, app_instance_self_needs_terminate_meanings, 0, 0,
     "REG requires the right to tag a remote process", true},
    {"app-instance-access-check",
     "what must have PROCESS_TERMINATE",
     app_instance_access_check_options, app_instance_access_check_meanings, 0, 0,
     "REG says both; handle masks are how Windows normally checks", true},
    {"app-instance-zero-guid",
     "all-zero id",
     app_instance_zero_guid_options, app_instance_zero_guid_meanings, 0, 0,
     "silent; SMB side treats zero as ordinary (observed)", true},
    {"app-instance-same-guid-again",
     "explicit tag, same GUID registered again",
     app_instance_same_guid_again_options, app_instance_same_guid_again_meanings, 0, 0,
     "REG condition says another GUID; its explanation says called twice", true},
    {"app-instance-child-register",
     "registering a process whose tag was inherited",
     app_instance_child_register_options, app_instance_child_register_meanings, 0, 0,
     "REG: application registered twice", true},
    {"app-instance-inherit-depth",
     "grandchildren",
     app_instance_inherit_depth_options, app_instance_inherit_depth_meanings, 0, 0,
     "silent", true},
    {"app-instance-inherit-from",
     "CreateProcess with a parent other than the creator",
     app_instance_inherit_from_options, app_instance_inherit_from_meanings, 0, 0,
     "wdk: ntddk/nc-ntddk-pcreate_process_notify_routine.md: notification carries the parent id", true},
    {"app-instance-untagged-open",
     "open by a process without id",
     app_instance_untagged_open_options, app_instance_untagged_open_meanings, 0, 0,
     "WDK EA page says the id then differs per operation; [MS-SMB2] 3.2.4.3.11 sends one only if supplied", true},
    {"ccf-unload",
     "FilterUnload",
     ccf_unload_options, ccf_unload_meanings, 0, 0,
     "silent", true},
    {"csv-flags-bad-handle",
     "SetAppInstanceCsvFlags with no such handle or a non-process",
     csv_flags_bad_handle_options, csv_flags_bad_handle_meanings, 0, 0,
     "CSV lists no code; sibling page says 87", true},
    {"csv-flags-untagged-process",
     "target has no id",
     csv_flags_untagged_process_options, csv_flags_untagged_process_meanings, 0, 0,
     "silent", true},
    {"csv-flags-undefined-bits",
     "Mask bits other than 0x1",
     csv_flags_undefined_bits_options, csv_flags_undefined_bits_meanings, 0, 0,
     "silent", true},
    {"version-unregistered-guid",
     "version for an id no live process of the machine carries",
     version_unregistered_guid_options, version_unregistered_guid_meanings, 0, 0,
     "silent; the function takes no process", true},
    {"version-not-greater",
     "GUID already has a version",
     version_not_greater_options, version_not_greater_meanings, 0, 0,
     "silent", true},
    {"version-query-unknown",
     "query for a GUID without version",
     version_query_unknown_options, version_query_unknown_meanings, 0, 0,
     "silent", true},
    {"version-query-outputs-on-failure",
     "out parameters when the query fails",
     version_query_outputs_on_failure_options, version_query_outputs_on_failure_meanings, 0, 0,
     "silent", true},
    {"version-status-meaning",
     "VersionStatus of a successful query",
     version_status_meaning_options, version_status_meaning_meanings, 0, 0,
     "silent; deduced from the NTSTATUS type", true},
    {"version-reset-scope",
     "ResetAllAppInstanceVersions",
     version_reset_scope_options, version_reset_scope_meanings, 0, 0,
     "silent; function name", true},
    {"open-exited-process",
     "OpenProcess on an exited process whose object still exists",
     open_exited_process_options, open_exited_process_meanings, 0, 0,
     "pages: object exists while handles exist; pid valid until termination", true},
    {"duplicate-access-growth",
     "DuplicateHandle asks for more than the source mask",
     duplicate_access_growth_options, duplicate_access_growth_meanings, 0, 0,
     "sdk-api: handleapi/nf-handleapi-duplicatehandle.md: sometimes more, sometimes not", true},
    {"smb-not-available-order",
     "the check SMB-DUR-05 relative to section 5",
     smb_not_available_order_options, smb_not_available_order_meanings, 0, 0,
     "text order unclear; observed takeover of persistent orphans by another GUID and 0xC0000467 for the same one", true},
    {"smb-orphan-client-guid",
     "client GUID of an orphan in matching",
     smb_orphan_client_guid_options, smb_orphan_client_guid_meanings, 0, 0,
     "rule text dereferences a session that is gone; 3.3.1.10 keeps Open.ClientGuid; observed", true},
    {"smb-several-matches",
     "more than one match",
     smb_several_matches_options, smb_several_matches_meanings, 0, 0,
     "text says \"an Open\"; observed comments expect all", true},
    {"smb-close-without-read-access",
     "user cannot read; SMB-AI-11 conditions hold",
     smb_close_without_read_access_options, smb_close_without_read_access_meanings, 0, 1,
     "two sentences in 3.3.5.9.13; literal reading lets a user without read access evict; no measurement", true},
    {"smb-zero-app-instance-id",
     "AI with an all-zero id",
     smb_zero_app_instance_id_options, smb_zero_app_instance_id_meanings, 0, 0,
     "text makes no exception; observed", true},
    {"smb-version-zero",
     "AV (0,0), on 3.1.1 and in the gate on 3.0 / 3.0.2",
     smb_version_zero_options, smb_version_zero_meanings, 0, 0,
     "text silent", true},
    {"smb-version-on-old-dialect",
     "versioned open, AV on 3.0 / 3.0.2",
     smb_version_on_old_dialect_options, smb_version_on_old_dialect_meanings, 0, 0,
     "neither sentence of 3.3.5.9.13 covers it; 2.2.13.2.15 limits AV to 3.1.1", true},
    {"smb-persistent-reconnect-without-hold",
     "DH2C for a persistent orphan with hold none",
     smb_persistent_reconnect_without_hold_options, smb_persistent_reconnect_without_hold_meanings, 0, 0,
     "a bullet of 3.3.5.9.12 refuses; n. 350 and 3.3.7.1 presuppose it; observed accept", true},
    {"smb-default-flavour",
     "the flavour of a server that is started without one (smb.md 2.2)",
     smb_default_flavour_options, smb_default_flavour_meanings, 0, 1,
     "[MS-SMB2] without its product notes, or the product that the profile stands for", true},
};
// clang-format on

static_assert(std::size(rows) == choice_count);
static_assert(std::all_of(std::begin(rows), std::end(rows),
                          [](const ChoiceInfo& row) { return row.options.size() <= choice_options_max; }));

}  // namespace

std::span<const ChoiceInfo> choices() { return rows; }

const ChoiceInfo* find_choice(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(rows), std::end(rows), [name](const ChoiceInfo& row) { return row.name == name; });
  return found == std::end(rows) ? nullptr : found;
}

}  // namespace procreg
