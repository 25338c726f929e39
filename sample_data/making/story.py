"""The market of the sample case: who holds which rows, and from whom they came.

The truth in one paragraph. Chenxi (lessons) and Luyan (interiors) hand their customers' lists to system vendors.
Hengtu keeps both in its back end. From Chenxi's it sells already during the contract (as "random numbers", to Tongyao),
and it goes on when the contract has ended: the trader Huaixu gets a lot from the back end, Lianqiu buys from Huaixu,
Beiling from Lianqiu. Lanheng and Shuoyu keep what they were given and sell nothing. Heyu's list comes from Luyan's own
office, not from any vendor. Yigu collects firms from the public register and users from the Miaopu app; Quandu sells
the same under its own name. Lingque's numbers are really random.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from making.world import POPULATION, People, collected, joined, make_people, mixed_in, sampled, stream
from tracer.simulate.names import emails
from tracer.simulate.segments import BLOCK, EVERYDAY, Segments, make_segments

CLEAN = {"plain": 1.0}
KEPT = {form: share for form, share in EVERYDAY.items() if form != "lossy"}
"""Dirty, but every number can still be read."""
RELEASES = ("chenxi-hengtu", "chenxi-lanheng", "chenxi-hesong", "luyan-hengtu", "luyan-shuoyu")
UNIQUE = 16
"""Canaries in each release and in no other: three hands on, a sixth of the rows still holds one 19 times of 20."""
JANUARY = np.datetime64("2026-01-10")


@dataclass(frozen=True)
class Story:
    """All that the files are written from."""

    segments: Segments
    lists: dict[str, People]
    """Dataset id → its rows."""
    copies: dict[str, People]
    """Release id → the rows that were handed over, canaries included."""
    canaries: dict[str, People]
    """Release id → its canaries; `home-chenxi`, `home-luyan`, `control` and `reserve` beside them."""


def tell() -> Story:
    """Draw the market. Every list has a random stream of its own."""
    segments = make_segments(stream("segments"), 300)
    business = stream("business").random(POPULATION) < 0.45
    everybody = make_people("world", segments, POPULATION + 4_000, np.append(business, np.zeros(4_000, dtype=bool)))
    world, unknown = (everybody.take(np.arange(*span)) for span in ((0, POPULATION), (POPULATION, POPULATION + 4_000)))
    canaries = _canaries(unknown)
    lists = _clients(world, canaries)
    copies = _copies(lists, canaries)
    lists |= _kept_by_vendors(world, copies)
    lists |= _resold(lists, copies, unknown)
    lists |= _platforms(world)
    lists["beiling-2026-07"] = _bought_by_beiling(lists)
    lists["heyu-decor-2026-06"] = sampled(lists["luyan-2026-02"], "heyu", 0.7).rewritten("heyu", CLEAN)
    lists["lingque-random-2026-05"] = _random_numbers(segments, 2_500, "lingque", canaries)
    lists["chenxi-refusals"] = _refusals(world, lists["chenxi-2026-04"], canaries["home-chenxi"])
    return Story(segments, lists, copies, canaries)


def _canaries(unknown: People) -> dict[str, People]:
    """Controlled identities: people of whom no list knows, with a mail address each."""
    personas = [*RELEASES, "home-chenxi", "home-luyan", "control", "reserve"]
    sizes = dict.fromkeys(personas, UNIQUE) | {"home-chenxi": 8, "home-luyan": 8, "control": 16, "reserve": 6}
    likely = unknown.take(np.isin(unknown.province, ("江苏", "浙江", "安徽")))
    result, start = {}, 0
    for persona in personas:
        mine = likely.take(np.arange(start, start + sizes[persona]))
        mail = emails(stream(persona + "/mail"), sizes[persona])
        joined_on = np.datetime64("2023-03-01") + stream(persona).integers(0, 900, len(mine)).astype("timedelta64[D]")
        result[persona] = replace(mine, email=mail, since=joined_on)
        start += sizes[persona]
    return result


def _clients(world: People, canaries: dict[str, People]) -> dict[str, People]:
    """The clients' own lists, their home canaries inside, numbers as the clients' staff typed them."""
    where = {"江苏": 1.0, "安徽": 0.5, "浙江": 0.15, "*": 0.02}
    ever = mixed_in(collected(world, "chenxi", 3_200, where, business=False), canaries["home-chenxi"], "home-chenxi")
    order = np.argsort(ever.since, kind="stable")
    gone = stream("chenxi/gone").random(len(ever)) < 0.06
    gone &= ~np.isin(ever.phone, canaries["home-chenxi"].phone)
    left = ever.since + stream("chenxi/left").integers(20, 700, len(ever)).astype("timedelta64[D]")
    until = np.where(gone & (left < np.datetime64("2026-04-01")), left, np.datetime64("NaT", "D"))
    history = replace(ever, until=until).take(order).rewritten("chenxi", KEPT)
    then = history.take((history.since <= JANUARY) & ~(history.until <= JANUARY))
    luyan = collected(world, "luyan", 2_200, {"浙江": 1.0, "江苏": 0.12, "福建": 0.15, "*": 0.02}, business=False)
    luyan = replace(mixed_in(luyan, canaries["home-luyan"], "home-luyan"), email=np.full(2_200 + 8, ""))
    return {
        "chenxi-2026-01": replace(then, until=np.full(len(then), np.datetime64("NaT", "D"))),
        "chenxi-2026-04": history,
        "luyan-2026-02": luyan.rewritten("luyan", KEPT),
    }


def _copies(lists: dict[str, People], canaries: dict[str, People]) -> dict[str, People]:
    """What each recipient was handed: the client's rows in their order, its canaries, no home canary, some withheld."""
    sources = {"chenxi-hesong": "chenxi-2026-04"}
    homes = np.concatenate([canaries["home-chenxi"].phone, canaries["home-luyan"].phone])
    result = {}
    for release in RELEASES:
        default = "chenxi-2026-01" if release.startswith("chenxi") else "luyan-2026-02"
        source = lists[sources.get(release, default)]
        current = source.take(~np.isin(source.phone, homes) & np.isnat(source.until))
        planted = canaries[release].rewritten(release, KEPT)
        if release.startswith("luyan"):
            planted = replace(planted, email=np.full(UNIQUE, ""))
        result[release] = mixed_in(sampled(current, release, 0.985), planted, release)
    return result


def _kept_by_vendors(world: People, copies: dict[str, People]) -> dict[str, People]:
    """Hengtu's back end holds all its clients' uploads; Lanheng, Shuoyu and Hesong hold what they were given."""
    others = collected(world, "hengtu/others", 900, {"山东": 1.0, "河南": 1.0, "*": 0.1}, business=False)
    backend = joined(copies["chenxi-hengtu"], copies["luyan-hengtu"], others)
    return {
        "hengtu-backend-2026-05": backend.rewritten("backend", CLEAN),
        "lanheng-audit-2026-05": copies["chenxi-lanheng"].rewritten("lanheng", CLEAN),
        "shuoyu-hosted-2026-06": copies["luyan-shuoyu"],
        "hesong-2026-06": sampled(copies["chenxi-hesong"], "hesong", 0.25).rewritten("hesong", {"plain": 2, "plus": 1}),
    }


def _resold(lists: dict[str, People], copies: dict[str, People], unknown: People) -> dict[str, People]:
    """Hengtu's goods: half of Chenxi's upload, padded, to Tongyao; a lot of the back end to Huaixu, on to Lianqiu."""
    padding = unknown.take(np.arange(3_000, 3_500))  # numbers of nobody in the blocks that are in use
    tongyao = joined(sampled(copies["chenxi-hengtu"], "tongyao", 0.5), padding)
    backend = lists["hengtu-backend-2026-05"]
    lot = sampled(backend, "huaixu", 0.55, shuffled=True).rewritten("huaixu", KEPT | {"lossy": 0.01, "labelled": 0.05})
    readable = lot.take(np.char.find(lot.raw, "E+") < 0)
    lianqiu = sampled(readable, "lianqiu", 0.5)
    return {
        "tongyao-2026-03": tongyao.take(stream("tongyao/order").permutation(len(tongyao))).rewritten("tongyao", CLEAN),
        "huaixu-lot7": lot,
        "huaixu-teaser": sampled(backend, "teaser", 0.02, shuffled=True).rewritten("teaser", {"plain": 3, "masked": 1}),
        "lianqiu-lot2": lianqiu.take(np.argsort(lianqiu.phone)).rewritten("lianqiu", CLEAN),
    }


def _platforms(world: People) -> dict[str, People]:
    """Public sources, an app's users, the lead platform that took from both, and its reseller."""
    register = collected(world, "register", 2_400, {"*": 1.0}, business=True).rewritten("register", KEPT)
    users = collected(world, "miaopu", 2_600, {"*": 1.0, "广东": 2.0, "四川": 2.0}, business=False)
    own = collected(world, "yigu/own", 400, {"*": 1.0, "北京": 4.0}, business=True)
    yigu = joined(sampled(register, "yigu/register", 0.6), sampled(users, "yigu/users", 0.35), own)
    yigu = yigu.take(stream("yigu/order").permutation(len(yigu)))
    return {
        "registry-2026-03": register,
        "tender-2026-04": collected(world, "tender", 1_500, {"*": 1.0}, business=True).rewritten("tender", KEPT),
        "miaopu-users-2026-01": users.rewritten("miaopu", CLEAN),
        "yigu-leads-2026-04": yigu.rewritten("yigu", CLEAN),
        "quandu-2026-05": sampled(yigu, "quandu", 0.6).rewritten("quandu", {"plain": 8, "86": 1, "masked": 1}),
    }


def _bought_by_beiling(lists: dict[str, People]) -> People:
    """A contractor's calling list, merged from two purchases."""
    quandu = lists["quandu-2026-05"]
    leads = sampled(quandu.take(np.char.find(quandu.raw, "*") < 0), "beiling/leads", 0.4)
    bought = joined(sampled(lists["lianqiu-lot2"], "beiling/part", 0.6), leads)
    bought = bought.take(np.unique(bought.phone, return_index=True)[1])
    return bought.take(stream("beiling/order").permutation(len(bought))).rewritten("beiling", {"plain": 9, "spaced": 1})


def _random_numbers(segments: Segments, n: int, purpose: str, canaries: dict[str, People]) -> People:
    """Numbers drawn evenly from the blocks in use; names do not exist. No controlled number is among them."""
    drawn = make_people(purpose, segments, n + 50)
    controlled = np.concatenate([people.phone for people in canaries.values()])
    free = drawn.take(~np.isin(drawn.phone, controlled))
    assert BLOCK * len(segments) > len(free) >= n  # noqa: S101  a broken sample must not be written
    return free.take(np.arange(n)).rewritten(purpose, CLEAN)


def _refusals(world: People, customers: People, home: People) -> People:
    """People who asked not to be called: most are Chenxi's customers; `since` is the day of the refusal."""
    theirs = sampled(customers.take(~np.isin(customers.phone, home.phone)), "refusals", 0.08)
    people = joined(theirs, collected(world, "refusals/others", 40, {"*": 1.0}, business=False))
    days = stream("refusals/days").integers(0, 180, len(people)).astype("timedelta64[D]")
    return replace(people, since=np.datetime64("2025-12-01", "D") + days).rewritten("refusals", CLEAN)
