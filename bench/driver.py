"""Runs relata_bench as it should be run, and reports. `bash bench/run --help` shows its options.

A workload of one size has a process of its own, so that no other world fills the memory; in it the
benchmarks take turns at random, repetition by repetition, so that a machine that slows down for a
while slows all of them down.
"""

import argparse
import itertools
import json
import pathlib
import re
import subprocess
import sys

import instructions
import plots
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
README_BEGIN = "<!-- bench/run: begin -->\n"
README_END = "<!-- bench/run: end -->\n"


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("filter", nargs="?", default="",
                        help="a regular expression; only benchmarks in whose names "
                        "(<workload>/<operation>/<implementation>/<size>) it is found are run")
    parser.add_argument("--quick", action="store_true", help="the smallest sizes only")
    parser.add_argument("--tiny", action="store_true", help="sizes that say nothing about speed")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a bar does not hold")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--min-time", type=float, default=0.1, metavar="S",
                        help="seconds of a repetition, at least; default: 0.1")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build" / "bench",
                        metavar="DIR", help="for results.json and plots; default: build/bench")
    parser.add_argument("--results", type=pathlib.Path, metavar="JSON",
                        help="report on these results of an earlier run, and run nothing")
    parser.add_argument("--instructions", action="store_true",
                        help="compare instruction counts with bench/instructions.json, no more")
    parser.add_argument("--record-instructions", action="store_true",
                        help="record instruction counts in bench/instructions.json, no more")
    return parser.parse_args(arguments)


def build(target):
    subprocess.run(["cmake", "--preset", "release", "-DRELATA_DEV=ON", "-DRELATA_PERSISTENCE=ON"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", target],
                   cwd=ROOT, check=True, stdout=sys.stderr)
    return BUILD / "bench" / target


def measure(program, options):
    """All that Google Benchmark reports of the benchmarks asked for."""
    sizes = "tiny" if options.tiny else "quick" if options.quick else "full"
    command = [str(program), f"--sizes={sizes}"]
    listed = subprocess.run([*command, "--benchmark_list_tests", f"--benchmark_filter=."],
                            check=True, capture_output=True, text=True).stdout.split()
    wanted = [name for name in listed if re.search(options.filter, name)]
    if not wanted:
        sys.exit(f"no benchmark's name has {options.filter!r} in it; one is called {listed[0]}")
    group_of = lambda name: (name.split("/")[0], name.split("/")[3])
    groups = [(group, list(names)) for group, names in itertools.groupby(wanted, group_of)]
    results = {"context": {}, "benchmarks": []}
    out = options.output / "process.json"
    for number, ((workload, size), names) in enumerate(groups, 1):
        print(f"[{number}/{len(groups)}] {workload} {int(size):,}", file=sys.stderr, flush=True)
        finished = subprocess.run(
            [*command, f"--benchmark_filter=^({'|'.join(map(re.escape, names))})$",
             f"--benchmark_repetitions={options.repetitions}",
             f"--benchmark_min_time={options.min_time}",
             "--benchmark_enable_random_interleaving=true",
             f"--benchmark_out={out}", "--benchmark_out_format=json"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if finished.returncode != 0:
            sys.exit(f"{workload}/{size} failed:\n{finished.stdout}")
        part = json.loads(out.read_text())
        results["context"] = part["context"]
        results["benchmarks"] += part["benchmarks"]
    out.unlink()
    place = {name: number for number, name in enumerate(wanted)}
    results["benchmarks"].sort(key=lambda run: place[run["run_name"]])  # they came at random
    return results


def replace_block(text, block):
    """The text of README.md with what stands between the two marks replaced."""
    before, begin, rest = text.partition(README_BEGIN)
    _, end, after = rest.partition(README_END)
    if not begin or not end:
        sys.exit(f"README.md has no lines {README_BEGIN.strip()} and {README_END.strip()}")
    return before + begin + block + end + after


def main():
    options = parse(sys.argv[1:])
    if options.instructions or options.record_instructions:
        program = build("relata_instructions")
        sys.exit(instructions.main(program, record=options.record_instructions))
    options.output.mkdir(parents=True, exist_ok=True)
    if options.results:
        results = json.loads(options.results.read_text())
    else:
        results = measure(build("relata_bench"), options)
        (options.output / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    bars = json.loads((ROOT / "bench" / "bars.json").read_text())
    try:
        rows = report.rows_of(results["benchmarks"])
    except report.Disagreement as disagreement:
        sys.exit(f"the implementations disagree: {disagreement}")
    verdicts = report.verdicts_of(rows, bars)
    table = report.table_of(rows, verdicts)
    print(table, end="")
    if options.readme:
        readme = ROOT / "README.md"
        readme.write_text(replace_block(readme.read_text(), table))
    plots.draw(rows, bars, options.output)
    failed = [verdict for verdict in verdicts if not verdict.holds]
    print(f"{len(verdicts) - len(failed)} of {len(verdicts)} bars hold", file=sys.stderr)
    if options.check and (failed or not verdicts):
        sys.exit(1)


if __name__ == "__main__":
    main()
