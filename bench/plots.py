"""Draws what a run came to, with gnuplot, as SVG.

  ratios.svg  relata / handwritten of every piece of work, at its largest size, and the bar for it
  growth.svg  what an operation costs as its workload grows, for each implementation
"""

import fnmatch
import math
import subprocess

COLORS = {"relata": "#1f5fa8", "handwritten": "#555555", "sqlite": "#c4622d"}


def draw(rows, bars, folder):
    ratios = ratios_script(rows, bars, folder / "ratios.svg")
    growth = growth_script(rows, folder / "growth.svg")
    for script in filter(None, (ratios, growth)):
        subprocess.run(["gnuplot"], input=script, text=True, check=True)


def ratios_script(rows, bars, path):
    """None when there is nothing to draw."""
    largest = {}
    for row in rows:
        if row.ratio("relata", "handwritten") and row.size >= largest.setdefault(row.work, row).size:
            largest[row.work] = row
    if not largest:
        return None
    points = []
    for place, row in enumerate(reversed(largest.values())):
        bound = next((bar["handwritten"] for bar in bars
                      if "handwritten" in bar and fnmatch.fnmatchcase(row.work, bar["work"])),
                     math.nan)
        points.append(f'{place} "{row.work} {row.size:,}" '
                      f'{row.ratio("relata", "handwritten"):.4g} {bound}')
    data = "\n".join(points)
    return f"""
set terminal svg size 900,{90 + 22 * len(points)} font "sans-serif,12" enhanced background "white"
set output "{path}"
set encoding utf8
set title "relata / handwritten (left of 1: relata is faster), and the bar"
$data << EOD
{data}
EOD
set termoption noenhanced
set logscale x 2
set yrange [-0.7:{len(points) - 0.3}]
set grid xtics linecolor "#dddddd"
set ytics scale 0
set boxwidth 0.7
set style fill solid
set key outside bottom center horizontal
set arrow from 1, graph 0 to 1, graph 1 nohead linecolor "#999999"
plot $data using 3:1:(1):3:($1-0.35):($1+0.35):ytic(2) with boxxyerror \\
       linecolor "{COLORS['relata']}" title "ratio", \\
     $data using 4:($1-0.4):(0):(0.8) with vectors nohead linewidth 2 linecolor "#000000" \\
       title "bar"
"""


def growth_script(rows, path):
    """None when no work was done at two sizes."""
    works = {}
    for row in rows:
        if row.unit == "ns":
            works.setdefault(row.work, []).append(row)
    works = {work: sizes for work, sizes in works.items() if len(sizes) > 1}
    if not works:
        return None
    columns = min(3, len(works))
    lines = math.ceil(len(works) / columns)
    script = f"""
set terminal svg size {320 * columns},{40 + 260 * lines} font "sans-serif,11" background "white"
set output "{path}"
set encoding utf8
set termoption noenhanced
set multiplot layout {lines},{columns} title "nanoseconds for an operation, by size"
set logscale xy
set format x "10^{{%L}}"
set format y "%g"
set grid linecolor "#dddddd"
set key top left samplen 1
"""
    for number, (work, sizes) in enumerate(works.items()):
        curves = []
        for implementation, color in COLORS.items():
            points = [f"{row.size} {row.medians[implementation]:.6g}"
                      for row in sorted(sizes, key=lambda row: row.size)
                      if implementation in row.medians]
            if len(points) < 2:
                continue
            block = f"${implementation}_{number}"
            script += "\n".join([f"{block} << EOD", *points, "EOD", ""])
            curves.append(f'{block} using 1:2 with linespoints pointtype 7 pointsize 0.4 '
                          f'linewidth 2 linecolor "{color}" title "{implementation}"')
        script += f'set title "{work}"\nplot ' + ", ".join(curves) + "\n"
    return script + "unset multiplot\n"
