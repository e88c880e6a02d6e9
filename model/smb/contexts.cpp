#include "model/smb/contexts.h"

namespace procreg::model {

using enum NtStatus;

namespace {

template <class Context>
void drop(Draft& world, std::optional<Context>& context, bool valid) {
  if (context.has_value() && !valid && world.shaped("SMB-OPEN-07", true)) context.reset();
}

// AV is read on 3.0 and 3.0.2, but only by the gate.
bool is_recordable(Draft& world, const Create& create) {
  if (create.connection.dialect >= Dialect::smb_3_1_1) return true;
  return !world.shaped("SMB-VER-06", true);
}

}  // namespace

bool sends_derived_version(const SmbCreate& call, const CarriedTag* tag, Dialect dialect) {
  return tag != nullptr && tag->id.has_value() && tag->version.has_value() && dialect >= Dialect::smb_3_1_1 &&
         !call.ai.value.has_value() && !call.av.value.has_value();
}

Contexts sent(Draft& world, const SmbCreate& call, const CarriedTag* tag, Dialect dialect) {
  Contexts contexts{.ai = call.ai.value, .av = call.av.value, .dh2q = call.dh2q.value, .dh2c = call.dh2c.value};
  if (tag == nullptr) return contexts;
  world.applies_if(tag->csv_flags != 0, "CCF-CSV-09");
  if (!contexts.ai.has_value() && is_3x(dialect)) contexts.ai = tag->id;
  contexts.ai = world.shaped("SMB-OPEN-08", contexts.ai);
  if (sends_derived_version(call, tag, dialect)) contexts.av = world.shaped("CCF-OPEN-09", tag->version);
  return contexts;
}

void drop_invalid(Draft& world, Create& create) {
  Contexts& contexts = create.contexts;
  const Dialect dialect = create.connection.dialect;
  drop(world, contexts.av, is_3x(dialect));
  drop(world, contexts.dh2q, is_3x(dialect));
  drop(world, contexts.dh2c, is_3x(dialect));
  if (contexts.ai.has_value() && !is_3x(dialect) && world.shaped("SMB-AI-01", true)) contexts.ai.reset();
}

// SMB-OPEN-11 and SMB-OPEN-12. The sizes of contexts that are not valid do not count.
Failure malformed(Draft& world, const Create& create) {
  const SmbCreate& call = create.call;
  const Contexts& contexts = create.contexts;
  const Dialect dialect = create.connection.dialect;
  const int several = contexts.ai.has_value() + contexts.av.has_value() + contexts.dh2q.has_value();
  world.applies_if(several > 1, "SMB-OPEN-13");
  const bool ai = call.ai.value.has_value() && is_3x(dialect);
  if (ai && call.aiLength.value.value_or(app_instance_id_length) != app_instance_id_length)
    return {STATUS_INVALID_PARAMETER, "SMB-OPEN-11"};
  const bool av = call.av.value.has_value() && dialect >= Dialect::smb_3_1_1;
  if (av && call.avLength.value.value_or(app_instance_version_length) != app_instance_version_length)
    return {STATUS_INVALID_PARAMETER, "SMB-OPEN-11"};
  if (contexts.dh2q.has_value() && contexts.dh2c.has_value()) return {STATUS_INVALID_PARAMETER, "SMB-OPEN-12"};
  return no_failure;
}

void drop_ignored(Create& create, Choices& choices) {
  Contexts& contexts = create.contexts;
  if (contexts.ai != zero_guid) return;
  if (choices.take(choice::smb_zero_app_instance_id) == SmbZeroAppInstanceId::ordinary) return;
  contexts.ai.reset();
  contexts.av.reset();
}

std::optional<Guid> recorded_id(Draft& world, const Create& create) {
  const Contexts& contexts = create.contexts;
  if (!contexts.ai.has_value()) return std::nullopt;
  const bool recorded = create.server.max_dialect >= Dialect::smb_3_1_1 || contexts.dh2q.has_value();
  return world.shaped("SMB-AI-02", recorded ? contexts.ai : std::nullopt);
}

std::optional<VersionPair> recorded_version(Draft& world, const Create& create, Choices& choices) {
  const Contexts& contexts = create.contexts;
  if (!contexts.av.has_value()) return std::nullopt;
  if (!contexts.ai.has_value()) return world.shaped("SMB-VER-02", std::optional<VersionPair>{});
  if (!is_recordable(world, create) || is_absent(world, *contexts.av, choices)) return std::nullopt;
  return world.shaped("SMB-VER-01", contexts.av);
}

bool is_absent(Draft& world, VersionPair version, Choices& choices) {
  if (version != VersionPair{}) return false;
  return world.shaped("SMB-VER-05", choices.take(choice::smb_version_zero) == SmbVersionZero::absent);
}

}  // namespace procreg::model
