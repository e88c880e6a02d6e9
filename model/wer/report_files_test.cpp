#include "model/scene_test.h"

namespace procreg::model {
namespace {

constexpr std::uint32_t delete_when_done = 0x1;

struct Files {
  Tables tables{};
  WorldSpec world{};

  Files() {
    world.additionalDataRequested = true;
    world.userDocumentsRequested = true;
    exists(u"C:\\a.txt");
  }
  void exists(std::u16string_view path) { world.existingFiles.push_back(tables.text(path)); }
};

// The status of one file and what exists after the crash.
struct Outcome {
  FileStatus status{};
  std::size_t existing{};
};
Outcome crash_with(Files files, std::u16string_view path, std::uint32_t type = 2, std::uint32_t flags = 0) {
  const TextRef text = files.tables.text(path);
  Scene scene{documented_profile(), files.world, files.tables};
  scene.must(WerRegisterFile{
      .by = by(main_process), .pwzFile = text_in(text), .regFileType = FileType{type}, .dwFlags = Dword{flags}});
  scene.crashes();
  const auto& reported = scene.state().reports[0].files;
  EXPECT_EQ(reported.size(), 1U);
  EXPECT_EQ(reported[0].path, text);
  EXPECT_EQ(reported[0].flags, flags);
  return {reported[0].status, scene.state().existing_files.size()};
}

TEST(AFileOfAReport, IsAddedWhenItIsRequestedAndExists) {
  EXPECT_EQ(crash_with({}, u"C:\\a.txt").status, FileStatus::added);
  EXPECT_EQ(crash_with({}, u"c:\\A.TXT").status, FileStatus::added);
  EXPECT_EQ(crash_with({}, u"C:/a.txt").status, FileStatus::missing);
}

TEST(AFileOfAReport, IsNotRequestedWithoutMoreDataOrAsAUserDocument) {
  Files none;
  none.world.additionalDataRequested = false;
  Files no_documents;
  no_documents.world.userDocumentsRequested = false;
  EXPECT_EQ(crash_with(none, u"C:\\a.txt", 2, delete_when_done).status, FileStatus::not_requested);
  EXPECT_EQ(crash_with(none, u"C:\\a.txt", 2, delete_when_done).existing, 1U);
  EXPECT_EQ(crash_with(no_documents, u"C:\\a.txt", 1).status, FileStatus::not_requested);
  EXPECT_EQ(crash_with(no_documents, u"C:\\a.txt", 2).status, FileStatus::added);
}

TEST(AFileOfAReport, IsMissingWhenItsPathIsNotAbsolute) {
  Files files;
  for (const auto path : {u"", u"a.txt", u"C:a.txt", u"\\a.txt", u"1:\\a.txt", u"[:\\a.txt"}) {
    files.exists(path);
    EXPECT_EQ(crash_with(files, path).status, FileStatus::missing);
  }
  for (const auto path : {u"\\\\server\\a.txt", u"//server/a.txt", u"z:/a.txt", u"Z:/b.txt"}) {
    files.exists(path);
    EXPECT_EQ(crash_with(files, path).status, FileStatus::added);
  }
}

TEST(AFileOfAReport, ThatIsDeletedWhenDoneExistsNoMore) {
  EXPECT_EQ(crash_with({}, u"C:\\A.txt", 2, delete_when_done).existing, 0U);
  EXPECT_EQ(crash_with({}, u"C:\\A.txt", 2, 0x2).existing, 1U);
  EXPECT_EQ(crash_with({}, u"C:\\b.txt", 2, delete_when_done).existing, 1U);
}

TEST(ExistingFiles, AreInTheOrderOfTheirCodeUnits) {
  Files files;
  for (const auto path : {u"C:\\\uFF21", u"C:\\\U00010400", u"B:\\x", u"C:\\a"}) files.exists(path);
  Scene scene{documented_profile(), files.world, files.tables};
  std::vector<std::u16string> shown;
  for (const TextRef path : scene.state().existing_files) shown.push_back(scene.tables().at(path));
  EXPECT_EQ(shown, (std::vector<std::u16string>{u"B:\\x", u"C:\\a", u"C:\\a.txt", u"C:\\\U00010400", u"C:\\\uFF21"}));
}

}  // namespace
}  // namespace procreg::model
