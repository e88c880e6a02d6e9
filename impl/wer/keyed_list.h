#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>

#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Entries of one kind in order of registration, found by key. One allocation an entry and none beside: each entry is also a
// node of a tree with four branches a node, in which the hash of a key says the way, two bits a level. So a lookup among n
// entries meets about log4 n of them, and compares keys only where the whole hash is equal. Hashes that meet by chance cost
// time and nothing else.
//
// A removed entry's memory stays with the list for the next one, so that registering again asks the arena for nothing. Not
// thread-safe: its owner's lock guards it.
//
// A key has `hash` (32 well mixed bits) and `names(const T&)`, which at most one entry of a list satisfies.
template <class T>
class KeyedList {
  static_assert(std::is_trivially_copyable_v<T>);
  struct Node;

 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator() = default;
    explicit Iterator(const Node* node) noexcept : node_{node} {}
    const T& operator*() const noexcept { return node_->value; }
    const T* operator->() const noexcept { return &node_->value; }
    // Of the key that the entry was registered with.
    std::uint32_t hash() const noexcept { return node_->hash; }
    Iterator& operator++() noexcept {
      node_ = node_->next;
      return *this;
    }
    Iterator operator++(int) noexcept { return Iterator{std::exchange(node_, node_->next)}; }
    bool operator==(const Iterator&) const noexcept = default;

   private:
    const Node* node_{};
  };

  std::uint32_t size() const noexcept { return size_; }
  // The oldest first.
  Iterator begin() const noexcept { return Iterator{first_}; }
  Iterator end() const noexcept { return Iterator{}; }

  // nullptr: there is none. The caller leaves the key of what it finds as it is.
  template <class Key>
  T* find(const Key& key) noexcept {
    Node* node = *place_of(key);
    return node == nullptr ? nullptr : &node->value;
  }

  // At the end. There is no entry with this key yet.
  template <class Key>
  void append(Arena& arena, const Key& key, const T& value) noexcept {
    Node* node = spare_ != nullptr ? std::exchange(spare_, spare_->next) : arena.make<Node>();
    *node = {.value = value, .hash = key.hash};
    *place_of(key) = node;
    link(node);
    ++size_;
  }

  // False: there is none.
  template <class Key>
  bool remove(const Key& key) noexcept {
    Node** place = place_of(key);
    Node* node = *place;
    if (node == nullptr) return false;
    fill(place);
    unlink(node);
    node->next = std::exchange(spare_, node);
    --size_;
    return true;
  }

  // Gives the memory of all entries back.
  void free(Arena& arena) noexcept {
    for (Node* list : {first_, spare_}) {
      while (list != nullptr) arena.drop(std::exchange(list, list->next));
    }
    *this = {};
  }

 private:
  static constexpr std::uint32_t bits_a_level = 2;
  struct Node {
    T value{};
    std::uint32_t hash{};
    std::array<Node*, std::size_t{1} << bits_a_level> branches{};
    Node* next{};
    Node* previous{};  // of the oldest: the youngest
  };

  // Where the entry with the key hangs, or would. Past the last bit of a hash the way goes on along the first branches.
  template <class Key>
  Node** place_of(const Key& key) noexcept {
    Node** place = &root_;
    for (std::uint32_t way = key.hash; *place != nullptr; way <<= bits_a_level) {
      Node& node = **place;
      if (node.hash == key.hash && key.names(node.value)) return place;
      place = &node.branches[way >> (32 - bits_a_level)];
    }
    return place;
  }

  // Puts a leaf from below the node in its place: all below it went the same way so far.
  static void fill(Node** place) noexcept {
    Node* node = *place;
    Node** leaf = place;
    while (Node** below = some_branch(**leaf)) leaf = below;
    Node* filler = std::exchange(*leaf, nullptr);
    if (filler == node) return;
    filler->branches = node->branches;
    *place = filler;
  }
  // nullptr: it is a leaf.
  static Node** some_branch(Node& node) noexcept {
    for (Node*& branch : node.branches) {
      if (branch != nullptr) return &branch;
    }
    return nullptr;
  }

  void link(Node* node) noexcept {
    node->previous = first_ == nullptr ? node : std::exchange(first_->previous, node);
    (first_ == nullptr ? first_ : node->previous->next) = node;
  }
  void unlink(Node* node) noexcept {
    (node == first_ ? first_ : node->previous->next) = node->next;
    if (node->next != nullptr) {
      node->next->previous = node->previous;
    } else if (first_ != nullptr) {
      first_->previous = node->previous;
    }
  }

  Node* root_{};
  Node* first_{};
  Node* spare_{};
  std::uint32_t size_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
