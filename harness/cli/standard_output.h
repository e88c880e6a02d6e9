// Standard output that remembers why it could not be written.
#pragma once

#include <array>
#include <streambuf>
#include <string>

namespace procreg::cli {

// A buffer over a file descriptor. After the first failure it takes nothing more.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor);

  // "" while everything got out.
  std::string failure() const;

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  bool write_out();

  const int descriptor_;
  int error_{};
  std::array<char, 1 << 16> bytes_;
};

}  // namespace procreg::cli
