"""L’horloge légale devient une suite de lignes : début, suspensions, reprises et fin de chaque courrier."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

# An answer has no clock of its own: it is that of the courrier it answers.
DEBUTS = """
INSERT INTO horloge (courrier_id, geste, moment, motif, par)
SELECT id, 'debut', recu_le, '', enregistre_par FROM courrier
WHERE NOT (sens = 'depart' AND repond_a IS NOT NULL) ORDER BY id
"""
SUSPENSIONS = """
INSERT INTO horloge (courrier_id, geste, moment, motif, par)
SELECT courrier.id, CASE journal.acte WHEN 'suspendre' THEN 'suspension' ELSE 'reprise' END, journal.quand, '', journal.acteur
FROM journal JOIN courrier ON journal.sujet = 'courrier:' || courrier.id
WHERE journal.acte IN ('suspendre', 'reprendre') ORDER BY journal.numero
"""
FINS = """
INSERT INTO horloge (courrier_id, geste, moment, motif, par)
SELECT id, 'fin', clos_le, '', COALESCE(
  (SELECT MAX(acteur) FROM journal WHERE acte = 'clore' AND sujet = 'courrier:' || courrier.id), 'systeme')
FROM courrier WHERE clos_le IS NOT NULL AND NOT (sens = 'depart' AND repond_a IS NOT NULL) ORDER BY id
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        'horloge',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('courrier_id', sa.Integer(), nullable=False),
        sa.Column('geste', sa.String(length=10), nullable=False),
        sa.Column('moment', sa.DateTime(timezone=True), nullable=False),
        sa.Column('motif', sa.String(length=300), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(['courrier_id'], ['courrier.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('horloge_courrier', 'horloge', ['courrier_id', 'id'])
    for lignes in (DEBUTS, SUSPENSIONS, FINS):
        op.execute(lignes)
    # While a clock stands still nobody knows the échéance; it is given again when it goes on.
    op.execute("UPDATE courrier SET echeance = NULL WHERE suspendu_le IS NOT NULL AND clos_le IS NULL")
    op.drop_column('courrier', 'suspendu_le')
