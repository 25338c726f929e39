"""A consumer's script, for strict checkers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import tracer


def told(progress: tracer.Progress) -> None:
    print(progress.job, progress.share)


def work(folder: Path) -> None:
    with tracer.create(folder, region="CN", progress=told) as case:
        loaded: list[tracer.Loaded] = case.load(
            ["a.csv", Path("b.csv")], holder="x", obtained=date(2026, 5, 1), columns={"phone": "手机号"}
        )
        print([one.rows for one in loaded])
        run: tracer.Run = case.trace()
        print([finding.headline("zh") for finding in run.new])
        table: tracer.Table = case.query("derivations", dataset="d7")
        for row in table:
            print(row["parent"])
        print(table.to_arrow().num_rows, len(table.to_pandas()), table.notes)
        findings: list[tracer.Finding] = case.findings(kind="retention")
        print([f.grade + f.text() for f in findings])
        why: tracer.Explanation = case.why("d1", "d7")
        print(why.text("zh"), why.to_json())
        graph = case.graph()
        print(graph.number_of_nodes())
        print(case.export("graph", to="html", path="graph.html").paths)
        copies: list[tracer.Copy] = case.release("d1", to=["v1", "v2"], out="copies", unique=3)
        print([copy.path for copy in copies])
        attribution: tracer.Attribution = case.attribute("d9")
        print(attribution.answer, attribution.accused)
        print(case.parties.add("x", name="y")["outcome"], case.datasets.list().rows())
        print(case.status().to_json(), case.verify().passed, case.journal(last=3).rows())
        print(case.claims.list(), case.releases.withdraw("r", reason="not signed"))
    try:
        tracer.open("nothing", read_only=True)
    except tracer.CaseUnavailable as error:
        print(error.hint)
    except tracer.TracerError as error:
        print(error.exit_code)
