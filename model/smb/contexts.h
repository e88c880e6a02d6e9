// The contexts of a create: derived by the client, dropped and checked by the server (smb.md 4.1).
#pragma once

#include "model/ccf/open_tag.h"
#include "model/smb/create.h"

namespace procreg::model {

// Step 1, SMB-OPEN-08: an explicit `ai` suppresses both derived contexts, an explicit `av` the derived one.
// `tag`: nullptr when an unnamed program calls.
Contexts sent(Draft& world, const SmbCreate& call, const CarriedTag* tag, Dialect dialect);
// The AV that `sent` took from the tag.
bool sends_derived_version(const SmbCreate& call, const CarriedTag* tag, Dialect dialect);

// Step 5.
void drop_invalid(Draft& world, Create& create);
Failure malformed(Draft& world, const Create& create);

// Section 5, step 1: AI and AV that the server reads as if they were not there.
void drop_ignored(Create& create, Choices& choices);

// What the create would record (SMB-AI-02, SMB-VER-01).
std::optional<Guid> recorded_id(Draft& world, const Create& create);
std::optional<VersionPair> recorded_version(Draft& world, const Create& create, Choices& choices);
// AV as if it were not sent (SMB-VER-05).
bool is_absent(Draft& world, VersionPair version, Choices& choices);

}  // namespace procreg::model
