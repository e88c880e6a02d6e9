// The structs of a minidump file, as they lie in it: little-endian, packed to 4. Names of members and streams are those of
// minidumpapiset.h.
#pragma once

#include <array>
#include <cstdint>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC::mdmp {

enum class StreamType : std::uint32_t {
  ThreadList = 3,
  ModuleList = 4,
  MemoryList = 5,
  Exception = 6,
  SystemInfo = 7,
  Memory64List = 9,
  CommentW = 11,
  UnloadedModuleList = 14,
  MiscInfo = 15,
  MemoryInfoList = 16,
  ThreadInfoList = 17,
  ThreadNames = 24,
};

inline constexpr std::uint32_t signature = 0x504D444D;  // MDMP
inline constexpr std::uint32_t format_version = 0xA793;
inline constexpr std::uint32_t context_all =
    0x10001F;  // AMD64: control, integer, segments, floating point, debug registers
inline constexpr std::uint32_t still_active = 0x103;
inline constexpr std::uint32_t rsds = 0x53445352;  // a CodeView record of a PDB 7.0
inline constexpr std::uint32_t fixed_file_info = 0xFEEF04BD;

// State, Type and Protect of memory.
inline constexpr std::uint32_t MEM_COMMIT = 0x1000;
inline constexpr std::uint32_t MEM_PRIVATE = 0x20000;
inline constexpr std::uint32_t MEM_MAPPED = 0x40000;
inline constexpr std::uint32_t MEM_IMAGE = 0x1000000;
inline constexpr std::uint32_t PAGE_READWRITE = 0x4;
inline constexpr std::uint32_t PAGE_EXECUTE_READ = 0x20;

#pragma pack(push, 4)

struct Header {
  std::uint32_t Signature{signature};
  std::uint32_t Version{format_version};
  std::uint32_t NumberOfStreams{};
  std::uint32_t StreamDirectoryRva{};
  std::uint32_t CheckSum{};
  std::uint32_t TimeDateStamp{};
  std::uint64_t Flags{};
};
static_assert(sizeof(Header) == 32);

struct Location {
  std::uint32_t DataSize{};
  std::uint32_t Rva{};
};

struct Directory {
  StreamType Type{};
  Location Where{};
};
static_assert(sizeof(Directory) == 12);

struct MemoryDescriptor {
  std::uint64_t StartOfMemoryRange{};
  Location Memory{};
};
static_assert(sizeof(MemoryDescriptor) == 16);

struct MemoryDescriptor64 {
  std::uint64_t StartOfMemoryRange{};
  std::uint64_t DataSize{};
};

struct SystemInfo {
  std::uint16_t ProcessorArchitecture{9};  // AMD64
  std::uint16_t ProcessorLevel{6};
  std::uint16_t ProcessorRevision{};
  std::uint8_t NumberOfProcessors{1};
  std::uint8_t ProductType{1};  // workstation
  std::uint32_t MajorVersion{10};
  std::uint32_t MinorVersion{};
  std::uint32_t BuildNumber{};
  std::uint32_t PlatformId{2};  // NT
  std::uint32_t CSDVersionRva{};
  std::uint16_t SuiteMask{};
  std::uint16_t Reserved2{};
  std::array<std::uint64_t, 3> Cpu{};
};
static_assert(sizeof(SystemInfo) == 56);

struct MiscInfo {
  std::uint32_t SizeOfInfo{24};
  std::uint32_t Flags1{};
  std::uint32_t ProcessId{};
  std::uint32_t ProcessCreateTime{};
  std::uint32_t ProcessUserTime{};
  std::uint32_t ProcessKernelTime{};
};
static_assert(sizeof(MiscInfo) == 24);
inline constexpr std::uint32_t MISC1_PROCESS_ID = 1;
inline constexpr std::uint32_t MISC1_PROCESS_TIMES = 2;

struct Thread {
  std::uint32_t ThreadId{};
  std::uint32_t SuspendCount{};
  std::uint32_t PriorityClass{0x20};  // normal
  std::uint32_t Priority{};
  std::uint64_t Teb{};
  MemoryDescriptor Stack{};
  Location ThreadContext{};
};
static_assert(sizeof(Thread) == 48);

// What of a CONTEXT is not zero here stands at its beginning.
struct Context {
  std::array<std::uint64_t, 6> Home{};
  std::uint32_t ContextFlags{context_all};
  std::uint32_t MxCsr{0x1F80};
  std::uint16_t SegCs{0x33};
  std::uint16_t SegDs{0x2B};
  std::uint16_t SegEs{0x2B};
  std::uint16_t SegFs{0x53};
  std::uint16_t SegGs{0x2B};
  std::uint16_t SegSs{0x2B};
  std::uint32_t EFlags{0x202};
  std::array<std::uint64_t, 6> Debug{};     // Dr0 to Dr3, Dr6, Dr7
  std::array<std::uint64_t, 16> General{};  // by number: Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8 to R15
  std::uint64_t Rip{};
  std::uint16_t ControlWord{0x27F};  // the FXSAVE area
  std::array<std::uint8_t, 22> BeforeMxCsr{};
  std::uint32_t FxMxCsr{0x1F80};
  std::uint32_t MxCsrMask{0xFFFF};
};
static_assert(sizeof(Context) == 0x120);
inline constexpr std::size_t context_size = 1232;  // vector registers, debug control, last branch and exception follow
inline constexpr std::size_t rsp_number = 4;

struct ExceptionRecord {
  std::uint32_t ThreadId{};
  std::uint32_t Alignment{};
  std::uint32_t ExceptionCode{};
  std::uint32_t ExceptionFlags{};
  std::uint64_t NestedRecord{};
  std::uint64_t ExceptionAddress{};
  std::uint32_t NumberParameters{};
  std::uint32_t Alignment2{};
  std::array<std::uint64_t, 15> ExceptionInformation{};
  Location ThreadContext{};
};
static_assert(sizeof(ExceptionRecord) == 168);

// All zero: the module has no version resource.
struct FixedFileInfo {
  std::uint32_t Signature{};
  std::uint32_t StrucVersion{};
  std::uint32_t FileVersionMS{};
  std::uint32_t FileVersionLS{};
  std::uint32_t ProductVersionMS{};
  std::uint32_t ProductVersionLS{};
  std::uint32_t FileFlagsMask{};
  std::uint32_t FileFlags{};
  std::uint32_t FileOS{};
  std::uint32_t FileType{};
  std::uint32_t FileSubtype{};
  std::uint64_t FileDate{};
};
static_assert(sizeof(FixedFileInfo) == 52);

struct Module {
  std::uint64_t BaseOfImage{};
  std::uint32_t SizeOfImage{};
  std::uint32_t CheckSum{};
  std::uint32_t TimeDateStamp{};
  std::uint32_t ModuleNameRva{};
  FixedFileInfo VersionInfo{};
  Location CvRecord{};
  Location MiscRecord{};
  std::array<std::uint64_t, 2> Reserved{};
};
static_assert(sizeof(Module) == 108);

struct CodeView {  // then the path of the PDB with its NUL
  std::uint32_t Signature{rsds};
  std::array<std::uint8_t, 16> Id{};
  std::uint32_t Age{};
};
static_assert(sizeof(CodeView) == 24);

struct UnloadedModuleList {
  std::uint32_t SizeOfHeader{12};
  std::uint32_t SizeOfEntry{24};
  std::uint32_t NumberOfEntries{};
};

struct MemoryInfoList {
  std::uint32_t SizeOfHeader{16};
  std::uint32_t SizeOfEntry{48};
  std::uint64_t NumberOfEntries{};
};
static_assert(sizeof(MemoryInfoList) == 16);

struct MemoryInfo {
  std::uint64_t BaseAddress{};
  std::uint64_t AllocationBase{};
  std::uint32_t AllocationProtect{};
  std::uint32_t Alignment1{};
  std::uint64_t RegionSize{};
  std::uint32_t State{};
  std::uint32_t Protect{};
  std::uint32_t Type{};
  std::uint32_t Alignment2{};
};
static_assert(sizeof(MemoryInfo) == 48);

struct ThreadInfoList {
  std::uint32_t SizeOfHeader{12};
  std::uint32_t SizeOfEntry{64};
  std::uint32_t NumberOfEntries{};
};

struct ThreadInfo {
  std::uint32_t ThreadId{};
  std::uint32_t DumpFlags{};
  std::uint32_t DumpError{};
  std::uint32_t ExitStatus{still_active};
  std::uint64_t CreateTime{};
  std::uint64_t ExitTime{};
  std::uint64_t KernelTime{};
  std::uint64_t UserTime{};
  std::uint64_t StartAddress{};
  std::uint64_t Affinity{1};
};
static_assert(sizeof(ThreadInfo) == 64);

struct ThreadName {
  std::uint32_t ThreadId{};
  std::uint64_t NameRva{};
};
static_assert(sizeof(ThreadName) == 12);

#pragma pack(pop)

}  // namespace procreg::impl::inline PROCREG_SYNC::mdmp
