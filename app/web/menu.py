"""What the menu shows of what awaits: the pages that are open to the agent, and how much waits behind each."""

from app.courrier import consultation, envoi, habilitations
from app.db import db
from app.web.context import compteurs, moi, now


def ouvertes() -> frozenset[str]:
    """The rights of the agent who asks, and what else opens an entry of the menu: `bureau`, `parapheur`."""
    droits = {droit for droit in habilitations.DROITS if habilitations.peut(moi(), droit)}
    if moi().bureaux:
        droits.add("bureau")
    if moi().a("elu") or compteurs()["parapheur"]:
        droits.add("parapheur")
    return frozenset(droits)


def nombres() -> dict[str, int]:
    """How much waits behind each entry; counted only for those whom the entry is open to."""
    session, droits, taches = db.session(), ouvertes(), compteurs()
    comptes = {"corbeille": taches["moi"], "bureau": taches["bureau"], "parapheur": taches["parapheur"]}
    if "deposer" in droits:
        comptes["depots"] = consultation.depots_en_attente(session)
        comptes["envois"] = envoi.combien_attendent(session, moi())
    if "rapports" in droits:
        comptes["retards"] = consultation.nombre_de_retards(session, moi(), now=now())
    if "incidents" in droits:
        comptes["incidents"] = consultation.nombre_d_incidents(session)
    return comptes
