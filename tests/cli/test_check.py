"""A buyer is offered a list: what `tracer check` says of it, and that nothing of it stays."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import tracer as library
from tests.cli.conftest import Made, Once, Tracer, Use, phone
from tracer.cli.main import run
from tracer.publish import check

CUSTOMERS, BOUGHT, REFUSED, HASHED = range(400), range(300, 900), range(200, 260), range(1000, 1030)
"""People by number: own customers, a list bought in March, who refused, and who is in a list of hashes."""
CANARIES = range(90_000, 90_006)
OFFERED = "geheim-angebot"
PEOPLE = [*range(200, 500), *range(5000, 5100)]


def write(path: Path, people: Iterable[int]) -> Path:
    path.write_text("姓名,手机号\n" + "".join(f"甲{number},{phone(number)}\n" for number in people), encoding="utf-8")
    return path


def write_hashes(path: Path, people: Iterable[int], sign: str = "+86") -> Path:
    digests = (hashlib.sha256(f"{sign}{phone(number)}".encode()).hexdigest() for number in people)
    path.write_text("sha256_phone\n" + "".join(f"{digest}\n" for digest in digests), encoding="utf-8")
    return path


def make_buyer(made: Made) -> None:
    case, folder = made.folder / "case", made.folder
    canaries = "".join(f"{phone(number)},林晓\n" for number in CANARIES)
    (folder / "canaries.csv").write_text("phone,name\n" + canaries, encoding="utf-8")
    made.run("init", case, "--region", "CN")
    for words in (
        ("canary", "import", folder / "canaries.csv", "--kind", "canary"),
        ("load", write(folder / "customers.csv", CUSTOMERS), "--holder", "us", "--origin", "own",
         "--created", "2026-01-10"),
        ("load", write(folder / "bought.csv", BOUGHT), "--holder", "acme", "--obtained", "2026-03-01"),
        ("load", write(folder / "refusals.csv", REFUSED), "--holder", "us", "--origin", "refusals"),
        ("load", write_hashes(folder / "dnc.csv", HASHED), "--holder", "registrar", "--origin", "refusals"),
        ("party", "add", "center", "--name", "Center"),
        ("release", "add", "customers", "--to", "center", "--date", "2026-02-01",
         "--path", write(folder / "copy.csv", [*range(400), *CANARIES])),
    ):  # fmt: skip
        made.run(*words, "--case", case)


@pytest.fixture
def buyer(tmp_path: Path, once: Once, own_surroundings: Path, use: Use) -> Path:
    return use(once(make_buyer).copy(tmp_path / "buyer", own_surroundings))


@pytest.fixture
def bought(once: Once) -> Path:
    return once(make_buyer).folder / "bought.csv"


Checked = Callable[..., dict[str, Any]]


@pytest.fixture
def checked(tracer: Tracer, buyer: Path, tmp_path: Path) -> Checked:
    """What is found of an offer of these people, or of a file."""

    def found(offer: Iterable[int] | Path, *more: str) -> dict[str, Any]:
        file = offer if isinstance(offer, Path) else write(tmp_path / "offer.csv", offer)
        return dict(tracer("check", file, "-f", "json", *more).done().json())

    return found


def test_an_offer_is_held_against_all_that_the_case_has(checked: Checked) -> None:
    people = [*range(210, 500), *range(1000, 1025), *range(5000, 5300), *range(5000, 5040)]
    said = "random,size=700,fresh=2026-05,consented,first_hand"
    found = checked(people, "--claims", said, "--seller", "acme", "--on", "2026-06-01")
    assert (found["rows"], found["contacts"], found["duplicates"], found["seller"]) == (655, 615, 40, "acme")
    assert (found["recycled"]["contacts"], found["new"]["contacts"]) == (290, 325)
    assert found["recycled"]["share"] == pytest.approx(290 / 615, abs=1e-6)
    lists = {one["dataset"]: (one["contacts"], one["since"]) for one in found["lists"]}
    assert lists == {"bought": (200, "2026-03-01"), "customers": (190, "2026-01-10")}
    assert (found["refused"]["people"], found["own"]["people"]) == (50 + 25, 190)
    verdicts = {one["claim"]: one["verdict"] for one in found["claims"]}
    assert verdicts["size"] == verdicts["fresh"] == verdicts["consented"] == "contradicted"
    assert (found["reading"], found["because"]) == ("do-not-use", ["refused", "claims"])


def test_how_an_offer_reads(checked: Checked, tracer: Tracer, tmp_path: Path) -> None:
    found = checked(range(5000, 5300), "--claims", "size=300,fresh")
    assert (found["reading"], found["recycled"]["contacts"], found["lists"]) == ("nothing", "<20", [])
    assert [one["verdict"] for one in found["claims"]] == ["supported", "consistent"]
    found = checked([*range(5000, 5300), *range(860, 890)], "--claims", "fresh=2026-05")
    assert found["claims"][0]["numbers"] == {"older": 30, "first": "2026-03-01"}
    assert (found["claims"][0]["verdict"], found["reading"]) == ("consistent", "not-new"), "a few known people"
    found = checked([*range(5000, 5100), *range(200, 215), *range(1000, 1010)])
    assert (found["refused"], found["reading"]) == ({"people": 25}, "do-not-use"), "all refusals count as one"
    assert "25 people in it have refused" in tracer("check", tmp_path / "offer.csv").done().out
    found = checked(range(200, 219))
    assert (found["reading"], found["compared"], found["lists"]) == ("small", False, [])
    (claim,) = checked([*range(600, 900), *range(5000, 5100)], "--claims", "random", "--seller", "sellr")["claims"]
    assert claim["verdict"] == "contradicted", "others' lists in it speak against random numbers"
    assert claim["why"][0].startswith(("300 of its contacts are in lists that others have", "300 of its numbers"))


def test_a_copy_that_was_handed_over_is_named(checked: Checked, tracer: Tracer, tmp_path: Path) -> None:
    found = checked([*range(350), *CANARIES], "--claims", "own_collection")
    assert [one["recipient"] for one in found["copies"] if one["accused"]] == ["center"]
    assert found["canaries"]["seen"] == len(CANARIES)
    assert "copy" in found["because"]
    assert found["claims"][0]["verdict"] == "contradicted"
    tracer("check", tmp_path / "offer.csv").ends(0, "it holds records from the copy that was given to Center")


def test_hashes_are_held_against_what_is_the_buyers_own(checked: Checked, tmp_path: Path) -> None:
    found = checked(write_hashes(tmp_path / "hashes.csv", range(190, 400)))
    assert (found["own"]["people"], found["refused"]["people"]) == (210, 60)


def test_fewer_than_twenty_are_as_none(checked: Checked) -> None:
    """19 people who refused and 19 of the bought list, in the place of people whom the case does not know."""
    without = checked(range(5000, 5100), "--claims", "fresh,consented")
    people = [*range(5000, 5062), *range(241, 260), *range(700, 719)]
    assert told(checked(people, "--claims", "fresh,consented")) == told(without)
    assert checked([*people, 240])["refused"]["people"] == 20


def test_one_person_in_many_forms_is_one(checked: Checked, tmp_path: Path) -> None:
    """One who refused: the number hashed in all forms that are looked for, and one hash next to many addresses."""
    forms, offer = (phone(201), f"86{phone(201)}", f"+86{phone(201)}", f"0086{phone(201)}"), tmp_path / "forms.csv"
    for kind in ("md5", "sha1", "sha256"):
        digests = [hashlib.new(kind, form.encode()).hexdigest() for form in forms]
        rows = [f"{digests[n % 4]},a{n}@example.org" for n in range(24)]
        offer.write_text(f"{kind}_phone,email\n" + "\n".join(rows), encoding="utf-8")
        found = checked(offer)
        assert (found["compared"], found["refused"]["people"], found["own"]["people"]) == (True, "<20", "<20")


def test_what_is_to_be_known_first_is_in_the_headline(checked: Checked, tracer: Tracer, tmp_path: Path) -> None:
    found = checked([*range(100, 140), *range(5000, 5100)])
    assert (found["reading"], found["first"]) == ("look-first", ["own"])
    assert found["said"].startswith("Look into this first: 40 of your own customers are in it")
    (tmp_path / "unused.csv").write_text("phone\n" + "".join(f"{phone(n)}\n" for n in range(80_000, 80_003)))
    tracer("canary", "import", tmp_path / "unused.csv", "--kind", "canary").done()
    found = checked([*range(80_000, 80_003), *range(5000, 5100)])
    assert (found["first"], found["new"]["contacts"]) == (["planted"], 100)
    assert "3 of your planted records are in it: it comes from you" in found["said"]
    found = checked(write_hashes(tmp_path / "hashed.csv", range(5000, 5100), sign=""))
    assert (found["first"], found["new"]["contacts"], found["not_compared"]) == (["unread"], 0, 100)
    tracer("init", tmp_path / "empty", "--region", "CN").done()
    found = checked(range(5000, 5100))
    assert (found["reading"], found["said"]) == ("no-lists", "This case holds no list to compare it with.")


def test_a_file_that_the_case_has(checked: Checked, tracer: Tracer, bought: Path, tmp_path: Path) -> None:
    found = checked(bought, "--claims", "first_hand")
    assert (found["first"], found["sources"], found["claims"][0]["verdict"]) == (["own", "same"], [], "contradicted")
    assert found["claims"][0]["why"] == ["This file is bought, byte for byte."]
    offer = write(tmp_path / "lot.csv", range(5000, 5100))
    tracer("load", offer, "--holder", "acme", "--origin", "offer").done()
    found = checked(offer, "--seller", "acme")
    assert (found["reading"], found["offers"], found["lists"]) == ("nothing", ["lot"], [])
    found = checked(bought, "--on", "2026-02-01", "--claims", "first_hand")
    assert [one["dataset"] for one in found["lists"]] == [one["parent"] for one in found["sources"]] == ["customers"]
    assert found["same"] == [], "lists of later days are looked at nowhere"
    said_of_older = " ".join(tracer("check", bought, "--on", "2026-02-01").done().out.split())
    assert re.search(r"This list was copied from customers\. How sure: .*likely, \d\d%\.", said_of_older), said_of_older
    tracer("check", bought, "--on", f"{date.today() + timedelta(days=9)}").ends(3, "future")


def test_a_file_that_is_not_there_is_one_error(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in (tmp_path / "none.csv", "-", tmp_path / "loop"):
        refused = tracer("check", name).ends(3)
        assert (refused.err.count("Error"), "Traceback" in refused.err) == (1, False)


def test_numbers_that_the_case_holds_say_of_which_country_an_offer_is(tracer: Tracer, tmp_path: Path) -> None:
    """Bare numbers alone may be Poland's, Chile's or Japan's; a few that are met decide nothing."""
    numbers = [f"450{at * 7919 % 1000 * 977 % 1000000:06d}" for at in range(1, 200)]
    (tmp_path / "shop").mkdir()
    shop, offer, case = tmp_path / "shop" / "shop.csv", tmp_path / "offer.txt", tmp_path / "case"
    shop.write_text("Imię,Telefon\n" + "".join(f"Łucja,+48{number}\n" for number in numbers[:100]), encoding="utf-8")
    tracer("init", case).done()
    tracer("load", shop, "--holder", "shop", "--case", case).done()
    offer.write_text("\n".join(numbers[:60]), encoding="utf-8")
    tracer("check", offer, "--case", case).ends(0, "60 of its 60 contacts")
    offer.write_text("\n".join(numbers[81:160]), encoding="utf-8")
    tracer("check", offer, "--case", case).ends(3, "--region PL")


def test_a_later_canary_is_no_question_about_a_list(
    tracer: Tracer, checked: Checked, bought: Path, tmp_path: Path
) -> None:
    """Somebody is entered as a canary, and the file of a list is checked to see whether that person is in it."""
    (tmp_path / "late.csv").write_text(f"phone,name\n{phone(800)},甲\n", encoding="utf-8")
    tracer("canary", "import", tmp_path / "late.csv", "--kind", "canary").done()
    found = checked(bought)
    assert (found["same"], found["canaries"]["seen"]) == (["bought"], 0)


def state(case: Path) -> dict[str, str]:
    """The files of a case but the journal and its mark, as hashes."""
    files = (path for path in case.rglob("*") if path.is_file() and not path.name.startswith("journal"))
    return {str(path.relative_to(case)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def traces(folder: Path) -> list[str]:
    """Files in which something of the list can be read."""
    wanted = [OFFERED.encode(), *(phone(number).encode() for number in PEOPLE[:40]), "甲5050".encode()]
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [name for name, content in files.items() if any(one in content for one in wanted)]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


def test_nothing_stays_but_a_line_of_the_journal(tracer: Tracer, buyer: Path, tmp_path: Path, temporary: Path) -> None:
    offer, before = write(tmp_path / f"{OFFERED}.csv", PEOPLE), state(buyer)
    lines = (buyer / "journal.jsonl").read_text("utf-8").splitlines()
    tracer("check", offer, "--claims", "random,size=400", "--seller", "x", "-o", tmp_path / "page.html").done()
    assert state(buyer) == before
    *earlier, last = (buyer / "journal.jsonl").read_text("utf-8").splitlines()
    assert earlier == lines
    entry = json.loads(last)
    assert (entry["command"], entry["detail"].keys(), entry["result"]) == ("check", {"rows", "day"}, None)
    assert entry["detail"]["rows"] == len(PEOPLE)
    (named,) = entry["inputs"].values()
    assert named != hashlib.sha256(offer.read_bytes()).hexdigest()
    assert traces(buyer) == traces(temporary) == []
    assert tracer("query", "datasets", "-f", "json").out.count("offer") == 0
    assert tracer("verify").code == tracer("check", offer).code == 0
    assert json.loads((buyer / "journal.jsonl").read_text("utf-8").splitlines()[-1])["inputs"] == entry["inputs"]


@pytest.mark.parametrize("dies", ["_met", "_verdict"])
def test_nothing_stays_of_a_check_that_was_killed(buyer: Path, tmp_path: Path, temporary: Path, dies: str) -> None:
    offer, before = write(tmp_path / f"{OFFERED}.csv", PEOPLE), state(buyer)
    child = os.fork()
    if child == 0:
        setattr(check, dies, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        run(["check", str(offer), "--claims", "random"])
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert (state(buyer), traces(buyer), traces(temporary)) == (before, [], [])


def test_nothing_stays_of_a_file_that_is_refused(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer, before = tmp_path / f"{OFFERED}.csv", state(buyer)
    offer.write_text("姓名,公司\n赵安文,虚构甲\n钱博武,虚构乙\n", encoding="utf-8")
    said = tracer("check", offer)
    assert (said.code != 0, "no phone number" in said.err) == (True, True)
    assert (state(buyer), traces(buyer)) == (before, [])
    assert "check" not in (buyer / "journal.jsonl").read_text("utf-8")


def test_the_page_shows_no_person_and_fits(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    offer, pages = write(tmp_path / "offer.csv", PEOPLE), []
    for lang in ("en", "zh"):
        words = ("check", offer, "--claims", "business_only,size=400", "--lang", lang)
        html, pdf = tmp_path / f"{lang}.html", tmp_path / f"{lang}.pdf"
        pages.append(tracer(*words).done().out)
        for output in (html, pdf):
            tracer(*words, "-o", output).done()
        pages += [html.read_text("utf-8"), tracer(*words, "-f", "json").done().out]
        assert pdf.read_bytes().startswith(b"%PDF")
    assert not [number for number in PEOPLE for page in pages if phone(number) in page or f"甲{number}" in page]
    assert max(map(len, pages[0].splitlines())) <= 80
    assert "http" not in pages[1].replace("http-equiv", "")


def test_what_leaves_names_no_protected_party(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    tracer("party", "add", "acme", "--name", "Acme Leads", "--protected").done()
    offer = write(tmp_path / "offer.csv", BOUGHT)
    for name, stands_in in (("page.html", "(protected)"), ("page.json", "source-")):
        tracer("check", offer, "-o", tmp_path / name).done()
        text = (tmp_path / name).read_text("utf-8")
        assert hashlib.sha256(offer.read_bytes()).hexdigest() in text
        assert (stands_in in text, "acme" in text.lower()) == (True, False)
    assert "acme" in tracer("check", offer, "-f", "json").done().out


def test_a_claim_that_cannot_be_is_refused(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = write(tmp_path / "offer.csv", PEOPLE)
    for said, why in (
        ("rondom", "did you mean 'random'?"), ("size", "write size=100000"), ("fresh=soon", "fresh=2026-05"),
        ("size=many", "write a number"), ("size=20,size=3000", "said twice"),
    ):  # fmt: skip
        refused = tracer("check", offer, "--claims", said)
        assert (refused.code != 0, why in " ".join(refused.err.split())) == (True, True), said


def told(found: dict[str, Any]) -> dict[str, Any]:
    """What was found, without the file's name, the time and the entry."""
    return found | {"record": None}


def test_the_library_says_the_same_and_needs_no_writing(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = write(tmp_path / "offer.csv", PEOPLE)
    with library.open(buyer, read_only=True) as case:
        found = case.check(offer, claims=["size=400", "random"])
        assert case.query("datasets").rows()  # the connection is as it was
        again = case.check(offer, claims=["size=400", "random"]).to_json()
        assert told(again) == told(found.to_json())
        assert (found.to_json()["record"]["before"], len(again["record"]["before"])) == ([], 1)
        assert again["record"]["entry"] > found.to_json()["record"]["entry"]
        assert case.load(offer, holder="x", dry_run=True)[0].rows == len(PEOPLE)
    words = ("check", offer, "--claims", "size=400,random")
    assert told(found.to_json()) == told(dict(tracer(*words, "-f", "json").done().json()))
    assert str(found).partition("Checked at")[0] == tracer(*words).done().out.partition("Checked at")[0]
    assert "<table" in found._repr_html_()
