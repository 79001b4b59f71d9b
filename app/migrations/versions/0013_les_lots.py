"""Les lots : feuilles de séparation lues, dépôts découpés, pages recomposées version après version."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('texte', sa.Column('code', sa.String(length=200), nullable=False, server_default=''))
    with op.batch_alter_table('depot') as depot:
        depot.add_column(sa.Column('lot_id', sa.Integer(), nullable=True))
        depot.add_column(sa.Column('plage', sa.String(length=100), nullable=False, server_default=''))
        depot.add_column(sa.Column('separation', sa.String(length=200), nullable=False, server_default=''))
        depot.create_foreign_key('depot_lot_id_fkey', 'depot', ['lot_id'], ['id'])
        depot.create_unique_constraint('depot_plage', ['lot_id', 'plage'])
    op.create_table(
        'remaniement',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('acte', sa.String(length=12), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('le', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_table(
        'composition',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('depot_id', sa.Integer(), nullable=False),
        sa.Column('rang', sa.Integer(), nullable=False),
        sa.Column('pages', sa.JSON(), nullable=False),
        sa.Column('remaniement_id', sa.Integer(), nullable=True),
        sa.Column('retour_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['depot_id'], ['depot.id']),
        sa.ForeignKeyConstraint(['remaniement_id'], ['remaniement.id']),
        sa.ForeignKeyConstraint(['retour_id'], ['composition.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('depot_id', 'rang'),
    )
    op.create_index('ix_composition_remaniement_id', 'composition', ['remaniement_id'])
