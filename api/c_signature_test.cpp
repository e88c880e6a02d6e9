#include "api/c_signature.h"

#include <gtest/gtest.h>

#include <string>

namespace procreg {
namespace {

static_assert(std::is_same_v<c_signature<WerRegisterAdditionalProcess>, std::int32_t(std::uint32_t, std::uint32_t)>);
static_assert(std::is_same_v<c_signature<WerRegisterFile>, std::int32_t(const CText*, std::uint32_t, std::uint32_t)>);
static_assert(std::is_same_v<c_signature<WerRegisterMemoryBlock>, std::int32_t(void*, std::uint32_t)>);
static_assert(std::is_same_v<c_signature<WerUnregisterAppLocalDump>, std::int32_t()>);
static_assert(std::is_same_v<c_signature<GetApplicationRecoveryCallback>,
                             std::int32_t(void*, void**, void**, std::uint32_t*, std::uint32_t*)>);
static_assert(std::is_same_v<c_signature<GetApplicationRestartSettings>,
                             std::int32_t(void*, CText*, std::uint32_t*, std::uint32_t*)>);
static_assert(std::is_same_v<c_signature<ApplicationRecoveryFinished>, void(std::int32_t)>);
static_assert(std::is_same_v<c_signature<ExitProcess>, void(std::uint32_t)>);
static_assert(std::is_same_v<c_signature<OpenProcess>, void*(std::uint32_t, std::int32_t, std::uint32_t)>);
static_assert(std::is_same_v<c_signature<DuplicateHandle>,
                             std::int32_t(void*, void*, void*, void**, std::uint32_t, std::int32_t, std::uint32_t)>);
static_assert(std::is_same_v<c_signature<RegisterAppInstance>, std::uint32_t(void*, const CGuid*, std::int32_t)>);
static_assert(std::is_same_v<c_signature<QueryAppInstanceVersion>,
                             std::uint32_t(const CGuid*, std::uint64_t*, std::uint64_t*, std::int32_t*)>);
static_assert(!CFunction<CreateProcess> && !CFunction<NewObject> && !CFunction<OpenTag> && !CFunction<SmbCreate> &&
              !CFunction<CsvOpen> && !CFunction<CsvIo> && !CFunction<Crash> && !CFunction<AdvanceTime>);

// Headers spell the same function in other words.
enum FileTypeOfHeader : int { other = 2 };
struct GuidOfHeader {
  std::uint32_t a;
  std::uint16_t b, c;
  unsigned char d[8];
};
using Callback = std::uint32_t(void*);
static_assert(is_prototype_of<int(const CText*, FileTypeOfHeader, unsigned), WerRegisterFile>);
static_assert(is_prototype_of<int(const void*, unsigned), WerRegisterExcludedMemoryBlock>);
static_assert(is_prototype_of<unsigned(void*, GuidOfHeader*, int), RegisterAppInstance>);
static_assert(is_prototype_of<int(Callback*, void*, unsigned, unsigned), RegisterApplicationRecoveryCallback>);
static_assert(is_prototype_of<int(void*, Callback**, void**, unsigned*, unsigned*), GetApplicationRecoveryCallback>);
static_assert(!is_prototype_of<int(void*, unsigned long long), WerRegisterMemoryBlock>);
static_assert(!is_prototype_of<int(void*, FileTypeOfHeader, unsigned), WerRegisterFile>);
static_assert(!is_prototype_of<int(unsigned*, unsigned), WerRegisterMemoryBlock>);
static_assert(!is_prototype_of<void(unsigned, unsigned), WerRegisterAdditionalProcess>);

constexpr Guid numbered{0x0403020106050807, 0x090A0B0C0D0E0F10};

TEST(CGuid, HasTheBytesOfTheGuidInTheirOrder) {
  const CGuid c = c_guid(numbered);
  EXPECT_EQ(c.Data1, 0x01020304U);  // little-endian
  EXPECT_EQ(c.Data2, 0x0506U);
  EXPECT_EQ(c.Data3, 0x0708U);
  EXPECT_EQ(c.Data4[0], 9U);
  EXPECT_EQ(c.Data4[7], 16U);
  EXPECT_EQ(guid_of(c), numbered);
}

// What the functions below were called with.
struct Seen {
  std::u16string text{};
  Guid guid{};
  std::uint64_t handle{};
  std::uint32_t size{};
  bool null{};
};
Seen seen;
std::uint32_t thread_error{};

class CallC : public testing::Test {
 protected:
  void SetUp() override {
    seen = {};
    thread_error = 0;
  }
  Tables tables{};
  CCaller caller{tables, [] { return thread_error; }, [](std::uint32_t error) { thread_error = error; }, 7};
};

std::int32_t add_file(const CText* path, std::uint32_t type, std::uint32_t flags) {
  seen.null = path == nullptr;
  if (path != nullptr) seen.text = reinterpret_cast<const char16_t*>(path);
  return type == 2 && flags == 1 ? 0 : static_cast<std::int32_t>(0x80070057);
}

TEST_F(CallC, PassesTextsAndNumbers) {
  const TextIn path{tables.text(u"C:\\log.txt")};
  EXPECT_EQ(call_c(add_file, WerRegisterFile{{}, path, FileType{2}, Dword{1}}, caller),
            Answer{.result = Hresult::S_OK});
  EXPECT_EQ(seen.text, u"C:\\log.txt");
  EXPECT_EQ(call_c(add_file, WerRegisterFile{{}, {}, FileType{2}, Dword{2}}, caller),
            Answer{.result = Hresult::E_INVALIDARG});
  EXPECT_TRUE(seen.null);
}

std::uint32_t tag(void* process, const CGuid* id, std::int32_t inherit) {
  seen.handle = number_of(process);
  seen.null = id == nullptr;
  if (id != nullptr) seen.guid = guid_of(*id);
  return static_cast<std::uint32_t>(inherit);
}

TEST_F(CallC, PassesHandlesAndGuids) {
  const RegisterAppInstance call{{}, {current_process}, {numbered}, Bool{5010}};
  EXPECT_EQ(call_c(tag, call, caller), Answer{.result = Win32Error::ERROR_OBJECT_ALREADY_EXISTS});
  EXPECT_EQ(seen.guid, numbered);
  EXPECT_EQ(seen.handle, ~std::uint64_t{0});
  call_c(tag, RegisterAppInstance{}, caller);
  EXPECT_TRUE(seen.null);
}

std::uint32_t half_a_version(const CGuid*, std::uint64_t* high, std::uint64_t* low, std::int32_t* status) {
  EXPECT_EQ(low, nullptr);
  *high = 1ULL << 40;
  *status = static_cast<std::int32_t>(0xC00000B6);
  return 0;
}

TEST_F(CallC, TellsWhichOutputsWereWritten) {
  QueryAppInstanceVersion call;
  call.InstanceVersionLow.valid = false;
  Answer expected{.result = Win32Error::ERROR_SUCCESS, .written = 0b101, .out = {1ULL << 40, 0, 0xC00000B6}};
  EXPECT_EQ(call_c(half_a_version, call, caller), expected);
}

TEST_F(CallC, TellsThatNoOutputWasWritten) {
  const auto writes_nothing = +[](void*, std::uint32_t*) { return static_cast<std::int32_t>(0x80070006); };
  EXPECT_EQ(call_c(writes_nothing, WerGetFlags{}, caller), Answer{.result = Hresult::HR_INVALID_HANDLE});
}

TEST_F(CallC, KeepsTheLastErrorOfTheProcess) {
  const auto refuses = +[](void*) {
    EXPECT_EQ(thread_error, 7U) << "of the process, not of what the thread did meanwhile";
    thread_error = 6;
    return 0;
  };
  EXPECT_EQ(call_c(refuses, CloseHandle{}, caller), (Answer{.result = FALSE_, .lastError = 6}));
  EXPECT_EQ(caller.last_error, 6U);
}

TEST_F(CallC, TellsWhichHandleWasMade) {
  const auto opens = +[](std::uint32_t, std::int32_t, std::uint32_t) { return c_pointer(0x24); };
  EXPECT_EQ(call_c(opens, OpenProcess{}, caller), (Answer{.result = HandleValue{0x24}, .lastError = 7, .made = 0x24}));
  const auto duplicates = +[](void*, void*, void*, void** target, std::uint32_t, std::int32_t, std::uint32_t) {
    *target = c_pointer(0x28);
    return 77;
  };
  EXPECT_EQ(call_c(duplicates, DuplicateHandle{}, caller),
            (Answer{.result = TRUE_, .lastError = 7, .written = 1, .out = {0x28}, .made = 0x28}));
}

TEST_F(CallC, SaysOfAFunctionThatMustNotReturnThatItDid) {
  EXPECT_EQ(call_c(
                +[](std::uint32_t) {}, ExitProcess{}, caller)
                .result,
            returned);
}

// GetApplicationRestartSettings of a process whose line is `abc`.
std::int32_t settings(void*, CText* line, std::uint32_t* size, std::uint32_t* flags) {
  seen.null = line == nullptr;
  seen.size = *size;
  *size = 4;
  if (line != nullptr && seen.size < 4) {
    if (seen.size > 0) line[0] = 0;
    return static_cast<std::int32_t>(0x8007007A);
  }
  if (line != nullptr) std::memcpy(line, u"abc", 8);
  if (flags != nullptr) *flags = 1;
  return 0;
}

TEST_F(CallC, GivesATextBufferTheSizeThatTheStepSays) {
  GetApplicationRestartSettings call{.pcchSize = {4}};
  Answer whole{.result = Hresult::S_OK, .written = 0b111, .out = {tables.text(u"abc").index, 4, 1}};
  EXPECT_EQ(call_c(settings, call, caller), whole);
  call.pcchSize = {3};
  Answer cut{.result = Hresult::WER_E_INSUFFICIENT_BUFFER, .written = 0b011, .out = {empty_text.index, 4}};
  EXPECT_EQ(call_c(settings, call, caller), cut);
  EXPECT_EQ(seen.size, 3U);
  call.pcchSize = {0};
  Answer none{.result = Hresult::WER_E_INSUFFICIENT_BUFFER, .written = 0b010, .out = {0, 4}};
  EXPECT_EQ(call_c(settings, call, caller), none);
  call.pwzCommandline.valid = call.pdwFlags.valid = false;
  Answer size{.result = Hresult::S_OK, .written = 0b010, .out = {0, 4}};
  EXPECT_EQ(call_c(settings, call, caller), size);
}

TEST_F(CallC, KnowsATextOfTheWholeBufferWithoutNul) {
  const auto fills = +[](void*, CText* line, std::uint32_t*, std::uint32_t*) {
    line[0] = 'x';
    line[1] = 'y';
    return 0;
  };
  const Answer answer = call_c(fills, GetApplicationRestartSettings{.pcchSize = {2}}, caller);
  EXPECT_EQ(tables.at(TextRef{static_cast<std::uint32_t>(answer.out[0])}), u"xy");
}

// --- Being called ---

TEST(BeingCalled, MakesAStepOfTheArguments) {
  Tables tables;
  const std::u16string path{u"C:\\a\0b", 6};
  const auto* c = reinterpret_cast<const CText*>(path.c_str());
  const auto file = step_of_c<WerRegisterFile>(tables, c, 2U, 1U);
  EXPECT_EQ(tables.at(*file.pwzFile.value), u"C:\\a");
  EXPECT_EQ(file.regFileType, FileType{2});
  EXPECT_EQ(file.dwFlags, Dword{1});
  EXPECT_FALSE(step_of_c<WerUnregisterFile>(tables, nullptr).pwzFilePath.value);

  const CGuid id = c_guid(numbered);
  const auto tagged = step_of_c<RegisterAppInstance>(tables, c_pointer(0x24), &id, -1);
  EXPECT_EQ(tagged.ProcessHandle.raw, HandleValue{0x24});
  EXPECT_EQ(tagged.AppInstanceId.value, numbered);
  EXPECT_EQ(tagged.ChildrenInheritAppInstance, Bool{-1});

  std::uint32_t size = 9;
  const auto restart = step_of_c<GetApplicationRestartSettings>(tables, c_pointer(0x24), nullptr, &size, &size);
  EXPECT_FALSE(restart.pwzCommandline.valid);
  EXPECT_EQ(restart.pcchSize.value, 9U);
  EXPECT_TRUE(restart.pdwFlags.valid);
}

TEST(BeingCalled, WritesTheOutputsThatTheAnswerHasAndNoOthers) {
  Tables tables;
  std::array<char16_t, 8> line{u"zzzzzzz"};
  std::uint32_t size = 9;
  std::uint32_t flags = 77;
  Answer answer{.result = Hresult::WER_E_INSUFFICIENT_BUFFER, .written = 0b011, .out = {tables.text(u"ab").index, 3}};
  EXPECT_EQ(finish_c<GetApplicationRestartSettings>(answer, tables, nullptr, reinterpret_cast<CText*>(line.data()),
                                                    &size, &flags),
            static_cast<std::int32_t>(0x8007007A));
  EXPECT_EQ(std::u16string(line.data()), u"ab");
  EXPECT_EQ(size, 3U);
  EXPECT_EQ(flags, 77U);
}

TEST(BeingCalled, ReturnsAFailureForAnAnswerThatIsNoValue) {
  Tables tables;
  EXPECT_EQ(finish_c<WerUnregisterFile>({.result = not_runnable}, tables, nullptr),
            static_cast<std::int32_t>(0x8000FFFF));
  const CGuid id{};
  EXPECT_EQ(finish_c<RegisterAppInstance>({.result = {ResultKind::exception, 0xC0000005}}, tables, nullptr, &id, 0),
            31U);
  EXPECT_EQ(finish_c<TerminateProcess>({.result = no_return}, tables, nullptr, 0U), 0);
  EXPECT_EQ(finish_c<OpenProcess>({.result = not_runnable}, tables, 0U, 0, 0U), nullptr);
}

}  // namespace
}  // namespace procreg
