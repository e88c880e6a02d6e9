#include "harness/generate/name_book.h"

#include <string>

namespace procreg::harness {

NameKind bound_kind(const Step& step) {
  if (std::holds_alternative<CreateProcess>(step) || can_restart(step)) return NameKind::process;
  if (std::holds_alternative<SmbConnect>(step)) return NameKind::connection;
  if (std::holds_alternative<SmbCreate>(step)) return NameKind::open;
  if (std::holds_alternative<CsvOpen>(step)) return NameKind::csv_open;
  return std::holds_alternative<CreateThread>(step) ? NameKind::thread : NameKind::handle;
}

void NameBook::clear(std::size_t room) {
  room_ = room;
  entries_.clear();
  for (auto& bases : bases_) bases.clear();
}

std::uint16_t NameBook::claim(NameKind kind, std::uint16_t owner, std::optional<MachineIndex> machine) {
  if (entries_.size() == room_) return 0;
  entries_.push_back({kind, owner, machine});
  const auto base = static_cast<std::uint16_t>(entries_.size());
  bases_[static_cast<std::size_t>(kind)].push_back(base);
  return base;
}

GivenNameEntry NormalNames::next(NameKind kind) {
  const bool main = first_ && kind == NameKind::process;
  first_ = false;
  if (main) return {"main", {}};
  const auto at = static_cast<std::size_t>(kind);
  return {"pthcfv"[at] + std::to_string(++count_[at]), {}};
}

Names given_names(const NameBook& book) {
  Names names;
  NormalNames normal;
  for (std::size_t base = 1; base <= book.size(); ++base)
    names.push_back(normal.next(book.at(static_cast<std::uint16_t>(base)).kind));
  return names;
}

}  // namespace procreg::harness
