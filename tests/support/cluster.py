"""A PostgreSQL cluster of the tests' own, on a Unix socket in a temporary folder."""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

OLDEST = 15
PR_SET_PDEATHSIG = 1
MISSING = f"PostgreSQL {OLDEST} ou plus récent est introuvable ; installez le paquet postgresql."


def programs() -> Path:
    """The folder of the newest server programs of this machine."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return max(folders, key=_major, default=Path("introuvable"))


def _major(folder: Path) -> int:
    answer = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", answer)
    return int(found[1]) if found else 0


class Cluster:
    """A running cluster: `url(name)` of a database, `create(name, template)`, `drop(name)`."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the socket and the data."""
        self.folder = folder

    def url(self, name: str) -> str:
        """The address of a database, as DATABASE_URL takes it."""
        return f"postgresql://vaguemestre@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> None:
        """A new database, empty or a copy of `template`."""
        # The files copied as they are: half the time of copying them through the log, which guards nothing here.
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._run(made.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        """Remove it, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(*, fsync: bool = False) -> Iterator[Cluster]:
    """Make a cluster and run it; stopped and removed at the end. `fsync` is for the tests that cut the power."""
    bin_ = programs()
    if not bin_.is_absolute() or _major(bin_) < OLDEST:
        raise RuntimeError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has at most 107 characters
    user = _unprivileged(folder)
    data = folder / "data"
    subprocess.run([bin_ / "initdb", "-D", data, "-U", "vaguemestre", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                    "--no-sync"], check=True, capture_output=True, cwd=folder, **user)
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "120"}
    options |= {} if fsync else {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    words = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([bin_ / "postgres", "-D", data, *words], stdout=log, stderr=log, cwd=folder,
                                  preexec_fn=_die_with_parent, **user)
    try:
        cluster = Cluster(folder)
        _wait(cluster, server, folder / "log")
        yield cluster
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: take the account that Debian made for it, or nobody's."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait(cluster: Cluster, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(cluster.url("postgres")).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(log.read_text("utf-8", "replace")) from None
            time.sleep(0.05)
        else:
            return
