"""The study's curves: a drawing and a table for the docs."""

from __future__ import annotations

from collections.abc import Mapping

from .study import CLIPS, EPSILONS, noise_way

Means = Mapping[str, Mapping[float, tuple[float, float]]]

LINES = {
    "shipped": ("shipped head", "#555555", "2 3"),
    "bank": ("fitted to the bank alone", "#999999", "6 3"),
    "single": ("one clinic's own head, mean", "#d55e00", ""),
    "mean": ("merged, weighted mean", "#0072b2", ""),
    "trimmed": ("merged, trimmed mean", "#009e73", ""),
    "pooled": ("pooled: all pictures in one place", "#000000", ""),
    "mean.wrong": ("weighted mean, largest clinic wrong", "#0072b2", "6 3"),
    "trimmed.wrong": ("trimmed mean, largest clinic wrong", "#009e73", "6 3"),
}
"""Words, colour and dash of each way."""

WIDTH, HEIGHT, LEFT, TOP = 460, 240, 56, 20


def drawing(means: Means) -> str:
    """An SVG: balanced accuracy by the mix of conditions in the clinics."""
    alphas = list(means["shipped"])
    values = [value for way in LINES for value, _ in means[way].values()]
    low, high = int(min(values) * 50) / 50, (int(max(values) * 50) + 1) / 50
    across = [LEFT + WIDTH * i / (len(alphas) - 1) for i in range(len(alphas))]

    def up(value: float) -> float:
        return TOP + HEIGHT * (high - value) / (high - low)

    parts = [f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" stroke="#bbb"/>']
    for value in (low, (low + high) / 2, high):
        y = up(value)
        parts.append(f'<path d="M{LEFT} {y:.1f}h{WIDTH}" stroke="#eee"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{100 * value:.0f} %", "end"))
    for x, alpha in zip(across, alphas, strict=True):
        parts.append(_text(x, TOP + HEIGHT + 16, f"{alpha:g}", "middle"))
    axis = "alpha of the Dirichlet distribution: small where each clinic sees a few conditions"
    parts.append(_text(LEFT + WIDTH / 2, TOP + HEIGHT + 34, axis, "middle"))
    foot = TOP + HEIGHT + 58
    for place, (way, (words, colour, dash)) in enumerate(LINES.items()):
        heights = [up(means[way][alpha][0]) for alpha in alphas]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True))
        style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        parts.append(f'<polyline points="{points}" {style}/>')
        x, y = LEFT + (place % 2) * 240, foot + (place // 2) * 18
        parts.append(f'<path d="M{x} {y - 4}h26" {style}/>')
        parts.append(_text(x + 32, y, words))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} '
            f'{foot + 64}" font-family="sans-serif" font-size="11" fill="none">',
            "<title>Balanced accuracy of merged, single and pooled heads</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#222">{words}</text>'


def table(means: Means) -> str:
    """Rows of a Markdown table, with the standard deviation over the draws."""
    alphas = list(means["shipped"])
    lines = [
        "| head | " + " | ".join(f"alpha {alpha:g}" for alpha in alphas) + " |",
        "| --- | " + " | ".join("---:" for _ in alphas) + " |",
    ]
    for way, (words, _, _) in LINES.items():
        cells = [f"{100 * v:.1f} ± {100 * s:.1f}" for v, s in means[way].values()]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    for way, words in (("outliers", "named"), ("outliers.wrong", "named, largest clinic wrong")):
        cells = [f"{mean:.1f}" for mean, _ in means[way].values()]
        lines.append(f"| updates {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def noise_table(means: Means, alpha: float) -> str:
    """Rows of a Markdown table: what is left after clipping and noise, at one mix of conditions."""
    head = ["no noise", *(f"epsilon {epsilon:g}" for epsilon in EPSILONS)]
    lines = [
        f"| clipped to | {' | '.join(head)} |",
        f"| --- | {' | '.join('---:' for _ in head)} |",
    ]
    for clip in CLIPS:
        found = [means[noise_way(clip, epsilon)][alpha] for epsilon in (None, *EPSILONS)]
        cells = [f"{100 * mean:.1f} ± {100 * spread:.1f}" for mean, spread in found]
        lines.append(f"| {clip:g} | {' | '.join(cells)} |")
    return "\n".join(lines)
