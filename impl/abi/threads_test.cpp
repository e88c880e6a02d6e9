// Many threads in one world, and in worlds of their own.
#include <procreg/testing.h>

#include <atomic>
#include <string>
#include <thread>

namespace {

using procreg::testing::Returns;

constexpr int threads = 4;
constexpr int rounds = 200;

template <class F>
void at_once(F&& f) {
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&f, i] { f(i); });
  for (std::thread& thread : running) thread.join();
}

class Threads : public procreg::testing::WorldTest {};

// Texts that nobody has passed before are added while others read theirs.
TEST_F(Threads, RegisterFilesOfOneProcessAtOnce) {
  std::atomic<int> wrong{0};
  at_once([&](int thread) {
    procreg_become(world(), process("main"));
    for (int i = 0; i < rounds; ++i) {
      std::u16string path = u"C:\\log";
      path.append(static_cast<std::size_t>(i + 1), static_cast<char16_t>(u'a' + thread));  // no other thread's
      const bool good =
          WerRegisterFile(path.c_str(), WerRegFileTypeOther, 0) == S_OK && WerUnregisterFile(path.c_str()) == S_OK;
      wrong += good ? 0 : 1;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(procreg_text_count(world()), static_cast<std::size_t>(threads * rounds));
}

TEST_F(Threads, CreateProcessesWithNamesAtOnce) {
  std::atomic<int> wrong{0};
  at_once([&](int thread) {
    procreg_become(world(), process("main"));
    for (int i = 0; i < rounds / 4; ++i) {
      const std::string name = "w" + std::to_string(thread) + "x" + std::to_string(i);
      procreg_new_process how{};
      how.name = name.c_str();
      procreg_created created{};
      const bool made = procreg_create_process(&how, &created) == TRUE;
      wrong += made && procreg_process_named(world(), name.c_str()) == created.process ? 0 : 1;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(procreg_name_count(world()), static_cast<std::size_t>(1 + threads * (rounds / 4)));
}

TEST_F(Threads, EachHaveAWorldThatBeginsAndEnds) {
  std::atomic<int> wrong{0};
  at_once([&](int) {
    for (int i = 0; i < rounds / 10; ++i) {
      procreg_world* own = procreg_world_create(nullptr);
      procreg_become(own, procreg_process_named(own, "main"));
      wrong += WerSetFlags(1) == S_OK ? 0 : 1;
      procreg_world_destroy(own);
      wrong += WerSetFlags(1) == E_UNEXPECTED ? 0 : 1;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_THAT(WerSetFlags(0), Returns(S_OK)) << "of the world that was there all the time";
}

}  // namespace
