"""Writes docs/wine.md, what Wine's own functions do: usage `wine_page.py [--check] PROCREG PROBE`, from the root of the repository.

The suite is run against Wine through the probe; the page is made of the JSON result and of harness/probe/wine_checked.md, which was
written by hand. --check compares instead, exit status 1 when the page is not current.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PAGE = pathlib.Path("docs/wine.md")
CHECKED = pathlib.Path("harness/probe/wine_checked.md")
WINE = "/usr/lib/wine/wine64"


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **more)


def judged(procreg, probe):
    """Ids of processes differ from run to run, so nothing of the page holds any."""
    prefix = pathlib.Path(procreg).resolve().parent.parent / "wine-page"
    prefix.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, WINEPREFIX=str(prefix), WINEDEBUG="-all", DISPLAY="", LC_ALL="C.UTF-8")
    run([WINE, probe, "--help"], env=environment)  # makes the prefix
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "wine.json"
        ran = run([procreg, "conform", "--subject", f"program:exec {WINE} {probe}", "--json", out], env=environment)
        if ran.returncode not in (0, 1):
            sys.exit(f"wine_page: procreg ended with status {ran.returncode}\n{ran.stdout[-3000:]}\n{ran.stderr}")
        return json.loads(out.read_text(encoding="utf-8"))


def code(text):
    return f"`{text}`"


def result(answer):
    return answer.split(", ")[0]


def handles(answer):
    return re.sub(r"^0x[0-9A-F]{4,8}$", "a handle", result(answer))


def answers(mismatch):
    """What the specification says and what Wine answered, as far as they differ."""
    ours, theirs = mismatch["specification"][0]["answer"], mismatch["subject"]
    if mismatch["difference"] == "result":
        return handles(ours), handles(theirs)
    if mismatch["difference"] == "lastError":
        error = lambda answer: next((part for part in answer.split(", ") if part.startswith("lastError=")), "lastError=0")
        return f"{handles(ours)}, {error(ours)}", f"{handles(theirs)}, {error(theirs)}"
    names = lambda answer: ", ".join(part.split("=")[0] for part in answer.split(", ")[1:] if not part.startswith("lastError"))
    return f"{handles(ours)}; written: {names(ours) or 'nothing'}", f"{handles(theirs)}; written: {names(theirs) or 'nothing'}"


def findings(result_json, kind):
    """Rows (clause, basis, function, specification, Wine, scenarios), by clause and function."""
    rows = collections.defaultdict(list)
    for scenario in result_json["scenarios"]:
        if scenario["finding"] == kind and "mismatch" in scenario:
            mismatch = scenario["mismatch"]
            rows[(mismatch["clause"], mismatch["basis"], scenario["function"], *answers(mismatch))].append(scenario["file"])
    return sorted(rows.items())


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def of_clause(clause, basis, kind):
    # An output written by a refused call breaks no clause, but what the specification says of all of them.
    return f"README 4.5, at {clause}" if kind == "differs" and basis == "documented" else f"{clause} ({basis})"


def finding_table(result_json, kind):
    rows = findings(result_json, kind)
    return table(("clause", "function", "specification", "Wine", "scenarios", "for example"),
                 [(of_clause(clause, basis, kind), code(function), code(ours), code(theirs), str(len(files)), pathlib.Path(files[0]).stem.replace("-", " "))
                  for (clause, basis, function, ours, theirs), files in rows])


def by_function(result_json, ending):
    counted = collections.Counter(scenario["function"] for scenario in result_json["scenarios"]
                                  if scenario["finding"] == "not-implemented" and scenario["reason"].endswith(ending))
    return [(code(function), str(count)) for function, count in sorted(counted.items())]


def page(result_json):
    subject = result_json["subject"]
    counts = collections.Counter(scenario["finding"] for scenario in result_json["scenarios"])
    held = sum(clause["held"] and not clause["broken"] for clause in result_json["clauses"])
    lines = [
        f"# What {subject['version']} does", "",
        "Made by `harness/probe/wine_page.py` from a run of the conformance suite against Wine's own functions, through the [probe](windows-probe.md); a test holds it to that. No judgement of Wine: most of these functions matter to few programs.", "",
        f"{sum(counts.values())} scenarios: {counts['conforms']} conform, {counts['violates']} violate a documented clause, {counts['differs']} differ from one that no page documents, "
        f"{counts['not-implemented']} meet a function that is not implemented, {counts['not-applicable']} cannot be performed on a real system (crashes on demand, virtual time, servers). "
        f"{held} clauses were seen to hold.", "",
        "## Functions that are missing", "", "Not exported; scenarios that stopped at them:", "",
        *table(("function", "scenarios"), by_function(result_json, "there is no such function")), "",
        "## Stubs", "", "They say so: `E_NOTIMPL`.", "",
        *table(("function", "scenarios"), by_function(result_json, "says that it is not implemented")), "",
        "## Documented clauses that are violated", "", *finding_table(result_json, "violates"), "",
        "## Clauses that no page documents, and Wine does otherwise", "", "Information: a header, a measurement, or a choice of this specification says so.", "",
        *finding_table(result_json, "differs"), "",
        "## Options that it takes", "", "Of the questions that the documentation leaves open, as far as a scenario showed:", "",
        *table(("choice", "option"), [(code(name), code(" or ".join(options))) for name, options in result_json["profile"].items()]), "",
        CHECKED.read_text(encoding="utf-8").rstrip(),
    ]
    return "\n".join(lines) + "\n"


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    procreg, probe = [argument for argument in arguments if argument != "--check"]
    text = page(judged(str(pathlib.Path(procreg).resolve()), str(pathlib.Path(probe).resolve())))
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        pathlib.Path(procreg).resolve().parent.joinpath("wine.md").write_text(text, encoding="utf-8")
        diff = run(["diff", "-u", str(PAGE), str(pathlib.Path(procreg).resolve().parent / "wine.md")])
        sys.exit(f"{PAGE} is not current: run harness/probe/wine_page.py\n{diff.stdout[:4000]}")


if __name__ == "__main__":
    main()
