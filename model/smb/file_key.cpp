#include "model/smb/file_key.h"

#include <algorithm>

namespace procreg::model {

namespace {

char16_t lower(char16_t c) { return c >= u'A' && c <= u'Z' ? static_cast<char16_t>(c + (u'a' - u'A')) : c; }

bool equal_names(std::u16string_view a, std::u16string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char16_t x, char16_t y) { return lower(x) == lower(y); });
}

void add(FileText& key, std::u16string_view text) {
  for (const char16_t c : text) key.push_back(lower(c));
}

std::u16string_view trimmed(std::u16string_view path) {
  const std::size_t first = path.find_first_not_of(u'\\');
  if (first == path.npos) return {};
  return path.substr(first, path.find_last_not_of(u'\\') - first + 1);
}

bool is_component(std::u16string_view text) { return !text.empty() && text != u"." && text != u".."; }

// A spoiled key has a character more, wherever it is used.
FileText as_key(Draft& world, FileText key) {
  if (!world.shaped("SMB-OPEN-05", true)) key.push_back(u'?');
  return key;
}

}  // namespace

const Share* find_share(const Server& server, TextRef name, const Tables& tables) {
  const auto found = std::find_if(server.shares.begin(), server.shares.end(), [&](const Share& share) {
    return equal_names(tables.at(share.name), tables.at(name));
  });
  return found != server.shares.end() ? &*found : nullptr;
}

bool is_valid_path(std::u16string_view path) {
  if (path.find_first_of(u"/:") != path.npos) return false;
  std::u16string_view rest = trimmed(path);
  for (std::size_t end = rest.find(u'\\'); end != rest.npos; end = rest.find(u'\\')) {
    if (!is_component(rest.substr(0, end))) return false;
    rest.remove_prefix(end + 1);
  }
  return is_component(rest);
}

FileText key_of(Draft& world, const Share& share, TextRef path) {
  FileText key;
  add(key, world.tables().at(share.local_path));
  key.push_back(u'\\');
  add(key, trimmed(world.tables().at(path)));
  return as_key(world, key);
}

FileText key_of(Draft& world, TextRef local_file) {
  FileText key;
  add(key, world.tables().at(local_file));
  return as_key(world, key);
}

std::optional<FileId> find_file(const Server& server, const FileText& key) {
  const auto found =
      std::find_if(server.files.begin(), server.files.end(), [&](const File& file) { return file.key == key; });
  if (found == server.files.end()) return std::nullopt;
  return static_cast<FileId>(found - server.files.begin());
}

FileId file_with(Edit& next, ServerIndex server, const FileText& key) {
  const auto known = find_file(server_of(next.now(), server), key);
  if (known.has_value()) return *known;
  ServerFiles& files = next.files(server);
  files.push_back(File{.key = key});
  return static_cast<FileId>(files.size() - 1);
}

std::uint32_t allowed_to(const File& file, TextRef user) {
  for (const FileAcl& entry : file.acl)
    if (entry.user == user) return static_cast<std::uint32_t>(entry.mask);
  return FILE_ALL_RIGHTS;
}

}  // namespace procreg::model
