"""Which column of a file is which field of a sheet: proposed by its title, in the words of spreadsheets and mail programs."""

from collections.abc import Mapping, Sequence

from app.courrier.correspondants.contact import CHAMPS
from app.courrier.organisation import plier

CIBLES = ("numero", *CHAMPS, "groupes")
"""What a column may be."""

_TITRES: Mapping[str, str] = {
    "genre": "genre,type",
    "civilite": "civilite,titre,civ,title,prefix,politesse",
    "nom": "nom,nom de famille,nom usuel,last name,surname,family name,name",
    "prenom": "prenom,prenoms,first name,given name",
    "organisme": "organisme,organisation,organization,raison sociale,societe,entreprise,association,company,structure"
                 ",denomination",
    "fonction": "fonction,poste,qualite,job title,role",
    "adresse": "adresse,adresse postale,adresse 1,adresse 2,adresse 3,adresse1,adresse2,adresse3,ligne 1,ligne 2,ligne 3,rue,voie"
               ",complement,complement d'adresse,bp,boite postale,address,street,lieu-dit,numero et voie",
    "code_postal": "code postal,cp,codepostal,code_postal,zip,zip code,postal code",
    "ville": "ville,commune,localite,city,town",
    "pays": "pays,country",
    "courriel": "courriel,email,e-mail,mail,adresse electronique,adresse mail,adresse e-mail,mel,email address",
    "telephone": "telephone,tel,tel.,phone,portable,mobile,telephone 1,n° de telephone,numero de telephone",
    "siret": "siret,n° siret,numero siret",
    "opposition": "opposition",
    "notes": "notes,note,remarques,observations,commentaire,commentaires",
    "groupes": "groupes,groupe,categories,categorie,group",
    "numero": "numero,n°,numero de fiche",
}  # fmt: skip
_PAR_TITRE = {titre: champ for champ, titres in _TITRES.items() for titre in titres.split(",")}


def proposer(titres: Sequence[str]) -> list[str]:
    """The field of each column, "" for those that are none; only lines of the address may be in several."""
    trouves: list[str] = []
    for titre in titres:
        champ = _PAR_TITRE.get(plier(titre.replace("_", " ")), "") or _PAR_TITRE.get(plier(titre), "")
        trouves.append("" if champ in trouves and champ != "adresse" else champ)
    return trouves


def valeurs(cellules: Sequence[str], colonnes: Sequence[str]) -> dict[str, str]:
    """The fields of a row; the lines of an address one below the other."""
    dites: dict[str, str] = {}
    for cellule, champ in zip(cellules, colonnes, strict=False):
        if champ and cellule.strip():
            avant = f"{dites[champ]}\n" if champ == "adresse" and champ in dites else ""
            dites[champ] = avant + cellule.strip()
    return dites
