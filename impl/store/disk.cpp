#include "impl/store/disk.h"

#include "impl/store/system.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

namespace fs = std::filesystem;

class RealDisk final : public Disk {
 public:
  std::error_code make_folder(const fs::path& folder) override {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || fs::is_directory(folder, error)) return error;
    return error ? error : std::make_error_code(std::errc::not_a_directory);
  }
  std::error_code write(const fs::path& file, std::span<const Piece> pieces) override {
    return write_new_file(file, pieces);
  }
  std::error_code link(const fs::path& file, const fs::path& name) override {
    std::error_code error;
    fs::create_hard_link(file, name, error);
    return error;
  }
  std::error_code move(const fs::path& from, const fs::path& to) override {
    std::error_code error;
    fs::rename(from, to, error);
    return error;
  }
  std::error_code exchange(const fs::path& a, const fs::path& b) override { return exchange_names(a, b); }
  std::error_code remove(const fs::path& path) override {
    std::error_code error;
    fs::remove_all(path, error);
    return error;
  }
  std::error_code claim(const fs::path& folder) override { return claim_.take(folder); }

 private:
  FolderClaim claim_{};
};

}  // namespace

std::unique_ptr<Disk> real_disk() { return std::make_unique<RealDisk>(); }

}  // namespace procreg::impl::inline PROCREG_SYNC
