#include "api/clause.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "api/choice.h"
#include "api/clause_tables.h"
#include "api/profile.h"

namespace procreg {
namespace {

static_assert(Clause("WER-AP-11").id() == "WER-AP-11");
static_assert(Clause("WER-AP-11") == Clause::at(Clause("WER-AP-11").index()));
static_assert(Clause("WER-AP-11") < Clause("SMB-DUR-11") && Clause("SMB-DUR-11") < Clause{});
static_assert(Clause{}.is_none() && Clause{}.index() == 0xFFFF);
static_assert(sizeof(Clause) == 2);

std::size_t count(ClauseKind kind) {
  const auto rows = clauses();
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [kind](const auto& row) { return row.kind == kind; }));
}

TEST(Clause, IsNamedByItsIdWhereverAClauseIsExpected) {
  constexpr Clause named = "OBJ-DUP-16";
  const auto id_of = [](Clause clause) { return clause.id(); };
  EXPECT_EQ(named, Clause::find("OBJ-DUP-16"));
  EXPECT_EQ(id_of("CCF-REG-15"), "CCF-REG-15");
}

TEST(Clause, IsFoundByItsExactIdOnly) {
  for (const auto id : detail::clause_ids) EXPECT_EQ(Clause::find(id).value_or(Clause{}).id(), id);
  for (const auto id : {"", "1", "WER-AP", "WER-AP-1", "wer-ap-11", "WER-AP-11 ", "WER-AP-99", "WER-ALL-39", "none"})
    EXPECT_EQ(Clause::find(id), std::nullopt) << id;
}

TEST(Clause, PrintsItsId) {
  std::ostringstream text;
  text << Clause("CCF-INH-11") << ' ' << Clause{} << ' ' << Basis::observed << ' ' << ClauseKind::law;
  EXPECT_EQ(text.str(), "CCF-INH-11 none observed law");
}

TEST(ClauseDeathTest, EndsTheProgramWhenAskedForWhatIsNotThere) {
  EXPECT_DEATH(info(Clause{}), "");
  EXPECT_DEATH(Clause::at(clause_count), "");
}

TEST(ClauseTable, HoldsEachIdOnce) {
  const std::set<std::string_view> distinct(detail::clause_ids.begin(), detail::clause_ids.end());
  EXPECT_EQ(distinct.size(), clause_count);
}

TEST(ClauseTable, StandsInTheOrderOfTheIds) {
  EXPECT_TRUE(detail::clause_tables_match_ids());
  ASSERT_EQ(clauses().size(), clause_count);
  for (std::size_t i = 0; i < clause_count; ++i) EXPECT_EQ(info(Clause::at(i)).id, Clause::at(i).id());
}

TEST(ClauseTable, HasAsManyClausesOfEachKindAsTheSpecification) {
  EXPECT_EQ(count(ClauseKind::decides), 184u);
  EXPECT_EQ(count(ClauseKind::shapes), 170u);
  EXPECT_EQ(count(ClauseKind::law), 109u);
  EXPECT_EQ(count(ClauseKind::definition), 5u);
  EXPECT_EQ(clause_count, 468u);
}

TEST(ClauseTable, SaysWhenAndWhatForEveryClause) {
  for (const auto& row : clauses()) {
    EXPECT_FALSE(row.condition.empty()) << row.id;
    EXPECT_FALSE(row.effect.empty()) << row.id;
    EXPECT_FALSE(row.source.empty()) << row.id;
  }
}

TEST(ClauseTable, TakesTheBasisFromTheFirstWordOfTheProvenance) {
  for (const auto& row : clauses())
    EXPECT_TRUE(row.provenance.starts_with(name(row.basis))) << row.id << ": " << row.provenance;
}

TEST(ClauseTable, HoldsPlainText) {
  for (const auto& row : clauses())
    for (const auto cell : {row.provenance, row.condition, row.effect, row.source}) {
      EXPECT_EQ(cell.find_first_of("`\n"), cell.npos) << row.id << ": " << cell;
      EXPECT_EQ(cell.find("**"), cell.npos) << row.id << ": " << cell;
      EXPECT_EQ(cell.find("  "), cell.npos) << row.id << ": " << cell;
    }
}

TEST(ClauseTable, ResolvesSourcesThatReferToTheRowAbove) {
  EXPECT_EQ(info("OBJ-PROC-06").source, info("OBJ-PROC-05").source);
  EXPECT_EQ(info("WER-ALL-36").source, info("WER-ALL-35").source);
  for (const auto& row : clauses()) EXPECT_FALSE(row.source.starts_with("same")) << row.id << ": " << row.source;
}

TEST(ClauseTable, TellsStatesInWords) {
  EXPECT_EQ(info("WER-ALL-29").condition, "in Hung: Answer");
  EXPECT_EQ(info("WER-ALL-29").effect, "Running; forgets what WER-ALL-28 recorded");
  EXPECT_EQ(info("WER-ALL-51").effect, "Running, Hung: E_FAIL; InRecovery: S_OK; Crashed with 0x4: E_FAIL");
}

TEST(ClauseTable, KnowsWhatIsCovered) {
  for (const Clause clause : {Clause("OBJ-NEW-07"), Clause("WER-AP-28"), Clause("WER-REP-37"), Clause("CCF-OPEN-11")})
    EXPECT_TRUE(info(clause).covered) << clause;
  for (const Clause clause : {Clause("CCF-CSV-01"), Clause("CCF-VER-01"), Clause("SMB-AI-01")})
    EXPECT_TRUE(info(clause).covered) << clause;
}

// A row for every choice: its name, its key and the last enumerator of its type.
struct Key {
  std::string_view name;
  std::size_t index;
  std::size_t last;
};

template <class Option>
constexpr Key key(std::string_view name, Choice<Option> choice, Option last) {
  return {name, choice.index, static_cast<std::size_t>(last)};
}

// clang-format off
constexpr Key keys[] = {
    key("argument-vs-state-order", choice::argument_vs_state_order, ArgumentVsStateOrder::state_first),
    key("unregister-invalid-key", choice::unregister_invalid_key, UnregisterInvalidKey::as_register),
    key("reregistration", choice::reregistration, Reregistration::first_wins),
    key("string-limits", choice::string_limits, StringLimits::characters_with_nul),
    key("undefined-flag-bits", choice::undefined_flag_bits, UndefinedFlagBits::accept),
    key("unlisted-out-of-memory", choice::unlisted_out_of_memory, UnlistedOutOfMemory::never_fails),
    key("calls-while-crashed", choice::calls_while_crashed, CallsWhileCrashed::invalid_state),
    key("metadata-entry-budget", choice::metadata_entry_budget, MetadataEntryBudget::independent),
    key("additional-process-target", choice::additional_process_target, AdditionalProcessTarget::must_exist),
    key("additional-process-self", choice::additional_process_self, AdditionalProcessSelf::reject),
    key("additional-process-thread", choice::additional_process_thread, AdditionalProcessThread::must_belong),
    key("additional-process-duplicate", choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry),
    key("additional-process-entry-budget", choice::additional_process_entry_budget, AdditionalProcessEntryBudget::independent),
    key("additional-process-pid-reuse", choice::additional_process_pid_reuse, AdditionalProcessPidReuse::treat_as_gone),
    key("additional-process-hang", choice::additional_process_hang, AdditionalProcessHang::crash_and_hang),
    key("file-flag-compressed", choice::file_flag_compressed, FileFlagCompressed::accept),
    key("file-path-too-long-code", choice::file_path_too_long_code, FilePathTooLongCode::filename_too_long),
    key("block-overlap", choice::block_overlap, BlockOverlap::registration_wins),
    key("metadata-key-charset", choice::metadata_key_charset, MetadataKeyCharset::ascii_subset),
    key("app-local-dump-scope", choice::app_local_dump_scope, AppLocalDumpScope::package),
    key("app-local-dump-trigger", choice::app_local_dump_trigger, AppLocalDumpTrigger::hang_only),
    key("app-local-dump-unregister-none", choice::app_local_dump_unregister_none, AppLocalDumpUnregisterNone::not_found),
    key("app-local-dump-in-recovery", choice::app_local_dump_in_recovery, AppLocalDumpInRecovery::invalid_state),
    key("module-unregister-unknown", choice::module_unregister_unknown, ModuleUnregisterUnknown::file_not_found),
    key("get-handle-rights", choice::get_handle_rights, GetHandleRights::query_and_read),
    key("get-recovery-not-registered", choice::get_recovery_not_registered, GetRecoveryNotRegistered::not_found),
    key("get-recovery-after-unregister", choice::get_recovery_after_unregister, GetRecoveryAfterUnregister::ok_null),
    key("get-recovery-ping-unit", choice::get_recovery_ping_unit, GetRecoveryPingUnit::milliseconds),
    key("restart-absent-size", choice::restart_absent_size, RestartAbsentSize::zero_when_storage_exists),
    key("recovery-finished-outside", choice::recovery_finished_outside, RecoveryFinishedOutside::no_effect),
    key("arr-registration-in-recovery", choice::arr_registration_in_recovery, ArrRegistrationInRecovery::allowed),
    key("late-registration", choice::late_registration, LateRegistration::honoured),
    key("callback-return", choice::callback_return, CallbackReturn::finished_false),
    key("restart-after-failed-recovery", choice::restart_after_failed_recovery, RestartAfterFailedRecovery::suppress),
    key("ccf-null-pointer", choice::ccf_null_pointer, CcfNullPointer::access_violation),
    key("ccf-check-order", choice::ccf_check_order, CcfCheckOrder::handle_first),
    key("app-instance-bad-handle", choice::app_instance_bad_handle, AppInstanceBadHandle::invalid_handle),
    key("app-instance-exited-process", choice::app_instance_exited_process, AppInstanceExitedProcess::succeed_no_effect),
    key("app-instance-self-needs-terminate", choice::app_instance_self_needs_terminate, AppInstanceSelfNeedsTerminate::yes),
    key("app-instance-access-check", choice::app_instance_access_check, AppInstanceAccessCheck::security_recheck),
    key("app-instance-zero-guid", choice::app_instance_zero_guid, AppInstanceZeroGuid::accept_not_sent),
    key("app-instance-same-guid-again", choice::app_instance_same_guid_again, AppInstanceSameGuidAgain::succeed_update_inherit),
    key("app-instance-child-register", choice::app_instance_child_register, AppInstanceChildRegister::override_inherited),
    key("app-instance-inherit-depth", choice::app_instance_inherit_depth, AppInstanceInheritDepth::children_only),
    key("app-instance-inherit-from", choice::app_instance_inherit_from, AppInstanceInheritFrom::creator),
    key("app-instance-untagged-open", choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open),
    key("ccf-unload", choice::ccf_unload, CcfUnload::refuse),
    key("csv-flags-bad-handle", choice::csv_flags_bad_handle, CsvFlagsBadHandle::invalid_handle),
    key("csv-flags-untagged-process", choice::csv_flags_untagged_process, CsvFlagsUntaggedProcess::succeed_no_effect),
    key("csv-flags-undefined-bits", choice::csv_flags_undefined_bits, CsvFlagsUndefinedBits::invalid_parameter),
    key("version-unregistered-guid", choice::version_unregistered_guid, VersionUnregisteredGuid::fail_not_found),
    key("version-not-greater", choice::version_not_greater, VersionNotGreater::fail_already_exists),
    key("version-query-unknown", choice::version_query_unknown, VersionQueryUnknown::succeed_zero),
    key("version-query-outputs-on-failure", choice::version_query_outputs_on_failure, VersionQueryOutputsOnFailure::zeroed),
    key("version-status-meaning", choice::version_status_meaning, VersionStatusMeaning::always_success),
    key("version-reset-scope", choice::version_reset_scope, VersionResetScope::versions_and_tags),
    key("open-exited-process", choice::open_exited_process, OpenExitedProcess::fail_invalid_parameter),
    key("duplicate-access-growth", choice::duplicate_access_growth, DuplicateAccessGrowth::subset_only),
    key("smb-not-available-order", choice::smb_not_available_order, SmbNotAvailableOrder::not_available_first),
    key("smb-orphan-client-guid", choice::smb_orphan_client_guid, SmbOrphanClientGuid::never_matches),
    key("smb-several-matches", choice::smb_several_matches, SmbSeveralMatches::oldest_only),
    key("smb-close-without-read-access", choice::smb_close_without_read_access, SmbCloseWithoutReadAccess::read_access_required),
    key("smb-zero-app-instance-id", choice::smb_zero_app_instance_id, SmbZeroAppInstanceId::ignored),
    key("smb-version-zero", choice::smb_version_zero, SmbVersionZero::absent),
    key("smb-version-on-old-dialect", choice::smb_version_on_old_dialect, SmbVersionOnOldDialect::literal_close),
    key("smb-persistent-reconnect-without-hold", choice::smb_persistent_reconnect_without_hold, SmbPersistentReconnectWithoutHold::refuse),
    key("smb-default-flavour", choice::smb_default_flavour, SmbDefaultFlavour::ws2016plus),
};
// clang-format on

TEST(ChoiceTable, HoldsEachNameOnce) {
  std::set<std::string_view> names;
  for (const auto& row : choices()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
  EXPECT_EQ(names.size(), choice_count);
}

TEST(ChoiceTable, StandsInTheOrderOfTheKeys) {
  ASSERT_EQ(std::size(keys), choices().size());
  for (std::size_t i = 0; i < choice_count; ++i) {
    EXPECT_EQ(keys[i].index, i) << keys[i].name;
    EXPECT_EQ(choices()[i].name, keys[i].name);
    EXPECT_EQ(choices()[i].options.size(), keys[i].last + 1) << keys[i].name;
  }
}

TEST(ChoiceTable, GivesEveryOptionAMeaningAndBothProfilesAnOption) {
  for (const auto& row : choices()) {
    EXPECT_GE(row.options.size(), 2u) << row.name;
    EXPECT_EQ(row.options.size(), row.meanings.size()) << row.name;
    EXPECT_LT(row.documented, row.options.size()) << row.name;
    EXPECT_LT(row.windows11, row.options.size()) << row.name;
    EXPECT_FALSE(row.question.empty() || row.evidence.empty()) << row.name;
    EXPECT_EQ(std::set<std::string_view>(row.options.begin(), row.options.end()).size(), row.options.size())
        << row.name;
    for (const auto meaning : row.meanings) EXPECT_FALSE(meaning.empty()) << row.name;
  }
}

TEST(ChoiceTable, IsSearchedByName) {
  for (const auto& row : choices()) EXPECT_EQ(find_choice(row.name), &row);
  EXPECT_EQ(find_choice("ccf_unload"), nullptr);
  EXPECT_EQ(find_choice(""), nullptr);
  EXPECT_EQ(info(choice::ccf_unload).name, "ccf-unload");
}

TEST(Profile, AnswersAsTheSpecificationSays) {
  const Profile documented = documented_profile();
  const Profile windows11 = windows11_profile();
  EXPECT_EQ(documented[choice::string_limits], StringLimits::characters);
  EXPECT_EQ(windows11[choice::string_limits], StringLimits::characters_with_nul);
  EXPECT_EQ(documented[choice::app_local_dump_scope], AppLocalDumpScope::package);
  EXPECT_EQ(windows11[choice::app_local_dump_scope], AppLocalDumpScope::calling_process);
  EXPECT_EQ(windows11[choice::app_instance_same_guid_again], AppInstanceSameGuidAgain::fail_already_exists);
}

TEST(Profile, IsFoundByName) {
  EXPECT_EQ(find_profile("documented"), documented_profile());
  EXPECT_EQ(find_profile("windows11"), windows11_profile());
  EXPECT_EQ(find_profile("windows10"), std::nullopt);
  for (const auto name : profile_names()) EXPECT_TRUE(find_profile(name).has_value()) << name;
}

TEST(Profile, ChangesOneAnswerInACopy) {
  const Profile documented = documented_profile();
  const Profile changed = documented.with(choice::ccf_unload, CcfUnload::refuse);
  EXPECT_EQ(documented[choice::ccf_unload], CcfUnload::drop_cache);
  EXPECT_EQ(changed[choice::ccf_unload], CcfUnload::refuse);
  EXPECT_NE(changed, documented);
  EXPECT_EQ(changed.with(choice::ccf_unload, CcfUnload::drop_cache), documented);
}

TEST(Profile, PrintsHowItDiffersFromDocumented) {
  std::ostringstream text;
  Profile changed =
      documented_profile().with(choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry);
  changed.option[choice::ccf_unload.index] = unknown_option;
  text << documented_profile() << '\n' << changed;
  EXPECT_EQ(text.str(), "documented\nadditional-process-duplicate=second-entry ccf-unload=unknown");
}

}  // namespace
}  // namespace procreg
