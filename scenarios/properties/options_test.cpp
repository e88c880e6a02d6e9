// The topics that ask about choices notice a subject that takes another option of one.
#include "scenarios/properties/noticed.h"
#include "scenarios/properties/planted.h"

namespace procreg::scenarios {
namespace {

template <const auto& choice>
HasToNotice answered_otherwise(std::string_view property) {
  return {property, info(choice).name, plant<TakesTheNextOption<choice>>};
}

std::vector<HasToNotice> cases() {
  constexpr std::string_view mix =
      "An independent count of all entries predicts each answer, under all options of the two budgets";
  constexpr std::string_view full = "A full budget refuses files, blocks and excluded blocks, and what the choices say";
  constexpr std::string_view path =
      "A file path is as long as string-limits says, and a longer one answers by file-path-too-long-code";
  constexpr std::string_view again =
      "A key that is registered already keeps count and place, and its attributes by the choice";
  constexpr std::string_view crashed =
      "A crashed process calls iff its threads were not to be suspended, and registers by the choice";
  constexpr std::string_view heap = "A heap holds as many entries as its capacity";
  constexpr std::string_view name = "A metadata key is a name by the tables of XML, or by those of the ASCII subset";
  constexpr std::string_view state =
      "Flags and hold time are set, and flags, recovery and restart read, in every state in which a call can be made";
  constexpr std::string_view life =
      "A process ends and is restarted as its life, its registrations and its recovery lead to";
  constexpr std::string_view local = "A failure uses the app-local dump that scope and trigger say";
  constexpr std::string_view local_by_state =
      "An app-local dump is registered in recovery and after a crash by the choices";
  constexpr std::string_view whole =
      "A report has all that its process has registered, with the reasons where something is left out, and nothing "
      "else";
  return {
      answered_otherwise<choice::metadata_entry_budget>(mix),
      answered_otherwise<choice::metadata_entry_budget>(full),
      answered_otherwise<choice::additional_process_entry_budget>(mix),
      answered_otherwise<choice::additional_process_entry_budget>(full),
      answered_otherwise<choice::additional_process_duplicate>(mix),
      answered_otherwise<choice::reregistration>(mix),
      answered_otherwise<choice::reregistration>(again),
      answered_otherwise<choice::string_limits>(path),
      answered_otherwise<choice::string_limits>("A metadata key is as long as string-limits says"),
      answered_otherwise<choice::string_limits>("A metadata value is as long as string-limits says"),
      answered_otherwise<choice::file_path_too_long_code>(path),
      answered_otherwise<choice::unregister_invalid_key>(path),
      answered_otherwise<choice::metadata_key_charset>(name),
      answered_otherwise<choice::unregister_invalid_key>(name),
      answered_otherwise<choice::unlisted_out_of_memory>(heap),
      answered_otherwise<choice::calls_while_crashed>(crashed),
      answered_otherwise<choice::get_recovery_ping_unit>(state),
      answered_otherwise<choice::get_recovery_not_registered>(state),
      answered_otherwise<choice::get_recovery_after_unregister>(state),
      answered_otherwise<choice::block_overlap>(
          "A primary dump has the bytes that a bitmap of exclusions and registrations leaves"),
      answered_otherwise<choice::string_limits>("A restart line is as long as string-limits says, and read back whole"),
      answered_otherwise<choice::late_registration>(life),
      answered_otherwise<choice::callback_return>(life),
      answered_otherwise<choice::restart_after_failed_recovery>(life),
      answered_otherwise<choice::arr_registration_in_recovery>(life),
      answered_otherwise<choice::app_local_dump_scope>(local),
      answered_otherwise<choice::app_local_dump_trigger>(local),
      answered_otherwise<choice::app_local_dump_unregister_none>(local),
      answered_otherwise<choice::app_local_dump_in_recovery>(local_by_state),
      answered_otherwise<choice::calls_while_crashed>(local_by_state),
      answered_otherwise<choice::argument_vs_state_order>(local_by_state),
      answered_otherwise<choice::app_local_dump_scope>(whole),
      answered_otherwise<choice::app_local_dump_trigger>(whole),
      answered_otherwise<choice::block_overlap>(whole),
      answered_otherwise<choice::additional_process_hang>(whole),
      answered_otherwise<choice::restart_absent_size>("A registered restart is read as far as there is room"),
      answered_otherwise<choice::module_unregister_unknown>(
          "However often a key is registered, one unregistration removes it"),
  };
}

TEST(Topics, NoticeAnotherOptionByThemselves) {
  for (const HasToNotice& one : cases()) {
    const harness::Property* property = with_beginning(one.property);
    ASSERT_TRUE(property != nullptr && property->name == one.property) << one.property;
  }
  expect_noticed(cases());
}

}  // namespace
}  // namespace procreg::scenarios
