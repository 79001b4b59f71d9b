"""A Dovecot of the tests' own, over TLS on the loopback, with a certificate that only these tests believe."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.courrier.ports import Ouverture
from tests.support import tokens
from tests.support.tokens import Tokens

PASSWORD = "un mot de passe à ne pas écrire"
PR_SET_PDEATHSIG = 1
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:~/maildir:UTF-8
mail_fsync = never
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    address = 127.0.0.1
    port = {clear}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
passdb {{
  driver = passwd-file
  args = username_format=tous {folder}/passwd
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""
TOKENS = """
introspection_mode = post
introspection_url = https://localhost:{port}/introspection
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = username
tls_ca_cert_file = {folder}/cert.pem
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server: any user has a mailbox, `PASSWORD` opens them all, and a token of `tokens` that of its user."""

    folder: Path
    port: int
    clear: int
    tokens: Tokens

    @property
    def address(self) -> str:
        """As a box's address is written, its authority beside it."""
        return f"imaps://localhost:{self.port}?ca={self.folder}/cert.pem"

    def opening(self, user: str = "accueil", **others: str) -> Ouverture:
        """How a box of this server is opened."""
        return Ouverture(**{"adresse": self.address, "utilisateur": user, "mot_de_passe": PASSWORD, **others})

    def drop(self, user: str, folder: str = "") -> None:
        """Lose a mailbox, or one folder of it, as a server that was restored from nothing does."""
        home = self.folder / "home" / user
        shutil.rmtree(home / "maildir" / f".{folder}" if folder else home, ignore_errors=True)


def program() -> str:
    """Dovecot's own."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise RuntimeError("Dovecot est introuvable ; installez le paquet dovecot-imapd.")
    return found


@contextmanager
def running() -> Iterator[Dovecot]:
    """Run a server; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))  # a socket's path has at most 107 characters
    folder.chmod(0o755)
    certificate(folder)
    with tokens.running(folder / "cert.pem") as given:
        yield from _running(Dovecot(folder=folder, port=_free_port(), clear=_free_port(), tokens=given))


def _running(server: Dovecot) -> Iterator[Dovecot]:
    folder = server.folder
    (folder / "home").mkdir()
    me = pwd.getpwuid(os.getuid())
    # As root it hands mail to nobody's account, which it insists on; as anyone else everything is ours.
    names = {entry.pw_name for entry in pwd.getpwall()}
    root = os.getuid() == 0
    owner = pwd.getpwnam("nobody") if root else me
    os.chown(folder / "home", owner.pw_uid, owner.pw_gid)
    internal = pwd.getpwnam("dovecot" if "dovecot" in names else "nobody") if root else me
    login = "dovenull" if root and "dovenull" in names else internal.pw_name
    group = _group(internal.pw_gid)
    (folder / "dovecot.conf").write_text(SETTINGS.format(
        folder=folder, internal=internal.pw_name, group=group, login=login, port=server.port, clear=server.clear,
        uid=owner.pw_uid, gid=owner.pw_gid,
    ), "utf-8")
    (folder / "oauth2.conf").write_text(TOKENS.format(folder=folder, port=server.tokens.server_port), "utf-8")
    (folder / "passwd").write_text(f"tous:{{PLAIN}}{PASSWORD}::::::\n", "utf-8")
    process = subprocess.Popen([program(), "-F", "-c", folder / "dovecot.conf"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_parent)
    try:
        _wait(server, process)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # asked politely, it waits for its clients
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def certificate(folder: Path) -> None:
    """`cert.pem` and `key.pem`, of localhost, that sign themselves."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                log = server.folder / "log"
                raise RuntimeError(log.read_text("utf-8", "replace") if log.exists() else "Dovecot ne part pas") from None
            time.sleep(0.05)
        else:
            return
