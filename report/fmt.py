# SPDX-License-Identifier: MIT
"""Turns figures into text: three significant digits, scaled units, escapes."""

from html import escape
from typing import Any, Sequence

DASH = "-"
NARROW = "\u202f"  # a space that does not break

_DURATIONS = ((1.0, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s"))
_RATES = ((1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"))
_BINARY = ((1, "B"), (1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB"))


def digits(x: float, n: int = 3) -> str:
    """n significant digits, no exponent within some decades of one."""
    if x == 0:
        return "0"
    if not 1e-4 <= abs(x) < 1e6:
        return f"{x:.{n - 1}e}"
    text = f"{x:.{n}g}"
    if "e" in text:
        return f"{float(text):.0f}"
    wanted = n - len(text.lstrip("-").replace(".", "").lstrip("0"))
    if wanted <= 0:
        return text
    return text + ("" if "." in text else ".") + "0" * wanted


def count(x: float | None) -> str:
    """A number of events per message, most often 0, 1 or very few."""
    if x is None:
        return DASH
    return "&lt;0.001" if 0 < x < 0.001 else f"{x:.3g}"


def is_rate(unit: str) -> bool:
    return unit.endswith("/s")


def is_bytes(unit: str) -> bool:
    return is_rate(unit) and unit.lower().startswith("b")


def scale(x: float, unit: str) -> tuple[float, str]:
    """The divisor and the unit to print a value of this size with."""
    if unit == "ns":
        steps: Sequence[tuple[float, str]] = _DURATIONS
        suffix = ""
    elif is_rate(unit):
        steps, suffix = _RATES, "B/s" if is_bytes(unit) else "/s"
    else:
        return 1.0, "" if unit == "1" else unit
    best = steps[0]
    for step in steps:
        if float(f"{abs(x):.3g}") >= step[0]:
            best = step
    return best[0], best[1] + suffix


def value(x: float | None, unit: str) -> str:
    if x is None:
        return DASH
    divisor, name = scale(x, unit)
    return (digits(x / divisor) + NARROW + name).rstrip(NARROW)


def span(lo: float, hi: float, unit: str, like: float) -> str:
    """An interval in the unit that the value `like` is printed with."""
    divisor, _ = scale(like, unit)
    return f"[{digits(lo / divisor)}, {digits(hi / divisor)}]"


def size(n: int) -> str:
    best = _BINARY[0]
    for step in _BINARY:
        if n >= step[0] and n % step[0] == 0:
            best = step
    return f"{n // best[0]}{NARROW}{best[1]}"


def percent(x: float) -> str:
    return f"{x * 100:.3g}{NARROW}%"


def dash(why: str | None) -> str:
    """What stands where there is no figure, with the reason."""
    reason = why or "no reason was recorded"
    return (f'<span class="none" title="{escape(reason)}" '
            f'tabindex="0">{DASH}</span>')


def text(x: Any) -> str:
    """Any JSON value as escaped text."""
    if x is None:
        return DASH
    if x is True or x is False:
        return "yes" if x else "no"
    if isinstance(x, float):
        return f"{x:.6g}"
    if isinstance(x, list):
        return ", ".join(text(item) for item in x)
    if isinstance(x, dict):
        return "; ".join(f"{escape(str(k))}: {text(v)}" for k, v in x.items())
    return escape(str(x))


def plural(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
