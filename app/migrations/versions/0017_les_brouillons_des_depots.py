"""Les dépôts au guichet : le dernier signe de qui en tient un, ce qui était déjà saisi quand il est laissé pour plus tard."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('depot', sa.Column('brouillon', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('depot', sa.Column('signe_le', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE depot SET signe_le = pris_le')
