// The smoke alarm of the laws: every law's fault, planted, has to break its property.
#include "scenarios/properties/planted_faults.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "harness/report/property.h"
#include "scenarios/properties/check.h"

namespace procreg::scenarios {
namespace {

constexpr std::uint64_t seeds[] = {1, 2, 3};

std::vector<Clause> covered_laws() {
  std::vector<Clause> laws;
  for (std::size_t i = 0; i < clause_count; ++i)
    if (clauses()[i].covered && clauses()[i].kind == ClauseKind::law) laws.push_back(Clause::at(i));
  return laws;
}

const PlantedFault* fault_of(Clause law) {
  for (const PlantedFault& fault : planted_faults())
    if (fault.law == law) return &fault;
  return nullptr;
}

std::vector<const harness::Property*> properties_of(Clause law) {
  std::vector<const harness::Property*> found;
  for (const harness::Property& property : harness::properties())
    if (std::count(property.clauses.begin(), property.clauses.end(), law) > 0) found.push_back(&property);
  return found;
}

harness::PropertyResult result_of(const harness::Property& property, const harness::SubjectFactory& subject,
                                  std::uint64_t seed) {
  harness::Coverage coverage;
  return property.run(subject, seed, coverage);
}

std::string id_of(const testing::TestParamInfo<Clause>& law) {
  std::string id{law.param.id()};
  std::replace(id.begin(), id.end(), '-', '_');
  return id;
}

class EveryLaw : public testing::TestWithParam<Clause> {};

TEST_P(EveryLaw, HasAProperty) { EXPECT_THAT(properties_of(GetParam()), testing::SizeIs(1)); }

TEST_P(EveryLaw, IsBrokenByItsPlantedFault) {
  const PlantedFault* fault = fault_of(GetParam());
  ASSERT_NE(fault, nullptr) << "no fault is planted for " << GetParam();
  const auto planted = [&] { return fault->plant(harness::implementation()); };
  for (const harness::Property* property : properties_of(GetParam())) {
    for (const std::uint64_t seed : seeds) {
      const harness::PropertyResult found = result_of(*property, planted, seed);
      EXPECT_FALSE(found.held) << fault->how << ", seed " << seed;
      EXPECT_THAT(found.counterexample, testing::StartsWith(std::string{sentence_broken}))
          << fault->how << ", seed " << seed;
      EXPECT_TRUE(found.failing.has_value()) << fault->how << ", seed " << seed;
    }
  }
}

TEST_P(EveryLaw, HoldsWithoutIt) {
  for (const harness::Property* property : properties_of(GetParam())) {
    for (const std::uint64_t seed : seeds) {
      const harness::PropertyResult found = result_of(*property, harness::implementation, seed);
      EXPECT_TRUE(found.held) << "seed " << seed << "\n" << found.counterexample;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Laws, EveryLaw, testing::ValuesIn(covered_laws()), id_of);

TEST(PlantedFaults, BelongToCoveredLawsOneEach) {
  std::vector<Clause> laws;
  for (const PlantedFault& fault : planted_faults()) laws.push_back(fault.law);
  EXPECT_EQ(laws, covered_laws());
}

TEST(PlantedFaults, AreEachNoticedAsTheModelSeesThemToo) {
  std::size_t seen_by_both = 0;
  for (const PlantedFault& fault : planted_faults()) {
    const auto planted = [&] { return fault.plant(harness::implementation()); };
    const auto found = result_of(*properties_of(fault.law).front(), planted, 1);
    if (found.counterexample.find(model_differs) != std::string::npos) ++seen_by_both;
  }
  EXPECT_EQ(seen_by_both, planted_faults().size());
}

}  // namespace
}  // namespace procreg::scenarios
