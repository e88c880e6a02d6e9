// Where the bytes of a dump come from: parts are read when they are asked for, so that a file of many gigabytes costs no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

namespace procreg::harness::dump {

// Whether `bytes` from `offset` lie in `size` bytes.
constexpr bool lie_in(std::uint64_t size, std::uint64_t offset, std::uint64_t bytes) {
  return offset <= size && bytes <= size - offset;
}

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  virtual std::uint64_t size() const = 0;
  // Fills `into` from `offset`. False, and `into` holds nothing of use, where the bytes are not all there or cannot be read.
  virtual bool read(std::uint64_t offset, std::span<std::byte> into) const = 0;
};

// The bytes must outlive it.
class BytesInMemory final : public ByteSource {
 public:
  explicit BytesInMemory(std::span<const std::byte> bytes) : bytes_{bytes} {}
  std::uint64_t size() const override { return bytes_.size(); }
  bool read(std::uint64_t offset, std::span<std::byte> into) const override;

 private:
  std::span<const std::byte> bytes_;
};

// An ordinary file, or a message why it cannot be read (without its name).
std::variant<std::unique_ptr<ByteSource>, std::string> open_file(const std::string& path);

}  // namespace procreg::harness::dump
