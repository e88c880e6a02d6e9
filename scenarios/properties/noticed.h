// Which property has to notice which subject, for the tests of the topics.
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/report/property.h"
#include "harness/subject/subject.h"
#include "scenarios/properties/check.h"

namespace procreg::scenarios {

struct HasToNotice {
  std::string_view property;  // how its name begins
  std::string_view how;       // what is wrong, or the choice that is answered otherwise
  std::unique_ptr<harness::Subject> (*plant)(std::unique_ptr<harness::Subject> inner);
};

// Answers a choice otherwise than the profile of the world says.
template <const auto& choice>
struct TakesTheNextOption {
  void change(Profile& profile) const {
    std::uint8_t& option = profile.option[choice.index];
    option = static_cast<std::uint8_t>((option + 1U) % info(choice).options.size());
  }
};

inline const harness::Property* with_beginning(std::string_view name) {
  const auto all = harness::properties();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& property) { return property.name.starts_with(name); });
  return found == all.end() ? nullptr : &*found;
}

// Each property says that a sentence is broken, whatever it draws.
inline void expect_noticed(std::span<const HasToNotice> cases) {
  for (const HasToNotice& one : cases) {
    const harness::Property* property = with_beginning(one.property);
    ASSERT_NE(property, nullptr) << one.property;
    for (const std::uint64_t seed : {1U, 2U}) {
      harness::Coverage coverage;
      const harness::PropertyResult found =
          property->run([&] { return one.plant(harness::implementation()); }, seed, coverage);
      EXPECT_THAT(found.counterexample, testing::StartsWith(std::string{sentence_broken}))
          << one.how << ": " << property->name << ", seed " << seed;
    }
  }
}

}  // namespace procreg::scenarios
