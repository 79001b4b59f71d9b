"""The trade's one tree of errors; each class's docstring is the message a person reads."""

from collections.abc import Mapping


class CourrierError(Exception):
    """L’opération demandée n’a pas pu être faite."""

    def __init__(self, **values: object) -> None:
        """Keep the values that fill the docstring, so that the web can translate the sentence first."""
        self.template = " ".join((type(self).__doc__ or "").split())
        self.values: Mapping[str, object] = values
        super().__init__(self.template.format(**values))


class Introuvable(CourrierError):
    """{quoi} n’existe pas, ou vous n’y avez pas accès."""


class Interdit(CourrierError):
    """Vous n’avez pas le droit de {action}. Demandez à votre administrateur."""


class Illisible(CourrierError):
    """{motif}"""


class GesteRefuse(CourrierError):
    """{motif}"""


class DejaPris(CourrierError):
    """{quoi} est déjà traité par {qui} ; rien n’a été changé."""


class CircuitChange(CourrierError):
    """Le circuit « {nom} » a été changé par {qui} depuis que vous l’avez ouvert ; rien n’a été enregistré.
    Rouvrez-le pour voir ses changements, puis refaites les vôtres."""


class DejaFait(CourrierError):
    """{quoi} : c’est déjà fait ; rien n’a été changé."""


class SaisieRefusee(CourrierError):
    """La saisie contient {nombre} champ(s) à corriger."""

    def __init__(self, erreurs: Mapping[str, str]) -> None:
        """`erreurs`: a French sentence by field name."""
        self.erreurs = erreurs
        super().__init__(nombre=len(erreurs))

    def __str__(self) -> str:
        """What is wrong, too: where no form shows it at its field, this is all that is read."""
        return " ".join([super().__str__(), *self.erreurs.values()])


class TropDEssais(CourrierError):
    """Trop d’envois ou d’essais en peu de temps. Recommencez dans {minutes} minute(s), ou appelez la mairie."""


class JetonRefuse(CourrierError):
    """Le jeton d’accès manque, n’est pas connu ou a été révoqué."""


class EnvoiImpossible(CourrierError):
    """Le message à {destinataire} n’a pas pu partir : {motif}."""

    @property
    def definitif(self) -> bool:
        """Tell whether sending again is useless; a passing failure is tried again."""
        return bool(self.values.get("definitif", False))


class ReleveImpossible(CourrierError):
    """La relève n’a pas pu se faire : {motif}."""

    @property
    def motif(self) -> str:
        """Why, in the user's words, without what was attempted."""
        return str(self.values["motif"])


class PriseImpossible(ReleveImpossible):
    """Ceci n’a pas pu être pris : {motif}."""

    @property
    def definitif(self) -> bool:
        """Tell whether it is useless to try it again."""
        return bool(self.values.get("definitif", True))


class SceauImpossible(CourrierError):
    """Le document n’a pas pu être signé : {motif}."""


class SignatureSansCertificat(SceauImpossible):
    """Rien n’a été signé : cette installation n’a pas de certificat de signature.
    Demandez à votre administrateur de régler VAGUEMESTRE_CERTIFICATS ; la lettre vous attend au parapheur."""


class CertificatAbsent(SceauImpossible):
    """Rien n’a été signé : aucun certificat de signature n’est installé pour {qui}.
    Demandez à votre administrateur de déposer {fichier} dans le dossier des certificats ; la lettre vous attend au parapheur."""


class CertificatExpire(SceauImpossible):
    """Rien n’a été signé : le certificat {fichier} n’est valable que du {debut} au {fin}.
    Demandez à votre administrateur de le remplacer ; la lettre vous attend au parapheur."""


class CertificatInutilisable(SceauImpossible):
    """Rien n’a été signé : le certificat {fichier} ne peut pas servir ({motif}).
    Demandez à votre administrateur de le remplacer ; la lettre vous attend au parapheur."""


class IndexIndisponible(CourrierError):
    """La recherche plein texte est momentanément indisponible ; la liste et les filtres restent ouverts."""


class ModeleAbime(CourrierError):
    """Le modèle appris est abîmé : son empreinte n’est plus la sienne. Remettez en service la version précédente."""


class JournalRompu(CourrierError):
    """Le journal est rompu à la ligne {ligne} : {motif}."""


class SauvegardeImpossible(CourrierError):
    """La sauvegarde n’a pas pu être faite : {motif}."""


class ConfigurationRefusee(CourrierError):
    """La configuration n’est pas valable : {motifs}."""
