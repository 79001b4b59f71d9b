"""Les messages attendus, retrouvés sans parcourir les tâches."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('task', sa.Column('correlation', sa.String(length=200), nullable=True))
    task = sa.table('task', sa.column('id', sa.Integer), sa.column('choices', sa.JSON), sa.column('correlation', sa.String))
    waiting = op.get_bind().execute(sa.select(task.c.id, task.c.choices)).all()
    for identifier, choices in waiting:
        if (choices or {}).get('messages'):
            op.execute(sa.update(task).where(task.c.id == identifier).values(correlation=str(choices['correlation'])[:200]))
    where = sa.text('closed_at IS NULL AND correlation IS NOT NULL')
    op.create_index('task_waiting', 'task', ['correlation'], sqlite_where=where, postgresql_where=where)
