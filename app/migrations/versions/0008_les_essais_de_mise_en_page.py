"""Les essais de mise en page, comptés."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('reponse', sa.Column('essais', sa.Integer(), server_default='0', nullable=False))
    with op.batch_alter_table('reponse') as reponse:
        reponse.alter_column('essais', server_default=None)
