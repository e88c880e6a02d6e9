#include "harness/failover/combination.h"

#include <gmock/gmock.h>

#include <set>
#include <variant>

#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;

std::size_t product_of_values() {
  std::size_t product = 1;
  for (const FailoverDimension& dimension : failover_dimensions()) product *= dimension.values.size();
  return product;
}

TEST(Combinations, AreTheProductOfAllValues) {
  EXPECT_EQ(failover_dimensions().size(), failover_parts);
  EXPECT_EQ(combination_count(), product_of_values());
  EXPECT_GT(combination_count(), 100'000u);
}

TEST(Combinations, HaveANumberEach) {
  for (std::size_t number = 0; number < combination_count(); number += 997)
    EXPECT_EQ(number_of(combination_at(number)), number);
  EXPECT_EQ(number_of(combination_at(combination_count() - 1)), combination_count() - 1);
}

TEST(Combinations, AreToldByTheNamesOfTheirValues) {
  EXPECT_THAT(text(combination_at(0)), HasSubstr("path same; second dialect 2.0.2; server dialect 2.0.2"));
}

TEST(Combinations, HaveNoTwoValuesOfOneName) {
  for (const FailoverDimension& dimension : failover_dimensions()) {
    const std::set<std::string_view> names{dimension.values.begin(), dimension.values.end()};
    EXPECT_EQ(names.size(), dimension.values.size()) << dimension.name;
    EXPECT_LE(dimension.values.size(), 8u) << dimension.name << " has more values than a row can tell of";
  }
}

// One value changed at a time: no part is left out of the script.
TEST(FailoverScripts, DifferInEachPart) {
  FailoverScripts scripts;
  const auto written = [&](const Combination& combination) { return write_script(scripts.of(combination)); };
  const Combination rich = combination_at(0);
  for (std::size_t part = 0; part < failover_parts; ++part) {
    std::set<std::string> files;
    Combination changed = rich;
    for (std::size_t value = 0; value < failover_dimensions()[part].values.size(); ++value) {
      changed.values[part] = static_cast<std::uint8_t>(value);
      files.insert(written(changed));
    }
    EXPECT_EQ(files.size(), failover_dimensions()[part].values.size()) << failover_dimensions()[part].name;
  }
}

TEST(FailoverScripts, AreScenarioFiles) {
  FailoverScripts scripts;
  for (std::size_t number = 0; number < combination_count(); number += 9973) {
    const Script& script = scripts.of(combination_at(number));
    const std::string file = write_script(script);
    const ReadResult read = read_script(file, "combination.json");
    ASSERT_TRUE(std::holds_alternative<Script>(read)) << text(std::get<1>(read).front()) << "\n" << file;
    EXPECT_EQ(std::get<Script>(read).steps.size(), script.steps.size());
  }
}

}  // namespace
}  // namespace procreg::harness
