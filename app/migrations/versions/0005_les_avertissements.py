"""La table des avertissements prend leur nom : un avis est ce que l’on demande à un bureau."""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for index in ('avis_agent', 'avis_etat', 'ix_avis_courrier_id'):
        op.drop_index(index, table_name='avis')
    op.rename_table('avis', 'avertissement')
    op.create_index('avertissement_agent', 'avertissement', ['agent', 'cree_le'])
    op.create_index('avertissement_etat', 'avertissement', ['etat', 'reprise_le'])
    op.create_index('ix_avertissement_courrier_id', 'avertissement', ['courrier_id'])
    if op.get_bind().dialect.name == 'postgresql':
        # What it named after the table keeps the old name, which a table of opinions would want.
        op.execute('ALTER SEQUENCE avis_id_seq RENAME TO avertissement_id_seq')
        for suite in ('pkey', 'cle_key', 'courrier_id_fkey'):
            op.execute(f'ALTER TABLE avertissement RENAME CONSTRAINT avis_{suite} TO avertissement_{suite}')
