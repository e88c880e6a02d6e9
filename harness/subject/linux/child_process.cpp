#include "harness/subject/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

namespace procreg::harness {

namespace {

using Clock = ChildProcess::Clock;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_{-1};
};

struct Pipe {
  Descriptor read, write;
  bool make() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = Descriptor{ends[0]};
    write = Descriptor{ends[1]};
    return true;
  }
};

void unblock(const Descriptor& descriptor) { ::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK); }

int milliseconds_until(Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left + 1, 0, 60'000));
}

// In the new process, where nothing but system calls may be made.
[[noreturn]] void become(const char* command, const Pipe& in, const Pipe& out, const Pipe& err, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  for (const int ignored : {SIGPIPE, SIGINT, SIGTERM}) std::signal(ignored, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(in.read.number(), STDIN_FILENO);
  ::dup2(out.write.number(), STDOUT_FILENO);
  ::dup2(err.write.number(), STDERR_FILENO);
  ::execl("/bin/sh", "sh", "-c", command, nullptr);
  ::_exit(127);
}

std::string how(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return fmt::format("ended with status {}", info.si_status);
  return fmt::format("was ended by signal {} ({})", info.si_status, ::strsignal(info.si_status));
}

class LinuxChild final : public ChildProcess {
 public:
  LinuxChild(pid_t pid, Pipe in, Pipe out, Pipe err, const std::atomic<bool>* interrupted)
      : pid_{pid},
        in_{std::move(in.write)},
        out_{std::move(out.read)},
        err_{std::move(err.read)},
        end_{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))},
        interrupted_{interrupted} {
    unblock(in_);
    unblock(out_);
    unblock(err_);
  }

  ~LinuxChild() override {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  Got write(std::string_view text, Clock::time_point until) override {
    while (!text.empty()) {
      const ssize_t written = ::write(in_.number(), text.data(), text.size());
      if (written > 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN || errno == EINTR) {
        const Waited waited = wait(POLLOUT, until);
        if (waited != Waited::ready) return waited == Waited::late ? Got::late : Got::ended;
      } else {
        return Got::ended;
      }
    }
    return Got::all;
  }

  Got read_line(std::string& line, std::size_t bytes_max, Clock::time_point until) override {
    for (;;) {
      if (const std::size_t end = buffer_.find('\n', searched_); end != std::string::npos) {
        take_line(line, end);
        return Got::all;
      }
      buffer_.erase(0, std::exchange(begin_, 0));
      searched_ = buffer_.size();
      if (buffer_.size() > bytes_max) return Got::too_long;
      const Got got = more(until);
      if (got != Got::all) return got;
    }
  }

  std::string ended(Clock::time_point until) override {
    in_.close();
    for (;;) {
      keep_log();
      siginfo_t info{};
      if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_)
        return how(info);
      if (Clock::now() >= until) return {};
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }

  std::string log() const override { return log_; }

 private:
  // Reads this often before it waits: to be woken takes many times as long as most answers. Where that was in vain, perhaps
  // because both share a core, it waits at once for so many messages.
  static constexpr int tries = 150;
  static constexpr int patience = 100;

  void take_line(std::string& line, std::size_t end) {
    line.assign(buffer_, begin_, end - begin_);
    begin_ = searched_ = end + 1;
    if (begin_ == buffer_.size()) {
      buffer_.clear();
      begin_ = searched_ = 0;
    }
  }

  Got more(Clock::time_point until) {
    int looks = looks_in_vain_ > 0 ? 0 : tries;
    for (bool over = false;;) {
      const ssize_t read = ::read(out_.number(), part_.data(), part_.size());
      if (read > 0) {
        buffer_.append(part_.data(), static_cast<std::size_t>(read));
        if (looks_in_vain_ > 0) --looks_in_vain_;
        return Got::all;
      }
      if (read == 0 || over || (errno != EAGAIN && errno != EINTR)) return Got::ended;
      if (looks-- > 0) continue;
      if (looks_in_vain_ == 0) looks_in_vain_ = patience;
      const Waited waited = wait(POLLIN, until);
      if (waited == Waited::late) return Got::late;
      over = waited == Waited::over;  // what it wrote before its end is read first
    }
  }

  enum class Waited { ready, late, over };

  // For the end of its input or its output, or its own end; standard error is read meanwhile.
  Waited wait(short event, Clock::time_point until) {
    for (;;) {
      if (interrupted_ != nullptr && interrupted_->load(std::memory_order_relaxed)) return Waited::late;
      const int limit = milliseconds_until(until);
      if (limit == 0) return Waited::late;
      const int watched = event == POLLOUT ? in_.number() : out_.number();
      // A negative descriptor is not watched.
      std::array<pollfd, 3> polled{pollfd{watched, event, 0}, pollfd{err_.number(), POLLIN, 0},
                                   pollfd{end_.number(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), limit) < 0) continue;
      if (polled[1].revents != 0) keep_log();
      if (polled[0].revents != 0) return Waited::ready;
      if (polled[2].revents != 0) return Waited::over;
    }
  }

  void keep_log() {
    while (err_.open()) {
      const ssize_t read = ::read(err_.number(), part_.data(), part_.size());
      if (read < 0 && errno == EINTR) continue;
      if (read == 0) err_.close();
      if (read <= 0) return;
      log_.append(part_.data(), static_cast<std::size_t>(read));
      if (log_.size() > 2 * log_bytes_max) log_.erase(0, log_.size() - log_bytes_max);
    }
  }

  pid_t pid_;
  Descriptor in_, out_, err_;
  Descriptor end_;  // readable when the process has ended
  int looks_in_vain_{};
  const std::atomic<bool>* interrupted_;
  std::array<char, std::size_t{1} << 16> part_;
  std::string buffer_{};
  std::size_t begin_{};     // of what is not given out yet
  std::size_t searched_{};  // no end of a line before this
  std::string log_{};
};

}  // namespace

std::variant<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(const std::string& command,
                                                                             const std::atomic<bool>* interrupted) {
  // A program that ends while it is written to is found out by the error of write.
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in, out, err;
  if (!in.make() || !out.make() || !err.make()) return fmt::format("no pipe can be made: {}", std::strerror(errno));
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return fmt::format("no process can be made: {}", std::strerror(errno));
  if (pid == 0) become(command.c_str(), in, out, err, parent);
  ::setpgid(pid, pid);
  return std::make_unique<LinuxChild>(pid, std::move(in), std::move(out), std::move(err), interrupted);
}

}  // namespace procreg::harness
