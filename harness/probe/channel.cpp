#include "harness/probe/channel.h"

#include <array>
#include <atomic>
#include <cstring>
#include <string>

namespace procreg::harness::probe {

namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 16;

// A message is its size, then its bytes.
Bytes framed(const Bytes& message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  Bytes frame(sizeof size + message.size());
  std::memcpy(frame.data(), &size, sizeof size);
  std::memcpy(frame.data() + sizeof size, message.data(), message.size());
  return frame;
}

// Reads with `read(to, size)`, which gives how many bytes came and 0 at the end, until a message is whole. Nothing follows a message
// before its answer, so a read never takes more than one.
template <class Read>
bool read_message(Bytes& into, Read read) {
  into.resize(buffer_size);
  std::size_t have = 0;
  std::uint32_t size = 0;
  while (have < sizeof size || have < sizeof size + size) {
    const std::size_t got = read(into.data() + have, into.size() - have);
    if (got == 0) return false;
    have += got;
    if (have < sizeof size) continue;
    std::memcpy(&size, into.data(), sizeof size);
    if (into.size() < sizeof size + size) into.resize(sizeof size + size);
  }
  into.resize(sizeof size + size);
  return true;
}

template <class Message>
bool unpacked(const Bytes& frame, Message& message) {
  message = {};
  return unpack(std::span{frame}.subspan(sizeof(std::uint32_t)), message);
}

std::wstring new_name() {
  static std::atomic<unsigned> count{0};
  LARGE_INTEGER now;
  ::QueryPerformanceCounter(&now);
  return L"\\\\.\\pipe\\procreg-probe-" + std::to_wstring(::GetCurrentProcessId()) + L"-" + std::to_wstring(++count) +
         L"-" + std::to_wstring(now.QuadPart);
}

}  // namespace

AgentChannel::AgentChannel(const wchar_t* name)
    : pipe_{::CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr)} {
  // A scenario closes handles: not this one.
  if (pipe_) ::SetHandleInformation(pipe_.get(), HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE);
}

bool AgentChannel::receive(Command& command) {
  const auto read = [this](std::byte* to, std::size_t size) -> std::size_t {
    DWORD got = 0;
    return ::ReadFile(pipe_.get(), to, static_cast<DWORD>(size), &got, nullptr) != 0 ? got : 0;
  };
  return read_message(received_, read) && unpacked(received_, command);
}

bool AgentChannel::send(const Reply& reply) {
  const Bytes frame = framed(packed(reply));
  DWORD written = 0;
  return ::WriteFile(pipe_.get(), frame.data(), static_cast<DWORD>(frame.size()), &written, nullptr) != 0 &&
         written == frame.size();
}

bool ProbeChannel::open() {
  name_ = new_name();
  pipe_ = Handle{::CreateNamedPipeW(
      name_.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
      PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, buffer_size, buffer_size, 0, nullptr)};
  event_ = Handle{::CreateEventW(nullptr, TRUE, FALSE, nullptr)};
  overlapped_.hEvent = event_.get();
  return pipe_ && event_;
}

bool ProbeChannel::connect(HANDLE agent) {
  if (::ConnectNamedPipe(pipe_.get(), &overlapped_) != 0 || ::GetLastError() == ERROR_PIPE_CONNECTED) return true;
  if (::GetLastError() != ERROR_IO_PENDING) return false;
  const std::array<HANDLE, 2> either{event_.get(), agent};
  const auto limit = static_cast<DWORD>(std::chrono::milliseconds{connect_max}.count());
  if (::WaitForMultipleObjects(either.size(), either.data(), FALSE, limit) == WAIT_OBJECT_0) return true;
  ::CancelIo(pipe_.get());
  DWORD size = 0;
  ::GetOverlappedResult(pipe_.get(), &overlapped_, &size, TRUE);
  return false;
}

bool ProbeChannel::finished(bool begun, DWORD& size) {
  if (!begun && ::GetLastError() != ERROR_IO_PENDING) return false;
  return ::GetOverlappedResult(pipe_.get(), &overlapped_, &size, TRUE) != 0;
}

bool ProbeChannel::send(const Command& command) {
  const Bytes frame = framed(packed(command));
  DWORD written = 0;
  const bool begun =
      ::WriteFile(pipe_.get(), frame.data(), static_cast<DWORD>(frame.size()), nullptr, &overlapped_) != 0;
  return finished(begun, written) && written == frame.size();
}

bool ProbeChannel::receive(Reply& reply) {
  const auto read = [this](std::byte* to, std::size_t size) -> std::size_t {
    DWORD got = 0;
    const bool begun = ::ReadFile(pipe_.get(), to, static_cast<DWORD>(size), nullptr, &overlapped_) != 0;
    return finished(begun, got) ? got : 0;
  };
  return read_message(received_, read) && unpacked(received_, reply);
}

}  // namespace procreg::harness::probe
