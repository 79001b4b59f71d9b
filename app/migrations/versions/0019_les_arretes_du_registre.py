"""Les registres par organisme, et les jours arrêtés."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'organisme',
        sa.Column('cle', sa.String(length=4), nullable=False),
        sa.Column('nom', sa.String(length=200), nullable=False),
        sa.Column('ouvert_le', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('cle'),
    )
    op.create_table(
        'arrete',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('registre', sa.String(length=5), nullable=False),
        sa.Column('rang', sa.Integer(), nullable=False),
        sa.Column('jour', sa.Date(), nullable=False),
        sa.Column('nombre', sa.Integer(), nullable=False),
        sa.Column('premier', sa.String(length=20), nullable=False),
        sa.Column('dernier', sa.String(length=20), nullable=False),
        sa.Column('contenu', sa.String(length=64), nullable=False),
        sa.Column('lignes', sa.Text(), nullable=False),
        sa.Column('precedente', sa.String(length=64), nullable=False),
        sa.Column('empreinte', sa.String(length=64), nullable=False),
        sa.Column('ligne', sa.Text(), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('arrete_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('etat', sa.String(length=10), nullable=False),
        sa.Column('fichier', sa.String(length=64), nullable=False),
        sa.Column('page', sa.String(length=64), nullable=False),
        sa.Column('essais', sa.Integer(), nullable=False),
        sa.Column('reprise_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('erreur', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('registre', 'rang'),
        sa.UniqueConstraint('registre', 'jour'),
    )
    op.create_index('arrete_etat', 'arrete', ['etat', 'reprise_le'])
