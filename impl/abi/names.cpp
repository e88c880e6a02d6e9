#include "impl/abi/names.h"

#include <charconv>
#include <mutex>
#include <utility>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::string_view restarted = ".restarted";

std::string problem_of(std::string_view name) {
  if (name.empty()) return "a name is not empty";
  if (name.find('.') != std::string_view::npos) return "the name " + std::string{name} + " has a dot";
  if (name.front() == '@' || (name.front() >= '0' && name.front() <= '9'))
    return "the name " + std::string{name} + " begins with @ or a digit";
  return {};
}

}  // namespace

void Names::clear() {
  const std::scoped_lock lock{mutex_};
  entries_ = {Entry{}};
  bases_.clear();
  processes_.clear();
  owners_.clear();
  restarts_.clear();
}

std::optional<std::uint16_t> Names::claim(std::string_view name, std::vector<std::string> threads,
                                          std::string& problem) {
  const std::scoped_lock lock{mutex_};
  problem = problem_of(name);
  if (const auto known = bases_.find(name); known != bases_.end()) {
    if (entries_[known->second].given) problem = "the name " + std::string{name} + " is taken";
    if (!problem.empty()) return std::nullopt;
    entries_.change(known->second).threads = std::move(threads);
    return known->second;
  }
  if (problem.empty() && entries_.size() > max) problem = "a world has at most 65535 names";
  if (!problem.empty()) return std::nullopt;
  const auto base = static_cast<std::uint16_t>(entries_.size());
  entries_.push_back({std::string{name}, std::move(threads)});
  bases_.emplace(name, base);
  return base;
}

void Names::give(const KnownProcess& process) {
  const std::scoped_lock lock{mutex_};
  processes_[process.key] = process;
  const NameRef name = name_ref(process.name);
  if (!name) return;
  owners_[process.name] = process.key;
  if (!is_restart(name)) entries_.change(name.base).given = true;
}

void Names::give(std::uint16_t base) {
  const std::scoped_lock lock{mutex_};
  if (base != 0) entries_.change(base).given = true;
}

std::optional<GivenName> Names::known(std::string_view name) const {
  const auto dot = name.find(restarted);
  const auto base = bases_.find(name.substr(0, dot));
  if (base == bases_.end()) return std::nullopt;
  const GivenName first = given_name({base->second, itself_part});
  if (dot == std::string_view::npos) return first;
  const std::string_view digits = name.substr(dot + restarted.size());
  std::uint32_t k = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), k);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return restarted_name(first, k);
}

std::optional<KnownProcess> Names::process(std::string_view name) const {
  const std::scoped_lock lock{mutex_};
  const auto given = known(name);
  const auto owner = given ? owners_.find(*given) : owners_.end();
  return owner == owners_.end() ? std::nullopt : std::optional{processes_.at(owner->second)};
}

std::optional<KnownProcess> Names::process(ProcessKey key) const {
  const std::scoped_lock lock{mutex_};
  const auto found = processes_.find(key);
  return found == processes_.end() ? std::nullopt : std::optional{found->second};
}

const char* Names::text(GivenName name) {
  const std::scoped_lock lock{mutex_};
  const NameRef ref = name_ref(name);
  if (!ref || ref.base >= entries_.size()) return "";
  const Entry& entry = entries_[ref.base];
  if (!is_restart(ref)) return entry.name.c_str();
  const auto k = static_cast<std::uint32_t>((ref.part - first_restart_part) / 2 + 1);
  return restarts_.try_emplace(name, entry.name + std::string{restarted} + std::to_string(k)).first->second.c_str();
}

std::size_t Names::count() const {
  const std::scoped_lock lock{mutex_};
  return entries_.size() - 1;
}

const char* Names::at(std::size_t base) const {
  const std::scoped_lock lock{mutex_};
  return base == 0 || base >= entries_.size() ? nullptr : entries_[base].name.c_str();
}

const char* Names::thread(std::size_t base, std::uint32_t k) const {
  const std::scoped_lock lock{mutex_};
  if (base == 0 || base >= entries_.size()) return nullptr;
  const auto& threads = entries_[base].threads;
  return k < threads.size() ? threads[k].c_str() : "";
}

}  // namespace procreg::impl::inline PROCREG_SYNC
