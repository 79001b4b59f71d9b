"""Les corrections du registre : une ligne par mention corrigée, jamais par-dessus."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'correction',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('courrier_id', sa.Integer(), nullable=False),
        sa.Column('champ', sa.String(length=20), nullable=False),
        sa.Column('ancien', sa.Text(), nullable=False),
        sa.Column('nouveau', sa.Text(), nullable=False),
        sa.Column('motif', sa.Text(), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('faite_le', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['courrier_id'], ['courrier.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index(op.f('ix_correction_courrier_id'), 'correction', ['courrier_id'])
