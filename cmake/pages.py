"""Writes the pages of docs/ that are made from the tables and scenarios: usage `pages.py PROCREG`, from the root of the repository.

With --check it writes nothing, and ends with 1 where a page is not what it would write.
"""

import itertools
import json
import pathlib
import subprocess
import sys

SPEC = """# The specification as tables

What this version knows of the specification: every clause with its basis, and every choice with its options. Made by `./dev docs` from the tables in `api/`; the words are explained by
`procreg explain CLAUSE`, which also lists the scenarios that show a clause.

"""
RESULTS = """# What each function answers

Every result of every function that a scenario of the suite shows: the clause that decides it, what the clause rests on, the first scenario that shows it and the profile it does so under. Made by
`./dev docs` from the scenarios, performed by the reference model. To *diverge* where the basis is documented is a fault; where it is chosen it is information.

"""


def listed(procreg, what):
    run = subprocess.run([procreg, "list", what, "--json"], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout)


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def table(rows, columns):
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(cell(row[column]) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def sections(rows, title_of, columns):
    return "\n".join(f"## {title}\n\n{table(list(part), columns)}" for title, part in itertools.groupby(rows, title_of))


def spec_page(procreg):
    clauses = sections(listed(procreg, "clauses"), lambda row: row["id"].rsplit("-", 1)[0], ["id", "kind", "basis", "condition", "effect", "source", "covered"])
    choices = table(listed(procreg, "choices"), ["name", "question", "options", "documented", "windows11", "evidence", "covered"])
    return SPEC + clauses + "\n## Choices\n\n" + choices


def results_page(procreg):
    rows = listed(procreg, "results")
    for row in rows:
        row["scenario"] = f"`{row['scenario'].removeprefix('scenarios/conformance/')}`"
    return RESULTS + sections(rows, lambda row: row["function"], ["result", "clause", "basis", "scenario", "profile"])


def main():
    check = "--check" in sys.argv
    (procreg,) = [argument for argument in sys.argv[1:] if argument != "--check"]
    stale = []
    for name, page in (("docs/spec.md", spec_page(procreg)), ("docs/results.md", results_page(procreg))):
        path = pathlib.Path(name)
        if path.exists() and path.read_text() == page:
            continue
        stale.append(name)
        if not check:
            path.write_text(page)
    for name in stale:
        print(f"{name} is not what it would be now: run ./dev docs" if check else f"{name} written")
    return 1 if check and stale else 0


sys.exit(main())
