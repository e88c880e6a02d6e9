// Names and files of a server: which texts name one thing (SMB-OPEN-05, SMB-OPEN-06; share names as they).
#pragma once

#include <optional>
#include <string_view>

#include "model/draft.h"

namespace procreg::model {

// Of the Share object; nullptr: there is none.
const Share* find_share(const Server& server, TextRef name, const Tables& tables);

// The path names a file.
bool is_valid_path(std::u16string_view path);
FileText key_of(Draft& world, const Share& share, TextRef path);
FileText key_of(Draft& world, TextRef local_file);

std::optional<FileId> find_file(const Server& server, const FileText& key);
// The file with this key, made empty when there is none.
FileId file_with(Edit& next, ServerIndex server, const FileText& key);

// 0x001F01FF for every user whom no SmbFileAcl has set.
std::uint32_t allowed_to(const File& file, TextRef user);

}  // namespace procreg::model
