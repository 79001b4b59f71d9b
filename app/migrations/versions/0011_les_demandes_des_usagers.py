"""Les demandes des usagers, leur frein, les programmes qui déposent, les natures ouvertes au public."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('nature', sa.Column('titre_usager', sa.String(length=200), nullable=False, server_default=''))
    op.create_table(
        'demande',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('depot_id', sa.Integer(), sa.ForeignKey('depot.id'), nullable=False),
        sa.Column('numero', sa.String(length=20), nullable=False),
        sa.Column('code', sa.String(length=20), nullable=False),
        sa.Column('cle', sa.String(length=160), nullable=False),
        sa.Column('empreinte', sa.String(length=64), nullable=False),
        sa.Column('champs', sa.JSON(), nullable=False),
        sa.Column('suite_de', sa.String(length=20), nullable=False),
        sa.Column('accuse', sa.String(length=10), nullable=False),
        sa.Column('essais', sa.Integer(), nullable=False),
        sa.Column('reprise_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('erreur', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('depot_id'),
        sa.UniqueConstraint('numero'),
        sa.UniqueConstraint('cle'),
    )
    op.create_index('demande_accuse', 'demande', ['accuse', 'reprise_le'])
    op.create_table(
        'frein',
        sa.Column('cle', sa.String(length=100), nullable=False),
        sa.Column('jusqua', sa.DateTime(timezone=True), nullable=False),
        sa.Column('nombre', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('cle', 'jusqua'),
    )
    op.create_index('frein_fini', 'frein', ['jusqua'])
    op.create_table(
        'partenaire',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('nom', sa.String(length=100), nullable=False),
        sa.Column('empreinte', sa.String(length=64), nullable=False),
        sa.Column('droits', sa.JSON(), nullable=False),
        sa.Column('bureau_id', sa.Integer(), sa.ForeignKey('bureau.id'), nullable=True),
        sa.Column('cree_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('cree_par', sa.String(length=100), nullable=False),
        sa.Column('vu_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoque_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoque_par', sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('empreinte'),
    )
