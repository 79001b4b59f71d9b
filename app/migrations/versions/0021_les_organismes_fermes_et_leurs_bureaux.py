"""Les organismes fermés, et les bureaux qui travaillent pour eux."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('organisme', sa.Column('ferme_le', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'rattachement',
        sa.Column('bureau_id', sa.Integer(), nullable=False),
        sa.Column('organisme', sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(['bureau_id'], ['bureau.id']),
        sa.ForeignKeyConstraint(['organisme'], ['organisme.cle']),
        sa.PrimaryKeyConstraint('bureau_id'),
    )
