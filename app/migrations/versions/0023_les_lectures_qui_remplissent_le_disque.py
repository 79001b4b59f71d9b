"""Les lectures qui remplissent le disque à elles seules sont comptées à part."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('depot', sa.Column('remises', sa.Integer(), nullable=False, server_default='0'))
