#include "harness/probe/messages.h"

#include <cstring>
#include <type_traits>

namespace procreg::harness::probe {

namespace {

class Packer {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void add(const T& value) { add(&value, sizeof value); }
  template <class T>
  void add_all(const T& values) {
    add(static_cast<std::uint32_t>(values.size()));
    add(values.data(), values.size() * sizeof values[0]);
  }
  void add_all(const std::vector<std::u16string>& texts) {
    add(static_cast<std::uint32_t>(texts.size()));
    for (const std::u16string& text : texts) add_all(text);
  }
  Bytes take() { return std::move(bytes_); }

 private:
  void add(const void* from, std::size_t size) {
    const std::size_t end = bytes_.size();
    bytes_.resize(end + size);
    if (size != 0) std::memcpy(bytes_.data() + end, from, size);
  }
  Bytes bytes_{};
};

class Unpacker {
 public:
  explicit Unpacker(std::span<const std::byte> bytes) : left_{bytes} {}
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void take(T& value) { take(&value, sizeof value); }
  template <class T>
  void take_all(T& values) {
    values.resize(count(sizeof values[0]));
    take(values.data(), values.size() * sizeof values[0]);
  }
  void take_all(std::vector<std::u16string>& texts) {
    texts.resize(count(sizeof(std::uint32_t)));
    for (std::u16string& text : texts) take_all(text);
  }
  bool whole() const { return !short_ && left_.empty(); }

 private:
  // How many follow, each of at least so many bytes.
  std::size_t count(std::size_t size) {
    std::uint32_t count = 0;
    take(count);
    if (count <= left_.size() / size) return count;
    short_ = true;
    return 0;
  }
  void take(void* to, std::size_t size) {
    short_ = short_ || size > left_.size();
    if (short_ || size == 0) return;
    std::memcpy(to, left_.data(), size);
    left_ = left_.subspan(size);
  }
  std::span<const std::byte> left_;
  bool short_{};
};

}  // namespace

Bytes packed(const Command& command) {
  Packer packer;
  packer.add(command.deed);
  packer.add(command.number);
  packer.add(command.step);
  packer.add_all(command.texts);
  return packer.take();
}

Bytes packed(const Reply& reply) {
  Packer packer;
  packer.add(reply.said);
  packer.add(reply.answer);
  packer.add_all(reply.threads);
  packer.add_all(reply.texts);
  return packer.take();
}

bool unpack(std::span<const std::byte> bytes, Command& command) {
  Unpacker unpacker{bytes};
  unpacker.take(command.deed);
  unpacker.take(command.number);
  unpacker.take(command.step);
  unpacker.take_all(command.texts);
  return unpacker.whole();
}

bool unpack(std::span<const std::byte> bytes, Reply& reply) {
  Unpacker unpacker{bytes};
  unpacker.take(reply.said);
  unpacker.take(reply.answer);
  unpacker.take_all(reply.threads);
  unpacker.take_all(reply.texts);
  return unpacker.whole();
}

std::vector<std::u16string> texts_of(const Step& step, const Tables& tables) {
  std::vector<std::u16string> texts;
  for (const FieldInfo& field : info(step).fields) {
    if (field.kind != ValueKind::text) continue;
    const auto& text = *static_cast<const TextIn*>(field.see(address(step)));
    if (text.value) texts.push_back(tables.at(*text.value));
  }
  return texts;
}

void put_texts(Step& step, Tables& tables, std::span<const std::u16string> texts) {
  for (const FieldInfo& field : info(step).fields) {
    if (field.kind != ValueKind::text) continue;
    auto& text = *static_cast<TextIn*>(field.at(address(step)));
    if (!text.value || texts.empty()) continue;
    text.value = tables.text(texts.front());
    texts = texts.subspan(1);
  }
}

}  // namespace procreg::harness::probe
