"""Breakpad's minidump_dump (every field and, from a MemoryList, every byte) and minidump_stackwalk (frames, modules, the crash).

Its quirks: minidump_dump knows no Memory64List, and ends with status 1 where there is no MemoryList. minidump_stackwalk reads
stacks through the threads, and tells of modules in the order of their addresses; without symbols it takes what the stack pointer
points to for a return address if that lies in a module, and then follows the frames. A list of modules with a character of two
UTF-16 units whose second is above U+DCFF it cannot read at all: those dumps are not shown to it.
"""

import re

import facts as facts_module
import tools


def can_read(facts):
    return not any(ord(character) > 0xFFFF and ord(character) % 0x400 > 0xFF for module in facts["modules"] for character in module["name"])


# --- minidump_dump ---


def fields_of(block):
    pairs = re.findall(r"^ +([^ ].*?) +?= (.*)$", block, re.MULTILINE)
    return {name.rstrip(): value for name, value in pairs}


def numbers_of(fields, **names):
    return {ours: int(fields[theirs].split()[0], 0) for ours, theirs in names.items()}


def quoted(value):
    return value[1:-1]


def bytes_behind(heading, block):
    found = re.search(rf"^{heading}\n0x([0-9a-f]*)$", block, re.MULTILINE)
    return found[1] if found else ""


def parts_of(text, heading):
    """What stands between the headings `name[i]`, which begin a line."""
    return re.split(rf"^{heading}\[\d+\]\n", text, flags=re.MULTILINE)[1:]


def sections_of(text):
    found = {}
    for section in re.split(r"^(?=Minidump\w+\n|MDException\n|MDRawSystemInfo\n|MDRawMiscInfo\n)", text, flags=re.MULTILINE)[1:]:
        found[section.split("\n", 1)[0]] = section
    return found


def thread(block):
    fields = fields_of(block)
    registers = {name: int(fields[name], 0) for name in ["rip", "eflags", "cs", "ss", *facts_module.GENERAL]}
    stack = {**numbers_of(fields, begin="stack.start_of_memory_range", size="stack.memory.data_size"), "bytes": bytes_behind("Stack", block)}
    return {**numbers_of(fields, id="thread_id"), "registers": registers, "stack": stack}


def module(block):
    fields = fields_of(block)
    numbers = numbers_of(fields, base="base_of_image", size="size_of_image", checksum="checksum", time="time_date_stamp")
    texts = {"name": "(code_file)", "version": "(version)", "id": "(debug_identifier)"}
    pdb = quoted(fields["(cv_record).pdb_file_name"]) if fields.get("(cv_record)") != "(null)" else ""
    return {**numbers, **{ours: quoted(fields[theirs]) for ours, theirs in texts.items()}, "pdb": pdb}


def exception(section):
    fields = fields_of(section)
    names = {"code": "exception_code", "flags": "exception_flags", "address": "exception_address"}
    found = numbers_of(fields, thread="thread_id", **{ours: f"exception_record.{theirs}" for ours, theirs in names.items()})
    return {**found, "parameters": [int(value, 0) for name, value in fields.items() if "exception_information" in name]}


def read(text):
    sections = sections_of(text)
    found = {
        "flags": int(re.search(r"^  flags += (\S+)", text, re.MULTILINE)[1], 0),
        "streams": [{"type": int(each, 0)} for each in re.findall(r"^  stream_type += (\S+)", text, re.MULTILINE)],
        "pid": int(fields_of(sections["MDRawMiscInfo"])["process_id"]),
        "threads": [thread(each) for each in parts_of(sections["MinidumpThreadList"], "thread")],
        "modules": [module(each) for each in parts_of(sections["MinidumpModuleList"], "module")],
        "regions": [numbers_of(fields_of(each), begin="base_address", size="region_size") for each in parts_of(sections["MinidumpMemoryInfoList"], "info")],
        "exception": exception(sections["MDException"]) if "MDException" in sections else None,
    }
    names = map(fields_of, parts_of(sections.get("MinidumpThreadNameList", ""), "thread_name"))
    found["names"] = [{**numbers_of(each, id="thread_id"), "name": quoted(each["thread_name"])} for each in names]
    if "MinidumpMemoryList" in sections:
        ranges = parts_of(sections["MinidumpMemoryList"], "region")
        found["memory"] = [
            {**numbers_of(fields_of(each), begin="start_of_memory_range", size="memory.data_size"), "bytes": bytes_behind("Memory", each)} for each in ranges
        ]
    return found


def minidump_dump(facts):
    status = 0 if 5 in [stream["type"] for stream in facts["streams"]] else 1
    return facts_module.differences(facts, read(tools.text_of(tools.path_of("minidump_dump"), facts["file"], status=status)))


# --- minidump_stackwalk ---


def frames_of(thread, facts):
    def word(address):
        return facts_module.word_in([thread["stack"]], address)

    def is_code(address):
        return facts_module.module_at(facts, address) is not None

    registers = thread["registers"]
    found = [registers["rip"]]
    if is_code(word(registers["rsp"])):
        found.append(word(registers["rsp"]))
    link = registers["rbp"] if word(registers["rbp"]) is not None else registers["rsp"] + 16
    while link and is_code(word(link + 8)):
        found.append(word(link + 8))
        link = word(link)
    return [placed(facts, address) for address in found]


def placed(facts, address):
    module = facts_module.module_at(facts, address)
    return [module["file"], address - module["base"]] if module else ["", address]


def crash_of(facts):
    """As it is named on Windows; only access violations are simulated."""
    exception = facts["exception"]
    if exception is None:
        return ["No crash", "", ""]
    kind = {0: "READ", 1: "WRITE", 8: "EXEC"}[exception["parameters"][0]]
    assert exception["code"] == 0xC0000005
    place = [thread["id"] for thread in facts["threads"]].index(exception["thread"])
    return [f"EXCEPTION_ACCESS_VIOLATION_{kind}", f"{exception['parameters'][1]:#x}", str(place)]


def walked(text):
    rows = [line.split("|") for line in text.splitlines()]
    modules = [row for row in rows if row[0] == "Module"]
    frames = [row for row in rows if row[0].isdigit()]
    threads = sorted({int(row[0]) for row in frames})
    return {
        "crash": next(row[1:] for row in rows if row[0] == "Crash"),
        "modules": [
            {"file": row[1], "version": row[2], "pdb": row[3], "id": row[4], "base": int(row[5], 0), "end": int(row[6], 0) + 1} for row in modules
        ],
        "threads": [{"frames": [[row[2], int(row[6], 0)] for row in frames if int(row[0]) == thread]} for thread in threads],
    }


def minidump_stackwalk(facts):
    threads = [{"frames": frames_of(thread, facts)} for thread in facts["threads"]]
    modules = sorted(facts["modules"], key=lambda module: module["base"])
    expected = {**facts, "threads": threads, "modules": modules, "crash": crash_of(facts)}
    return facts_module.differences(expected, walked(tools.text_of(tools.path_of("minidump_stackwalk"), "-m", facts["file"])))
