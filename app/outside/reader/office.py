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
from app.outside.reader.limits import MIB
from app.outside.reader.sniffing import OFFICE, PDF, sniff

_SECONDS = 120
_WRITTEN = 256 * MIB
_NAMES = ("soffice", "libreoffice")
# No macro is run, and nothing that the document points at is fetched.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""  # noqa: E501


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
            made = self._made(data, ending)
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

    def _made(self, data: bytes, ending: str) -> bytes | None:
        """What LibreOffice wrote, if it is a PDF; its own verdict is 0 whatever happened."""
        with tempfile.TemporaryDirectory(prefix="bureautique-", ignore_cleanup_errors=True) as folder:
            source, profile = Path(folder, f"document{ending}"), Path(folder, "profil")
            source.write_bytes(data)
            (profile / "user").mkdir(parents=True)
            (profile / "user/registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
            options = ["--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf", "--outdir", folder]
            self._run([self._executable, f"-env:UserInstallation={profile.as_uri()}", *options, str(source)], folder)
            with contextlib.suppress(OSError, Illisible):
                made = Path(folder, "document.pdf").read_bytes()
                return made if sniff(made) == PDF else None
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


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_WRITTEN, _WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
