"""Instruction counts of a fixed piece of work, under valgrind: they do not depend on what else the
machine does, so that a change that makes the library do more is seen on any machine.

They do depend on the compiler, on the standard library and on what the processor offers to it, so
the counts recorded in instructions.json name what they were counted with, and are compared on the
same only.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

RECORDED = pathlib.Path(__file__).resolve().parent / "instructions.json"
TOLERANCE = 0.03


def main(program, record):
    """Counts, and records or compares. The exit code."""
    counted = {"with": circumstances(program), "instructions_per_operation": count(program)}
    if record:
        RECORDED.write_text(json.dumps(counted, indent=2) + "\n")
        print(f"recorded {len(counted['instructions_per_operation'])} counts in {RECORDED}")
        return 0
    if not RECORDED.exists():
        print("Nothing is recorded yet: bash bench/run --record-instructions")
        return 1
    recorded = json.loads(RECORDED.read_text())
    if recorded["with"] != counted["with"]:
        print(f"Skipped: recorded with {recorded['with']}, and this is {counted['with']}")
        return 0
    lines, ok = compare(recorded["instructions_per_operation"],
                        counted["instructions_per_operation"])
    print("\n".join(lines))
    return 0 if ok else 1


def compare(recorded, counted):
    """What there is to say of each piece of work, and whether all is as recorded or better."""
    lines = []
    ok = True
    for work in {**recorded, **counted}:
        before, now = recorded.get(work), counted.get(work)
        if before is None or now is None:
            verdict = "is new" if before is None else "is gone"
            ok = False
        else:
            change = now / before - 1
            verdict = f"{change:+.1%}"
            if now > before * (1 + TOLERANCE):
                verdict += f", more than {TOLERANCE:.0%}"
                ok = False
            elif now < before * (1 - TOLERANCE):
                verdict += ", better than recorded"
        lines.append(f"{work:32} {before or '-':>10} {now or '-':>10}  {verdict}")
    if not ok:
        lines.append("If this is meant: bash bench/run --record-instructions")
    return lines, ok


def circumstances(program):
    return subprocess.run([program, "--about"], check=True, capture_output=True,
                          text=True).stdout.strip()


def count(program):
    """Instructions of one operation, by work."""
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run(
            ["valgrind", "--tool=callgrind", "--collect-atstart=no",
             f"--callgrind-out-file={folder}/out", program],
            capture_output=True, text=True)
        if finished.returncode != 0:
            sys.exit(f"{program} failed under valgrind:\n{finished.stdout}{finished.stderr}")
        dumps = [dump.read_text() for dump in pathlib.Path(folder).glob("out.*")]
    return per_operation(finished.stdout, dumps)


def per_operation(printed, dumps):
    """From what the program printed, and from what callgrind dumped after each piece of work."""
    totals = {}
    for dump in dumps:
        work = re.search(r"^desc: Trigger: Client Request: (.*)$", dump, re.M)
        if work:
            totals[work[1]] = int(re.search(r"^(?:summary|totals): (\d+)", dump, re.M)[1])
    return {work: round(totals[work] / int(operations), 1)
            for work, operations in (line.split() for line in printed.splitlines())}
