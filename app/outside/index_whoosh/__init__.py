"""The full-text index in a folder of its own: one writer, disposable, rebuilt from the database.

Whoosh keeps pickles and never asks the disk to be done: the folder is closed to others, and whatever goes wrong with it
is `IndexIndisponible`, which a rebuild cures. A rebuild goes into a new generation, then the name in `courant` changes.
"""

import fcntl
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from whoosh import fields, index
from whoosh.searching import Searcher
from whoosh.writing import IndexWriter

from app.courrier.errors import IndexIndisponible
from app.courrier.ports import Fiche, Question, Trouvaille
from app.outside.index_whoosh.analysis import Exact, French, Plain, fold, words
from app.outside.index_whoosh.asking import build, marked
from app.outside.index_whoosh.extracting import extract

_TEXTE_MAX = 400_000  # characters indexed
_EXTRAIT_MAX = 30_000  # characters kept for extracts
_GENERATIONS = "generation-"
# Rises with the fields: an index of other fields cannot be written, and is made again.
_GENERATION = _GENERATIONS + "2-"
_REOPENINGS = 4


def _schema() -> fields.Schema:
    def attribute() -> fields.TEXT:
        return fields.TEXT(analyzer=Plain(), phrase=False)

    return fields.Schema(
        id=fields.ID(unique=True, stored=True), numero=fields.STORED,
        objet=fields.TEXT(analyzer=French()), objet_mots=fields.TEXT(analyzer=Plain(), phrase=False),
        texte=fields.TEXT(analyzer=French()), extrait=fields.STORED,
        correspondant=fields.TEXT(analyzer=Plain()), mots=fields.TEXT(analyzer=Plain(), phrase=False),
        chrono=fields.TEXT(analyzer=Exact(), phrase=False), references=fields.TEXT(analyzer=Exact(), phrase=False),
        cles=fields.TEXT(analyzer=French()),
        nature=attribute(), bureau=attribute(), sens=attribute(), etat=attribute(),
        date=fields.NUMERIC(int, sortable=True),
    )


class WhooshIndex:
    """The index of one folder, read by any number of threads and processes, written by one."""

    def __init__(self, folder: Path, *, patience: float = 10.0) -> None:
        """`folder` is made by the first rebuild; `patience`: seconds that a writer waits for another process."""
        self._folder = folder
        self._patience = patience
        self._searcher: Searcher | None = None
        self._generation = ""
        self._reading = threading.Lock()
        self._writing = threading.Lock()

    def index(self, fiches: Iterable[Fiche]) -> None:
        """Write these, all or none; one whose change number is older than what is known is left out."""
        latest: dict[int, Fiche] = {}
        for fiche in fiches:
            if fiche.courrier_id not in latest or fiche.numero >= latest[fiche.courrier_id].numero:
                latest[fiche.courrier_id] = fiche
        if not latest:
            return
        with self._written() as writer:
            known = self._known(latest)
            for fiche in latest.values():
                if fiche.numero >= known.get(fiche.courrier_id, fiche.numero):
                    writer.update_document(**_document(fiche))

    def remove(self, courrier_ids: Iterable[int]) -> None:
        """Forget these."""
        with self._written() as writer:
            for courrier_id in courrier_ids:
                writer.delete_by_term("id", str(courrier_id))

    def search(self, question: Question, *, limit: int) -> Sequence[Trouvaille]:
        """The best `limit` hits; none for a question that holds no word worth looking for."""
        built = build(question)
        if built is None:
            return ()
        with self._read() as searcher:
            found = searcher.search(built, limit=limit)
            return tuple(Trouvaille(courrier_id=int(hit["id"]), score=float(hit.score or 0.0)) for hit in found)

    def extraits(self, question: Question, courrier_ids: Sequence[int]) -> Mapping[int, str]:
        """Extracts of these courriers; one without text has none."""
        with self._read() as searcher:
            texts = {key: (searcher.document(id=str(key)) or {}).get("extrait", "") for key in courrier_ids}
        wanted = marked(question)
        return {key: extract(text, wanted) for key, text in texts.items() if text}

    def suggest(self, mots: Sequence[str]) -> Mapping[str, str]:
        """The nearest known word of each word that is unknown, when there is one near enough."""
        with self._read() as searcher:
            unknown = {mot: fold(mot) for mot in mots if len(words(mot)) == 1 and ("mots", fold(mot)) not in searcher.reader()}
            corrector = searcher.corrector("mots")
            near = {mot: corrector.suggest(folded, limit=1, maxdist=2, prefix=1) for mot, folded in unknown.items()}
        return {mot: found[0] for mot, found in near.items() if found}

    def rebuild(self, fiches: Iterable[Fiche]) -> int:
        """Start afresh from these; readers keep the old index until the new one is whole. Returns how many there are."""
        with _available(), self._alone():
            fresh = Path(tempfile.mkdtemp(prefix=_GENERATION, dir=self._folder))
            writer = index.create_in(str(fresh), _schema()).writer(limitmb=128)
            count = _fill(writer, fiches)
            pointer = fresh / "courant"
            pointer.write_text(fresh.name)
            pointer.replace(self._folder / "courant")
            for old in self._folder.glob(f"{_GENERATIONS}*"):
                if old != fresh:
                    shutil.rmtree(old, ignore_errors=True)
            return count

    def _known(self, wanted: Iterable[int]) -> dict[int, int]:
        """The change numbers already written."""
        with self._read() as searcher:
            found = ((key, searcher.document(id=str(key))) for key in wanted)
            return {key: int(document["numero"]) for key, document in found if document}

    @contextmanager
    def _written(self) -> Iterator[IndexWriter]:
        with _available(), self._alone():
            writer = index.open_dir(str(self._folder / self._current())).writer()
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise
            writer.commit()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time, among threads and among processes: two rebuilds would throw each other's work away."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        with self._writing, (self._folder / ".verrou").open("w") as lock:
            until = time.monotonic() + self._patience
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.05)
            yield

    @contextmanager
    def _read(self) -> Iterator[Searcher]:
        # One reader at a time: refreshing closes the segments that another thread would still be reading.
        with self._reading, _available():
            try:
                yield self._latest()
            except BaseException:
                self._searcher = None
                raise

    def _latest(self) -> Searcher:
        for _ in range(_REOPENINGS):
            try:
                return self._fresh()
            except (FileNotFoundError, index.EmptyIndexError):
                # A commit or a rebuild swept files away between their name and their opening: newer ones are there.
                self._searcher = None
        return self._fresh()

    def _fresh(self) -> Searcher:
        """The open index, brought up to date: opening it anew each time would race with the writer's renames."""
        current = self._current()
        if self._searcher is None or current != self._generation:
            self._searcher = index.open_dir(str(self._folder / current)).searcher()
            self._generation = current
        self._searcher = self._searcher.refresh()
        return self._searcher

    def _current(self) -> str:
        current = (self._folder / "courant").read_text()
        if not current.startswith(_GENERATION):
            raise IndexIndisponible
        return current


@contextmanager
def _available() -> Iterator[None]:
    """Any trouble with the files, whatever its kind, means one thing: the index cannot be used now."""
    try:
        yield
    except IndexIndisponible:
        raise
    except Exception as error:
        raise IndexIndisponible from error


def _fill(writer: IndexWriter, fiches: Iterable[Fiche]) -> int:
    count = 0
    try:
        for count, fiche in enumerate(fiches, 1):  # noqa: B007
            writer.add_document(**_document(fiche))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    return count


def _document(fiche: Fiche) -> dict[str, object]:
    text = fiche.texte[:_TEXTE_MAX]
    return {
        "id": str(fiche.courrier_id), "numero": fiche.numero, "objet": fiche.objet, "objet_mots": fiche.objet, "texte": text,
        "extrait": text[:_EXTRAIT_MAX], "correspondant": fiche.correspondant,
        "mots": " ".join((fiche.objet, fiche.correspondant, fiche.mots, text)), "chrono": fiche.chrono,
        "references": fiche.references,
        "nature": fiche.nature, "bureau": fiche.bureau, "sens": fiche.sens, "etat": fiche.etat, "cles": fiche.mots,
        "date": fiche.date.toordinal(),
    }


