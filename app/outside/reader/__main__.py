"""The child process: takes one file on its standard input under hard limits, answers in frames, and dies."""

import json
import os
import resource
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from typing import Any, BinaryIO

from app.courrier.errors import Illisible
from app.courrier.ports import Boite, PageLue
from app.outside.reader import frames
from app.outside.reader.limits import MACHINE, MIB, Limites
from app.outside.reader.scan import Scan
from app.outside.reader.sniffing import EML, LETTERS, MSG, PDF, TNEF, WORDS

_JPEG_QUALITY = 85
_FILE_WRITTEN = 512 * MIB
_TOO_MUCH = "Ce fichier demande plus de mémoire que la lecture n’en accorde. L’original est gardé tel quel."


def main() -> int:
    """Read the order and the file, answer; the parent tells a refusal from a death by the last frame."""
    order: Mapping[str, Any] = json.loads(sys.argv[1])
    limites = Limites(**order["limites"])
    _bound(limites)
    answers = os.fdopen(os.dup(1), "wb")
    # Libraries that print must not print into the answers.
    os.dup2(2, 1)
    data = sys.stdin.buffer.read()
    try:
        if order["acte"] == "rendre":
            _render(answers, data, order, limites)
        elif order["acte"] == "montrer":
            _show(answers, data, limites)
        elif order["acte"] == "copier":
            _copy(answers, data, order["mime"])
        elif order["acte"] == "tamponner":
            _stamp(answers, data, order["mime"], order["boite"])
        elif order["acte"] == "assembler":
            _assemble(answers, data, order["feuilles"], limites)
        else:
            _read(answers, data, order, limites)
    except Illisible as refusal:
        frames.write(answers, {"genre": "refus", "motif": refusal.values["motif"]})
    except MemoryError:
        frames.write(answers, {"genre": "refus", "motif": _TOO_MUCH})
    except OSError as fault:
        if fault.errno not in MACHINE:
            raise
        frames.write(answers, {"genre": "panne", "errno": fault.errno})
    else:
        frames.write(answers, {"genre": "fin"})
    return 0


def _bound(limites: Limites) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limites.memoire, limites.memoire))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_WRITTEN, _FILE_WRITTEN))
    _grant_time(limites)


def _grant_time(limites: Limites) -> None:
    """Allow the next page its processor time, counted from what is spent already."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime) + limites.cpu_par_page * limites.ouvriers
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _render(answers: BinaryIO, data: bytes, order: Mapping[str, Any], limites: Limites) -> None:
    from app.outside.reader import pdf, pictures

    mime, width = order["mime"], order["largeur"]
    if mime in LETTERS or mime in WORDS:
        raise Illisible(motif="Un texte n’a pas de pages en image : son texte s’affiche à leur place.")
    for page, turn in order["pages"]:
        if mime == PDF:
            picture = pdf.render(data, page, width, limites, turn)
        else:
            picture = pictures.render(data, mime, page, width, limites, turn)
        target = BytesIO()
        picture.save(target, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        frames.write(answers, {"genre": "image", "page": page}, target.getvalue())
        _grant_time(limites)


def _show(answers: BinaryIO, data: bytes, limites: Limites) -> None:
    """Set an e-mail as pages."""
    from app.outside.reader import mailpage
    from app.outside.typesetter import Typesetter

    page = mailpage.html_of(data, limites)
    frames.write(answers, {"genre": "copie"}, Typesetter().pdf(page, titre="Courriel", auteur=""))


def _copy(answers: BinaryIO, data: bytes, mime: str) -> None:
    """Make the searchable copy of the file that comes behind its pages already read."""
    from app.outside.reader import searchable

    [(head, content)] = frames.Frames().feed(data)
    pages = [frames.page_from_json(page) for page in head["pages"]]
    copie = searchable.make(content, mime, pages)
    frames.write(answers, {"genre": "copie", "reserve": copie.reserve}, copie.contenu)


def _stamp(answers: BinaryIO, data: bytes, mime: str, box: Boite) -> None:
    """Lay the stamp, which comes behind the file and its pages already read, over the first of them."""
    from app.outside.reader import stamping

    [(head, content), (_, stamp)] = frames.Frames().feed(data)
    pages = [frames.page_from_json(page) for page in head["pages"]]
    frames.write(answers, {"genre": "copie"}, stamping.make(content, mime, pages, stamp, box))


def _assemble(answers: BinaryIO, data: bytes, feuilles: Sequence[Sequence[int]], limites: Limites) -> None:
    """Put together pages of the files that come one behind the other, each with its pages already read."""
    from app.outside.reader import assembly

    sources = [
        (content, str(head["mime"]), [frames.page_from_json(page) for page in head["pages"]])
        for head, content in frames.Frames().feed(data)
    ]
    asked = [(rank, page, turn) for rank, page, turn in feuilles]
    frames.write(answers, {"genre": "copie"}, assembly.make(sources, asked, limites))


def _read(answers: BinaryIO, data: bytes, order: Mapping[str, Any], limites: Limites) -> None:
    mime, known = order["mime"], order["connues"]
    if mime in LETTERS:
        _read_mail(answers, data, mime, limites)
        return
    if mime in WORDS:
        from app.outside.reader import wording

        frames.write(answers, {"genre": "total", "pages": 1})
        frames.write(answers, {"genre": "page", "page": frames.page_to_json(wording.read(data, mime, limites))})
        return
    from app.outside.reader import pdf, pictures

    if mime == PDF:
        total, sources = pdf.count(data, limites), pdf.pages(data, limites, known)
    else:
        total, sources = pictures.count(data, mime, limites), pictures.scans(data, mime, limites, known)
    frames.write(answers, {"genre": "total", "pages": total})
    letters = 0
    for page in _recognised(iter(sources), limites, order["langues"]):
        letters += len(page.texte)
        if letters > limites.caracteres:
            raise Illisible(motif=f"Ce fichier contient plus de {limites.caracteres} caractères : il n’est pas lu.")
        frames.write(answers, {"genre": "page", "page": frames.page_to_json(page)})
        _grant_time(limites)


def _recognised(sources: Iterator[PageLue | Scan], limites: Limites, langues: str) -> Iterator[PageLue]:
    """Pages in order, with as many tesseract processes at work as there are workers, and no more pages in memory."""
    from app.outside.reader import ocr

    def page(source: PageLue | Scan) -> PageLue:
        return ocr.read(source, limites, langues) if isinstance(source, Scan) else source

    with ThreadPoolExecutor(limites.ouvriers) as pool:
        waiting: deque[Future[PageLue]] = deque()
        for source in sources:
            waiting.append(pool.submit(page, source))
            if len(waiting) > limites.ouvriers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_mail(answers: BinaryIO, data: bytes, mime: str, limites: Limites) -> None:
    from app.outside.reader import mail, outlook

    readers = {EML: mail.read, MSG: outlook.read_msg, TNEF: outlook.read_tnef}
    message = readers[mime](data, limites)
    frames.write(answers, {"genre": "total", "pages": len(message.pages)})
    for page in message.pages:
        frames.write(answers, {"genre": "page", "page": frames.page_to_json(page)})
    headers = {name: frames.storable(value) for name, value in message.entetes.items()}
    frames.write(answers, {"genre": "entetes", "entetes": headers})
    for name, content in message.jointes:
        frames.write(answers, {"genre": "jointe", "nom": frames.storable(name)}, content)


if __name__ == "__main__":
    sys.exit(main())
