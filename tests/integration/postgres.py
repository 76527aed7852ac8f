"""A private PostgreSQL: a cluster in a folder of its own, reached by a socket in it, gone with the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

_USERS = ("postgres", "nobody")
"""Whoever starts it when root asks: PostgreSQL refuses to run as root."""

START_SECONDS_MAX = "600"

_DEBIAN = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """The folder with `initdb` and `postgres`: beside what PATH finds, or where Debian puts it, the newest first."""
    for program in ("initdb", "postgres"):
        if found := shutil.which(program):
            folder = Path(found).resolve().parent
            if (folder / "initdb").exists() and (folder / "postgres").exists():
                return folder
    folders = sorted(_DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


class Cluster:
    """A running cluster with `fsync` on."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._numbers = count(1)
        self._user = next((name for name in _USERS if _exists(name)), "") if os.geteuid() == 0 else ""
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)

    @property
    def pid(self) -> int:
        """Of the process that started all others of the cluster while it runs."""
        return int((self._folder / "data" / "postmaster.pid").read_text().split()[0])

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as somebody who is not root."""
        done = subprocess.run(
            [self._programs / program, *arguments],
            user=self._user or None,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def initialize(self) -> None:
        self.run("initdb", "-D", "data", "-U", "router", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        # After a crash the server syncs every file of every database, one by one unless told to ask for all at once.
        options = (
            f"-k {self._folder} -c listen_addresses='' -c fsync=on -c synchronous_commit=on"
            " -c recovery_init_sync_method=syncfs"
        )
        # Recovery after an immediate stop syncs the whole disk, which others may be busy writing to.
        self.run("pg_ctl", "-D", "data", "-w", "-t", START_SECONDS_MAX, "-l", "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """`fast` ends in good order, `immediate` as if the power had gone."""
        self.run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql:///{database}?host={quote(str(self._folder))}&user=router"

    def create_database(self) -> str:
        """The address of a new empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A new cluster for a while. Fails when this machine has no PostgreSQL."""
    programs = find_programs()
    assert programs is not None, "these tests need PostgreSQL: apt-get install postgresql"
    folder = Path(tempfile.mkdtemp(prefix="router-postgres-"))
    cluster = Cluster(programs, folder)
    try:
        cluster.initialize()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
