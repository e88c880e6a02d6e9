#include "harness/probe/given_handles.h"

namespace procreg::harness::probe {

void GivenHandles::inherit(const GivenHandles& parent) {
  for (const auto& [value, given] : parent.given_)
    if (given.inheritable) given_.emplace(value, given);
}

const GivenHandles::Given* GivenHandles::find(HandleValue value) const {
  const auto found = given_.find(entry(number(value)));
  return found == given_.end() ? nullptr : &found->second;
}

bool is_nobodys(HandleValue value) {
  return value == null_handle || value == current_process || value == current_thread ||
         (value >= unowned_handle && number(value) <= 0xFFFFFFFF);
}

}  // namespace procreg::harness::probe
