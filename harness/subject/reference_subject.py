"""A subject for procreg: some of the process-registration APIs behind the protocol of docs/subject-protocol.md.

    procreg conform --subject "program:python3 harness/subject/reference_subject.py"

Process is the implementation: its methods with Windows' names take a step and return the answer as JSON text. Subject answers the
messages, serve() carries them. Nothing can crash here, so what only a crash report would show is stored and never read.
"""

import itertools
import json
import os
import re
import select
import sys

S_OK, E_INVALIDARG = '"S_OK"', '"E_INVALIDARG"'
WER_E_INSUFFICIENT_BUFFER, WER_E_NOT_FOUND = '"WER_E_INSUFFICIENT_BUFFER"', '"WER_E_NOT_FOUND"'
LIMITS, TINY_LIMITS = {"entries": 512, "metadata": 8, "dumpCollection": 4}, {"entries": 3, "metadata": 2, "dumpCollection": 2}
FILE_TYPES, FILE_FLAGS, PATH_MAX, KEY_MAX, VALUE = (1, 2), 0x3, 260, 64, re.compile("[ -~]{0,128}")
NAME_START = (":A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF"
              "\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF")
XML_NAME = re.compile(f"[{NAME_START}][{NAME_START}.0-9\xB7\u0300-\u036F\u203F\u2040-]*")
LOOKS, MESSAGES_WITHOUT = 60, 100  # see lines()


def units(text):  # the length that limits are about
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def path_key(path):  # the case of A to Z does not count, and lower() of bytes knows no other letters
    return None if path is None else path.encode("utf-8", "surrogatepass").lower()


class Process:
    def __init__(self, world, pid, threads):
        self.world, self.pid, self.threads, self.exited = world, pid, threads, False
        self.handles, self.files, self.metadata, self.additional = itertools.count(4, 4), {}, {}, {}

    def CreateProcess(self, step):
        child = self.world.create(step.get("threads", 1))
        out = {"hProcess": next(self.handles), "hThread": next(self.handles)}
        out |= {"dwProcessId": child.pid, "dwThreadId": child.threads[0]}
        return json.dumps({"returns": "TRUE", "out": out, "threads": child.threads})

    def ExitProcess(self, step):
        self.exited = True
        return '"no-return"'

    def register(self, entries, key, value, limit):
        """A known key keeps its place and gets the new value, also when nothing more fits."""
        used = len(self.files) + len(self.metadata)
        full = len(entries) >= self.world.limits[limit] or used >= self.world.limits["entries"]
        if full and key not in entries:
            return WER_E_INSUFFICIENT_BUFFER
        entries[key] = value
        return S_OK

    def unregister(self, entries, key):
        return WER_E_NOT_FOUND if entries.pop(key, None) is None else S_OK

    def WerRegisterAdditionalProcess(self, step):
        if step["processId"] == 0:
            return E_INVALIDARG
        return self.register(self.additional, step["processId"], step["captureExtraInfoForThreadId"], "dumpCollection")

    def WerUnregisterAdditionalProcess(self, step):
        return self.unregister(self.additional, step["processId"])

    def WerRegisterFile(self, step):
        path, kind, flags = step["pwzFile"], step["regFileType"], step["dwFlags"]
        if path is None or kind not in FILE_TYPES or flags & ~FILE_FLAGS or units(path) > PATH_MAX:
            return E_INVALIDARG
        return self.register(self.files, path_key(path), (kind, flags), "entries")

    def WerUnregisterFile(self, step):
        return self.unregister(self.files, path_key(step["pwzFilePath"]))

    def WerRegisterCustomMetadata(self, step):
        key, value = step["key"], step["value"]
        if key is None or units(key) > KEY_MAX or not XML_NAME.fullmatch(key) or value is None or not VALUE.fullmatch(value):
            return E_INVALIDARG
        return self.register(self.metadata, key, value, "metadata")

    def WerUnregisterCustomMetadata(self, step):
        return self.unregister(self.metadata, step["key"])


FUNCTIONS = {name: function for name, function in vars(Process).items() if name[0].isupper()}


class Subject:
    def initialize(self, params):
        steps = [{"step": "CreateProcess", "fields": ["threads"]}] + [name for name in FUNCTIONS if name != "CreateProcess"]
        return json.dumps({"protocol": "procreg-subject/1", "name": "reference", "version": "1", "steps": steps,
                           "world": ["limits", "processes", "processes.threads"], "rawIds": True})

    def reset(self, params):
        limits = params["world"].get("limits", {})
        self.limits = LIMITS | (TINY_LIMITS if limits == "tiny" else limits)
        self.processes, self.pids, self.tids = {}, itertools.count(1000, 4), itertools.count(0x10000, 4)
        begun = [self.create(process.get("threads", 1)) for process in params["world"].get("processes", [{}])]
        return json.dumps({"processes": [{"process": one.pid, "pid": one.pid, "threads": one.threads} for one in begun]})

    def create(self, threads):
        count = threads if isinstance(threads, int) else len(threads)  # else they have names
        process = Process(self, next(self.pids), list(itertools.islice(self.tids, count)))
        self.processes[process.pid] = process
        return process

    def perform(self, params):
        return '{"answers":[' + ",".join([self.answer(step) for step in params["steps"]]) + "]}"

    def answer(self, step):
        caller = self.processes[step["by"]]
        return '"not-runnable"' if caller.exited else FUNCTIONS[step["call"]](caller, step)

    def shutdown(self, params):
        return "null"


def lines():
    """The lines of standard input. To be woken takes longer than a step: it looks before it waits, unless that was in vain lately."""
    os.set_blocking(0, False)
    rest, looks_left, without = b"", LOOKS, 0
    while (read := sys.stdin.buffer.raw.read(65536)) != b"":
        if read is not None:
            *whole, rest = (rest + read).split(b"\n")
            yield from whole
            without = max(without - 1, 0)
            looks_left = 0 if without else LOOKS
        elif looks_left:
            looks_left -= 1
        else:
            without = without or MESSAGES_WITHOUT
            select.select([0], [], [])


def serve(subject):
    for line in lines():
        request = json.loads(line)
        result = getattr(subject, request["method"])(request.get("params"))
        os.write(1, f'{{"jsonrpc":"2.0","id":{request["id"]},"result":{result}}}\n'.encode())
        if request["method"] == "shutdown":
            return


if __name__ == "__main__":
    serve(Subject())
