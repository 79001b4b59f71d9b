"""What one person may ask of us about themselves (RGPD): to be handed all that we hold, to be forgotten where the law allows."""

from app.courrier.personne.anonymat import anonymiser
from app.courrier.personne.archive import ecrire
from app.courrier.personne.recherche import Trouvee, chercher
from app.courrier.personne.releve import Fichier, Releve, noter, relever

__all__ = ["Fichier", "Releve", "Trouvee", "anonymiser", "chercher", "ecrire", "noter", "relever"]
