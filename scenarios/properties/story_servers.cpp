// The steps of a story that are about application instances, CSV files and servers.
#include "scenarios/properties/story.h"

namespace procreg::scenarios {

BytesRef Story::attribute(Guid id, std::optional<std::uint32_t> csv_flags) {
  std::vector<std::uint8_t> value;
  for (const std::uint64_t half : {id.high, id.low})
    for (unsigned shift = 64; shift > 0; shift -= 8) value.push_back(static_cast<std::uint8_t>(half >> (shift - 8)));
  if (csv_flags)
    for (unsigned shift = 0; shift < 32; shift += 8) value.push_back(static_cast<std::uint8_t>(*csv_flags >> shift));
  return bytes(std::move(value));
}

void Story::remember_made(const Step& step) {
  std::visit(
      [this](const auto& fields) {
        if constexpr (requires { fields.as; })
          if (fields.as.base != 0) kinds_.at(fields.as.base - 1U).made = answer_.made;
      },
      step);
}

Story::Carried Story::open_tag(Name process, std::optional<BytesRef> ea) {
  const Answer& answer = perform(OpenTag{by(process), {ea}});
  Carried carried{
      .result = answer.result, .id = {}, .csv_flags = static_cast<std::uint32_t>(answer.out[2]), .version = {}};
  if ((answer.written & 1U) != 0) carried.id = Guid{answer.out[0], answer.out[1]};
  if ((answer.written & 4U) != 0) carried.version = VersionPair{answer.out[3], answer.out[4]};
  return carried;
}

Result Story::csv_flags(Name process, HandleRef target, std::uint32_t mask, std::uint32_t flags) {
  return perform(SetAppInstanceCsvFlags{by(process), target, CsvFlags{mask}, CsvFlags{flags}}).result;
}

Result Story::set_version(Name process, GuidIn id, VersionPair version) {
  return perform(RegisterAppInstanceVersion{by(process), id, VersionNumber{version.high}, VersionNumber{version.low}})
      .result;
}

const Answer& Story::query_version(Name process, GuidIn id) {
  return perform(QueryAppInstanceVersion{by(process), id, {true}, {true}, {true}});
}

Result Story::reset_versions(Name process) { return perform(ResetAllAppInstanceVersions{by(process)}).result; }

Name Story::csv_open(Name process, RequiredText volume, std::optional<BytesRef> ea) {
  const Name name = named({Kind::Of::csv_open, 0, 0});
  perform(CsvOpen{by(process), {name.base}, volume, {ea}});
  return name;
}

Name Story::connect(SmbConnect with) {
  const Name name = named({Kind::Of::connection, 0, 0});
  with.as = {name.base};
  perform(with);
  return name;
}

Name Story::create_file(SmbCreate with) {
  const Name name = named({Kind::Of::open, 0, 0});
  with.as = {name.base};
  perform(with);
  return name;
}

}  // namespace procreg::scenarios
