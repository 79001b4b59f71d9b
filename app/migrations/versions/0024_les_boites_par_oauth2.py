"""Les boîtes dont le serveur refuse les mots de passe s’ouvrent par OAuth2."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('boite', sa.Column('connexion', sa.String(20), nullable=False, server_default='mot_de_passe'))
    for nom, genre in (('jetons', sa.String(300)), ('application', sa.String(200)), ('portee', sa.String(300)), ('jeton', sa.Text())):
        op.add_column('boite', sa.Column(nom, genre, nullable=False, server_default=''))
