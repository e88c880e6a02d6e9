"""lldb: process, threads, registers, frames, modules, and memory through the memory lists. lldb imports this file itself.

Its quirks: without symbols it follows rbp as far as that leads into modules, leaves out the frame behind the last link of the
chain, and takes an instruction pointer of 0 for a call through a null pointer if rbp is not 0.
"""

import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import facts as facts_module  # noqa: E402
import tools  # noqa: E402

PYTHON = "/usr/lib/llvm-14/lib/python3.11/dist-packages:/usr/lib/python3/dist-packages"


def frames_of(thread, facts):
    def word(address):
        return facts_module.word_in(facts["memory"], address)

    registers = thread["registers"]
    if registers["rbp"] == 0:
        return [registers["rip"]]
    found = [registers["rip"]]
    if registers["rip"] == 0:
        found.append(word(registers["rsp"]))
    link = registers["rbp"]
    while word(link) and facts_module.module_at(facts, word(link + 8)):
        found.append(word(link + 8))
        link = word(link)
    return found


def stop_of(thread, exception):
    return [exception["code"], exception["address"]] if exception and exception["thread"] == thread["id"] else []


def expected(facts):
    threads = [{**thread, "frames": frames_of(thread, facts), "stop": stop_of(thread, facts["exception"])} for thread in facts["threads"]]
    return {**facts, "threads": threads}


def thread_as_read(thread):
    registers = thread.GetFrameAtIndex(0)
    return {
        "id": thread.GetThreadID(),
        "registers": {name: registers.FindRegister(name).GetValueAsUnsigned() for name in ["rip", *facts_module.GENERAL]},
        "frames": [frame.GetPC() for frame in thread],
        "stop": [int(number, 16) for number in re.findall("0x[0-9a-f]+", thread.GetStopDescription(100) or "")],
    }


def read(debugger, lldb, facts):
    target = debugger.CreateTarget("")
    process = target.LoadCore(facts["file"])
    if not process.IsValid():
        return {"refused": True}

    def memory_at(address, size):
        error = lldb.SBError()
        found = process.ReadMemory(address, size, error)
        return None if error.Fail() else found.hex()

    read_as = {
        "pid": process.GetProcessID(),
        "threads": [thread_as_read(thread) for thread in process],
        "modules": [
            {"file": module.GetFileSpec().GetFilename(), "base": module.GetObjectFileHeaderAddress().GetLoadAddress(target)} for module in target.module_iter()
        ],
        "memory": [{"bytes": memory_at(each["begin"], len(each["bytes"]) // 2)} for each in facts["memory"]],
        "outside": [address for address in facts["outside"] if memory_at(address, 1) is None],
    }
    debugger.DeleteTarget(target)
    return read_as


def __lldb_init_module(debugger, _internals):
    import lldb

    debugger.SetAsync(False)
    folder = pathlib.Path(os.environ["PROCREG_DUMPS"])
    dumps = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    found = [facts_module.differences(expected(facts), read(debugger, lldb, facts)) for facts in dumps]
    (folder / "lldb.json").write_text(json.dumps(found), encoding="utf-8")


def differences(dumps, folder):
    """Of each dump; lldb starts once for all of them."""
    (folder / "facts.json").write_text(json.dumps(dumps), encoding="utf-8")
    environment = {**os.environ, "PROCREG_DUMPS": str(folder), "PYTHONPATH": PYTHON}
    shown = tools.run(
        tools.path_of("lldb-14"), "--no-use-colors", "-x", "-b", "-o", f"command script import {pathlib.Path(__file__).resolve()}", env=environment
    )
    result = folder / "lldb.json"
    assert result.exists(), "lldb: " + shown.stdout.decode() + shown.stderr.decode()
    return json.loads(result.read_text(encoding="utf-8"))
