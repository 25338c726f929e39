"""A buyer is offered a list: what `tracer check` says of it, and that nothing of it stays."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import tracer as library
from tests.cli.conftest import Made, Once, Tracer, phone
from tracer.cli.main import run
from tracer.publish import check

CUSTOMERS, BOUGHT, REFUSED, HASHED = range(400), range(300, 900), range(200, 260), range(1000, 1030)
"""People by number: own customers, a list bought in March, who refused, and who is in a list of hashes."""
CANARIES = range(90_000, 90_006)


def write(path: Path, people: Iterable[int]) -> Path:
    rows = "".join(f"甲{number},{phone(number)}\n" for number in people)
    path.write_text("姓名,手机号\n" + rows, encoding="utf-8")
    return path


def make_buyer(made: Made) -> None:
    case, folder = made.folder / "case", made.folder
    made.run("init", case, "--region", "CN")
    canaries = "".join(f"{phone(number)},林晓\n" for number in CANARIES)
    (folder / "canaries.csv").write_text("phone,name\n" + canaries, encoding="utf-8")
    made.run("canary", "import", folder / "canaries.csv", "--kind", "canary", "--case", case)
    write(folder / "customers.csv", CUSTOMERS)
    made.run(
        "load", folder / "customers.csv", "--holder", "us", "--origin", "own", "--created", "2026-01-10", "--case", case
    )
    write(folder / "bought.csv", BOUGHT)
    made.run("load", folder / "bought.csv", "--holder", "acme", "--obtained", "2026-03-01", "--case", case)
    write(folder / "refusals.csv", REFUSED)
    made.run("load", folder / "refusals.csv", "--holder", "us", "--origin", "refusals", "--case", case)
    digests = "".join(f"{hashlib.sha256(f'+86{phone(number)}'.encode()).hexdigest()}\n" for number in HASHED)
    (folder / "dnc.csv").write_text("sha256_phone\n" + digests, encoding="utf-8")
    made.run("load", folder / "dnc.csv", "--holder", "registrar", "--origin", "refusals", "--case", case)
    write(folder / "copy.csv", [*range(400), *CANARIES])
    made.run("party", "add", "center", "--name", "Center", "--case", case)
    made.run(
        "release", "add", "customers", "--to", "center", "--date", "2026-02-01", "--path", folder / "copy.csv",
        "--case", case,
    )  # fmt: skip


@pytest.fixture
def buyer(tmp_path: Path, once: Once, own_surroundings: Path) -> Path:
    return once(make_buyer).copy(tmp_path / "buyer", own_surroundings)


def checked(tracer: Tracer, case: Path, offer: Path, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = tracer("check", offer, "--case", case, "-f", "json", *more).done().json()
    return found


def test_an_offer_is_held_against_all_that_the_case_has(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    people = [*range(210, 500), *range(1000, 1025), *range(5000, 5300), *range(5000, 5040)]
    offer = write(tmp_path / "offer.csv", people)
    said = "random,size=700,fresh=2026-05,consented,first_hand"
    found = checked(tracer, buyer, offer, "--claims", said, "--seller", "acme", "--on", "2026-06-01")
    assert (found["rows"], found["contacts"], found["duplicates"], found["seller"]) == (655, 615, 40, "acme")
    assert (found["recycled"]["contacts"], found["new"]["contacts"]) == (290, 325)
    assert found["recycled"]["share"] == pytest.approx(290 / 615, abs=1e-6)
    lists = {one["dataset"]: (one["contacts"], one["since"]) for one in found["lists"]}
    assert lists == {"bought": (200, "2026-03-01"), "customers": (190, "2026-01-10")}
    assert (found["refused"]["people"], found["own"]["people"]) == (50 + 25, 190)
    verdicts = {one["claim"]: one["verdict"] for one in found["claims"]}
    assert verdicts["size"] == verdicts["fresh"] == verdicts["consented"] == "contradicted"
    assert found["reading"] == "do-not-use"
    assert found["because"] == ["refused", "claims"]


def test_what_is_new_says_so(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    found = checked(tracer, buyer, write(tmp_path / "offer.csv", range(5000, 5300)), "--claims", "size=300,fresh")
    assert (found["reading"], found["recycled"]["contacts"], found["lists"]) == ("nothing", "<20", [])
    assert [one["verdict"] for one in found["claims"]] == ["supported", "consistent"]


def test_a_few_known_people_do_not_make_a_list_old(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = write(tmp_path / "offer.csv", [*range(5000, 5300), *range(860, 890)])
    found = checked(tracer, buyer, offer, "--claims", "fresh=2026-05")
    assert found["claims"][0]["numbers"] == {"older": 30, "first": "2026-03-01"}
    assert (found["claims"][0]["verdict"], found["reading"]) == ("consistent", "not-new")


def test_a_copy_that_was_handed_over_is_named(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = write(tmp_path / "offer.csv", [*range(350), *CANARIES])
    found = checked(tracer, buyer, offer, "--claims", "own_collection")
    assert [one["recipient"] for one in found["copies"] if one["accused"]] == ["center"]
    assert found["canaries"]["seen"] == len(CANARIES)
    assert "copy" in found["because"]
    assert found["claims"][0]["verdict"] == "contradicted"
    text = tracer("check", offer, "--case", buyer).done().out
    assert "it holds records from the copy that was given to Center" in " ".join(text.split())


def test_hashes_are_held_against_what_is_the_buyers_own(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = tmp_path / "offer.csv"
    digests = "".join(f"{hashlib.sha256(f'+86{phone(number)}'.encode()).hexdigest()}\n" for number in range(190, 400))
    offer.write_text("sha256_phone\n" + digests, encoding="utf-8")
    found = checked(tracer, buyer, offer)
    assert (found["own"]["people"], found["refused"]["people"]) == (210, 60)


def test_fewer_than_twenty_are_as_none(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    """19 people who refused and 19 of the bought list, in the place of people whom the case does not know."""
    without = checked(tracer, buyer, write(tmp_path / "offer.csv", range(5000, 5100)), "--claims", "fresh,consented")
    people = [*range(5000, 5062), *range(241, 260), *range(700, 719)]
    found = checked(tracer, buyer, write(tmp_path / "other.csv", people), "--claims", "fresh,consented")
    assert told(found) == told(without)
    with_one_more = write(tmp_path / "third.csv", [*people, 240])
    assert checked(tracer, buyer, with_one_more)["refused"]["people"] == 20


def test_all_lists_of_refusals_count_as_one(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = write(tmp_path / "offer.csv", [*range(5000, 5100), *range(200, 215), *range(1000, 1010)])
    found = checked(tracer, buyer, offer)
    assert found["refused"] == {"people": 25}
    assert found["reading"] == "do-not-use"
    assert "25 people in it have refused" in tracer("check", offer, "--case", buyer).done().out


def test_one_person_in_many_forms_is_one(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    """One who refused: the number hashed in all forms that are looked for, and one hash next to many addresses."""
    forms, offer = (phone(201), f"86{phone(201)}", f"+86{phone(201)}", f"0086{phone(201)}"), tmp_path / "offer.csv"
    for kind in ("md5", "sha1", "sha256"):
        digests = [hashlib.new(kind, form.encode()).hexdigest() for form in forms]
        rows = [f"{digests[n % 4]},a{n}@example.org" for n in range(24)]
        offer.write_text(f"{kind}_phone,email\n" + "\n".join(rows), encoding="utf-8")
        found = checked(tracer, buyer, offer)
        assert (found["compared"], found["refused"]["people"], found["own"]["people"]) == (True, "<20", "<20")


def test_what_is_to_be_known_first_stands_in_the_headline(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    found = checked(tracer, buyer, write(tmp_path / "own.csv", [*range(100, 140), *range(5000, 5100)]))
    assert (found["reading"], found["first"]) == ("look-first", ["own"])
    assert found["said"].startswith("Look into this first: 40 of your own customers are in it")
    (tmp_path / "unused.csv").write_text("phone\n" + "".join(f"{phone(n)}\n" for n in range(80_000, 80_003)))
    tracer("canary", "import", tmp_path / "unused.csv", "--kind", "canary", "--case", buyer).done()
    found = checked(tracer, buyer, write(tmp_path / "planted.csv", [*range(80_000, 80_003), *range(5000, 5100)]))
    assert (found["first"], found["new"]["contacts"]) == (["planted"], 100)
    assert "3 of your planted records are in it: it comes from you" in found["said"]
    digests = "".join(f"{hashlib.sha256(phone(n).encode()).hexdigest()}\n" for n in range(5000, 5100))
    (tmp_path / "hashed.csv").write_text(f"sha256_phone\n{digests}", "utf-8")
    found = checked(tracer, buyer, tmp_path / "hashed.csv")
    assert (found["first"], found["new"]["contacts"], found["not_compared"]) == (["unread"], 0, 100)
    tracer("init", tmp_path / "empty", "--region", "CN").done()
    found = checked(tracer, tmp_path / "empty", write(tmp_path / "any.csv", range(5000, 5100)))
    assert (found["reading"], found["said"]) == ("no-lists", "This case holds no list to compare it with.")


def test_a_file_that_the_case_has(tracer: Tracer, buyer: Path, once: Once, tmp_path: Path) -> None:
    bought = once(make_buyer).folder / "bought.csv"
    found = checked(tracer, buyer, bought, "--claims", "first_hand")
    assert (found["first"], found["sources"]) == (["own", "same"], [])
    assert (found["claims"][0]["verdict"], found["claims"][0]["why"]) == (
        "contradicted", ["This file is bought, byte for byte."],
    )  # fmt: skip
    offer = write(tmp_path / "lot.csv", range(5000, 5100))
    tracer("load", offer, "--holder", "acme", "--origin", "offer", "--case", buyer).done()
    found = checked(tracer, buyer, offer, "--seller", "acme")
    assert (found["reading"], found["offers"], found["lists"]) == ("nothing", ["lot"], [])


def test_lists_of_later_days_are_looked_at_nowhere(tracer: Tracer, buyer: Path, once: Once) -> None:
    bought = once(make_buyer).folder / "bought.csv"
    found = checked(tracer, buyer, bought, "--on", "2026-02-01", "--claims", "first_hand")
    assert [one["dataset"] for one in found["lists"]] == [one["parent"] for one in found["sources"]] == ["customers"]
    assert found["same"] == []
    refused = tracer("check", bought, "--case", buyer, "--on", f"{date.today() + timedelta(days=9)}")
    assert (refused.code, "future" in refused.err) == (3, True)


def test_others_lists_in_it_speak_against_random_numbers(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer = write(tmp_path / "offer.csv", [*range(600, 900), *range(5000, 5100)])
    (claim,) = checked(tracer, buyer, offer, "--claims", "random", "--seller", "sellr")["claims"]
    assert claim["verdict"] == "contradicted"
    assert claim["why"][0].startswith(("300 of its contacts are in lists that others have", "300 of its numbers"))


def test_a_file_that_is_not_there_is_one_error(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in (tmp_path / "none.csv", "-", tmp_path / "loop"):
        refused = tracer("check", name, "--case", buyer)
        assert (refused.code, refused.err.count("Error"), "Traceback" in refused.err) == (3, 1, False)


def test_a_short_list_is_compared_with_nothing(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    found = checked(tracer, buyer, write(tmp_path / "offer.csv", range(200, 219)))
    assert (found["reading"], found["compared"], found["lists"]) == ("small", False, [])


def test_a_canary_is_no_question_about_a_list_that_was_loaded_before(
    tracer: Tracer, buyer: Path, tmp_path: Path, once: Once
) -> None:
    """Somebody is entered as a canary, and the file of a list is checked to see whether that person is in it."""
    (tmp_path / "late.csv").write_text(f"phone,name\n{phone(800)},甲\n", encoding="utf-8")
    assert tracer("canary", "import", tmp_path / "late.csv", "--kind", "canary", "--case", buyer).code == 0
    found = checked(tracer, buyer, once(make_buyer).folder / "bought.csv")
    assert (found["same"], found["canaries"]["seen"]) == (["bought"], 0)


OFFERED = "geheim-angebot"
PEOPLE = [*range(200, 500), *range(5000, 5100)]


def state(case: Path) -> dict[str, str]:
    """The files of a case but the journal and its mark, as hashes."""
    files = (path for path in case.rglob("*") if path.is_file() and not path.name.startswith("journal"))
    return {str(path.relative_to(case)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def traces(folder: Path) -> list[str]:
    """Files in which something of the list can be read."""
    wanted = [OFFERED, *(phone(number) for number in PEOPLE[:40]), "甲5050"]
    return [
        path.name for path in folder.rglob("*") if path.is_file()
        for content in [path.read_bytes()] if any(one.encode() in content for one in wanted)
    ]  # fmt: skip


def test_nothing_stays_but_a_line_of_the_journal(
    tracer: Tracer, buyer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    offer, before = write(tmp_path / f"{OFFERED}.csv", PEOPLE), state(buyer)
    lines = (buyer / "journal.jsonl").read_text("utf-8").splitlines()
    page = tmp_path / "page.html"
    tracer("check", offer, "--case", buyer, "--claims", "random,size=400", "--seller", "x", "-o", page).done()
    assert state(buyer) == before
    *earlier, last = (buyer / "journal.jsonl").read_text("utf-8").splitlines()
    assert earlier == lines
    entry = json.loads(last)
    assert (entry["command"], entry["detail"].keys(), entry["result"]) == ("check", {"rows", "day"}, None)
    assert entry["detail"]["rows"] == len(PEOPLE)
    (named,) = entry["inputs"].values()
    assert named != hashlib.sha256(offer.read_bytes()).hexdigest()
    assert traces(buyer) == traces(tmp_path / "tmp") == []
    assert tracer("query", "datasets", "-f", "json", "--case", buyer).out.count("offer") == 0
    assert tracer("verify", "--case", buyer).code == 0
    again = tracer("check", offer, "--case", buyer).done()
    assert again.code == 0
    assert json.loads((buyer / "journal.jsonl").read_text("utf-8").splitlines()[-1])["inputs"] == entry["inputs"]


@pytest.mark.parametrize("dies", ["_met", "_verdict"])
def test_nothing_stays_of_a_check_that_was_killed(
    buyer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    offer, before = write(tmp_path / f"{OFFERED}.csv", PEOPLE), state(buyer)
    child = os.fork()
    if child == 0:
        setattr(check, dies, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        run(["check", str(offer), "--case", str(buyer), "--claims", "random"])
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert state(buyer) == before
    assert traces(buyer) == traces(tmp_path / "tmp") == []


def test_nothing_stays_of_a_file_that_is_refused(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    offer, before = tmp_path / f"{OFFERED}.csv", state(buyer)
    offer.write_text("姓名,公司\n赵安文,虚构甲\n钱博武,虚构乙\n", encoding="utf-8")
    said = tracer("check", offer, "--case", buyer)
    assert said.code != 0
    assert "no phone number" in said.err
    assert (state(buyer), traces(buyer)) == (before, [])
    assert "check" not in (buyer / "journal.jsonl").read_text("utf-8")
    assert tracer("check", write(offer, PEOPLE), "--case", buyer).code == 0


def test_the_page_shows_no_person_and_fits(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    offer = write(tmp_path / "offer.csv", PEOPLE)
    claims = ("--claims", "business_only,size=400", "--case", buyer)
    pages = [tracer("check", offer, *claims, "--lang", lang).done().out for lang in ("en", "zh")]
    for lang in ("en", "zh"):
        assert tracer("check", offer, *claims, "--lang", lang, "-o", tmp_path / f"{lang}.html").code == 0
        assert tracer("check", offer, *claims, "--lang", lang, "-o", tmp_path / f"{lang}.pdf").code == 0
        pages.append((tmp_path / f"{lang}.html").read_text("utf-8"))
        assert (tmp_path / f"{lang}.pdf").read_bytes().startswith(b"%PDF")
    pages.append(tracer("check", offer, *claims, "-f", "json").done().out)
    assert not [number for number in PEOPLE for page in pages if phone(number) in page or f"甲{number}" in page]
    assert max(map(len, pages[0].splitlines())) <= 80
    assert "http" not in pages[2].replace("http-equiv", "")


def test_what_leaves_names_no_protected_party(tracer: Tracer, buyer: Path, tmp_path: Path) -> None:
    assert tracer("party", "add", "acme", "--name", "Acme Leads", "--protected", "--case", buyer).code == 0
    offer = write(tmp_path / "offer.csv", BOUGHT)
    for name in ("page.html", "page.json"):
        tracer("check", offer, "--case", buyer, "-o", tmp_path / name).done()
        text = (tmp_path / name).read_text("utf-8")
        assert hashlib.sha256(offer.read_bytes()).hexdigest() in text
        assert ("source-" if name == "page.json" else "(protected)") in text
        assert not {word for word in ("acme", "Acme") if word in text}
    assert "acme" in tracer("check", offer, "--case", buyer, "-f", "json").done().out


@pytest.mark.parametrize(
    ("said", "why"),
    [("rondom", "did you mean 'random'?"), ("size", "write size=100000"), ("fresh=soon", "fresh=2026-05"),
     ("size=many", "write a number"), ("size=20,size=3000", "said twice")],
)  # fmt: skip
def test_a_claim_that_cannot_be_is_refused(tracer: Tracer, buyer: Path, tmp_path: Path, said: str, why: str) -> None:
    refused = tracer("check", write(tmp_path / "offer.csv", PEOPLE), "--case", buyer, "--claims", said)
    assert refused.code != 0
    assert why in " ".join(refused.err.split())


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
    assert told(found.to_json()) == told(checked(tracer, buyer, offer, "--claims", "size=400,random"))
    page = tracer("check", offer, "--case", buyer, "--claims", "size=400,random").done().out
    assert str(found).partition("Checked at")[0] == page.partition("Checked at")[0]
    assert "<table" in found._repr_html_()
