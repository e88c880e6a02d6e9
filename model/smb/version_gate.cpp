#include "model/smb/version_gate.h"

#include "model/smb/contexts.h"
#include "model/smb/forced_close.h"

namespace procreg::model {

namespace {

// AV that is sent where it is not valid, against an open with a version.
bool passes_on_old_dialect(Draft& world, Choices& choices) {
  return world.shaped("SMB-VER-11",
                      choices.take(choice::smb_version_on_old_dialect) == SmbVersionOnOldDialect::literal_close);
}

bool passes(Draft& world, const Create& create, const Open& matched, Choices& choices) {
  if (create.server.max_dialect < Dialect::smb_3_1_1) return world.shaped("SMB-VER-03", true);
  if (!matched.version.has_value()) return true;
  world.applies_if(had_takeover(create.server), "SMB-AI-19");
  const auto version = create.contexts.av;
  if (!version.has_value() || is_absent(world, *version, choices)) return false;
  if (create.connection.dialect < Dialect::smb_3_1_1) return passes_on_old_dialect(world, choices);
  return world.shaped("SMB-VER-04", *version > *matched.version);
}

}  // namespace

bool gate_rejects(Draft& world, const Create& create, const Open& matched, Choices& choices) {
  return !passes(world, create, matched, choices);
}

}  // namespace procreg::model
