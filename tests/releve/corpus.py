"""About five hundred messages in every shape that town halls receive or fear, the same every time."""

import binascii
import random
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from tests.letters import mauvais
from tests.releve import outlook

WORDS = [
    "Madame", "la Maire,", "je vous signale", "un nid-de-poule", "devant l’école", ";", "à l’été,", "c’était", "déjà", "cassé.",
    "Naïf,", "çà et là", "œuvre", "n°", "10 %",
]
PDF = b"%PDF-1.4\n% " + b"une piece " * 40
PNG = binascii.unhexlify("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcff9fa11e"
                         "000782027f3dc848ef0000000049454e44ae426082")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message with its shape's name."""

    shape: str
    raw: bytes


def messages(count: int = 500) -> list[Sent]:
    """`count` different messages: every shape in turn, with words of its own."""
    chance = random.Random(2026)
    shapes = list(SHAPES.items())
    made = []
    for number in range(count):
        name, make = shapes[number % len(shapes)]
        made.append(Sent(shape=name, raw=make(_Chance(chance, number))))
    return made


class _Chance:
    """What differs from one message to the next."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self.chance, self.number = chance, number

    def text(self, least: int = 8) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(least, 60)))

    def head(self, **others: str) -> EmailMessage:
        built = EmailMessage(policy=SMTP)
        given = {
            "From": "Awa Diarra <awa@courrier.example>", "To": "accueil@mairie.example", "Subject": f"Demande {self.number}",
            "Date": "Mon, 16 Nov 2026 08:12:00 +0100", "Message-ID": f"<{self.number}.corpus@courrier.example>", **others,
        }
        for name, value in given.items():
            if value:
                built[name] = value
        return built

    def lines(self, *headers: str, body: str | bytes = "", **skip: bool) -> bytes:
        """A message written by hand, as broken mailers do."""
        named = f"Message-ID: <{self.number}.main@courrier.example>"
        own = ["From: awa@courrier.example", f"Subject: Demande {self.number}", named]
        kept = [line for line in own if not skip.get(line.split(":")[0].replace("-", "_"))]
        head = "\r\n".join([*kept, *headers]).encode("utf-8", "surrogateescape") + b"\r\n\r\n"
        return head + (body.encode("utf-8") if isinstance(body, str) else body)


def _plain(c: _Chance) -> EmailMessage:
    mail = c.head()
    mail.set_content(c.text() + "\n")
    return mail


def _html(c: _Chance) -> EmailMessage:
    mail = c.head()
    spy = f"<img src='https://pisteur.example/{c.number}'>"
    mail.set_content(f"<html><style>p{{}}</style><p>{c.text()}</p>{spy}</html>", subtype="html")
    return mail


def _with(c: _Chance, content: bytes, kind: str, name: str, **more: str) -> EmailMessage:
    mail = _plain(c)
    main, _, sub = kind.partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=name, **more)
    return mail


def _related(c: _Chance) -> EmailMessage:
    mail = c.head()
    mail.set_content(c.text())
    mail.add_alternative(f"<p>{c.text()}</p><img src='cid:plan'>", subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<plan>")  # type: ignore[index, union-attr]
    return mail


def _forwarded(c: _Chance, depth: int) -> EmailMessage:
    mail = _with(c, PDF, "application/pdf", f"piece {c.number}.pdf")
    for level in range(depth):
        outer = c.head(Subject=f"TR: demande {c.number}.{level}", **{"Message-ID": f"<{c.number}.{level}@courrier.example>"})
        outer.set_content(c.text())
        outer.add_attachment(mail)
        mail = outer
    return mail


def _charset(name: str, codec: str) -> Callable[[_Chance], bytes]:
    def make(c: _Chance) -> bytes:
        return c.lines("MIME-Version: 1.0", f"Content-Type: text/plain; charset={name}", "Content-Transfer-Encoding: 8bit",
                       body=c.text().encode(codec, "replace"))
    return make


def _parts(c: _Chance, kind: str, *parts: str, **more: bool) -> bytes:
    body = "".join(f"--lim\r\n{part}\r\n" for part in parts) + "--lim--\r\n"
    return c.lines("MIME-Version: 1.0", f"Content-Type: {kind}; boundary=lim", body=body, **more)


TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n"


def _named(header: str) -> Callable[[_Chance], bytes]:
    def make(c: _Chance) -> bytes:
        return _parts(c, "multipart/mixed", TEXT + c.text(),
                      f"Content-Type: application/pdf\r\nContent-Disposition: attachment;{header}\r\n\r\n%PDF-1.4 {c.number}")
    return make


def _uuencoded(c: _Chance, spoiled: bool) -> bytes:
    lines = b"".join(binascii.b2a_uu(PDF[start : start + 45]) for start in range(0, len(PDF), 45))
    if spoiled:
        lines = lines.replace(b"M", b"M~", 1)
    return c.lines(body=c.text().encode() + b"\r\n\r\nbegin 644 plan.pdf\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n")


def _signed_opaque(c: _Chance, kind: str) -> bytes:
    from asn1crypto import cms

    inner = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{c.text()}".encode()
    envelope = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData({
        "version": "v1", "digest_algorithms": [], "signer_infos": [],
        "encap_content_info": {"content_type": "data", "content": inner},
    })}).dump() if kind == "signed-data" else b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(40)
    return c.lines("MIME-Version: 1.0", f'Content-Type: application/pkcs7-mime; smime-type={kind}; name="smime.p7m"',
                   "Content-Transfer-Encoding: base64", body=binascii.b2a_base64(envelope))


def _invitation(c: _Chance) -> bytes:
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{c.number}\r\nEND:VEVENT\r\nEND:VCALENDAR"
    return _parts(c, "multipart/alternative", TEXT + c.text(),
                  f"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{calendar}")


def _bounce(c: _Chance) -> bytes:
    return _parts(
        c, "multipart/report; report-type=delivery-status", TEXT + "Votre message n’a pas pu être remis.",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relais.example\r\n\r\n"
        f"Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\nStatus: 5.1.{c.number % 9}",
        f"Content-Type: text/rfc822-headers\r\n\r\nSubject: votre demande {c.number}",
    )


SHAPES: dict[str, Callable[[_Chance], bytes]] = {
    "plain": lambda c: _plain(c).as_bytes(),
    "html": lambda c: _html(c).as_bytes(),
    "both": lambda c: _related(c).as_bytes(),
    "pdf": lambda c: _with(c, PDF, "application/pdf", "Délibération n° 4.pdf").as_bytes(),
    "no extension": lambda c: _with(c, PDF, "application/octet-stream", "document").as_bytes(),
    "climbing name": lambda c: _with(c, PDF, "application/pdf", "../../etc/passwd").as_bytes(),
    "empty file": lambda c: _with(c, b"", "application/pdf", "vide.pdf").as_bytes(),
    "program": lambda c: _with(c, b"MZ\x90", "application/pdf", "facture.pdf.exe").as_bytes(),
    "forwarded": lambda c: _forwarded(c, 1).as_bytes(),
    "forwarded thrice": lambda c: _forwarded(c, 3).as_bytes(),
    "forwarded too deep": lambda c: c.lines("X-N: 1") + mauvais.nested_mail(60 + c.number),
    "winmail": lambda c: _with(c, outlook.winmail({"Été.pdf": PDF, f"{c.number}.txt": b"x" * 20}, b"corps"),
                               "application/ms-tnef", "winmail.dat").as_bytes(),
    "winmail spoiled": lambda c: _with(c, outlook.winmail({"a.pdf": PDF})[: 40 + c.number], "application/ms-tnef",
                                       "winmail.dat").as_bytes(),
    "msg": lambda c: _with(c, outlook.msg(f"Objet {c.number}", c.text(), "Awa Diarra", {"a.pdf": PDF}),
                           "application/vnd.ms-outlook", "demande.msg").as_bytes(),
    "msg spoiled": lambda c: _with(c, outlook.msg("x", "y", "Awa Diarra", {})[: 1500 + c.number], "application/vnd.ms-outlook",
                                   "abime.msg").as_bytes(),
    "utf-8": _charset("utf-8", "utf-8"), "cp1252": _charset("windows-1252", "cp1252"),
    "latin-9": _charset("iso-8859-15", "iso-8859-15"),
    "utf-7": _charset("utf-7", "utf-7"), "utf-16": _charset("utf-16", "utf-16"), "lying": _charset("us-ascii", "utf-8"),
    "unknown charset": _charset("x-inconnu", "utf-8"), "empty charset": _charset('""', "cp1252"),
    "wrong base64": lambda c: c.lines("Content-Transfer-Encoding: base64", body="éé==pas du tout*" + c.text()),
    "wrong quoted": lambda c: c.lines("Content-Transfer-Encoding: quoted-printable", body="=ZZ=\r\n=E9t=" + c.text()),
    "unknown encoding": lambda c: c.lines("Content-Transfer-Encoding: x-truc", body=c.text()),
    "bare header bytes": lambda c: c.lines("X-Nom: é", Subject=True) + c.text().encode(),
    "latin header": lambda c: b"Subject: R\xe9clamation %d\r\n" % c.number + c.lines(body=c.text(), Subject=True),
    "broken words": lambda c: c.lines(f"Subject: =?utf-8?q?=C3=A9t=C3?= =?x?b?@@?= {c.number}", body=c.text(), Subject=True),
    "huge header": lambda c: c.lines("X-Long: " + "a" * 70_000, body=c.text()),
    "thousand headers": lambda c: c.lines(*(f"Received: from r{n} by s{n}" for n in range(1000)), body=c.text()),
    "folded id": lambda c: c.lines(f"Message-ID:\r\n <{c.number}.plie@courrier.example>", body=c.text(), Message_ID=True),
    "no id": lambda c: c.lines(body=f"{c.number} {c.text()}", Message_ID=True),
    "shared id": lambda c: c.lines("Message-ID: <toujours@copieur.example>", body=f"{c.number} {c.text()}", Message_ID=True),
    "two senders": lambda c: c.lines("From: b@courrier.example, Dupont, Jean <j@e.example>", body=c.text()),
    "no sender": lambda c: c.lines("To: <<>>", "Date: hier", body=c.text(), From=True),
    "empty body": lambda c: c.lines("MIME-Version: 1.0"),
    "headers only": lambda c: c.lines().rstrip() + b"\r\n",
    "line ends": lambda c: c.lines(body=c.text()).replace(b"\r\n", b"\n"),
    "nul": lambda c: c.lines("Content-Type: text/plain", body=b"un\x01deux\x7f" + c.text().encode()),
    "rfc 2231": _named("\r\n filename*0*=utf-8''D%C3%A9lib%C3%A9;\r\n filename*1*=%20n%C2%B04.pdf"),
    "rfc 2231 broken": _named(" filename*=utf-9'x'%ZZ%"), "rfc 2047 name": _named(' filename="=?utf-8?b?w6l0w6kucGRm?="'),
    "no quotes": _named(" filename=un plan; et;.pdf"), "long name": _named(' filename="' + "é" * 400 + '.pdf"'),
    "uuencoded": lambda c: _uuencoded(c, spoiled=False), "uuencode spoiled": lambda c: _uuencoded(c, spoiled=True),
    "signed pgp": lambda c: _parts(c, 'multipart/signed; protocol="application/pgp-signature"', TEXT + c.text(),
                                   "Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\nx"),
    "signed smime": lambda c: _parts(c, 'multipart/signed; protocol="application/pkcs7-signature"', TEXT + c.text(),
                                     "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB"),
    "opaque smime": lambda c: _signed_opaque(c, "signed-data"), "encrypted smime": lambda c: _signed_opaque(c, "enveloped-data"),
    "encrypted pgp": lambda c: _parts(c, "multipart/encrypted", "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
                                      f"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE----- {c.number}"),
    "invitation": _invitation, "bounce": _bounce,
    "away": lambda c: c.lines("Auto-Submitted: auto-replied", "Precedence: bulk", body="Je suis absente. " + c.text()),
    "list": lambda c: c.lines("List-Id: <infos.example>", "List-Unsubscribe: <https://x.example>", body=c.text()),
    "no boundary": lambda c: c.lines("MIME-Version: 1.0", "Content-Type: multipart/mixed", body=c.text()),
    "cut boundary": lambda c: _parts(c, "multipart/mixed", TEXT + c.text(), TEXT + "x").rsplit(b"--lim--")[0],
    "empty multipart": lambda c: _parts(c, "multipart/mixed"),
    "crowd": lambda c: _parts(c, "multipart/mixed", *(f"Content-Type: image/png\r\n\r\n{n}" for n in range(2200 + c.number))),
    "dashes": lambda c: c.lines(body="\r\n".join(["-- ", "--------", c.text()] * 60)),
    "forwarded inline": lambda c: c.lines(body=f"{c.text()}\r\n\r\n----- Message d’origine -----\r\nDe : Paul\r\n{c.text()}"),
    "mbox line": lambda c: b"From awa@courrier.example Mon Nov 16 08:12:00 2026\r\n" + c.lines(body=c.text()),
    "bom": lambda c: b"\xef\xbb\xbf" + c.lines(body=c.text()),
    "rtl and emoji": lambda c: c.lines("Content-Type: text/plain", body="\u202egnp.exe \U0001f333 שלום " + c.text()),
}

