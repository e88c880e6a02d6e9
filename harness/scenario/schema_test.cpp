#include <gtest/gtest.h>

#include "harness/scenario/files.h"
#include "harness/scenario/golden_files.h"
#include "harness/scenario/json_tree.h"

namespace procreg::harness {
namespace {

TEST(Schema, OfTheRepositoryIsWhatTheTablesSay) {
  const std::string schema = scenario_schema();
  EXPECT_EQ(schema, golden("scenarios/schema/scenario.schema.json", schema)) << "PROCREG_UPDATE=1 rewrites it";
}

TEST(Schema, HasADefinitionOfEveryStep) {
  const std::string schema = scenario_schema();
  const json::Document document = json::parse(schema);
  ASSERT_FALSE(document.nodes.empty());
  const json::Node* definitions = json::member(document.nodes.front(), "$defs");
  ASSERT_NE(definitions, nullptr);
  for (const StepInfo& step : steps()) {
    const json::Node* definition = json::member(*definitions, step.name);
    ASSERT_NE(definition, nullptr) << step.name;
    for (const FieldInfo& field : step.fields) {
      const json::Node* properties = json::member(*definition, "properties");
      if (!field.group.empty()) properties = json::member(*json::member(*properties, field.group), "properties");
      EXPECT_NE(json::member(*properties, field.name), nullptr) << step.name << '.' << field.name;
    }
  }
}

}  // namespace
}  // namespace procreg::harness
