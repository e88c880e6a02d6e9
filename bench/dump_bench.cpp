// What does a minidump cost beside copying its bytes, in memory and to a file?
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "bench/files.h"
#include "bench/fixture.h"
#include "bench/process_to_dump.h"
#include "bench/question.h"
#include "impl/dump/minidump.h"
#include "impl/store/disk.h"

namespace procreg::bench {

namespace {

namespace fs = std::filesystem;
using impl::Piece;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

constexpr ProcessShape triage{.threads = 8, .stack_bytes = 32 * kib};
constexpr ProcessShape large_triage{.threads = 64, .stack_bytes = 32 * kib};
constexpr ProcessShape many_threads{.threads = 256, .stack_bytes = 0};
constexpr ProcessShape fewer_threads{.threads = 64, .stack_bytes = 0};

// A process, the dump of it, and a folder for files of that.
class DumpedProcess {
 public:
  explicit DumpedProcess(const ProcessShape& shape) : process_{shape} {
    laid_out_ = lay_out();
    whole_.resize(static_cast<std::size_t>(minidump_.size()));
    copy_pieces();
    if (shape.heap_bytes == 0) target_ = whole_;
  }
  DumpedProcess(const DumpedProcess&) = delete;
  DumpedProcess& operator=(const DumpedProcess&) = delete;

  bool is_usable() const { return laid_out_ && folder_.is_there(); }

  bool lay_out() { return minidump_.lay_out(process_.image()); }
  bool build_in_memory() {
    if (!lay_out()) return false;
    copy_pieces();
    return true;
  }
  bool copy_in_memory() {
    copy_pieces();
    return true;
  }
  // What is timed begins with the file being made and ends with its being closed.
  bool write_dump() { return lay_out() && !disk_->write(file(), minidump_.pieces()); }
  bool write_whole() {
    const Piece piece{whole_.data(), whole_.size()};
    return !disk_->write(file(), {&piece, 1});
  }
  // What stands there is the dump; it goes.
  bool check_and_remove(bool check) {
    const bool right = !check || holds_whole();
    std::error_code error;
    fs::remove(file(), error);
    return right && !error;
  }

 private:
  fs::path file() const { return folder_.path() / "x.dmp"; }
  bool holds_whole() const {
    std::ifstream written{file(), std::ios::binary};
    std::vector<char> part(mib);
    for (std::size_t at = 0; at < whole_.size(); at += part.size()) {
      const std::size_t size = std::min(part.size(), whole_.size() - at);
      if (!written.read(part.data(), static_cast<std::streamsize>(size)) ||
          std::memcmp(part.data(), whole_.data() + at, size) != 0)
        return false;
    }
    return written.peek() == std::ifstream::traits_type::eof();
  }

  void copy_pieces() {
    std::byte* to = target_.empty() ? whole_.data() : target_.data();
    for (const Piece& piece : minidump_.pieces()) {
      if (piece.bytes != nullptr) std::memcpy(to, piece.bytes, static_cast<std::size_t>(piece.size));
      to += piece.size;
    }
    benchmark::ClobberMemory();
  }

  ProcessToDump process_;
  impl::Minidump minidump_{};
  bool laid_out_{};
  std::vector<std::byte> whole_{};   // the file
  std::vector<std::byte> target_{};  // where it is built
  TemporaryFolder folder_{};
  std::unique_ptr<impl::Disk> disk_{impl::real_disk()};
};

using Operation = bool (DumpedProcess::*)();
using SharedProcess = std::shared_ptr<Shared<DumpedProcess>>;

void measure_in_memory(benchmark::State& state, DumpedProcess& process, Operation operation, std::size_t items) {
  for (auto _ : state)
    if (!(process.*operation)()) state.SkipWithError("the dump cannot be laid out");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}

// `items`: how many operations one run counts as, of those in memory.
std::string add(const std::string& name, const SharedProcess& shared, const ProcessShape& shape, Operation operation,
                bool to_file, std::size_t items = 1) {
  auto* made = benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    DumpedProcess& process = shared->get([&] { return std::make_unique<DumpedProcess>(shape); });
    if (!process.is_usable()) return state.SkipWithError("there is no process to dump");
    if (!to_file) return measure_in_memory(state, process, operation, items);
    measure_to_file(
        state, [] { return true; }, [&] { return (process.*operation)(); },
        [&](bool check) { return process.check_and_remove(check); });
  });
  if (to_file) made->UseManualTime();
  return name;
}

}  // namespace

void ask_about_dumps(Questions& questions, Extent extent) {
  constexpr double within_15_percent = 1 / 1.15;
  const ProcessShape heap{.threads = 8, .stack_bytes = 32 * kib, .heap_bytes = (extent.quick ? 4 : 256) * mib};
  ProcessShape sparse = heap;
  sparse.zero_quarters = 3;
  const auto ask = [&](std::string text, std::string peer_text, const std::string& name, const ProcessShape& shape,
                       Operation ours, Operation peer, bool to_file, double goal) {
    auto process = std::make_shared<Shared<DumpedProcess>>();
    questions.push_back({.text = std::move(text),
                         .peer_text = std::move(peer_text),
                         .ours = add("dump-" + name, process, shape, ours, to_file),
                         .peer = add("dump-" + name + "-floor", process, shape, peer, to_file),
                         .goal = goal});
  };
  const auto in_memory = [&](std::string text, const std::string& name, const ProcessShape& shape) {
    ask(std::move(text), "memcpy of the same bytes", name, shape, &DumpedProcess::build_in_memory,
        &DumpedProcess::copy_in_memory, false, within_15_percent);
  };
  const auto to_file = [&](std::string text, const std::string& name, const ProcessShape& shape, double goal) {
    ask(std::move(text), "one write of the same bytes to a new file", name, shape, &DumpedProcess::write_dump,
        &DumpedProcess::write_whole, true, goal);
  };
  in_memory("triage dump of 8 threads, 32 KiB each, in memory", "triage-8", triage);
  in_memory("triage dump of 64 threads, 32 KiB each, in memory", "triage-64", large_triage);
  to_file("triage dump of 8 threads to a file", "file-8", triage, within_15_percent);
  to_file("triage dump of 64 threads to a file", "file-64", large_triage, within_15_percent);
  to_file("heap dump of 256 MiB to a file", "heap", heap, 0.9);
  to_file("heap dump of 256 MiB to a file, 3 of 4 pages zeros", "heap-sparse", sparse, 1.5);
  const auto per_thread = [&](const std::string& name, const ProcessShape& shape) {
    auto process = std::make_shared<Shared<DumpedProcess>>();
    return add(name, process, shape, &DumpedProcess::lay_out, false, shape.threads);
  };
  questions.push_back({.text = "all but the memory of a dump, a thread of 256",
                       .peer_text = "the same, a thread of 64",
                       .ours = per_thread("dump-metadata-256", many_threads),
                       .peer = per_thread("dump-metadata-64", fewer_threads),
                       .goal = 0.67});
}

}  // namespace procreg::bench
