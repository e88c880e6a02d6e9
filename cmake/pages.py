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
FAILOVERS = """# Who has the file afterwards

Two clients open a file one after the other. The first create is exclusive and succeeds; what the second one is answered, and whether the first open survives it, depends on what is named below. Each of the {count}
combinations was performed on the reference model and on the full implementation, step by step from the beginning of a world, and the two agreed on every answer and on the state at the end. Made by `./dev docs` from
`procreg list outcomes`, which ends with a divergence where they do not; `procreg list combinations --json` gives them one by one.

A combination is one script: the server starts with its dialect and the flavour of the profile, the shares are made (two of one local path where the second create goes through another one), both clients connect, the
first create asks for the default access and shares nothing, the second one asks for GENERIC_WRITE and shares nothing, and then the first client writes on its handle: that tells whether its open was *kept* or *closed*.

AI, AV and DH2Q are the create contexts with the id, its version and the request for durability. A dialect is what a client asks for; its connection has the lower one of that and the server's. Rows tell together what ends alike; no
combination is in two rows; *any* is every value; *also* names the clauses that applied to all of a row and not to all there is.

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


def clause_link(clause_id):
    return f"[{clause_id}](spec.md#{clause_id.rsplit('-', 1)[0].lower()})"


def sum_of(rows):
    return sum(int(row["combinations"]) for row in rows)


def outcome_of(row):
    return row["second create"], row["first open"], row["clause"]


def outcome_row(row):
    also = [clause_link(clause) for clause in row["also"].split() if clause != row["clause"]]
    return row | {"combinations": f"{int(row['combinations']):,}", "also": " ".join(also)}


def outcome_section(rows, parts, clauses):
    """One outcome: what its rows have in common, then the rows with what they differ in, the most combinations first."""
    answer, fate, decided = outcome_of(rows[0])
    text = f"## {answer}, the first open is {fate}\n\n"
    text += f"{sum_of(rows):,} combinations, decided by {clause_link(decided)} ({clauses[decided]['condition']}: {clauses[decided]['effect']}).\n\n"
    columns = [part for part in parts if any(row[part] != rows[0][part] for row in rows)]
    constant = [f"{part} {rows[0][part]}" for part in parts if part not in columns and rows[0][part] != "any"]
    text += f"All of them with: {'; '.join(constant)}.\n\n"
    rows = sorted(rows, key=lambda row: -int(row["combinations"]))
    return text + table([outcome_row(row) for row in rows], columns + ["combinations", "also"])


def sums(outcomes):
    rows = [{"second create": row["second create"], "first open": row["first open"], "decided by": clause_link(row["clause"]),
             "combinations": f"{sum_of(part):,}", "rows": str(len(part))} for part in outcomes for row in part[:1]]
    whole = {"second create": "**all**", "first open": "", "decided by": "",
             "combinations": f"{sum(map(sum_of, outcomes)):,}", "rows": str(sum(map(len, outcomes)))}
    return table(rows + [whole], list(whole))


def failover_page(procreg):
    rows = listed(procreg, "outcomes")
    clauses = {clause["id"]: clause for clause in listed(procreg, "clauses")}
    dimensions = listed(procreg, "dimensions")
    parts = [dimension["name"] for dimension in dimensions]
    rows.sort(key=outcome_of)
    outcomes = sorted((list(part) for _, part in itertools.groupby(rows, outcome_of)), key=sum_of)
    indifferent = ", ".join(part for part in parts if all(row[part] == "any" for row in rows))
    page = FAILOVERS.format(count=f"{sum_of(rows):,}")
    page += "## What they differ in\n\n" + table(dimensions, ["name", "values", "meaning"])
    page += f"\nNever matters, and so is in no table below: {indifferent or 'none'}.\n\n## Sums\n\n" + sums(outcomes) + "\n"
    return page + "\n".join(outcome_section(part, parts, clauses) for part in outcomes)


def main():
    check = "--check" in sys.argv
    (procreg,) = [argument for argument in sys.argv[1:] if argument != "--check"]
    stale = []
    pages = {"docs/spec.md": spec_page, "docs/results.md": results_page, "docs/failover-table.md": failover_page}
    for name, make in pages.items():
        page = make(procreg)
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
