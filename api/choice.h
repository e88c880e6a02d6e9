#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The choices of the specification: questions that its sources leave open, each with the answers that it allows. A
// profile (api/profile.h) gives one answer to each.
//
// Enumerators are the options in the order of the specification, with _ for -. Everything here is immutable and may be
// used from any thread.
namespace procreg {

// The typed key of a choice: `index` is its position in choices(), Option the type of its answers.
template <class Option>
struct Choice {
  std::uint8_t index;
};

// wer.md
enum class ArgumentVsStateOrder : std::uint8_t { arguments_first, state_first };
enum class UnregisterInvalidKey : std::uint8_t { not_found, as_register };
enum class Reregistration : std::uint8_t { last_wins, first_wins };
enum class StringLimits : std::uint8_t { characters, characters_with_nul };
enum class UndefinedFlagBits : std::uint8_t { reject, accept };
enum class UnlistedOutOfMemory : std::uint8_t { e_outofmemory, never_fails };
enum class CallsWhileCrashed : std::uint8_t { as_running, invalid_state };
enum class MetadataEntryBudget : std::uint8_t { counts, gate_only, independent };
enum class AdditionalProcessTarget : std::uint8_t { unchecked, must_exist };
enum class AdditionalProcessSelf : std::uint8_t { accept, accept_no_dump, reject };
enum class AdditionalProcessThread : std::uint8_t { unchecked, must_belong };
enum class AdditionalProcessDuplicate : std::uint8_t { update, keep_first, second_entry };
enum class AdditionalProcessEntryBudget : std::uint8_t { gate_only, counts, independent };
enum class AdditionalProcessPidReuse : std::uint8_t { dump_current, treat_as_gone };
enum class AdditionalProcessHang : std::uint8_t { crash_only, crash_and_hang };
enum class FileFlagCompressed : std::uint8_t { reject, accept };
enum class FilePathTooLongCode : std::uint8_t { invalid_arg, filename_too_long };
enum class BlockOverlap : std::uint8_t { exclusion_wins, registration_wins };
enum class MetadataKeyCharset : std::uint8_t { xml_name, ascii_subset };
enum class AppLocalDumpScope : std::uint8_t { calling_process, package };
enum class AppLocalDumpTrigger : std::uint8_t { crash_and_hang, hang_only };
enum class AppLocalDumpUnregisterNone : std::uint8_t { success, not_found };
enum class AppLocalDumpInRecovery : std::uint8_t { allowed, invalid_state };
enum class ModuleUnregisterUnknown : std::uint8_t { not_found, file_not_found };
enum class GetHandleRights : std::uint8_t { page_rights, query_and_read };
enum class GetRecoveryNotRegistered : std::uint8_t { s_false, not_found };
enum class GetRecoveryAfterUnregister : std::uint8_t { as_never_registered, ok_null };
enum class GetRecoveryPingUnit : std::uint8_t { hundred_nanoseconds, milliseconds };
enum class RestartAbsentSize : std::uint8_t { unchanged, zero_when_storage_exists };
enum class RecoveryFinishedOutside : std::uint8_t { terminate, no_effect };
enum class ArrRegistrationInRecovery : std::uint8_t { internal_error, invalid_state, allowed };
enum class LateRegistration : std::uint8_t { ignored, honoured };
enum class CallbackReturn : std::uint8_t { wait_for_timeout, finished_true, finished_false };
enum class RestartAfterFailedRecovery : std::uint8_t { apply_rules, suppress };

// ccf.md
enum class CcfNullPointer : std::uint8_t { invalid_parameter, noaccess, access_violation };
enum class CcfCheckOrder : std::uint8_t { filter_first, handle_first };
enum class AppInstanceBadHandle : std::uint8_t { invalid_parameter, invalid_handle };
enum class AppInstanceExitedProcess : std::uint8_t { invalid_parameter, access_denied, succeed_no_effect };
enum class AppInstanceSelfNeedsTerminate : std::uint8_t { no, yes };
enum class AppInstanceAccessCheck : std::uint8_t { handle_mask, security_recheck };
enum class AppInstanceZeroGuid : std::uint8_t { accept, invalid_parameter, accept_not_sent };
enum class AppInstanceSameGuidAgain : std::uint8_t { fail_already_exists, succeed_no_change, succeed_update_inherit };
enum class AppInstanceChildRegister : std::uint8_t { fail_already_exists, override_inherited };
enum class AppInstanceInheritDepth : std::uint8_t { all_descendants, children_only };
enum class AppInstanceInheritFrom : std::uint8_t { parent, creator };
enum class AppInstanceUntaggedOpen : std::uint8_t { no_context, fresh_id_per_open };
enum class CcfUnload : std::uint8_t { drop_cache, keep_cache, refuse };
enum class CsvFlagsBadHandle : std::uint8_t { invalid_parameter, invalid_handle };
enum class CsvFlagsUntaggedProcess : std::uint8_t { create_entry, fail_not_found, succeed_no_effect };
enum class CsvFlagsUndefinedBits : std::uint8_t { ignore, store, invalid_parameter };
enum class VersionUnregisteredGuid : std::uint8_t { accept, fail_not_found };
enum class VersionNotGreater : std::uint8_t { overwrite, fail_invalid_parameter, fail_already_exists };
enum class VersionQueryUnknown : std::uint8_t { fail_not_found, succeed_zero };
enum class VersionQueryOutputsOnFailure : std::uint8_t { untouched, zeroed };
enum class VersionStatusMeaning : std::uint8_t { last_create_status, always_success };
enum class VersionResetScope : std::uint8_t { versions_only, versions_and_tags };
enum class OpenExitedProcess : std::uint8_t { succeed, fail_invalid_parameter };
enum class DuplicateAccessGrowth : std::uint8_t { recheck_security, subset_only };

// smb.md
enum class SmbNotAvailableOrder : std::uint8_t { takeover_first, not_available_first };
enum class SmbOrphanClientGuid : std::uint8_t { recorded_client_guid, never_matches };
enum class SmbSeveralMatches : std::uint8_t { close_all, oldest_only };
enum class SmbCloseWithoutReadAccess : std::uint8_t { literal, read_access_required };
enum class SmbZeroAppInstanceId : std::uint8_t { ordinary, ignored };
enum class SmbVersionZero : std::uint8_t { real_version, absent };
enum class SmbVersionOnOldDialect : std::uint8_t { treat_as_absent, literal_close };
enum class SmbPersistentReconnectWithoutHold : std::uint8_t { accept, refuse };
enum class SmbDefaultFlavour : std::uint8_t { generic, ws2016plus };

inline constexpr std::size_t choice_count = 67;
inline constexpr std::size_t choice_options_max = 8;  // of one choice: a set of them is the bits of a byte

namespace choice {

// wer.md
inline constexpr Choice<ArgumentVsStateOrder> argument_vs_state_order{0};
inline constexpr Choice<UnregisterInvalidKey> unregister_invalid_key{1};
inline constexpr Choice<Reregistration> reregistration{2};
inline constexpr Choice<StringLimits> string_limits{3};
inline constexpr Choice<UndefinedFlagBits> undefined_flag_bits{4};
inline constexpr Choice<UnlistedOutOfMemory> unlisted_out_of_memory{5};
inline constexpr Choice<CallsWhileCrashed> calls_while_crashed{6};
inline constexpr Choice<MetadataEntryBudget> metadata_entry_budget{7};
inline constexpr Choice<AdditionalProcessTarget> additional_process_target{8};
inline constexpr Choice<AdditionalProcessSelf> additional_process_self{9};
inline constexpr Choice<AdditionalProcessThread> additional_process_thread{10};
inline constexpr Choice<AdditionalProcessDuplicate> additional_process_duplicate{11};
inline constexpr Choice<AdditionalProcessEntryBudget> additional_process_entry_budget{12};
inline constexpr Choice<AdditionalProcessPidReuse> additional_process_pid_reuse{13};
inline constexpr Choice<AdditionalProcessHang> additional_process_hang{14};
inline constexpr Choice<FileFlagCompressed> file_flag_compressed{15};
inline constexpr Choice<FilePathTooLongCode> file_path_too_long_code{16};
inline constexpr Choice<BlockOverlap> block_overlap{17};
inline constexpr Choice<MetadataKeyCharset> metadata_key_charset{18};
inline constexpr Choice<AppLocalDumpScope> app_local_dump_scope{19};
inline constexpr Choice<AppLocalDumpTrigger> app_local_dump_trigger{20};
inline constexpr Choice<AppLocalDumpUnregisterNone> app_local_dump_unregister_none{21};
inline constexpr Choice<AppLocalDumpInRecovery> app_local_dump_in_recovery{22};
inline constexpr Choice<ModuleUnregisterUnknown> module_unregister_unknown{23};
inline constexpr Choice<GetHandleRights> get_handle_rights{24};
inline constexpr Choice<GetRecoveryNotRegistered> get_recovery_not_registered{25};
inline constexpr Choice<GetRecoveryAfterUnregister> get_recovery_after_unregister{26};
inline constexpr Choice<GetRecoveryPingUnit> get_recovery_ping_unit{27};
inline constexpr Choice<RestartAbsentSize> restart_absent_size{28};
inline constexpr Choice<RecoveryFinishedOutside> recovery_finished_outside{29};
inline constexpr Choice<ArrRegistrationInRecovery> arr_registration_in_recovery{30};
inline constexpr Choice<LateRegistration> late_registration{31};
inline constexpr Choice<CallbackReturn> callback_return{32};
inline constexpr Choice<RestartAfterFailedRecovery> restart_after_failed_recovery{33};

// ccf.md
inline constexpr Choice<CcfNullPointer> ccf_null_pointer{34};
inline constexpr Choice<CcfCheckOrder> ccf_check_order{35};
inline constexpr Choice<AppInstanceBadHandle> app_instance_bad_handle{36};
inline constexpr Choice<AppInstanceExitedProcess> app_instance_exited_process{37};
inline constexpr Choice<AppInstanceSelfNeedsTerminate> app_instance_self_needs_terminate{38};
inline constexpr Choice<AppInstanceAccessCheck> app_instance_access_check{39};
inline constexpr Choice<AppInstanceZeroGuid> app_instance_zero_guid{40};
inline constexpr Choice<AppInstanceSameGuidAgain> app_instance_same_guid_again{41};
inline constexpr Choice<AppInstanceChildRegister> app_instance_child_register{42};
inline constexpr Choice<AppInstanceInheritDepth> app_instance_inherit_depth{43};
inline constexpr Choice<AppInstanceInheritFrom> app_instance_inherit_from{44};
inline constexpr Choice<AppInstanceUntaggedOpen> app_instance_untagged_open{45};
inline constexpr Choice<CcfUnload> ccf_unload{46};
inline constexpr Choice<CsvFlagsBadHandle> csv_flags_bad_handle{47};
inline constexpr Choice<CsvFlagsUntaggedProcess> csv_flags_untagged_process{48};
inline constexpr Choice<CsvFlagsUndefinedBits> csv_flags_undefined_bits{49};
inline constexpr Choice<VersionUnregisteredGuid> version_unregistered_guid{50};
inline constexpr Choice<VersionNotGreater> version_not_greater{51};
inline constexpr Choice<VersionQueryUnknown> version_query_unknown{52};
inline constexpr Choice<VersionQueryOutputsOnFailure> version_query_outputs_on_failure{53};
inline constexpr Choice<VersionStatusMeaning> version_status_meaning{54};
inline constexpr Choice<VersionResetScope> version_reset_scope{55};
inline constexpr Choice<OpenExitedProcess> open_exited_process{56};
inline constexpr Choice<DuplicateAccessGrowth> duplicate_access_growth{57};

// smb.md
inline constexpr Choice<SmbNotAvailableOrder> smb_not_available_order{58};
inline constexpr Choice<SmbOrphanClientGuid> smb_orphan_client_guid{59};
inline constexpr Choice<SmbSeveralMatches> smb_several_matches{60};
inline constexpr Choice<SmbCloseWithoutReadAccess> smb_close_without_read_access{61};
inline constexpr Choice<SmbZeroAppInstanceId> smb_zero_app_instance_id{62};
inline constexpr Choice<SmbVersionZero> smb_version_zero{63};
inline constexpr Choice<SmbVersionOnOldDialect> smb_version_on_old_dialect{64};
inline constexpr Choice<SmbPersistentReconnectWithoutHold> smb_persistent_reconnect_without_hold{65};
inline constexpr Choice<SmbDefaultFlavour> smb_default_flavour{66};

}  // namespace choice

// A choice as the specification tells it, as plain text. Names and options are in kebab-case; options, meanings and the
// enumerators of its type have one order, so an option's index is its enumerator's value.
struct ChoiceInfo {
  std::string_view name;
  std::string_view question;
  std::span<const std::string_view> options;
  std::span<const std::string_view> meanings;
  std::uint8_t documented;  // index of the option that the profile `documented` takes
  std::uint8_t windows11;   // likewise for `windows11`
  std::string_view evidence;
  bool covered;  // the model and the implementation follow every option of it
};

// All choices; choices()[key.index] belongs to key.
std::span<const ChoiceInfo> choices();

template <class Option>
const ChoiceInfo& info(Choice<Option> key) {
  return choices()[key.index];
}

// The choice with this name in kebab-case; nullptr when there is none.
const ChoiceInfo* find_choice(std::string_view name);

}  // namespace procreg
