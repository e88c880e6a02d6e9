// Messages of which a hostile file could cause millions: of each kind so many, and how many more there were.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace procreg::harness::dump {

class Complaints {
 public:
  void add(std::string_view kind, std::string text);
  // In the order they came; then, for each kind, how many were left out: "thread list: stack: and 4 more".
  std::vector<std::string> texts() const;

 private:
  std::vector<std::string> kept_{};
  std::map<std::string, std::size_t, std::less<>> counts_{};
};

}  // namespace procreg::harness::dump
