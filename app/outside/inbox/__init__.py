"""Where mail waits outside: mailboxes opened by IMAP, folders that scanners fill; nothing is touched before it is taken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient

from app.courrier.errors import ReleveImpossible
from app.courrier.ports import Ouverture, Source
from app.outside.inbox.entering import enter
from app.outside.inbox.folder import Folder
from app.outside.inbox.mailbox import opened
from app.outside.oauth import Tokens

__all__ = ["Inbox"]


class Inbox:
    """Opens boxes by their address."""

    def __init__(self, root: Path, *, timeout: float = 30.0, rest: float = 10.0) -> None:
        """`root`: the only folder within which folders may be watched; `timeout` of mail servers and `rest` of files in seconds.

        A file is finished when nothing has changed in it for `rest`.
        """
        self._root, self._timeout, self._rest, self._tokens = root, timeout, rest, Tokens()

    @contextmanager
    def ouvrir(
        self, ouverture: Ouverture, *, position: str = "", renouvele: Callable[[str], None] = lambda _jeton: None,
    ) -> Iterator[Source]:
        """An open box; `ReleveImpossible` says in words why it does not open.

        `renouvele`: keeps the refresh token that replaces the one used.
        """
        parts = urlsplit(ouverture.adresse)
        if parts.scheme == "file":
            yield Folder(self._watched(Path(unquote(parts.path))), rest=self._rest)
            return
        def let_in(client: IMAPClient) -> None:
            enter(client, ouverture, self._tokens, renouvele)

        with opened(ouverture, let_in, position=position, timeout=self._timeout) as mailbox:
            yield mailbox

    def _watched(self, folder: Path) -> Path:
        """The folder, when it is one that may be watched: what is taken is moved, so nothing else on the machine is."""
        root = self._root.resolve()
        real = folder.resolve()
        if root not in real.parents:
            raise ReleveImpossible(motif=f"seuls les dossiers placés dans {root} peuvent être surveillés")
        if not real.is_dir():
            raise ReleveImpossible(motif=f"le dossier {folder} n’existe pas ; créez-le, ou corrigez l’adresse")
        return real
