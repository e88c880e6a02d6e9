"""The dumps of every report of the conformance suite, read by LLVM (obj2yaml, yaml2obj) and by lldb, as `procreg dump` reads them.

That `procreg dump` and the model agree is the matter of report_dumps_test.cpp. Usage: readers_test.py PROCREG; lldb imports it too.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GENERAL = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", *(f"r{n}" for n in range(8, 16))]
BYTES_MAX = 1 << 16  # of one range that are compared, from its beginning


def number(value):
    return int(value, 0) if isinstance(value, str) else value


def differences_in_lldb(debugger, lldb, dump):
    """What lldb says otherwise of one file."""
    target = debugger.CreateTarget("")
    process = target.LoadCore(dump["file"])
    if not process.IsValid():
        return ["lldb does not open it"]
    found = []

    def same(what, ours, theirs):
        if ours != theirs:
            found.append(f"{what}: {ours!r}, lldb: {theirs!r}")

    same("pid", dump["misc"]["pid"], process.GetProcessID())
    same("threads", [thread["id"] for thread in dump["threads"]], [thread.GetThreadID() for thread in process])
    for thread, theirs in zip(dump["threads"], process):
        frame = theirs.GetFrameAtIndex(0)
        for name in ["rip", *GENERAL]:
            same(f"{name} of {thread['id']}", number(thread["context"]["registers"][name]), frame.FindRegister(name).GetValueAsUnsigned())
    modules = [(module["name"].rsplit("\\", 1)[-1], number(module["base"])) for module in dump["modules"]]
    same("modules", modules, [(module.GetFileSpec().GetFilename(), module.GetObjectFileHeaderAddress().GetLoadAddress(target)) for module in target.module_iter()])
    with open(dump.get("original", dump["file"]), "rb") as file:
        for memory in dump["memory"]:
            size = min(memory["bytes"]["size"], BYTES_MAX)
            file.seek(memory["bytes"]["offset"])
            error = lldb.SBError()
            theirs = process.ReadMemory(number(memory["begin"]), size, error)
            if error.Fail() or theirs != file.read(size):
                found.append(f"memory at {memory['begin']}: {error.GetCString() or 'other bytes'}")
    debugger.DeleteTarget(target)
    return found


def __lldb_init_module(debugger, _internals):
    import lldb

    debugger.SetAsync(False)
    folder = pathlib.Path(os.environ["PROCREG_DUMPS"])
    dumps = [json.loads(line) for line in (folder / "dumps.json").read_text(encoding="utf-8").splitlines()]
    # What is looked at is looked at: the last one is another file with one byte of memory changed.
    dumps.append({**dumps[0], "original": dumps[0]["file"], "file": str(folder / "altered.dmp")})
    found = {dump["file"]: differences_in_lldb(debugger, lldb, dump) for dump in dumps}
    (folder / "lldb.json").write_text(json.dumps(found), encoding="utf-8")


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False, timeout=1200, **options)


def differences_in_llvm(dump, folder):
    """obj2yaml reads every stream, and yaml2obj writes a file that obj2yaml reads alike."""
    first = run("obj2yaml-14", dump["file"])
    if first.returncode:
        return ["obj2yaml refuses it: " + first.stderr.decode()]
    streams = first.stdout.count(b"\n  - Type:")
    if streams != len(dump["streams"]):
        return [f"obj2yaml: {streams} streams of {len(dump['streams'])}"]
    again = folder / "again.dmp"
    written = run("yaml2obj-14", "-", "-o", again, input=first.stdout)
    if written.returncode or run("obj2yaml-14", again).stdout != first.stdout:
        return ["yaml2obj does not write what obj2yaml has read"]
    return []


def suite_dumps(procreg, folder):
    """One path for all files of the same bytes."""
    topics = sorted(path for path in pathlib.Path("scenarios/conformance").iterdir() if path.name != "parallel")  # those write no reports
    replayed = run(procreg, "replay", "--report-dir", folder / "reports", *topics)
    if replayed.returncode:
        sys.exit("replay: " + replayed.stderr.decode())
    files = sorted((folder / "reports").rglob("*.dmp"))
    different = {}
    for file in files:
        if file.stat().st_size < 64 << 20:
            different.setdefault(hashlib.sha256(file.read_bytes()).digest(), file)
        else:
            different[str(file)] = file
    return len(files), sorted(different.values())


def main():
    procreg = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="procreg-readers-") as name:
        folder = pathlib.Path(name)
        total, files = suite_dumps(procreg, folder)
        described = run(procreg, "dump", "--json", *files)
        (folder / "dumps.json").write_bytes(described.stdout)
        dumps = [json.loads(line) for line in described.stdout.splitlines()]
        assert described.returncode == 0 and len(dumps) == len(files) > 100, described.stderr.decode()
        altered = bytearray(pathlib.Path(dumps[0]["file"]).read_bytes())
        altered[dumps[0]["memory"][0]["bytes"]["offset"]] ^= 1
        (folder / "altered.dmp").write_bytes(altered)
        shown = run("lldb-14", "--no-use-colors", "-x", "-b", "-o", f"command script import {pathlib.Path(__file__).resolve()}", env={**os.environ, "PROCREG_DUMPS": name, "PYTHONPATH": "/usr/lib/llvm-14/lib/python3.11/dist-packages:/usr/lib/python3/dist-packages"})
        result = folder / "lldb.json"
        if not result.exists():
            sys.exit("lldb: " + shown.stdout.decode() + shown.stderr.decode())
        found = json.loads(result.read_text(encoding="utf-8"))
        assert len(found.pop(str(folder / "altered.dmp"))) == 1, "lldb's bytes were not compared"
        for dump in dumps:
            found[dump["file"]] += differences_in_llvm(dump, folder) if dump["size"] < 1 << 20 else []
        wrong = {file: what for file, what in found.items() if what}
        for file, what in wrong.items():
            print(pathlib.Path(file).relative_to(folder), *what, sep="\n  ")
        print(f"{total} dumps, {len(files)} different ones, {len(wrong)} read otherwise")
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
