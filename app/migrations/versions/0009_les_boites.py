"""Les boîtes de courriel et les dossiers surveillés."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'boite',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('nom', sa.String(length=100), nullable=False),
        sa.Column('adresse', sa.String(length=300), nullable=False),
        sa.Column('utilisateur', sa.String(length=200), nullable=False),
        sa.Column('secret', sa.Text(), nullable=False),
        sa.Column('source', sa.String(length=200), nullable=False),
        sa.Column('destination', sa.String(length=200), nullable=False),
        sa.Column('bureau_id', sa.Integer(), nullable=True),
        sa.Column('regles', sa.JSON(), nullable=False),
        sa.Column('etat', sa.String(length=10), nullable=False),
        sa.Column('position', sa.String(length=100), nullable=False),
        sa.Column('prochaine_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reprise_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('relevee_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('pris', sa.Integer(), nullable=False),
        sa.Column('echecs', sa.Integer(), nullable=False),
        sa.Column('erreur', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['bureau_id'], ['bureau.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('nom'),
    )
    op.create_index('boite_due', 'boite', ['etat', 'prochaine_le'])
    op.create_table(
        'reception',
        sa.Column('cle', sa.String(length=64), nullable=False),
        sa.Column('depot_id', sa.Integer(), nullable=True),
        sa.Column('boite_id', sa.Integer(), nullable=False),
        sa.Column('message_id', sa.String(length=300), nullable=False),
        sa.Column('lieu', sa.String(length=300), nullable=False),
        sa.Column('arrivee_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('relevee_le', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['boite_id'], ['boite.id']),
        sa.ForeignKeyConstraint(['depot_id'], ['depot.id']),
        sa.PrimaryKeyConstraint('cle'),
    )
    op.create_index('reception_depot', 'reception', ['depot_id'], unique=True)
    op.create_index('reception_boite', 'reception', ['boite_id'])
