"""Where the texts and the lines of a drawing are, measured from the file alone: on the wide side for texts, as when
they were broken into lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from math import comb
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from tracer.export.choice import ExportChoice
from tracer.export.drawing.figures import figure_svg
from tracer.export.drawing.text import width
from tracer.export.outgoing import Outgoing

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[str, float, float, float, float]
"""A line of text with its left, upper, right and lower side."""
Spot = tuple[float, float]


def drawn(leaving: Outgoing, *of: str, lang: str = "en", **choice: Any) -> Element:
    """A figure of what leaves; choice: fields of `ExportChoice`."""
    chosen = replace(leaving.in_language(lang), of=of, choice=ExportChoice(**choice))
    root: Element = fromstring(figure_svg(chosen))
    return root


def said(root: Element) -> list[str]:
    """All that is written."""
    return [" ".join(text.itertext()) for text in root.iter(SVG + "text")]


def groups(root: Element, kind: str) -> list[Element]:
    """Groups of a class."""
    return [group for group in root.iter(SVG + "g") if group.get("class") == kind]


def placed(
    root: Element, tag: str, within: str = "", *, inside: bool = False
) -> Iterator[tuple[Element, float, float]]:
    """Elements of a drawing with how far they are moved; within: those in a group of that class."""

    def walk(element: Element, x: float, y: float, *, inside: bool) -> Iterator[tuple[Element, float, float]]:
        moved = re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", element.get("transform", ""))
        if moved is not None:
            x, y = x + float(moved[1]), y + float(moved[2])
        inside = inside or element.get("class") == within
        if element.tag == SVG + tag and (inside or not within):
            yield element, x, y
        for child in element:
            yield from walk(child, x, y, inside=inside)

    yield from walk(root, 0.0, 0.0, inside=False)


def text_boxes(root: Element) -> list[Box]:
    """Each line of text."""
    found: list[Box] = []
    for text, right, down in placed(root, "text"):
        size, bold = float(text.attrib["font-size"]), text.get("font-weight") == "700"
        x, y = right + float(text.attrib["x"]), down + float(text.attrib["y"])
        for line in [text, *text]:
            y += float(line.get("dy", "0"))
            words = line.text or ""
            long = width(words, size, bold=bold)
            left = x - {"end": long, "middle": long / 2}.get(text.get("text-anchor", ""), 0.0)
            found.append((words, left, y - 0.8 * size, left + long, y + 0.2 * size))
    return found


def smallest(root: Element) -> float:
    """Pixels of the smallest type."""
    return min(float(text.attrib["font-size"]) for text in root.iter(SVG + "text"))


def outside(boxes: Sequence[Box], wide: float, high: float) -> list[str]:
    """Texts that leave the drawing, and those that are cut."""
    return [
        one[0]
        for one in boxes
        if one[1] < -1 or one[2] < 0 or one[3] > wide + 1 or one[4] > high + 1 or one[0].endswith("…")
    ]


def meeting(boxes: Sequence[Box]) -> list[tuple[str, str]]:
    """Texts on one another."""
    return [
        (a[0], b[0])
        for a, b in combinations(boxes, 2)
        if a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5 and a[2] < b[4] - 0.5 and b[2] < a[4] - 0.5
    ]


def struck(root: Element, boxes: Sequence[Box]) -> list[str]:
    """Texts through which a step's line goes, but for numbers in a dot, which lies over it."""
    spots = [spot for path, x, y in placed(root, "path", "step") for spot in along(path.attrib["d"], x, y)]
    return [
        one[0]
        for one in boxes
        if not one[0].isdigit() and any(one[1] < x < one[3] and one[2] + 2 < y < one[4] - 2 for x, y in spots)
    ]


def lines(root: Element) -> Iterator[tuple[Element, list[Spot]]]:
    """Steps of a map, and points of each one's line."""
    for step in groups(root, "step"):
        line = next(one for one in step if one.get("class") == "line")
        yield step, list(along(line.attrib["d"]))


def cards_crossed(root: Element) -> list[tuple[str, str, str]]:
    """Cards through which a step's line goes, with the ends of the step."""
    frames = {}
    for card in groups(root, "card"):
        x, y = map(float, re.findall(r"-?[\d.]+", card.attrib["transform"])[:2])
        frame = next(one for one in card if one.get("class") == "frame")
        frames[x, y] = x + float(frame.attrib["width"]), y + float(frame.attrib["height"])
    assert len(frames) > 2
    return [
        (step.attrib["data-from"], step.attrib["data-to"], f"{x} {y}")
        for step, points in lines(root)
        for (x, y), (right, low) in frames.items()
        if any(x + 1 < at < right - 1 and y + 0.5 < down < low - 0.5 for at, down in points)
    ]


def along(d: str, right: float = 0.0, down: float = 0.0) -> Iterator[Spot]:
    """Points of a path of straight, quadratic and cubic pieces."""
    x = y = 0.0
    for sign, written in re.findall(r"([MLHVCQ])([^A-Za-z]*)", d):
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", written)]
        if sign in "HV":
            numbers = [at for one in numbers for at in ((one, y) if sign == "H" else (x, one))]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if sign == "M":
            (x, y), *points = points
        size = {"C": 3, "Q": 2}.get(sign, 1)
        for at in range(0, len(points), size):
            corners = [(x, y), *points[at : at + size]]
            for number in range(41):
                t = number / 40
                weights = [comb(size, k) * t**k * (1 - t) ** (size - k) for k in range(size + 1)]
                yield (
                    right + sum(part * one for part, (one, _) in zip(weights, corners, strict=True)),
                    down + sum(part * one for part, (_, one) in zip(weights, corners, strict=True)),
                )
            x, y = corners[-1]
