// A small world as snapshot words, written by hand, for tests.
#pragma once

#include "api/snapshot.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// `main` with threads ui and main.2, and a child without a name; main registered the child and then crashed.
struct ExampleWorld {
  Script script{};
  Bindings bindings{};

  ExampleWorld() {
    script.names = {{"main", {"ui", "io"}}, {"w", {}}};
    script.world.processes[0].threads.count = 2;
    bindings.clear(2);
    bindings.bind_world(script.world);
    Answer made;
    made.made = 2;
    made.out = {4, 8, 1004, 0x10008};
    CreateProcess create;
    create.by.name = {1, itself_part};
    create.as = {2};
    bindings.bind(create, made);
  }

  // `child`: the name of the second process, 0 for none; `extra`: the thread that its triage dump has extra data of.
  SnapshotWords words(std::uint16_t child = 2, Tid extra = Tid{0x10008}) const {
    SnapshotWords out;
    SnapshotWriter::append(out, [&](SnapshotWriter& writer) {
      writer.record(WorldHead{.now = 7, .nextTid = Tid{0x1000C}});
      writer.list(0);
      writer.list(1);
      write_report(writer, extra);
      writer.list(1);
      writer.record(MachineHead{.nextPid = Pid{1008}, .nextProcess = ObjectId{3}, .nextObject = OtherId{4}});
      writer.list(1);
      writer.record(SnapTag{.objectId = ObjectId{1}, .hasId = true, .id = {0x0123456789ABCDEF, 0x11}, .inherit = true});
      writer.list(0);
      writer.list(2);
      writer.record(SnapNumber{3});
      writer.record(SnapNumber{5});
      writer.list(0);
      writer.list(0);
      writer.list(2);
      write_process(writer,
                    {.objectId = ObjectId{1}, .pid = Pid{1000}, .name = GivenName{1}, .state = ProcessState::Crashed},
                    true);
      write_process(
          writer,
          {.objectId = ObjectId{2}, .pid = Pid{1004}, .name = GivenName{child}, .parent = ObjectId{1}, .exitCode = 9},
          false);
      for (int list = 0; list < 3; ++list) writer.list(0);  // volumes, CSV opens, servers
    });
    return out;
  }

 private:
  static void write_report(SnapshotWriter& writer, Tid extra) {
    writer.record(ReportHead{.id = ReportId{1},
                             .time = 7,
                             .process = Pid{1000},
                             .incarnation = ObjectId{1},
                             .thread = Tid{0x10004},
                             .event = APPCRASH});
    writer.list(0);
    writer.record(ReportFlags{});
    writer.list(0);
    writer.record(DebuggerEntry{});
    writer.list(2);
    writer.record(DumpHead{.process = Pid{1000}, .incarnation = ObjectId{1}, .mask = AccessMask{mini_dump_mask}});
    writer.list(2);
    writer.record(SnapTid{Tid{0x10000}});
    writer.record(SnapTid{Tid{0x10004}});
    writer.list(1);
    writer.record(SnapRange{Address{0x10000}, Address{0x11000}});
    writer.record(
        DumpHead{.process = Pid{1004}, .incarnation = ObjectId{2}, .kind = DumpKind::triage, .extraThread = extra});
    writer.list(0);
    writer.list(0);
    writer.list(1);
    writer.record(NotCollectedEntry{Pid{0xF0000004}, NotCollected::process_missing});
    for (int list = 0; list < 4; ++list) writer.list(0);          // metadata, files, blocks, excluded
    for (int part = 0; part < 3; ++part) writer.optional(false);  // app-local dump, recovery, restarted
  }

  static void write_process(SnapshotWriter& writer, const ProcessHead& head, bool main) {
    writer.record(head);
    writer.list(0);
    writer.record(ProcessLife{.lastError = 5});
    writer.list(main ? 2 : 0);
    if (main) {
      writer.record(SnapThread{Tid{0x10000}, {1, first_thread_part}, 0});
      writer.record(SnapThread{Tid{0x10004}, {1, first_thread_part + 1}, 1});
    }
    writer.list(main ? 1 : 0);
    if (main) writer.record(SnapHandle{HandleValue{4}, ObjectType::Process, 2, PROCESS_ALL_ACCESS, false});
    writer.record(HeapHead{});
    writer.list(0);
    writer.list(0);
    writer.optional(main);
    if (!main) return;
    writer.record(WerHead{.storageExists = true});
    writer.optional(false);
    writer.optional(false);
    for (int list = 0; list < 5; ++list) writer.list(0);  // files, blocks, excluded, metadata, modules
    writer.list(1);
    writer.record(AdditionalProcessEntry{Pid{1004}, Tid{0x10008}, ObjectId{2}});
  }
};

}  // namespace procreg::harness
