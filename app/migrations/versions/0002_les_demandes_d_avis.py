"""Les demandes d’avis et de visa au cours d’une étape."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('task', sa.Column('main', sa.Integer(), nullable=True))
    op.add_column('task', sa.Column('question', sa.Text(), nullable=False, server_default=''))
    op.add_column('task', sa.Column('asked_by', sa.String(length=100), nullable=True))
    op.add_column('task', sa.Column('awaits', sa.JSON(), nullable=False, server_default='{}'))
    where = sa.text('main IS NOT NULL')
    op.create_index('task_main', 'task', ['main'], sqlite_where=where, postgresql_where=where)
