#include "model/another.h"

namespace procreg::model {

Result another(Result result) {
  switch (result.kind) {
    case ResultKind::hresult:
      return result == Hresult::S_OK ? Hresult::E_FAIL : Hresult::S_OK;
    case ResultKind::win32:
      return result == Win32Error::ERROR_SUCCESS ? Win32Error::ERROR_ACCESS_DENIED : Win32Error::ERROR_SUCCESS;
    case ResultKind::ntstatus:
      return another(static_cast<NtStatus>(result.value));
    case ResultKind::boolean:
      return result == TRUE_ ? FALSE_ : TRUE_;
    case ResultKind::handle:
      return HandleValue{result.value + 4};
    case ResultKind::exception:
      return {ResultKind::exception, result.value + 1};
    case ResultKind::returned:
      return no_return;
    case ResultKind::no_return:
    case ResultKind::not_runnable:
      return returned;
    case ResultKind::applied:
      return not_applicable;
    case ResultKind::not_applicable:
      return applied;
  }
  return result;
}

}  // namespace procreg::model
