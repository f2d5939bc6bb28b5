"""Tests of what the driver makes of results, on results made up for the purpose."""

import pathlib
import subprocess
import tempfile
import unittest

import driver
import instructions
import plots
import report


def run(name, ns, label="checksum=1", **more):
    return {"run_name": name, "run_type": "iteration", "label": label, "ns_per_op": ns, **more}


def rows(**by_implementation):
    return report.rows_of([run(f"OO1/lookup/{implementation}/20", ns)
                           for implementation, ns in by_implementation.items()])


class RowsTest(unittest.TestCase):
    def test_rows_take_the_median_of_all_repetitions_in_any_order(self):
        runs = [run("OO1/lookup/relata/20", ns) for ns in (9.0, 1.0, 2.0, 3.0, 100.0)]
        (row,) = report.rows_of(runs)
        self.assertEqual((row.work, row.size, row.medians), ("OO1/lookup", 20, {"relata": 3.0}))
        self.assertAlmostEqual(row.spreads["relata"], 7 / 3)

    def test_rows_leave_google_benchmarks_own_aggregates_aside(self):
        runs = [run("OO1/lookup/relata/20", 1.0),
                run("OO1/lookup/relata/20", 50.0, run_type="aggregate")]
        self.assertEqual(report.rows_of(runs)[0].medians, {"relata": 1.0})

    def test_rows_take_bytes_where_bytes_are_counted(self):
        runs = [{"run_name": "OO1/bytes/relata/20", "label": "checksum=1", "bytes_per_row": 64.0}]
        (row,) = report.rows_of(runs)
        self.assertEqual((row.unit, row.medians), ("bytes", {"relata": 64.0}))

    def test_checksums_that_differ_are_refused_with_both_named(self):
        runs = [run("OO1/lookup/relata/20", 1.0), run("OO1/lookup/sqlite/20", 1.0, "checksum=2")]
        with self.assertRaisesRegex(report.Disagreement, "lookup/sqlite.*checksum=2.*checksum=1"):
            report.rows_of(runs)

    def test_checksums_of_different_sizes_may_differ(self):
        runs = [run("OO1/lookup/relata/20", 1.0), run("OO1/lookup/relata/30", 1.0, "checksum=2")]
        self.assertEqual(len(report.rows_of(runs)), 2)

    def test_a_failed_benchmark_is_refused(self):
        runs = [run("OO1/lookup/relata/20", 1.0, error_occurred=True, error_message="it broke")]
        with self.assertRaisesRegex(report.Disagreement, "it broke"):
            report.rows_of(runs)


class BarsTest(unittest.TestCase):
    def verdicts(self, the_rows, bar):
        return [(verdict.row.size, verdict.holds) for verdict in
                report.verdicts_of(the_rows, [bar])]

    def test_handwritten_bar_holds_up_to_and_at_the_bound(self):
        bar = {"work": "OO1/lookup", "handwritten": 1.25}
        self.assertEqual(self.verdicts(rows(relata=125.0, handwritten=100.0), bar), [(20, True)])
        self.assertEqual(self.verdicts(rows(relata=126.0, handwritten=100.0), bar), [(20, False)])

    def test_sqlite_bar_holds_from_the_bound_on(self):
        bar = {"work": "OO1/lookup", "sqlite": 12}
        self.assertEqual(self.verdicts(rows(relata=1.0, sqlite=12.0), bar), [(20, True)])
        self.assertEqual(self.verdicts(rows(relata=1.0, sqlite=11.9), bar), [(20, False)])

    def test_a_bar_says_nothing_of_what_was_not_measured(self):
        bar = {"work": "OO1/lookup", "handwritten": 1.25, "sqlite": 12, "growth": 1.3}
        self.assertEqual(self.verdicts(rows(relata=1.0), bar), [])
        self.assertEqual(self.verdicts(rows(relata=1.0, handwritten=1.0),
                                       {"work": "OO1/insert", "handwritten": 1}), [])

    def test_a_bar_for_a_size_speaks_of_no_other(self):
        the_rows = report.rows_of([run(f"Versions/fork/{who}/{size}", ns)
                                   for who, ns in (("relata", 1.0), ("handwritten", 900.0))
                                   for size in (10, 20)])
        bar = {"work": "Versions/fork", "size": 20, "handwritten": 0.001}
        self.assertEqual(self.verdicts(the_rows, bar), [(20, False)])

    def test_a_pattern_speaks_of_every_work_that_it_fits(self):
        the_rows = report.rows_of([run(f"OO7/{operation}/{who}/1", 1.0)
                                   for operation in ("T1", "T2a", "Q1")
                                   for who in ("relata", "handwritten")])
        self.assertEqual(len(self.verdicts(the_rows, {"work": "OO7/T*", "handwritten": 2})), 2)

    def test_relata_bar_compares_with_another_work_at_the_same_size(self):
        the_rows = report.rows_of([run("Tree/plan/relata/1", 5.0), run("Tree/apply/relata/1", 4.0),
                                   run("Tree/plan/relata/2", 4.0), run("Tree/apply/relata/2", 4.0),
                                   run("Tree/plan/relata/3", 4.0)])
        bar = {"work": "Tree/plan", "relata": {"work": "Tree/apply", "ratio": 1.0}}
        self.assertEqual(self.verdicts(the_rows, bar), [(1, False), (2, True)])

    def test_growth_bar_compares_the_growth_from_the_smallest_to_the_largest_size(self):
        def sized(relata_at_large):
            return report.rows_of([
                run("OO1/lookup/relata/1", 10.0), run("OO1/lookup/handwritten/1", 10.0),
                run("OO1/lookup/relata/2", 99.0), run("OO1/lookup/handwritten/2", 20.0),
                run("OO1/lookup/relata/3", relata_at_large),
                run("OO1/lookup/handwritten/3", 30.0)])
        bar = {"work": "OO1/lookup", "growth": 1.3}
        self.assertEqual(self.verdicts(sized(39.0), bar), [(3, True)])
        self.assertEqual(self.verdicts(sized(40.0), bar), [(3, False)])

    def test_growth_bar_says_nothing_of_one_size(self):
        the_rows = rows(relata=10.0, handwritten=10.0)
        self.assertEqual(self.verdicts(the_rows, {"work": "OO1/lookup", "growth": 1.3}), [])


class TableTest(unittest.TestCase):
    def test_the_table_shows_figures_ratios_and_bars_that_do_not_hold(self):
        the_rows = rows(relata=150.0, handwritten=100.0, sqlite=2e6)
        bars = [{"work": "OO1/lookup", "handwritten": 1.25, "sqlite": 12}]
        table = report.table_of(the_rows, report.verdicts_of(the_rows, bars))
        header, rule, line = table.splitlines()
        self.assertEqual([cell.strip() for cell in line.strip("|").split("|")],
                         ["OO1", "lookup", "20", "150 ns", "100 ns", "2,000 µs", "1.50", "13,333",
                          "≤ 1.25, ≥ 12 × sqlite", "**no** (1.50), yes"])
        self.assertEqual(len({len(header), len(rule), len(line)}), 1)
        self.assertEqual([cell.strip() for cell in header.strip("|").split("|")],
                         list(report.HEADER))

    def test_the_table_leaves_cells_empty_for_what_was_not_measured(self):
        line = report.table_of(rows(relata=1.0), []).splitlines()[2]
        self.assertEqual([cell.strip() for cell in line.strip("|").split("|")],
                         ["OO1", "lookup", "20", "1.0 ns", "", "", "", "", "", ""])


class ReadmeTest(unittest.TestCase):
    def test_only_what_stands_between_the_marks_is_replaced(self):
        text = f"before\n{driver.README_BEGIN}old\n{driver.README_END}after\n"
        self.assertEqual(driver.replace_block(text, "new\n"),
                         f"before\n{driver.README_BEGIN}new\n{driver.README_END}after\n")

    def test_a_readme_without_marks_is_refused(self):
        with self.assertRaises(SystemExit):
            driver.replace_block("no marks\n", "new\n")


class InstructionsTest(unittest.TestCase):
    def test_a_count_within_the_tolerance_passes_in_both_directions(self):
        _, ok = instructions.compare({"a": 100.0, "b": 100.0}, {"a": 103.0, "b": 50.0})
        self.assertTrue(ok)

    def test_a_count_beyond_the_tolerance_fails_and_says_how_to_record(self):
        lines, ok = instructions.compare({"a": 100.0}, {"a": 103.2})
        self.assertFalse(ok)
        self.assertIn("more than 3%", lines[0])
        self.assertIn("--record-instructions", lines[-1])

    def test_work_that_is_new_or_gone_fails(self):
        self.assertFalse(instructions.compare({"a": 1.0}, {"a": 1.0, "b": 1.0})[1])
        self.assertFalse(instructions.compare({"a": 1.0, "b": 1.0}, {"a": 1.0})[1])

    def test_counts_are_those_of_each_dump_divided_by_its_operations(self):
        dumps = ["desc: Trigger: Client Request: OO1/lookup\nsummary: 4000\n",
                 "desc: Trigger: Client Request: OO1/insert\ntotals: 90\n",
                 "desc: Trigger: Program termination\nsummary: 1\n"]
        self.assertEqual(instructions.per_operation("OO1/insert 20\nOO1/lookup 2000\n", dumps),
                         {"OO1/insert": 4.5, "OO1/lookup": 2.0})


class PlotsTest(unittest.TestCase):
    def setUp(self):
        self.rows = report.rows_of([run(f"OO1/lookup/{who}/{size}", ns + size)
                                    for who, ns in (("relata", 12.0), ("handwritten", 10.0))
                                    for size in (20, 200)])

    def test_ratios_are_drawn_at_the_largest_size_with_their_bar(self):
        script = plots.ratios_script(self.rows, [{"work": "OO1/*", "handwritten": 1.25}],
                                     pathlib.Path("ratios.svg"))
        self.assertIn('0 "OO1/lookup 200" 1.01 1.25', script)

    def test_growth_is_drawn_of_what_has_two_sizes(self):
        script = plots.growth_script(self.rows, pathlib.Path("growth.svg"))
        self.assertIn("20 32\n200 212\n", script)
        self.assertIsNone(plots.growth_script(self.rows[:1], pathlib.Path("growth.svg")))

    def test_nothing_is_drawn_of_nothing(self):
        self.assertIsNone(plots.ratios_script([], [], pathlib.Path("ratios.svg")))

    def test_gnuplot_takes_the_scripts(self):
        try:
            subprocess.run(["gnuplot", "--version"], check=True, capture_output=True)
        except FileNotFoundError:
            self.skipTest("gnuplot is not installed")
        with tempfile.TemporaryDirectory() as folder:
            plots.draw(self.rows, [{"work": "OO1/*", "handwritten": 1.25}], pathlib.Path(folder))
            for name in ("ratios.svg", "growth.svg"):
                self.assertIn("</svg>", (pathlib.Path(folder) / name).read_text())


if __name__ == "__main__":
    unittest.main()
