// What an open of a file carries (ccf.md 9).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

struct CarriedTag {
  std::optional<Guid> id{};
  std::optional<VersionPair> version{};
  std::uint32_t csv_flags{};
  Clause clause{};  // that says what it is; CCF-OPEN-04: the open fails locally
  bool open_fails() const { return clause == Clause("CCF-OPEN-04"); }
};

// Of an open by this process. `wants_id`: the id is sent somewhere, so a process without one may get a fresh one.
CarriedTag carried_tag(Edit& next, ProcessKey by, std::optional<BytesRef> ea, bool wants_id, Choices& choices);

}  // namespace procreg::model
