"""A market in which lists are posted, mirrored, packed anew and joined, and nearly all copies are nearly the same.

What circulates are files. Whoever takes one posts it again: cleaned of repeats, with other headings, sorted, with a few
rows lost or an advertisement added, scrubbed of dead numbers, in parts, or together with another pack. Some files pass
on as they are, byte for byte. Collectors who know nothing of each other bring new lists in.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeAlias

from openpyxl import Workbook

from tests.bench.zoo.truth import Truth, write_manifest

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "standard": {},
    "undated": {"dated": False},
    "heavy": {"joining": 4.0},
    "mail": {"mail": True},
    "masked": {"losing": 1.0},
}

SEGMENTS = ("142", "143", "154", "160", "163", "164", "168", "169", "179")  # of nobody
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
CHARACTERS = "安邦宝晨成川春达德东芳飞丰福刚光桂国海浩和恒红华辉慧佳建杰金静军凯康兰乐丽亮琳玲龙梅美敏明宁平琪强清"
CITIES = ("南京", "苏州", "无锡", "常州", "南通", "扬州", "镇江", "泰州", "徐州", "合肥", "芜湖", "杭州")
SYLLABLES = ("ba", "den", "fi", "gor", "ha", "ka", "lem", "lo", "mar", "ne", "no", "ral", "sa", "ten", "to", "vi", "zu")
START = date(2022, 1, 1)
HEADS: Mapping[str, tuple[str, ...]] = {
    "phone": ("手机号", "手机", "电话", "号码", "联系电话", "phone", "mobile"),
    "name": ("姓名", "联系人", "名字", "name"),
    "city": ("城市", "地区", "所在地", "city"),
    "firm": ("公司", "单位", "企业名称", "company"),
    "email": ("email", "Email", "e-mail", "EMAIL", "mail", "Email Address"),
    "first": ("first", "First Name", "firstname", "fname"),
    "last": ("last", "Last Name", "lastname", "surname"),
    "company": ("company", "Company", "organization"),
    "country": ("country", "Country", "ctry"),
}
SHAPES = ("{0}", "{0}", "{0}", "+86{0}", "86{0}", "+86 {0}", "{1}-{2}-{3}", "{1} {2} {3}")
FORMS = ("utf-8", "utf-8", "gb18030", "xlsx")
LARGEST, SMALLEST = 6_000, 320  # rows of a list

Change: TypeAlias = "Callable[[Post, Market], None]"


@dataclass(eq=False)
class Post:
    """A file that somebody posted."""

    holder: str
    day: int
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    rows: list[list[str]]
    form: str
    lineages: frozenset[int]  # originals that went into it
    parents: list[Post] = field(default_factory=list)
    parts: list[Post] = field(default_factory=list)  # posts into which it was split
    seen: bool = True  # whether it is on file

    @property
    def key(self) -> int:
        """The column of numbers or addresses."""
        return next(n for n, name in enumerate(self.columns) if name in {"phone", "email"})

    def people(self) -> set[str]:
        """Their numbers or addresses."""
        return {plain(row[self.key]) for row in self.rows}

    def above(self) -> set[Post]:
        """All posts from which it descends."""
        return {one for parent in self.parents for one in {parent} | parent.above()}

    def sighted(self) -> set[Post]:
        """Its parents; those that are not on file stand for their own."""
        return {one for parent in self.parents for one in ({parent} if parent.seen else parent.sighted())}


def plain(cell: str) -> str:
    """A number or an address however it is written; what is masked or cut stays what it is."""
    whole = re.fullmatch(r"(?:86)?(1\d{10})", re.sub("[ +-]", "", cell))
    return whole[1] if whole is not None else cell.strip().lower()


def shaped(number: str, shape: str) -> str:
    """A cell in another way of writing; one that is no whole number, and an address, stay."""
    whole = plain(number)
    if "@" in whole:
        return {"{0}": whole, "+86{0}": whole.capitalize(), "86{0}": whole.upper()}.get(shape, whole)
    return shape.format(whole, whole[:3], whole[3:7], whole[7:]) if re.fullmatch(r"\d{11}", whole) else number


class Market:
    """Posts in the order of posting."""

    def __init__(self, rng: Random, mail: bool, joining: float, losing: float) -> None:
        self.rng, self.mail, self.losing, self.joining = rng, mail, losing, joining
        self.posts, self.day, self._given = list[Post](), 0.0, set[str]()
        words = [self.word().lower() for _ in range(400)]
        self._domains = [f"{word}{rng.choice(('', '-mail', 'net'))}.example" for word in words]
        people = [self.person() for _ in range(rng.randrange(12_000, 24_000))]
        # Some are better known than others.
        self._people = [one for one in people for _ in range(min(20, int(rng.paretovariate(1.8))))]
        self.dead = {plain(one[0]) for one in people if rng.random() < 0.08}

    def word(self) -> str:
        """A name of no one."""
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.choice((2, 2, 3)))).capitalize()

    def identity(self, first: str = "", last: str = "") -> str:
        """A number or an address that nobody has yet."""
        draw = self.rng
        while True:
            made = f"{draw.choice(SEGMENTS)}{draw.randrange(10**8):08}"
            if self.mail:
                local = draw.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}{draw.randrange(100)}", last))
                made = f"{local}@{self._domains[int(400 * draw.random() ** 3)]}".lower()
            if made not in self._given:
                self._given.add(made)
                return made
            first, last = self.word(), self.word()

    def person(self) -> list[str]:
        """Number, name, city and firm, or address, names, company and country."""
        draw = self.rng
        if self.mail:
            first, last = self.word(), self.word()
            company = f"{self.word()} {draw.choice(('Inc', 'LLC', 'Ltd', 'GmbH'))}"
            return [self.identity(first, last), first, last, company, draw.choice(("US", "US", "US", "UK", "DE"))]
        name = draw.choice(SURNAMES) + "".join(draw.choices(CHARACTERS, k=draw.choice((1, 2, 2))))
        city = draw.choice(CITIES)
        return [self.identity(), name, city, f"{city}{''.join(draw.choices(CHARACTERS, k=4))}有限公司"]

    def original(self) -> list[Post]:
        """A list of somebody who collects: with repeats, slips, and numbers as they were given."""
        rng = self.rng
        chosen = {one[0]: one for one in rng.sample(self._people, 2 * LARGEST)}
        people = list(chosen.values())[: round(500 * 9 ** rng.random())]
        people += rng.sample(people, int(len(people) * rng.uniform(0, 0.03)))
        if rng.random() < 0.5:
            rng.shuffle(people)
        columns = ("email", "first", "last", "company", "country") if self.mail else ("phone", "name", "city", "firm")
        shapes, slips = rng.choices(SHAPES, k=3), rng.uniform(0, 0.01)
        keys = [self._slip(one[0]) if rng.random() < slips else one[0] for one in people]
        rows = [[shaped(key, rng.choice(shapes)), *one[1:]] for key, one in zip(keys, people, strict=True)]
        lineage = frozenset({sum(not post.parents for post in self.posts)})
        heads = tuple(rng.choice(HEADS[name]) for name in columns)
        made = Post(self.holder(lineage), int(self.day), columns, heads, rows, rng.choice(FORMS), lineage)
        if rng.random() < 0.4:
            drop_column(made, self)
        return [made]

    def _slip(self, key: str) -> str:
        at = 0 if self.mail else self.rng.randrange(3, 11)
        return key[:at] + self.rng.choice("aeiknst" if self.mail else "0123456789") + key[at + 1 :]

    def holder(self, lineages: frozenset[int]) -> str:
        """Somebody new, or somebody who has nothing of the kind yet."""
        holders = {post.holder for post in self.posts}
        free = holders - {post.holder for post in self.posts if post.lineages & lineages}
        return self.rng.choice(sorted(free)) if free and self.rng.random() < 0.25 else f"h{len(holders)}"

    def again(self, parents: Sequence[Post], rows: list[list[str]], holder: str | None = None) -> Post:
        """A post that is made of others, in the shape of the first."""
        lineages = frozenset(one for parent in parents for one in parent.lineages)
        by = holder or self.holder(lineages)
        made = replace(parents[0], holder=by, day=int(self.day), rows=[list(row) for row in rows])
        made.parents, made.lineages, made.parts = list(parents), lineages, []
        return made

    def altered(self, post: Post, most: int) -> Post:
        """A few things are done before it is posted."""
        weights = {one: CHANGES.get(one, 0) + self.losing * LOSSES.get(one, 0) for one in (*CHANGES, *LOSSES)}
        for change in self.rng.choices(list(weights), list(weights.values()), k=self.rng.randint(1, most)):
            change(post, self)
        return post

    def some_post(self) -> Post:
        """Whom people take from: often the latest post of a list, else any."""
        latest = list({post.lineages: post for post in self.posts}.values())
        return self.rng.choice(latest if self.rng.random() < 0.55 else self.posts)

    def copy(self) -> list[Post]:
        """One takes a file and posts it in another shape, or as it is, or posts one's own list again."""
        rng, post, kind = self.rng, self.some_post(), self.rng.random()
        if kind < 0.1:
            return [self.again([post], post.rows)]
        if kind < 0.22:
            post = rng.choice(list({(one.holder, one.lineages): one for one in self.posts}.values()))
            return [self.altered(self.again([post], post.rows, post.holder), 2)]
        return [self.altered(self.again([post], post.rows), 3)]

    def split(self) -> list[Post]:
        """One posts a file in parts, one below the other or by a column."""
        post, rng = self.some_post(), self.rng
        most = min(4, len(post.rows) // SMALLEST)
        if most < 2 or post.parts:
            return self.copy()
        count, rows = rng.randint(2, most), list(post.rows)
        if len(post.columns) > 1 and rng.random() < 0.4:
            rows.sort(key=lambda row: row[-1])
        ends = [round(len(rows) * n / count) for n in range(count + 1)]
        holder = self.holder(post.lineages)
        post.parts = [self.again([post], rows[a:b], holder) for a, b in pairwise(ends)]
        return list(post.parts)

    def rejoin(self) -> list[Post]:
        """One puts parts together again, if there are any."""
        whole = [post for post in self.posts if post.parts]
        if not whole:
            return self.split()
        parts = self.rng.choice(whole).parts
        parts = self.rng.sample(parts, self.rng.randint(2, len(parts))) if self.rng.random() < 0.5 else parts
        return [self.altered(self.again(parts, [row for one in parts for row in one.rows]), 2)]

    def combine(self) -> list[Post]:
        """One makes a pack of two files, each of which brings something that the other lacks."""
        for _ in range(12):
            one, other = self.some_post(), self.some_post()
            if one in other.above() or other in one.above() or len(one.rows) + len(other.rows) > LARGEST:
                continue
            if min(len(one.people() - other.people()), len(other.people() - one.people())) < 60:
                continue
            named = [dict(zip(other.columns, row, strict=True)) for row in other.rows]
            made = self.again([one, other], one.rows + [[row.get(name, "") for name in one.columns] for row in named])
            if one.lineages & other.lineages or self.rng.random() < 0.6:
                dedup(made, self)
            return [self.altered(made, 2)]
        return self.copy()

    def trade(self, wanted: int) -> None:
        """The market until so many posts are on file."""
        actions = {self.copy: 12.0, self.original: 0.7}
        actions |= {self.split: 0.5 * self.joining, self.rejoin: 0.7 * self.joining, self.combine: 0.8 * self.joining}
        for _ in range(self.rng.randint(3, 5)):
            self.posts += self.original()
        while sum(post.seen for post in self.posts) < wanted:
            self.day += self.rng.expovariate(1 / 9)
            for made in self.rng.choices(list(actions), list(actions.values()))[0]():
                made.seen = self.rng.random() < 0.82
                self.posts.append(made)


def dedup(post: Post, market: Market) -> None:
    """Of each number the first row stays."""
    first: dict[str, list[str]] = {}
    for row in post.rows:
        first.setdefault(plain(row[post.key]), row)
    post.rows = list(first.values())


def reorder(post: Post, market: Market) -> None:
    """Sorted by a column, shuffled or turned round."""
    rng, column, count = market.rng, market.rng.randrange(len(post.columns)), len(post.rows)
    turned, mixed = range(count, 0, -1), rng.sample(range(count), count)
    keys = rng.choice(([row[column] for row in post.rows], [row[post.key] for row in post.rows], turned, mixed))
    post.rows = [post.rows[n] for n in sorted(range(count), key=keys.__getitem__)]


def normalise(post: Post, market: Market) -> None:
    """All numbers in one way of writing."""
    shape = market.rng.choice(SHAPES)
    for row in post.rows:
        row[post.key] = shaped(row[post.key], shape)


def dress(post: Post, market: Market) -> None:
    """Other headings, perhaps another file format; now and then only the numbers."""
    rng, key = market.rng, post.key
    post.form = rng.choice((*FORMS, post.form, post.form, post.form, "txt"))
    if post.form == "txt":
        post.columns, post.rows = (post.columns[key],), [[row[key]] for row in post.rows]
    post.heads = tuple(rng.choice(HEADS[name]) for name in post.columns)


def lose(post: Post, market: Market) -> None:
    """A handful of rows is gone: here and there, or at an end."""
    rng, count = market.rng, max(1, int(len(post.rows) * 10 ** market.rng.uniform(-3, -1.6)))
    gone = set(rng.choice((rng.sample(range(len(post.rows)), count), range(count), range(len(post.rows))[-count:])))
    post.rows = [row for n, row in enumerate(post.rows) if n not in gone]


def advertise(post: Post, market: Market) -> None:
    """The poster's own address stands among the rows, and others' advertisements are taken out now and then."""
    rng, text = market.rng, "more lists" if market.mail else "更多名单请联系"
    if rng.random() < 0.3:
        post.rows = [row for row in post.rows if text not in row]
    at = rng.choice((0, len(post.rows), rng.randrange(len(post.rows))))
    for _ in range(rng.randint(1, 4)):
        own = market.identity("sales", "lists")
        post.rows.insert(at, [own if n == post.key else text for n in range(len(post.columns))])


def scrub(post: Post, market: Market) -> None:
    """Nearly all dead numbers are taken out, and some living ones."""
    rng = market.rng
    post.rows = [row for row in post.rows if rng.random() >= (0.9 if plain(row[post.key]) in market.dead else 0.004)]


def drop_column(post: Post, market: Market) -> None:
    """A column is left out, never that of the numbers."""
    others = [n for n in range(len(post.columns)) if n != post.key]
    stay = sorted([post.key, *market.rng.sample(others, max(0, len(others) - 1))])
    post.columns, post.heads = tuple(post.columns[n] for n in stay), tuple(post.heads[n] for n in stay)
    post.rows = [[row[n] for n in stay] for row in post.rows]


def _marring(column: str, most: float, mar: Callable[[str], str]) -> Change:
    """Some cells of a column, here and there or in a block, are no longer what they were; `most` of them at most."""

    def change(post: Post, market: Market) -> None:
        rng, columns = market.rng, [n for n in range(len(post.columns)) if (n == post.key) == (column == "key")]
        if columns:
            at, count = rng.choice(columns), int(len(post.rows) * most * rng.choice((1, rng.random())))
            first = rng.randrange(len(post.rows) - count + 1)
            for row in post.rows[first : first + count] if rng.random() < 0.5 else rng.sample(post.rows, count):
                row[at] = mar(row[at])

    return change


def _masked(cell: str) -> str:
    local, _, domain = plain(cell).partition("@")
    return f"{local[:1]}***@{domain}" if domain else f"{local[:3]}****{local[7:]}" if local.isdecimal() else cell


CHANGES: Mapping[Change, float] = {
    dedup: 3, dress: 6, reorder: 2.5, normalise: 3, lose: 3, advertise: 2, scrub: 1.2, drop_column: 1,
    _marring("others", 0.4, lambda cell: cell[:0]): 0.5,
    _marring("others", 1, lambda cell: cell[:1] + "*" * len(cell[1:])): 0.5,
}  # fmt: skip
LOSSES: Mapping[Change, float] = {
    _marring("key", 0.25, _masked): 3, _marring("key", 0.06, lambda cell: cell[:-2]): 2,
    _marring("key", 0.35, lambda cell: f"{int(plain(cell)):.2E}" if plain(cell).isdecimal() else cell): 3,
    _marring("others", 0.5, lambda cell: cell[:0]): 2, _marring("others", 1, lambda cell: cell[:4]): 2,
}  # fmt: skip
"""What a market does besides in which lists lose what they had."""


def write_table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[str]], form: str) -> None:
    """One file; form: xlsx, txt (no headings), or the encoding of a csv. The same cells give the same bytes."""
    table = [*([heads] if form != "txt" else []), *rows]
    if form != "xlsx":
        with path.open("w", encoding="utf-8" if form == "txt" else form, newline="") as out:
            csv.writer(out).writerows(table)
        return
    book, saved = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Sheet1")
    for line in table:
        sheet.append(line)
    book.save(saved)
    with zipfile.ZipFile(saved) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as timeless:
        for name in made.namelist():  # the library writes the time of day into the file
            data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", made.read(name))
            timeless.writestr(zipfile.ZipInfo(name), data)


def truth_of(files: Mapping[str, Post], contents: Mapping[str, bytes]) -> Truth:
    """Edges between posts on file; of files that are the same bytes, any may stand for any other."""
    names = {post: name for name, post in files.items()}
    edges = {(names[above], name) for name, post in files.items() for above in post.sighted()}
    same = {name: {one for one in contents if contents[one] == contents[name]} for name in files}
    swapped = {(x, y) for a, b in edges for x in same[a] for y in same[b] if len(same[a]) + len(same[b]) > 2 and x != y}
    return Truth(frozenset(edges), frozenset(swapped | {(a, b) for a in files for b in same[a] if a != b}))


def build(
    folder: Path, seed: int, *, dated: bool = True, mail: bool = False, joining: float = 1.0, losing: float = 0.0
) -> Truth:  # fmt: skip
    """Make one case. joining: how much is split and put together; losing: how often lists lose what they had."""
    rng = Random(f"rehosting {mail} {joining} {losing} {seed}")
    market = Market(rng, mail, joining, losing)
    market.trade(rng.randint(13, 22))
    seen, holders = [post for post in market.posts if post.seen], {post.holder for post in market.posts if post.seen}
    files = dict(sorted(zip(rng.sample([f"d{n:03}" for n in range(len(seen))], len(seen)), seen, strict=True)))
    ids = {holder: f"p{n:02}" for n, holder in enumerate(rng.sample(sorted(holders), len(holders)))}
    contents, datasets = {}, []
    for name, post in files.items():
        path = f"{name}.{post.form if post.form in {'xlsx', 'txt'} else 'csv'}"
        write_table(folder / path, post.heads, post.rows, post.form)
        contents[name] = (folder / path).read_bytes()
        found = START + timedelta(post.day + 1 + int(rng.expovariate(1 / 45)) if dated else 1_000)
        created = START + timedelta(post.day) if dated and rng.random() < 0.2 else None
        datasets.append({"id": name, "path": path, "holder": ids[post.holder], "obtained": found, "created": created})
    parties = [{"id": one, "name": market.word(), "role": "data_trader"} for one in sorted(ids.values())]
    write_manifest(folder, name="Posts", region="US" if mail else "CN", parties=parties, datasets=datasets)
    return truth_of(files, contents)
