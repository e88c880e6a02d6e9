#include "api/status.h"

#include <gtest/gtest.h>

#include <concepts>

namespace procreg {
namespace {

// Codes of different families never compare.
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a == b;
};
static_assert(!Comparable<Hresult, Win32Error>);
static_assert(!Comparable<Win32Error, NtStatus>);
static_assert(!std::convertible_to<std::uint32_t, Hresult>);
static_assert(Result{Hresult::S_OK} != Result{Win32Error::ERROR_SUCCESS});

TEST(Status, IsWrittenByItsNameWhereItHasOne) {
  EXPECT_EQ(text(Result{Hresult::WER_E_INSUFFICIENT_BUFFER}), "WER_E_INSUFFICIENT_BUFFER");
  EXPECT_EQ(text(Result{Win32Error::ERROR_OBJECT_ALREADY_EXISTS}), "ERROR_OBJECT_ALREADY_EXISTS");
  EXPECT_EQ(text(Result{NtStatus::STATUS_EA_CORRUPT_ERROR}), "STATUS_EA_CORRUPT_ERROR");
  EXPECT_EQ(text(TRUE_), "TRUE");
  EXPECT_EQ(text(Result{null_handle}), "NULL");
  EXPECT_EQ(text(no_return), "no-return");
}

TEST(Status, IsWrittenAsANumberWhereItHasNone) {
  EXPECT_EQ(text(Result{ResultKind::hresult, 0x80004002}), "0x80004002");
  EXPECT_EQ(text(Result{ResultKind::hresult, 0x80004001}), "E_NOTIMPL");
  EXPECT_EQ(text(Result{ResultKind::win32, 120}), "ERROR_CALL_NOT_IMPLEMENTED");
  EXPECT_EQ(text(Result{ResultKind::win32, 1450}), "1450");
  EXPECT_EQ(text(Result{HandleValue{12}}), "0x000C");
  EXPECT_EQ(text(Result{current_process}), "0xFFFFFFFFFFFFFFFF");
  EXPECT_EQ(text(Result{ResultKind::exception, 0xC0000005}), "exception:0xC0000005");
}

TEST(Status, ReadsBackEverythingItWrites) {
  const Result results[] = {Hresult::S_OK,
                            Hresult::HR_FILENAME_EXCED_RANGE,
                            Win32Error::ERROR_NOACCESS,
                            TRUE_,
                            FALSE_,
                            NtStatus::STATUS_SUCCESS,
                            HandleValue{0x48},
                            null_handle,
                            Result{ResultKind::hresult, 0x80004002},
                            Result{ResultKind::win32, 1450}};
  for (const Result result : results) EXPECT_EQ(result_named(text(result), result.kind), result) << text(result);
  for (const Result word : {applied, not_applicable, not_runnable, returned, no_return})
    EXPECT_EQ(result_named(text(word), ResultKind::hresult), word);
  EXPECT_EQ(result_named("exception:0xC0000005", ResultKind::win32), (Result{ResultKind::exception, 0xC0000005}));
}

TEST(Status, RefusesNamesOfAnotherFamilyAndNonsense) {
  EXPECT_FALSE(result_named("ERROR_NOT_FOUND", ResultKind::hresult));
  EXPECT_FALSE(result_named("S_OK", ResultKind::win32));
  EXPECT_FALSE(result_named("2", ResultKind::boolean));
  EXPECT_FALSE(result_named("0x100000000", ResultKind::hresult));
  EXPECT_FALSE(result_named("", ResultKind::hresult));
  EXPECT_FALSE(result_named("0x", ResultKind::hresult));
  EXPECT_FALSE(result_named("12 ", ResultKind::win32));
  EXPECT_FALSE(result_named("0", ResultKind::applied));
  EXPECT_FALSE(result_named("exception:", ResultKind::hresult));
}

}  // namespace
}  // namespace procreg
