"""Office files become PDF by LibreOffice, where it is: a profile of its own each time, no macro, bounded, checked after."""

import contextlib
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from app.courrier.errors import Illisible
from app.outside.reader.limits import MIB, need_room
from app.outside.reader.sniffing import OFFICE, OLE, PDF, WORD, sniff

_SECONDS = 120
_WRITTEN = 256 * MIB
_NAMES = ("soffice", "libreoffice")
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    # Never bring links up to date: a section or a cell may point at any file of this machine.
    ("org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    # What would be fetched all the same is asked of a proxy that is not there.
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    *(("org.openoffice.Inet/Settings", f"ooInet{scheme}ProxyName", "127.0.0.1") for scheme in ("HTTP", "HTTPS", "FTP")),
    *(("org.openoffice.Inet/Settings", f"ooInet{scheme}ProxyPort", "9") for scheme in ("HTTP", "HTTPS", "FTP")),
)
"""No macro is run, nothing that the document points at is fetched: path, property, value of LibreOffice's registry."""


class Office:
    """Converts office files, each once: what came of it is kept in a folder that may be emptied at any time."""

    def __init__(self, folder: Path, executable: str = "") -> None:
        """`executable`: LibreOffice's `soffice`; looked for on the machine when it is not told."""
        self._folder = folder
        self._executable = executable or next((found for name in _NAMES if (found := shutil.which(name))), "")

    @property
    def present(self) -> bool:
        """Whether there is a LibreOffice to ask."""
        return bool(self._executable)

    def pdf(self, data: bytes, mime: str) -> bytes:
        """The document as PDF; `Illisible` when LibreOffice is not there, or made nothing of it."""
        kind, ending = OFFICE[mime]
        if not self._executable:
            raise Illisible(
                motif=f"Ce fichier ({kind}) n’a pas pu être converti : LibreOffice manque sur cette machine. Demandez son"
                " installation, ou le même document en PDF. L’original est gardé tel quel."
            )
        place = self._folder / f"{hashlib.sha256(data).hexdigest()}.pdf"
        if not place.exists():
            made = self._made(data, ending, _filter(data) if mime == OLE else [])
            if made is None:
                raise Illisible(
                    motif=f"LibreOffice n’a pas pu convertir ce fichier ({kind}) : il est abîmé, protégé ou trop long à"
                    " convertir. Demandez le même document en PDF. L’original est gardé tel quel."
                )
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as draft:
                draft.write(made)
            Path(draft.name).replace(place)
        return place.read_bytes()

    def _made(self, data: bytes, ending: str, options: list[str]) -> bytes | None:
        """What LibreOffice wrote, if it is a PDF; its own verdict is 0 whatever happened."""
        with tempfile.TemporaryDirectory(prefix="bureautique-", ignore_cleanup_errors=True) as folder:
            source, profile = Path(folder, f"document{ending}"), Path(folder, "profil")
            source.write_bytes(data)
            (profile / "user").mkdir(parents=True)
            (profile / "user/registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
            own = f"-env:UserInstallation={profile.as_uri()}"
            command = [self._executable, own, "--headless", "--norestore", "--nolockcheck"]
            self._run([*command, *options, "--convert-to", "pdf", "--outdir", folder, str(source)], folder)
            with contextlib.suppress(OSError, Illisible):
                made = Path(folder, "document.pdf").read_bytes()
                return made if sniff(made) == PDF else None
            need_room(folder=folder)
        return None

    @staticmethod
    def _run(command: list[str], folder: str) -> None:
        """Run it without our secrets, under limits, and leave no process of it behind."""
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
        child = subprocess.Popen(  # noqa: S603 - the program that the installation names
            command, cwd=folder, env=environment, start_new_session=True, preexec_fn=_bound,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            child.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _filter(data: bytes) -> list[str]:
    """How an old file is opened: left to itself, LibreOffice takes a damaged one for a text, and sets pages of noise."""
    return [f"--infilter={'MS Word 97' if WORD in data else 'MS Excel 97'}"]


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        f' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    )


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN, _WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
