"""Les périodes d’un registre, comptées sans lire ses lignes."""

from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index('courrier_inscrit', 'courrier', ['registre', 'enregistre_le', 'annee', 'numero'])
