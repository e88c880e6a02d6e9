#include "model/wer/budget.h"

#include <memory>

#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

const Profile documented = documented_profile();

Wer one_of_each() {
  Wer wer;
  wer.files = {{}};
  wer.blocks = {{}, {}};
  wer.excluded = {{}, {}, {}, {}};
  wer.metadata = {{}, {}, {}, {}, {}, {}, {}, {}};
  wer.modules = {{}, {}};
  wer.processes = {{}, {}, {}};
  return wer;
}

std::size_t count(MetadataEntryBudget metadata, AdditionalProcessEntryBudget processes) {
  Choices choices{documented.with(choice::metadata_entry_budget, metadata)
                      .with(choice::additional_process_entry_budget, processes)};
  return entries(one_of_each(), choices);
}

TEST(TheEntryBudget, CountsMetadataAndProcessesByChoiceAndModulesNever) {
  using M = MetadataEntryBudget;
  using P = AdditionalProcessEntryBudget;
  EXPECT_EQ(count(M::counts, P::counts), 18U);
  EXPECT_EQ(count(M::counts, P::gate_only), 15U);
  EXPECT_EQ(count(M::gate_only, P::counts), 10U);
  EXPECT_EQ(count(M::independent, P::independent), 7U);
}

TEST(TheEntryBudget, AsksNothingAboutListsThatAreEmpty) {
  Choices choices{documented};
  EXPECT_EQ(entries(Wer{}, choices), 0U);
  EXPECT_EQ(choices.taken(), (std::array<std::uint8_t, choice_count>{}));
}

// wer.md 8.2
class TheSharedBudget : public ::testing::Test {
 protected:
  Step block(std::uint64_t address) const {
    return WerRegisterMemoryBlock{.by = by(main_process), .pvAddress = Address{address}, .dwSize = ByteCount{1}};
  }
  Step file(std::u16string_view path) {
    return WerRegisterFile{
        .by = by(main_process), .pwzFile = {scene_->tables().text(path)}, .regFileType = FileType{1}};
  }
  Step pair(std::u16string_view key, std::u16string_view value = u"v") {
    const TextIn key_text{scene_->tables().text(key)};
    return WerRegisterCustomMetadata{.by = by(main_process), .key = key_text, .value = {scene_->tables().text(value)}};
  }
  const Step process_ = WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(40)};

  // 300 blocks, 200 excluded blocks, 7 files and 5 pairs.
  void fill(const Profile& profile) {
    scene_ = std::make_unique<Scene>(profile);
    for (std::uint64_t i = 1; i <= 300; ++i) scene_->must(block(i * 0x1000));
    for (std::uint64_t i = 1; i <= 200; ++i)
      scene_->must(
          WerRegisterExcludedMemoryBlock{.by = by(main_process), .address = Address{i * 0x1000}, .size = ByteCount{1}});
    for (const auto* path : {u"1", u"2", u"3", u"4", u"5", u"6", u"7"}) scene_->must(file(path));
    for (const auto* key : {u"a", u"b", u"c", u"d", u"e"}) scene_->must(pair(key));
  }

  std::unique_ptr<Scene> scene_;
};

TEST_F(TheSharedBudget, IsFullForAllThatCount) {
  fill(documented);
  EXPECT_EQ(scene_->does(file(u"8")), WER_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(scene_->does(block(0x900000)), WER_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(scene_->does(pair(u"f")), WER_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(scene_->does(process_), WER_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(scene_->does(pair(u"a", u"w")), S_OK);
  EXPECT_EQ(scene_->does(WerRegisterRuntimeExceptionModule{.by = by(main_process),
                                                           .pwszOutOfProcessCallbackDll = {default_user}}),
            S_OK);
}

TEST_F(TheSharedBudget, HasRoomForOneWhenOneGoes) {
  fill(documented);
  scene_->must(WerUnregisterCustomMetadata{.by = by(main_process), .key = {scene_->tables().text(u"a")}});
  EXPECT_EQ(scene_->does(process_), S_OK) << "and uses no place";
  EXPECT_EQ(scene_->does(file(u"8")), S_OK);
  EXPECT_EQ(scene_->does(file(u"9")), WER_E_INSUFFICIENT_BUFFER);
}

TEST_F(TheSharedBudget, LeavesMetadataAloneWhereItIsIndependent) {
  fill(documented.with(choice::metadata_entry_budget, MetadataEntryBudget::independent));
  EXPECT_EQ(scene_->does(pair(u"f")), S_OK);
  for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(scene_->does(block(0x900000 + i)), S_OK);
  EXPECT_EQ(scene_->does(block(0xA00000)), WER_E_INSUFFICIENT_BUFFER);
  EXPECT_EQ(scene_->does(pair(u"g")), S_OK) << "the choice lets it pass a full budget";
}

}  // namespace
}  // namespace procreg::model
