#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

struct Texts {
  Tables tables{};
  TextRef dll{tables.text(u"wer.dll")};
  TextRef other_case{tables.text(u"WER.DLL")};
  TextRef empty{tables.text(u"")};
  TextRef endless{tables.text(std::u16string(70000, u'x'))};
};
const Texts texts;

WerRegisterRuntimeExceptionModule registers(TextIn dll, std::uint64_t context = 0) {
  return {.by = by(main_process), .pwszOutOfProcessCallbackDll = dll, .pContext = Address{context}};
}
WerRegisterRuntimeExceptionModule registers(TextRef dll, std::uint64_t context = 0) {
  return registers(text_in(dll), context);
}
WerUnregisterRuntimeExceptionModule unregisters(TextIn dll, std::uint64_t context = 0) {
  return {.by = by(main_process), .pwszOutOfProcessCallbackDll = dll, .pContext = Address{context}};
}
WerUnregisterRuntimeExceptionModule unregisters(TextRef dll, std::uint64_t context = 0) {
  return unregisters(text_in(dll), context);
}

const Before one = after({registers(texts.dll)});

const Profile documented = documented_profile();
const Profile windows11 = windows11_profile();
const Profile as_register = documented.with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register);
const Profile never_fails = documented.with(choice::unlisted_out_of_memory, UnlistedOutOfMemory::never_fails);

void expect_module_rows(std::vector<Row> rows) {
  for (Row& row : rows) row.tables = texts.tables;
  expect_rows(rows);
}

TEST(ARuntimeExceptionModule, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_module_rows({
      {"WER-REM-01", nothing,    registers(null_text),           E_INVALIDARG},
      {"WER-ALL-46", recovering, registers(texts.dll),           WER_E_INVALID_STATE},
      {"WER-REM-04", one,        registers(texts.other_case),    S_OK, documented, limited({.modules = 1})},
      {"WER-REM-05", one,        registers(texts.dll, 1),        WER_E_INSUFFICIENT_BUFFER, documented, limited({.modules = 1})},
      {"WER-REM-07", exhausted,  registers(texts.dll),           E_OUTOFMEMORY},
      {"WER-REM-09", one,        unregisters(texts.dll, 1),      WER_E_NOT_FOUND},
      {"WER-REM-09", one,        unregisters(texts.dll, 1),      HR_FILE_NOT_FOUND, windows11},
      {"WER-REM-09", one,        unregisters(null_text),         WER_E_NOT_FOUND},
      {"WER-REM-10", one,        unregisters(null_text),         E_INVALIDARG, as_register},
      {"WER-ALL-46", recovering, unregisters(texts.dll),         WER_E_INVALID_STATE},
      {"WER-REM-11", nothing,    registers(texts.dll),           S_OK, documented, limited({.entries = 0})},
      {"WER-REM-11", exhausted,  registers(texts.dll),           S_OK, never_fails},
      {"WER-REM-11", nothing,    registers(texts.empty),         S_OK},
      {"WER-REM-11", nothing,    registers(texts.endless),       S_OK},
      {"WER-REM-11", one,        registers(texts.dll, 1),        S_OK},
      {"WER-REM-11", one,        unregisters(texts.other_case),  S_OK},
  });
  // clang-format on
}

TEST(ARuntimeExceptionModule, IsOneEntryForEachContext) {
  Scene scene{documented, {}, texts.tables};
  after({registers(texts.dll), registers(texts.dll, 7), registers(texts.other_case, 7)})(scene);
  EXPECT_EQ(scene.main()->wer.modules, (Modules{{texts.dll, Address{0}}, {texts.dll, Address{7}}}));
  scene.must(unregisters(texts.dll, 0));
  EXPECT_EQ(scene.main()->wer.modules, (Modules{{texts.dll, Address{7}}}));
  EXPECT_EQ(scene.main()->wer.alive, 1U);
}

}  // namespace
}  // namespace procreg::model
