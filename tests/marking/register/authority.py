"""A time-stamp authority of our own: `openssl ts` with a CA and a certificate made for the test."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


class Authority:
    """Answers requests; its root certificate is `ca`."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("needs the openssl command, which acts as the time-stamp authority")
        self.folder = folder
        folder.mkdir(parents=True)
        shutil.copy(Path(__file__).with_suffix(".cnf"), folder)
        (folder / "serial").write_text("0a\n")
        self._run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -config authority.cnf -extensions ca")
        for name, subject, signer in (("middle", "Invented issuer", "ca"), ("tsa", "Invented authority", "middle")):
            self._run(
                "req -newkey rsa:2048 -nodes -keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={subject}"
            )
            self._run(
                f"x509 -req -in {name}.csr -CA {signer}.pem -CAkey {signer}.key -CAcreateserial -out {name}.pem"
                f" -extfile authority.cnf -extensions {name} -days 30"
            )

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def answer(self, request: Path) -> Path:
        target = request.with_suffix(".tsr")
        self._run(
            "ts -reply -config authority.cnf -section stamping -signer tsa.pem -inkey tsa.key -chain middle.pem",
            "-queryfile", str(request.absolute()), "-out", str(target.absolute()),
        )  # fmt: skip
        return target

    def verifies(self, statement: Path, answer: Path) -> bool:
        """Whether openssl itself finds the answer to be a stamp over these bytes."""
        command = ["openssl", "ts", "-verify", "-data", str(statement), "-in", str(answer), "-CAfile", str(self.ca)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def query(self, arguments: str, target: Path) -> Path:
        self._run(f"ts -query {arguments} -out", str(target.absolute()))
        return target

    def _run(self, words: str, *more: str) -> None:
        done = subprocess.run(
            ["openssl", *words.split(), *more], cwd=self.folder, capture_output=True, text=True, check=False
        )
        # An authority that refuses still writes its answer, with status 1 in some versions.
        assert done.returncode == 0 or "-reply" in words, done.stderr


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all tests: its keys take a second."""
    return Authority(tmp_path_factory.mktemp("authority") / "ts")
