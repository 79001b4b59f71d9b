"""Files of sheets: awkward ones are read row by row, what is looked at is what is written, and an import is undone."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courrier import correspondants
from app.courrier.correspondants import Contact, Filtre, colonnes, groupes, imports, lecture, plan
from app.courrier.errors import DejaFait, GesteRefuse, SaisieRefusee
from app.courrier.tables import Agent, Changement, CleFiche, Correspondant, ImportFiches, Membre
from tests.courrier.test_correspondants import CARADEC, KIOSQUE, creer
from tests.courrier.test_registre import inscrire

LUNDI = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
Mairie = dict[str, Agent]


def prevoir(session: Session, contenu: bytes | str) -> tuple[ImportFiches, plan.Plan]:
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    sien = imports.deposer(session, nom="f", contenu=octets, par="bruno", now=LUNDI)
    return sien, plan.planifier(session, sien)


def importer(session: Session, contenu: bytes | str) -> ImportFiches:
    sien, prevu = prevoir(session, contenu)
    return imports.importer(session, sien.id, empreinte=prevu.empreinte, par="bruno", now=LUNDI)


def etat(session: Session) -> list[list[object]]:
    tables = (Correspondant.__table__, Membre.__table__, CleFiche.__table__)
    return [list(rang) for table in tables for rang in session.execute(select(table).order_by(*table.primary_key))]


@pytest.mark.parametrize(("contenu", "encodage", "separateur"), [
    ("Nom;Prénom;Commune\nLe Roux;Zoé;Ici\n".encode("cp1252"), "cp1252", ";"),
    ("﻿Nom,Prénom,Commune\r\nLe Roux,Zoé,Ici\r\n".encode(), "utf-8", ","),
    ("Nom\tPrénom\tCommune\rLe Roux\tZoé\tIci".encode("utf-16"), "utf-16", "\t"),
    ("sep=|\nNOM|prenom|Ville\n\n\"Le Roux\"|Zo\0é|Ici\n".encode(), "utf-8", "|"),
])
def test_encoding_and_separator_are_told_by_the_file(contenu: bytes, encodage: str, separateur: str) -> None:
    lu = lecture.lire(contenu, {})
    assert (lu.encodage, lu.separateur, len(lu.rangees)) == (encodage, separateur, 1)
    cibles = colonnes.proposer(lu.titres)
    assert colonnes.valeurs(lu.rangees[0].cellules, cibles) == {"nom": "Le Roux", "prenom": "Zoé", "ville": "Ici"}


def test_a_broken_row_costs_itself_alone(session: Session, mairie: Mairie) -> None:
    contenu = (
        'Nom;Adresse;Adresse 2;Code postal;Ville;E-mail\n"Aubry";"1 rue A\nappt 2";BP 3;35190;Ici;a@b.example\n'
        'Bal"hal;2 rue B;;;;\nCollet;;;;;pas une adresse\nDorval;;;;;d@b.example\nDORVAL;;;;;d@b.example\n;;;;;\nX;'
        + "y" * 200_000
    )
    _, prevu = prevoir(session, contenu)
    assert [(p.ligne, p.sorte) for p in prevu.proposees] == [
        (2, "creer"), (4, "refusee"), (5, "refusee"), (6, "creer"), (7, "ecartee"), (9, "refusee"),
    ]
    assert prevu.proposees[0].contact == Contact(
        nom="Aubry", adresse="1 rue A\nappt 2\nBP 3", code_postal="35190", ville="Ici", courriel="a@b.example"
    )
    assert list(prevu.proposees[2].erreurs) == ["courriel"]
    assert prevu.proposees[4].double == 6


@pytest.mark.parametrize("contenu", [b"", b"\n \n", b"x;" * lecture.OCTETS, b"Nom\n" + b"a\n" * (lecture.LIGNES + 1)])
def test_a_file_that_holds_nothing_or_too_much_is_refused(session: Session, contenu: bytes) -> None:
    with pytest.raises(SaisieRefusee) as refus:
        imports.deposer(session, nom="f", contenu=contenu, par="bruno", now=LUNDI)
    assert list(refus.value.erreurs) == ["fichier"]


CARTES = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Le=20Roux;Zo=C3=A9;;M.;
ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;3 rue de l=E2=80=99=C3=
=89glise;La Fl=C3=A8che;;72200;
TEL;FAX:0299000001
TEL;CELL:02 99 00 00 02
PHOTO;ENCODING=BASE64:AAAA
 BBBB=
NIMPORTEQUOI
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Les Amis\\, du kiosque
item1.ORG:Les Amis\\, du kiosque;Bureau
X-ABShowAs:COMPANY
EMAIL;TYPE=INTERNET:autre@kiosque.example
EMAIL;TYPE=INTERNET,pref:contact@kio
 sque.example
CATEGORIES:Associations,Vie locale
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Hélène Caradec
TEL;VALUE=uri:tel:+33-2-99-00-00-07
BEGIN:VCARD
"""


def test_cards_of_every_age_are_read(session: Session, mairie: Mairie) -> None:
    lu = lecture.lire(CARTES.encode(), {})
    lues = [(dict(zip(lu.titres, rangee.cellules, strict=False)), rangee.erreur) for rangee in lu.rangees]
    (roux, _), (amis, _), *ouvertes = lues
    assert (roux["nom"], roux["prenom"], roux["civilite"], roux["adresse"]) == ("Le Roux", "Zoé", "M.", "3 rue de l’Église")
    assert (roux["ville"], roux["code_postal"], roux["telephone"]) == ("La Flèche", "72200", "02 99 00 00 02")
    assert (amis["genre"], amis["organisme"]) == ("organisme", "Les Amis, du kiosque, Bureau")
    assert (amis["courriel"], amis["groupes"]) == ("contact@kiosque.example", "Associations | Vie locale")
    assert [bool(erreur) for _carte, erreur in ouvertes] == [True, True]


def test_somebody_who_gives_the_coordinates_of_their_body_does_not_complete_it(session: Session, mairie: Mairie) -> None:
    amis = creer(session, replace(KIOSQUE, courriel="contact@kiosque.example", telephone="02 99 00 00 09"))
    contenu = "Nom;Prénom;Courriel;Téléphone\n" + "".join(
        f"{qui};contact@kiosque.example;0299000009\n" for qui in ("Aubry;Jean", "Collet;Nadia", "Collet;N."))
    sien, prevu = prevoir(session, contenu)
    assert [(p.sorte, p.fiche, p.choix) for p in prevu.proposees] == [
        ("douteuse", amis, ""), ("douteuse", amis, ""), ("ecartee", None, "")]
    assert [str(raison) for raison in prevu.proposees[0].raisons] == ["même courriel", "même téléphone", "autre nom"]
    imports.importer(session, sien.id, empreinte=prevu.empreinte, par="bruno", now=LUNDI)
    assert sien.bilan["creees"] == 2
    assert (amis.nom, amis.organisme) == ("", "Les Amis du kiosque")


def test_what_is_known_is_completed_what_is_doubtful_is_asked(session: Session, mairie: Mairie) -> None:
    helene, amis = creer(session, replace(CARADEC, fonction="")), creer(session, KIOSQUE)
    contenu = (
        "Nom;Prénom;Organisme;Fonction;Courriel;Téléphone;Groupes\nCARADECK;Helene;;adjointe;h.caradec@mel.example;;Élus\n"
        "Aubry;Jean;;;;0299000007;\nCollet;Nadia;;;;;Élus, Agents\n"
    )
    sien, prevu = prevoir(session, contenu)
    assert [(p.sorte, p.fiche) for p in prevu.proposees] == [("changer", helene), ("douteuse", helene), ("creer", None)]
    assert prevu.proposees[0].changes == {"nom": "CARADECK", "prenom": "Helene", "fonction": "adjointe"}
    avant = etat(session)
    imports.choisir(session, sien.id, {"3": "ecarter", "4": "n’importe quoi"})
    with pytest.raises(GesteRefuse):
        imports.importer(session, sien.id, empreinte=prevu.empreinte, par="bruno", now=LUNDI)
    empreinte = plan.planifier(session, sien).empreinte
    imports.importer(session, sien.id, empreinte=empreinte, par="bruno", now=LUNDI)
    assert sien.bilan | {"membres": 0} == {"creees": 1, "changees": 1, "ecartees": 1, "membres": 0}
    assert (helene.fonction, helene.courriel, sien.contenu) == ("adjointe", "h.caradec@mel.example", b"")
    assert [groupe.nom for groupe in groupes.tous(session)] == ["Agents", "Élus"]
    with pytest.raises(DejaFait):
        imports.importer(session, sien.id, empreinte=empreinte, par="bruno", now=LUNDI)
    assert imports.defaire(session, sien.id, par="bruno", now=LUNDI) == 0
    assert etat(session) == avant
    assert amis.fusionne_vers is None


def test_a_telephone_spaced_otherwise_is_the_same(session: Session, mairie: Mairie) -> None:
    fiche = creer(session, replace(CARADEC, telephone="02 99 00 00 12"))
    ligne = "Nom;Prénom;Courriel;Code postal;Téléphone\n{nom};{prenom};{courriel};{code_postal};{telephone}\n"
    dit = {champ: getattr(fiche, champ) for champ in ("nom", "prenom", "courriel", "code_postal")}
    sortes = []
    for telephone in ("0299000012", "+33 2 99 00 00 12", "02 99 00 00 13"):
        _sien, prevu = prevoir(session, ligne.format(**dit, telephone=telephone))
        sortes += [p.sorte for p in prevu.proposees]
    assert sortes == ["pareille", "pareille", "changer"]


def test_undoing_an_import_keeps_what_has_served_since(session: Session, mairie: Mairie) -> None:
    sien = importer(session, "Nom;Courriel\nAubry;a@b.example\nCollet;c@b.example\nDorval;d@b.example\n")
    aubry, collet, _dorval = session.scalars(select(Correspondant).order_by(Correspondant.id)).all()
    inscrire(session, correspondant=aubry.id)
    correspondants.modifier(session, collet.id, Contact(nom="Collet", prenom="Nadia"), par="bruno", now=LUNDI)
    assert imports.defaire(session, sien.id, par="bruno", now=LUNDI) == 2
    assert session.scalars(select(Correspondant.nom).order_by(Correspondant.nom)).all() == ["Aubry", "Collet"]


def test_undoing_an_import_keeps_what_a_later_one_corrected(session: Session, mairie: Mairie) -> None:
    premier = importer(session, "Nom;Courriel;Code postal\nAubry;a@b.example;35190\nDorval;d@b.example;35190\n")
    second = importer(session, "Nom;Courriel;Code postal;Ville\nAubry;a@b.example;35190;Rennes\n")
    assert second.bilan["changees"] == 1
    assert imports.defaire(session, premier.id, par="bruno", now=LUNDI) == 1
    assert session.scalars(select(Correspondant.ville)).all() == ["Rennes"]


def test_a_group_that_cannot_be_named_so_costs_its_own_row(session: Session, mairie: Mairie) -> None:
    sien, prevu = prevoir(session, "Nom;Groupes\nAubry;Élus, adjoints | Parents\nDorval;Parents\n")
    assert [p.sorte for p in prevu.proposees] == ["refusee", "creer"]
    assert list(prevu.proposees[0].erreurs) == ["groupes"]
    imports.regler(session, sien.id, {"groupe": "Élus, adjoints", "titres": "oui"})
    assert [p.sorte for p in plan.planifier(session, sien).proposees] == ["refusee", "refusee"]


FICHES = (
    CARADEC, KIOSQUE, Contact(nom="=1+1", notes="'=2\n; \"x\", \\n", telephone="+33 2 99 00 00 01", civilite="-"),
    Contact(nom="Keller", adresse="A, B\nC;D", ville="Freiburg", pays="Allemagne", opposition="courriel", siret="73282932000074"),
    Contact(nom="Le Roux", organisme="Œuvre", fonction="@trésorier", genre="organisme"), Contact(nom="Seulement"),
)


@pytest.mark.parametrize("forme", ["csv_de", "vcards_de"])
def test_what_is_taken_out_comes_back_the_same(session: Session, mairie: Mairie, forme: str) -> None:
    fiches = [creer(session, fiche) for fiche in FICHES]
    asso = groupes.nomme(session, "Associations & clubs", par="bruno", now=LUNDI)
    groupes.placer(session, fiches[1].id, [asso.id], par="bruno", now=LUNDI)
    sorti = b"".join(getattr(correspondants, forme)(session, Filtre()))
    _, prevu = prevoir(session, sorti)
    assert prevu.comptes == {"pareille": len(FICHES)}
    for table in (Membre, CleFiche, Changement, Correspondant):
        session.execute(table.__table__.delete())
    session.expunge_all()
    importer(session, sorti)
    revenues = session.scalars(select(Correspondant)).all()
    assert sorted(map(repr, map(correspondants.contact, revenues))) == sorted(
        repr(Contact(**correspondants.valider(fiche))) for fiche in FICHES
    )
    assert session.scalar(select(func.count()).select_from(Membre)) == 1


def test_ten_thousand_rows_and_random_bytes(session: Session, mairie: Mairie) -> None:
    rangs = "".join(f"Nom{n};p{n}@b.example;{n:05d};Ici\n" for n in range(lecture.LIGNES))
    _, prevu = prevoir(session, "Nom;Courriel;CP;Ville\n" + rangs)
    assert prevu.comptes == {"creer": lecture.LIGNES}
    hasard = random.Random(4)
    modeles = (CARTES.encode(), b'Nom;Courriel\n"a";b\n')
    for _essai in range(200):
        octets = bytearray(hasard.choice(modeles) * 2)
        for _coup in range(hasard.randint(1, 12)):
            octets[hasard.randrange(len(octets))] = hasard.choice(b'\0\n";:=\\\xff\xc3 ,')
        for proposee in prevoir(session, bytes(octets))[1].proposees:
            assert proposee.sorte in plan.SORTES


def test_a_file_left_unwritten_is_let_go(session: Session, mairie: Mairie) -> None:
    sien, _prevu = prevoir(session, "Nom\nAubry\n")
    imports.oublier(session, now=LUNDI + imports.GARDE + timedelta(seconds=1))
    session.refresh(sien)
    assert (sien.etat, sien.contenu) == ("abandonne", b"")
