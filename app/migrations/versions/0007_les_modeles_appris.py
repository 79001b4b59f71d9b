"""Les modèles appris, et ce qui fut proposé à côté de ce qui fut choisi."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'modele_appris',
        sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('etat', sa.String(length=12), nullable=False),
        sa.Column('demande_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reprise_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('essais', sa.Integer(), nullable=False),
        sa.Column('appris_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('courriers', sa.Integer(), nullable=False),
        sa.Column('dernier_id', sa.Integer(), nullable=False),
        sa.Column('mesures', sa.JSON(), nullable=False),
        sa.Column('empreinte', sa.String(length=64), nullable=False),
        sa.Column('donnees', sa.LargeBinary(), nullable=True),
        sa.Column('en_service', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('version'),
    )
    where = sa.text("etat = 'a_apprendre'")
    op.create_index('modele_appris_du', 'modele_appris', ['version'], sqlite_where=where, postgresql_where=where)
    op.create_table(
        'confirmation',
        sa.Column('courrier_id', sa.Integer(), nullable=False),
        sa.Column('champ', sa.String(length=30), nullable=False),
        sa.Column('propose', sa.String(length=500), nullable=False),
        sa.Column('confiance', sa.Double(), nullable=False),
        sa.Column('choisi', sa.String(length=500), nullable=False),
        sa.Column('rang', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=True),
        sa.Column('quand', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['courrier_id'], ['courrier.id']),
        sa.ForeignKeyConstraint(['version'], ['modele_appris.version']),
        sa.PrimaryKeyConstraint('courrier_id', 'champ'),
    )
    op.create_index('confirmation_champ', 'confirmation', ['champ', 'quand'])
    op.add_column('correspondant', sa.Column('siret', sa.String(length=14), nullable=False, server_default=''))
