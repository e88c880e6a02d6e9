"""Subjects that fail, each in one way: usage `broken_subjects.py MODE [TEXT]`, with a mode that is the name of a class below (`dies-at-start`).

Each is the reference subject but for what its class says. It fails only in scenarios with TEXT in their names (default: in all), and
where not said otherwise from the message on that holds the second step of the scenario.
"""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time

import reference_subject

E_NOTIMPL = "0x80004001"

def hang():
    while True:
        time.sleep(1000)


def message(request, key, text):
    return f'{{"jsonrpc":"2.0","id":{request["id"]},"{key}":{text}}}'


class Broken(reference_subject.Subject):
    def __init__(self, chosen_text):
        self.chosen_text, self.resets = chosen_text, 0

    def reset(self, params):
        self.resets, self.steps, self.chosen = self.resets + 1, 0, self.chosen_text in params["scenario"]
        return super().reset(params)

    def answer(self, step):
        return self.wrong_answer(step) if self.chosen else super().answer(step)

    def wrong_answer(self, step):
        return super().answer(step)

    def reply(self, request):
        if request["method"] == "perform":
            self.steps += len(request["params"]["steps"])
            if self.chosen and self.steps >= 2:
                return self.wrong_reply(request)
        return self.right_reply(request)

    def right_reply(self, request):
        return message(request, "result", getattr(self, request["method"])(request.get("params")))

    def wrong_reply(self, request):
        return self.right_reply(request)


# --- It follows the protocol, and is wrong. ---


class Forgets(Broken):
    """Accepts everything and forgets it."""

    def wrong_answer(self, step):
        if step["call"] == "CreateProcess":
            return super().wrong_answer(step)
        return '"no-return"' if step["call"] == "ExitProcess" else '"S_OK"'


class SameIdTwice(Broken):
    """All processes have one pid."""

    def create(self, threads):
        if self.chosen:
            self.pids = itertools.repeat(1000)
        return super().create(threads)


class Contradicts(Broken):
    """The choice additional-process-target: `unchecked` in its first scenario, `must-exist` in the second, and so on in turn."""

    def wrong_answer(self, step):
        must_exist = step["call"] == "WerRegisterAdditionalProcess" and self.resets % 2 == 0
        if must_exist and not self.exists(step["processId"]):
            return '"E_INVALIDARG"'
        return super().wrong_answer(step)

    def exists(self, pid):
        return pid in self.processes and not self.processes[pid].exited


class NotImplemented_(Broken):  # Python has the name without the underscore
    """Functions of Windows Error Reporting are stubs; processes are made and end."""

    def wrong_answer(self, step):
        return f'"{E_NOTIMPL}"' if step["call"].startswith("Wer") else super().wrong_answer(step)


class RefusesEverything(Broken):
    """Declines every step, also the first."""

    def perform(self, params):
        return '{"answers":[],"cannot":"this subject is not in the mood"}' if self.chosen else super().perform(params)


class LacksFunctions(Broken):
    """Finds at the first step that the function is not there."""

    def perform(self, params):
        lacking = json.dumps({"answers": [], "missing": params["steps"][0]["call"] + " is not exported"})
        return lacking if self.chosen else super().perform(params)


class Slow(Broken):
    """Takes 20 ms for each step."""

    def wrong_answer(self, step):
        time.sleep(0.02)
        return super().wrong_answer(step)


class FloodsStderr(Broken):
    """Writes a mebibyte to standard error whenever a world begins, and is right."""

    def reset(self, params):
        begun = super().reset(params)
        if self.chosen:
            sys.stderr.write(("nothing to see here " * 51 + "...\n") * 1024)
        return begun


# --- It ends, or goes on without an end. ---


class DiesAtStart(Broken):
    """Ends before it reads anything, with status 3."""

    def __init__(self, chosen_text):
        os._exit(3)


class Dies(Broken):
    """Ends with status 3."""

    def wrong_reply(self, request):
        os._exit(3)


class Killed(Broken):
    """Is ended by a signal."""

    def wrong_reply(self, request):
        os.kill(os.getpid(), signal.SIGKILL)
        hang()


class LeavesChildren(Broken):
    """Ends with status 3 and leaves a child behind, which has its standard streams."""

    def wrong_reply(self, request):
        subprocess.Popen(["sleep", "1000"])
        os._exit(3)


class ClosesOutput(Broken):
    """Closes its standard output and lives on."""

    def wrong_reply(self, request):
        os.close(1)
        hang()


class Hangs(Broken):
    """Never answers."""

    def wrong_reply(self, request):
        hang()


class HangsAtReset(Broken):
    """Never begins a world."""

    def reset(self, params):
        if self.chosen_text in params["scenario"]:
            hang()
        return super().reset(params)


class Stays(Broken):
    """Does not end when it should, nor when it is asked to by a signal that can be ignored."""

    def shutdown(self, params):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        hang()


class Floods(Broken):
    """Writes a line that never ends."""

    def wrong_reply(self, request):
        while True:
            os.write(1, b"water " * 10000)


class FloodsStderrForever(Broken):
    """Never answers, and never stops to write to standard error."""

    def wrong_reply(self, request):
        while True:
            os.write(2, b"still here\n" * 5000)


# --- What it says is no answer. ---


class Nonsense(Broken):
    def wrong_reply(self, request):
        return "To be, or not to be"


class WrongShape(Broken):
    def wrong_reply(self, request):
        return message(request, "result", '{"replies":[]}')


class WrongId(Broken):
    def wrong_reply(self, request):
        return self.right_reply(request | {"id": request["id"] - 1})


class UnknownWord(Broken):
    def wrong_answer(self, step):
        return '"S_OKAY"'


class TooManyAnswers(Broken):
    def wrong_answer(self, step):
        return super().wrong_answer(step) + ',"S_OK"'


class TooFewAnswers(Broken):
    def perform(self, params):
        return super().perform({"steps": params["steps"][1:]} if self.chosen else params)


class Error(Broken):
    def wrong_reply(self, request):
        return message(request, "error", '{"code":-32000,"message":"the disk is full"}')


class WrongProtocol(Broken):
    def initialize(self, params):
        return super().initialize(params).replace("procreg-subject/1", "procreg-subject/2")


class DeclaresUnknownStep(Broken):
    def initialize(self, params):
        return super().initialize(params).replace("WerRegisterFile", "WerRegisterFiles")


def mode_of(kind):
    return re.sub("(?<=[a-z])(?=[A-Z])", "-", kind.__name__.rstrip("_")).lower()


def main(arguments):
    modes = {mode_of(kind): kind for kind in Broken.__subclasses__()}
    if len(arguments) not in (1, 2) or arguments[0] not in modes:
        sys.exit(f"usage: broken_subjects.py MODE [TEXT], MODE one of {', '.join(modes)}")
    subject = modes[arguments[0]](*arguments[1:] or [""])
    for line in reference_subject.lines():
        request = json.loads(line)
        os.write(1, subject.reply(request).encode() + b"\n")
        if request["method"] == "shutdown":
            return


main(sys.argv[1:])
