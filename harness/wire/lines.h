// Lines over file descriptors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace procreg::harness::wire {

// Returns when there is something to read, or may be. A message is awaited actively for some microseconds first: to be woken
// takes many times as long as most answers. Where that was in vain, perhaps because both sides share a core, it waits at once for
// the next `in_vain` messages.
void wait_readable(int descriptor, int& in_vain);

// Reads a line at a time. Not thread-safe.
class LineReader {
 public:
  explicit LineReader(int descriptor) : descriptor_{descriptor} {}
  enum class End { line, input, too_long, error };
  // The next line, without its end. `input`: there is none any more; what stood behind the last line is dropped.
  End read(std::string& line);

 private:
  int descriptor_;
  std::string buffer_{};
  std::size_t begin_{};     // of what is not given out yet
  std::size_t searched_{};  // no end of a line before this
  int in_vain_{};
};

// False: it cannot be written, for whatever reason.
bool write_all(int descriptor, std::string_view text);

}  // namespace procreg::harness::wire
