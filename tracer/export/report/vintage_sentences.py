"""The sentences about when a client's rows left it, in Chinese: see `sentences`."""

from __future__ import annotations

_WINDOWS = (
    ("between {f} and {l}", "于 {f} 至 {l} 之间"), ("by {l}", "不晚于 {l}"), ("on {f} or later", "于 {f} 或之后"),
    ("on a day that nothing bounds", "于无从界定的日期"), ("on {f}", "于 {f}"),
)  # fmt: skip


def _windowed(english: str, chinese: str) -> tuple[tuple[str, str], ...]:
    return tuple((english.replace("{w}", said), chinese.replace("{w}", told)) for said, told in _WINDOWS)


VINTAGE_PAIRS = (
    *_windowed("The rows of {c} in {d} left it {w} (95 %).", "{d} 中 {c} 的行{w}离开（95 %）。"),
    *_windowed(
        "The client's rows in {d} left it {w} (95 %), and this copy is dated then.",
        "{d} 中委托方的行{w}离开（95 %），该副本的日期正在其中。",
    ),
    *_windowed(
        "The client's rows in {d} left it {w} (95 %), and this copy is of {a}.",
        "{d} 中委托方的行{w}离开（95 %），而该副本的日期为 {a}。",
    ),
    ("It holds rows that {c} added shortly before {a}.", "其中有 {c} 在 {a} 之前不久新增的行。"),
    (
        "Of {n} contacts that {c} added after {a} it holds {k}; a copy made later would hold {p} of them.",
        "{c} 在 {a} 之后新增的 {n} 个联系人中，其中有 {k} 个；更晚的副本会含有其中的 {p}。",
    ),
    (
        "Of {n} contacts that {c} had deleted before {a} it holds {k}.",
        "{c} 在 {a} 之前已删除的 {n} 个联系人中，其中有 {k} 个。",
    ),
    ("Release {r} to {v} is dated then ({a}).", "交给 {v} 的副本 {r} 的日期正在其中（{a}）。"),
    (
        "Release {r} to {v} is dated then ({a}, rows of {b}).",
        "交给 {v} 的副本 {r} 的日期正在其中（{a}，为 {b} 的行）。",
    ),
    ("Release {r} to {v} is not dated then ({a}).", "交给 {v} 的副本 {r} 的日期不在其中（{a}）。"),
    (
        "Release {r} to {v} is not dated then ({a}, rows of {b}).",
        "交给 {v} 的副本 {r} 的日期不在其中（{a}，为 {b} 的行）。",
    ),
    (
        "Older and newer rows were taken in different shares, {n} times more unlike than chance gives: somebody chose "
        "by time, so later rows that are missing bound nothing.",
        "新旧行的取用比例不同，差异为偶然情形的 {n} 倍：有人按时间挑选，因此缺少较新的行不能界定日期。",
    ),
    (
        "{p} of the rows in common are of another time: more than one copy, or one that was kept up to date; the "
        "window is that of most rows.",
        "共同行中有 {p} 属于其他时间：不止一份副本，或副本被持续更新；该区间是多数行的区间。",
    ),
    (
        "A copy that was cut off at its newest rows, or brought up to date by somebody else, would look the same.",
        "若副本在最新的行处被截断，或由他人更新，看起来也会一样。",
    ),
)
