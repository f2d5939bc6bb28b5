"""What a run comes to: medians, ratios, and whether the bars of bars.json hold.

A bar speaks of one piece of work, "<workload>/<operation>" ("OO7/T*" speaks of several), at every
size or at the "size" that it names, and asks for any of

  "handwritten": 1.25   relata takes at most 1.25 times what the handwritten code takes
  "sqlite": 12          relata is at least 12 times as fast as SQLite
  "relata": {"work": "Tree/apply", "ratio": 1.0}
                        relata takes at most 1.0 times what it takes for that work, at the same size
  "growth": 1.3         from the smallest to the largest size, the cost of one operation of relata
                        grows at most 1.3 times as much as that of the handwritten code

All figures are medians over the repetitions, of nanoseconds for an operation (or, where a benchmark
counts them, of bytes for a row), and a ratio is one of medians.
"""

import collections
import dataclasses
import fnmatch
import statistics

IMPLEMENTATIONS = ("relata", "handwritten", "sqlite")
HEADER = ("workload", "operation", "size", *IMPLEMENTATIONS, "relata / handwritten",
          "sqlite / relata", "bar", "holds")


class Disagreement(Exception):
    """Implementations did different work, or a benchmark failed."""


@dataclasses.dataclass
class Row:
    """One piece of work at one size: a line of the table."""
    workload: str
    operation: str
    size: int
    unit: str = "ns"
    medians: dict = dataclasses.field(default_factory=dict)  # by implementation
    spreads: dict = dataclasses.field(default_factory=dict)  # interquartile range / median

    @property
    def work(self):
        return f"{self.workload}/{self.operation}"

    def ratio(self, above, below):
        if above not in self.medians or below not in self.medians:
            return None
        return self.medians[above] / self.medians[below]


@dataclasses.dataclass
class Verdict:
    """A bar, for one piece of work at one size (or over all sizes)."""
    row: Row
    bar: str
    figure: float
    holds: bool


def rows_of(benchmarks):
    """The rows, in the order in which they first come, of what Google Benchmark reports.

    Raises Disagreement when a benchmark failed or when two checksums differ.
    """
    samples = collections.defaultdict(list)
    rows = {}
    checksums = {}
    for run in benchmarks:
        if run.get("run_type") == "aggregate":
            continue
        workload, operation, implementation, size = run["run_name"].split("/")[:4]
        if run.get("error_occurred"):
            raise Disagreement(run.get("error_message", run["run_name"]))
        key = (workload, operation, int(size))
        row = rows.setdefault(key, Row(*key))
        if checksums.setdefault(key, run["label"]) != run["label"]:
            raise Disagreement(f"{run['run_name']}: {run['label']}, others {checksums[key]}")
        if "bytes_per_row" in run:
            row.unit = "bytes"
        samples[key, implementation].append(
            run["bytes_per_row"] if "bytes_per_row" in run else run["ns_per_op"])
    for (key, implementation), values in samples.items():
        median = statistics.median(values)
        rows[key].medians[implementation] = median
        if len(values) > 1:
            low, _, high = statistics.quantiles(values, n=4, method="inclusive")
            rows[key].spreads[implementation] = (high - low) / median
    return list(rows.values())


def verdicts_of(rows, bars):
    """What each bar says of each row that it speaks of. A bar without figures says nothing."""
    verdicts = []
    by_place = {(row.work, row.size): row for row in rows}
    for row in rows:
        for bar in bars:
            if not fnmatch.fnmatchcase(row.work, bar["work"]) or \
                    bar.get("size", row.size) != row.size:
                continue
            if "handwritten" in bar:
                _judge(verdicts, row, "≤ {:g}", row.ratio("relata", "handwritten"),
                       bar["handwritten"], at_most=True)
            if "sqlite" in bar:
                _judge(verdicts, row, "≥ {:g} × sqlite", row.ratio("sqlite", "relata"),
                       bar["sqlite"], at_most=False)
            if "relata" in bar:
                other = by_place.get((bar["relata"]["work"], row.size))
                ratio = None
                if other is not None and "relata" in row.medians and "relata" in other.medians:
                    ratio = row.medians["relata"] / other.medians["relata"]
                _judge(verdicts, row, "≤ {:g} × " + bar["relata"]["work"].split("/")[1], ratio,
                       bar["relata"]["ratio"], at_most=True)
            if "growth" in bar:
                same = [other for other in rows if other.work == row.work]
                smallest = min(same, key=lambda other: other.size)
                if row is not max(same, key=lambda other: other.size) or row is smallest:
                    continue
                growth = None
                if row.ratio("relata", "handwritten") and smallest.ratio("relata", "handwritten"):
                    growth = (row.ratio("relata", "handwritten") /
                              smallest.ratio("relata", "handwritten"))
                _judge(verdicts, row, "growth ≤ {:g} × handwritten", growth, bar["growth"],
                       at_most=True)
    return verdicts


def _judge(verdicts, row, text, figure, bound, at_most):
    if figure is None:
        return
    rounded = float(f"{figure:.3g}")  # no measurement is better than that
    holds = rounded <= bound if at_most else rounded >= bound
    verdicts.append(Verdict(row, text.format(bound), figure, holds))


def table_of(rows, verdicts):
    """The table, in Markdown that also reads well as it is."""
    lines = [HEADER]
    for row in rows:
        mine = [verdict for verdict in verdicts if verdict.row is row]
        lines.append((
            row.workload, row.operation, f"{row.size:,}",
            *(_figure(row, implementation) for implementation in IMPLEMENTATIONS),
            _ratio(row.ratio("relata", "handwritten")), _ratio(row.ratio("sqlite", "relata")),
            ", ".join(verdict.bar for verdict in mine),
            ", ".join("yes" if verdict.holds else f"**no** ({_ratio(verdict.figure)})"
                      for verdict in mine)))
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADER))]
    right = range(2, 8)
    text = []
    for number, line in enumerate(lines):
        cells = [cell.rjust(width) if i in right else cell.ljust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        text.append("| " + " | ".join(cells) + " |")
        if number == 0:
            rules = ["-" * (width - 1) + ":" if i in right else "-" * width
                     for i, width in enumerate(widths)]
            text.append("| " + " | ".join(rules) + " |")
    return "\n".join(text) + "\n"


def _figure(row, implementation):
    if implementation not in row.medians:
        return ""
    value = row.medians[implementation]
    if row.unit == "bytes":
        return f"{value:.0f} B"
    for bound, divisor, unit in ((1e4, 1, "ns"), (1e7, 1e3, "µs"), (1e10, 1e6, "ms")):
        if value < bound:
            return f"{value / divisor:,.1f} {unit}" if value / divisor < 100 \
                else f"{value / divisor:,.0f} {unit}"
    return f"{value / 1e9:,.1f} s"


def _ratio(ratio):
    if ratio is None:
        return ""
    if ratio < 0.1:
        return f"{ratio:.2g}"
    return f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}"
