#include "impl/abi/shown_report.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr int machine_shift = 56;  // object ids are counted from 1, and nobody makes 2^56 processes

// A list of the report as C has it: `of` makes an element of each.
template <class C, class List, class F>
void fill(std::vector<C>& made, const List& list, F&& of) {
  made.reserve(list.size());
  for (const auto& element : list) made.push_back(of(element));
}

class Showing {
 public:
  Showing(const Report& report, AbiWorld& world, ShownReport& shown) : report_{report}, world_{world}, shown_{shown} {}

  void head() {
    const ReportHead& head = report_.head;
    procreg_report& c = shown_.c;
    c.id = number(head.id);
    c.time = head.time;
    c.process = number_of_process({head.machine, head.incarnation});
    c.process_name = name({head.machine, head.incarnation});
    c.pid = number(head.process);
    c.cause = static_cast<procreg_cause>(head.cause);
    c.thread = number(head.thread);
    c.event = text(head.event);
    c.flags = report_.flags.flags;
    c.has_hold = report_.flags.holdMs.has_value();
    c.hold_ms = report_.flags.holdMs.value_or(0);
    c.queued = report_.flags.queued;
    c.debugger = report_.debugger.custom ? text(*report_.debugger.custom) : nullptr;
    c.debugger_is_automatic = report_.debugger.automatic;
  }

  void endings() {
    procreg_report& c = shown_.c;
    if (const auto& local = report_.app_local_dump) {
      c.app_local_dump = text(local->path);
      c.app_local_dump_kind = static_cast<procreg_dump_kind>(local->kind);
    }
    if (const auto& recovery = report_.recovery) {
      c.recovered = 1;
      c.recovery = static_cast<procreg_recovery_outcome>(recovery->outcome);
      c.recovery_cancelled = recovery->cancelled;
    }
    if (const auto& restarted = report_.restarted) {
      c.restarted_pid = number(restarted->process);
      c.restarted_command_line = text(restarted->commandLine);
    }
  }

  void lists() {
    const auto pair = [this](const auto& entry) { return procreg_text_pair{text(entry.name), text(entry.value)}; };
    fill(shown_.signature, report_.signature, pair);
    fill(shown_.metadata, report_.metadata, [this](const MetadataEntry& entry) {
      return procreg_text_pair{text(entry.key), text(entry.value)};
    });
    fill(shown_.modules, report_.modules, [this](const ReportedModule& entry) {
      return procreg_reported_module{text(entry.dll), static_cast<std::uint64_t>(entry.context),
                                     static_cast<procreg_module_outcome>(entry.outcome)};
    });
    fill(shown_.not_collected, report_.not_collected, [](const NotCollectedEntry& entry) {
      return procreg_not_collected{number(entry.process), static_cast<procreg_not_collected_reason>(entry.reason)};
    });
    fill(shown_.files, report_.files, [this](const ReportedFile& entry) {
      return procreg_reported_file{text(entry.path), static_cast<DWORD>(entry.type), entry.flags,
                                   static_cast<procreg_file_status>(entry.status)};
    });
    fill(shown_.blocks, report_.blocks, [](const ReportedBlock& entry) {
      return procreg_reported_block{static_cast<std::uint64_t>(entry.address), entry.size,
                                    static_cast<procreg_block_status>(entry.status)};
    });
    fill(shown_.excluded, report_.excluded, [](const BlockEntry& entry) {
      return procreg_reported_block{static_cast<std::uint64_t>(entry.address), entry.size, PROCREG_BLOCK_NOT_REQUESTED};
    });
  }

  void dumps() {
    fill(shown_.ranges, report_.dumps, [](const Dump& dump) {
      std::vector<procreg_range> ranges;
      fill(ranges, dump.ranges, [](const SnapRange& range) {
        return procreg_range{static_cast<std::uint64_t>(range.begin), static_cast<std::uint64_t>(range.end)};
      });
      return ranges;
    });
    fill(shown_.dumps, report_.dumps, [this](const Dump& dump) { return shown(dump); });
  }

  void point() {
    procreg_report& c = shown_.c;
    const auto to = [](const auto& list, auto*& items, std::size_t& count) {
      items = list.data();
      count = list.size();
    };
    to(shown_.signature, c.signature, c.signature_count);
    to(shown_.modules, c.modules, c.module_count);
    to(shown_.dumps, c.dumps, c.dump_count);
    to(shown_.not_collected, c.not_collected, c.not_collected_count);
    to(shown_.metadata, c.metadata, c.metadata_count);
    to(shown_.files, c.files, c.file_count);
    to(shown_.blocks, c.blocks, c.block_count);
    to(shown_.excluded, c.excluded, c.excluded_count);
  }

 private:
  PCWSTR text(TextRef ref) const { return c_text(world_.texts.at(ref)); }

  const char* name(ProcessKey key) const {
    const auto known = world_.names.process(key);
    return known ? world_.names.text(known->name) : "";
  }

  procreg_dump shown(const Dump& dump) const {
    const ProcessKey key{dump.head.machine, dump.head.incarnation};
    const auto& ranges = shown_.ranges[shown_.dumps.size()];
    return {name(key),
            number_of_process(key),
            number(dump.head.process),
            static_cast<procreg_dump_kind>(dump.head.kind),
            static_cast<DWORD>(dump.head.mask),
            number(dump.head.extraThread),
            number(dump.head.extraThreadMissing),
            ranges.data(),
            ranges.size()};
  }

  const Report& report_;
  AbiWorld& world_;
  ShownReport& shown_;
};

}  // namespace

std::unique_ptr<ShownReport> show(const Report& report, AbiWorld& world) {
  auto shown = std::make_unique<ShownReport>();
  Showing showing{report, world, *shown};
  showing.head();
  showing.endings();
  showing.lists();
  showing.dumps();
  showing.point();
  return shown;
}

procreg_process number_of_process(ProcessKey key) {
  if (key == nobody) return 0;
  return static_cast<std::uint64_t>(number(key.machine)) << machine_shift | number(key.object);
}

ProcessKey key_of(procreg_process process) {
  constexpr std::uint64_t objects = (std::uint64_t{1} << machine_shift) - 1;
  return {static_cast<MachineIndex>(process >> machine_shift), ObjectId{process & objects}};
}

PCWSTR c_text(const std::u16string& text) { return reinterpret_cast<PCWSTR>(text.c_str()); }

}  // namespace procreg::impl::inline PROCREG_SYNC
