#pragma once

#include <cstdint>

#include "api/smb.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What an open is granted and what it grants others.
struct ShareMode {
  std::uint32_t granted{};
  std::uint32_t share{};
  bool has_data_rights() const noexcept { return (granted & file_data_rights) != 0; }
  bool reads() const noexcept { return (granted & (FILE_READ_DATA | FILE_EXECUTE)) != 0; }
  bool writes() const noexcept { return (granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0; }
  bool deletes() const noexcept { return (granted & FILE_DELETE) != 0; }
  bool lacks(std::uint32_t right) const noexcept { return (share & right) == 0; }
};

// The share modes of any number of opens, so that conflicts are found without looking at each ([MS-FSA] 2.1.5.1.2.2). Opens without
// data rights do not count.
class ShareCounts {
 public:
  void add(ShareMode mode) noexcept { count(mode, 1); }
  // Of one that was added.
  void remove(ShareMode mode) noexcept { count(mode, ~std::uint32_t{0}); }

  friend bool operator==(const ShareCounts&, const ShareCounts&) = default;

  // conflict(A, B) of smb.md 4.3 with one of them.
  bool conflict(ShareMode mode) const noexcept {
    if (!mode.has_data_rights()) return false;
    return (mode.reads() && deny_read_ > 0) || (mode.writes() && deny_write_ > 0) ||
           (mode.deletes() && deny_delete_ > 0) || (mode.lacks(FILE_SHARE_READ) && readers_ > 0) ||
           (mode.lacks(FILE_SHARE_WRITE) && writers_ > 0) || (mode.lacks(FILE_SHARE_DELETE) && deleters_ > 0);
  }

 private:
  void count(ShareMode mode, std::uint32_t one) noexcept {
    if (!mode.has_data_rights()) return;
    if (mode.reads()) readers_ += one;
    if (mode.writes()) writers_ += one;
    if (mode.deletes()) deleters_ += one;
    if (mode.lacks(FILE_SHARE_READ)) deny_read_ += one;
    if (mode.lacks(FILE_SHARE_WRITE)) deny_write_ += one;
    if (mode.lacks(FILE_SHARE_DELETE)) deny_delete_ += one;
  }

  std::uint32_t readers_{};
  std::uint32_t writers_{};
  std::uint32_t deleters_{};
  std::uint32_t deny_read_{};
  std::uint32_t deny_write_{};
  std::uint32_t deny_delete_{};
};

inline bool conflict(ShareMode a, ShareMode b) noexcept {
  ShareCounts counts;
  counts.add(a);
  return counts.conflict(b);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
