"""La lecture page à page : pages retenues, redressées, jugées ; dépôts qui passent après le courrier du jour."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('texte', sa.Column('tourne', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('texte', sa.Column('defaut', sa.String(length=10), nullable=False, server_default=''))
    op.add_column('depot', sa.Column('differe', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index('piece_sha256', 'piece', ['sha256'])
    op.create_table(
        'page_retenue',
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('page', sa.Integer(), nullable=False),
        sa.Column('contenu', sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint('sha256', 'page'),
    )
