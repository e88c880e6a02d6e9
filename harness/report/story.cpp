#include "harness/report/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/snapshot_tree.h"

namespace procreg::harness {

namespace {

// The value of a member as the snapshot's JSON has it, texts without their quotes.
std::string value(const Script& script, const SnapTree& record, std::string_view name) {
  const SnapTree* member = record.child(name);
  if (member == nullptr) return {};
  if (member->node != nullptr) return json::utf8(units_text(*member));
  std::string text = snapshot_text(script, *member);
  return text.size() > 1 && text.front() == '"' ? text.substr(1, text.size() - 2) : text;
}

// One open of a server, as one side shows it.
struct Holder {
  const Script& script;
  const SnapTree& server;
  const SnapTree& open;

  std::string id() const { return value(script, open, "durableId"); }
  std::string of(std::string_view field) const { return value(script, open, field); }
  bool orphan() const { return of("connection") == "null"; }

  // The connection with this id stands at that place.
  std::string machine() const {
    const std::string connection = of("connection");
    for (const SnapTree& each : server.child("connections")->children)
      if (value(script, each, "id") == connection) return value(script, each, "machine");
    return {};
  }
  std::string file() const { return fmt::format("{} of {}", of("key"), server.key); }
  std::string who() const {
    const std::string name = open.key == id() ? "open " + id() : open.key;
    return orphan() ? fmt::format("{} (orphan)", name) : fmt::format("{} ({})", name, machine());
  }
  // "id ..., version [7, 0], persistent", "" where there is nothing of that.
  std::string marks() const {
    std::string marks;
    const auto add = [&marks](const std::string& mark) { marks += (marks.empty() ? "" : ", ") + mark; };
    if (of("appInstanceId") != "null") add("id " + of("appInstanceId"));
    if (of("version") != "null") add("version " + of("version"));
    if (of("isPersistent") == "true")
      add("persistent");
    else if (of("isDurable") == "true")
      add("durable");
    return marks.empty() ? "" : ", " + marks;
  }
};

const std::vector<SnapTree>& list(const SnapTree* server, std::string_view name) {
  static const std::vector<SnapTree> none;
  return server == nullptr ? none : server->child(name)->children;
}

std::uint64_t number(const SnapTree& record, std::string_view name) { return *record.child(name)->words; }

// Why opens were closed by force, by their ids, among what was logged from place `from` on.
std::map<std::uint64_t, std::string> reasons(const Script& script, const SnapTree& server, std::size_t from) {
  std::map<std::uint64_t, std::string> reasons;
  const auto& closes = list(&server, "forcedCloses");
  for (std::size_t i = from; i < closes.size(); ++i)
    reasons[number(closes[i], "open")] = value(script, closes[i], "reason");
  return reasons;
}

std::string lost(const Holder& holder, const std::string& reason) {
  const std::string how = reason == "takeover"  ? "by a takeover"
                          : reason == "break"   ? "by a break of its hold"
                          : reason == "timeout" ? "when its time was up"
                                                : "with its connection";
  return fmt::format("{} lost {} {}", holder.who(), holder.file(), how);
}

// What became of the opens of one server, which stand in the order of their ids on both sides.
class Changes {
 public:
  Changes(const Script& script, const SnapTree* before, const SnapTree& after, std::vector<std::string>& sentences)
      : script_{script}, before_{before}, after_{after}, sentences_{sentences} {}

  void tell() {
    const auto& old = list(before_, "opens");
    const auto& now = list(&after_, "opens");
    const auto forced = reasons(script_, after_, list(before_, "forcedCloses").size());
    std::size_t next = 0;
    for (const SnapTree& open : old) {
      const std::uint64_t id = number(open, "durableId");
      if (next < now.size() && number(now[next], "durableId") == id) {
        changed({script_, *before_, open}, {script_, after_, now[next++]});
      } else {
        const auto reason = forced.find(id);
        gone({script_, *before_, open}, reason == forced.end() ? "" : reason->second);
      }
    }
    for (; next < now.size(); ++next) {
      const Holder fresh{script_, after_, now[next]};
      sentences_.push_back(fmt::format("{} holds {}{}", fresh.who(), fresh.file(), fresh.marks()));
    }
  }

 private:
  void gone(const Holder& old, const std::string& reason) {
    sentences_.push_back(reason.empty() ? fmt::format("{} closed {}", old.who(), old.file()) : lost(old, reason));
  }
  void changed(const Holder& old, const Holder& now) {
    if (now.orphan() && !old.orphan())
      sentences_.push_back(
          fmt::format("{} lost its connection and holds {} until {} ms", old.who(), old.file(), now.of("deadline")));
    if (old.orphan() && !now.orphan()) sentences_.push_back(fmt::format("{} reconnected to {}", now.who(), now.file()));
    if (now.of("hold") != old.of("hold"))
      sentences_.push_back(fmt::format("{} lost its {} hold on {}", now.who(), old.of("hold"), now.file()));
  }

  const Script& script_;
  const SnapTree* before_;
  const SnapTree& after_;
  std::vector<std::string>& sentences_;
};

// Who is in the way of a create, on the file that it names.
bool is_about_holders(std::uint64_t status) {
  return status == static_cast<std::uint32_t>(NtStatus::STATUS_SHARING_VIOLATION) ||
         status == static_cast<std::uint32_t>(NtStatus::STATUS_FILE_FORCED_CLOSED) ||
         status == static_cast<std::uint32_t>(NtStatus::STATUS_FILE_NOT_AVAILABLE);
}

std::u16string key_of(const Script& script, const SnapTree& server, const SmbCreate& create) {
  const std::u16string named = folded(script.tables.at(create.share.ref));
  for (const SnapTree& share : list(&server, "shares")) {
    if (folded(json::utf16(share.key)) != named) continue;
    std::u16string_view path = script.tables.at(create.path.ref);
    while (path.starts_with(u'\\')) path.remove_prefix(1);
    while (path.ends_with(u'\\')) path.remove_suffix(1);
    const TextRef folder{static_cast<std::uint32_t>(number(share, "localPath"))};
    return folded(script.tables.at(folder)) + u'\\' + folded(path);
  }
  return {};
}

void tell_refused_create(const Script& script, const SmbCreate& create, Result result, const SnapTree& root,
                         std::vector<std::string>& sentences) {
  const std::string connection = text(script.names, create.conn.name);
  sentences.push_back(fmt::format("{} was refused {}\\{}: {}", connection,
                                  json::utf8(script.tables.at(create.share.ref)),
                                  json::utf8(script.tables.at(create.path.ref)), text(result)));
  if (!is_about_holders(result.value)) return;
  for (const SnapTree& server : root.child("servers")->children) {
    if (server.child("connections")->child(connection) == nullptr) continue;
    const std::u16string key = key_of(script, server, create);
    for (const SnapTree& open : list(&server, "opens")) {
      const Holder holder{script, server, open};
      if (units_text(*open.child("key")) == key)
        sentences.push_back(fmt::format("{} still holds {}{}", holder.who(), holder.file(), holder.marks()));
    }
  }
}

// A handle that holds nothing any more, or cannot be used.
bool is_about_handle(std::uint64_t status) {
  return status == static_cast<std::uint32_t>(NtStatus::STATUS_FILE_CLOSED) ||
         status == static_cast<std::uint32_t>(NtStatus::STATUS_CONNECTION_DISCONNECTED);
}

bool is_refused(const Step& step, const Answer& answer) {
  if (answer.result.kind != ResultKind::ntstatus || answer.result.value == 0) return false;
  if (std::holds_alternative<SmbCreate>(step)) return true;
  return is_about_handle(answer.result.value) && info(step).name.starts_with("Smb");
}

void tell_refusal(const Script& script, const Step& step, const Answer& answer, const SnapTree& root,
                  std::vector<std::string>& sentences) {
  if (const auto* create = std::get_if<SmbCreate>(&step))
    return tell_refused_create(script, *create, answer.result, root, sentences);
  std::visit(
      [&](const auto& call) {
        if constexpr (requires { call.h; })
          sentences.push_back(fmt::format("{} by {} came to nothing: {}", info(step).name,
                                          text(script.names, call.h.name), text(answer.result)));
      },
      step);
}

}  // namespace

std::vector<std::string> story(const Script& script, const Step& step, const Answer& answer,
                               std::span<const std::uint64_t> before, std::span<const std::uint64_t> after) {
  std::vector<std::string> sentences;
  const bool refused = is_refused(step, answer);
  if (!refused && std::equal(before.begin(), before.end(), after.begin(), after.end())) return sentences;
  const auto old = snapshot_tree(script, before);
  const auto now = snapshot_tree(script, after);
  if (!old || !now) return sentences;
  for (const SnapTree& server : now->child("servers")->children)
    Changes{script, old->child("servers")->child(server.key), server, sentences}.tell();
  if (refused) tell_refusal(script, step, answer, *now, sentences);
  return sentences;
}

}  // namespace procreg::harness
