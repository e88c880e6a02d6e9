// A small address space of a few dozen cells that lies somewhere in the real one, with what stands in it as bitmaps: the memory of
// a process, drawn.
#pragma once

#include <bitset>
#include <vector>

#include "scenarios/properties/story.h"

namespace procreg::scenarios {

class AddressSpace {
 public:
  static constexpr std::uint32_t cells = 64;
  using Bitmap = std::bitset<cells>;
  // Cells from `begin` to `end` - 1.
  struct Cells {
    std::uint32_t begin{};
    std::uint32_t end{};
  };

  // Somewhere, with cells of some size.
  static AddressSpace any(Story& story);
  // Somewhere, with cells of `unit` bytes. In front it begins at address 0, at the back its last cell ends with all addresses.
  enum class Where : std::uint8_t { middle, front, back };
  AddressSpace(Where where, std::uint64_t unit);

  std::uint64_t unit() const { return unit_; }
  std::uint64_t address(std::uint32_t cell) const { return base_ + unit_ * cell; }
  // Where a block can begin: not at NULL.
  std::uint32_t any_block_cell(Story& story) const;
  // Mapped memory never reaches the last byte of all addresses.
  std::uint32_t mappable() const { return where_ == Where::back ? cells - 1 : cells; }

  Cells any_cells(Story& story) const;
  std::vector<Cells> any_ranges(Story& story, std::uint32_t most) const;
  Range range(Cells of) const { return {address(of.begin), address(of.end)}; }
  Ranges ranges(const std::vector<Cells>& of) const;

  static void set(Bitmap& bits, Cells of);
  static Bitmap bitmap(const std::vector<Cells>& of);
  // The cells of a block, without those past the end of the space.
  Bitmap bitmap(const BlockEntry& block) const;
  bool reaches_out(const BlockEntry& block) const;
  // What is set, as ranges that neither overlap nor touch.
  std::vector<SnapRange> shown(const Bitmap& bits) const;

 private:
  Where where_;
  std::uint64_t unit_;
  std::uint64_t base_;
};

// The memory of a process in the space.
struct DrawnMemory {
  struct Thread {
    AddressSpace::Cells range{};
    std::uint32_t stack_pointer{};  // any cell, perhaps outside of the range
    std::uint32_t instruction_pointer{};
    std::vector<std::uint32_t> registers{};
  };
  std::vector<Thread> threads{};
  std::vector<AddressSpace::Cells> data{};
  std::vector<AddressSpace::Cells> private_{};
  std::vector<AddressSpace::Cells> mapped{};
};
DrawnMemory any_memory(Story& story, const AddressSpace& space, std::uint32_t threads);
// Makes it the memory of a process of the world.
void give(Story& story, Name process, const AddressSpace& space, const DrawnMemory& memory);

}  // namespace procreg::scenarios
