"""Namesakes born on one day: `python -m tests.bench.namesakes [--people 200000]`.

Rolls of names and birthdays alone, drawn independently from one population, and an extract of one of them merged with
strangers. The null: two rolls of n and m people have n m S D keys in common by chance, where S is the chance that two
people have one name and D that they have one birthday. Names are drawn eight times as often alike as in China (S =
2.8e-5; the commonest is that of 6 in 10,000), birthdays over 74 years with four times as many first of January (D =
4e-5). Bars: no derivation among strangers, the extract found, shared keys of strangers within the null's 99.9 %.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.stats import poisson

from tests.bench import frame
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.trace import trace

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫"
    "段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_COMMONEST = (7.1, 7.0, 6.7, 5.4, 4.5, 3.1, 2.2, 2.1, 2.0, 1.9)
"""Percent of the ten commonest surnames (Ministry of Public Security, 2020); the others fall off slowly."""
_LETTERS = (
    "伟强磊军洋勇艳杰娟涛明超秀霞平刚桂英芳娜敏静丽文华建国红玉兰志海峰春梅宇浩欣怡子涵梓轩雨婷"
    "晨曦佳琪嘉俊辉斌鹏飞凤云雪莹洁倩颖琳慧婉清若思远博睿泽一诺可心安然天佑承恩家豪振东永福德胜光荣"
)
_DAYS = 27_000
_FIRST = date(1935, 1, 1)


class Population:
    """Names and birthdays with their frequencies."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._given = [*_LETTERS, *(a + b for a in _LETTERS for b in _LETTERS)]
        surnames = np.array([*_COMMONEST, *(1.6 / (1 + 0.05 * i) for i in range(10, len(_SURNAMES)))])
        ranks = self._rng.permutation(len(self._given))
        given = (1 / (np.arange(1, len(self._given) + 1) + 8) ** 0.85)[ranks]
        self._days = [_FIRST + timedelta(i) for i in range(_DAYS)]
        pyramid = np.interp(np.arange(_DAYS) / _DAYS, [0, 0.2, 0.5, 0.8, 1], [0.3, 0.8, 1.2, 1.0, 0.9])
        first = np.array([day.month == day.day == 1 for day in self._days])
        days = pyramid * self._rng.lognormal(0, 0.1, _DAYS) * np.where(first, 4, 1)
        self._shares = tuple(each / each.sum() for each in (surnames, given, days))

    def agree(self) -> float:
        """The chance that two people have one name and one birthday."""
        return float(np.prod([(each**2).sum() for each in self._shares]))

    def people(self, n: int) -> list[str]:
        """Lines `name,birthday` of n people."""
        drawn = (self._rng.choice(each.size, n, p=each) for each in self._shares)
        return [f"{_SURNAMES[a]}{self._given[b]},{self._days[c]}" for a, b, c in zip(*drawn, strict=True)]


def main(*, people: int = 200_000, seed: int = 7) -> bool:
    """Print what was shared and stated; exit code 1 where a bar is missed."""
    population, n = Population(seed), people
    rolls = {name: population.people(n) for name in ("a", "b", "c")}
    rolls["d"] = [*rolls["a"][: n * 3 // 10], *population.people(n // 10)]
    case = memory_case()
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in rolls.items():
            path = Path(folder) / f"{name}.csv"
            path.write_text("姓名,生日\n" + "\n".join(lines) + "\n", encoding="utf-8")
            load_dataset(case, path, DatasetFacts(name, f"party-{name}"), ReadOptions(columns={"key": "姓名,生日"}))
    trace(case)
    null = n * n * population.agree()
    most = int(poisson.ppf(0.999, null))
    counted = "SELECT count(*) FROM membership a JOIN membership b USING (key) WHERE a.dataset = $a AND b.dataset = $b"
    bad = 0
    for one, other in combinations((1, 2, 3), 2):
        ((shared,),) = case.con.execute(counted, {"a": one, "b": other}).fetchall()
        bad += shared > most
        print(
            f"strangers {one}-{other}: {shared} of {n:,} in common;"
            f" the null: {null:.0f}, at most {most} in 999 of 1,000"
        )
    stated = case.con.execute("SELECT DISTINCT parent, child, probability FROM derivation ORDER BY ALL").fetchall()
    print(f"stated: {stated}")
    return bad == 0 and bool(stated) and all({parent, child} == {"a", "d"} for parent, child, _ in stated)


if __name__ == "__main__":
    frame.run(main)
