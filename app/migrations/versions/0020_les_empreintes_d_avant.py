"""Les empreintes d'avant : les fichiers lus avant les doublons attendent la leur, que l'horloge fait par petits lots."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('empreinte', sa.Column('regle', sa.Integer(), nullable=False, server_default='1'))
    op.create_index('empreinte_regle', 'empreinte', ['regle'])
    op.execute(
        "INSERT INTO empreinte (sha256, signature, image, regle) SELECT DISTINCT sha256, '', '', 0 FROM piece "
        "WHERE depot_id IS NOT NULL AND pages > 0 AND genre IN ('original', 'annexe') "
        "AND NOT EXISTS (SELECT 1 FROM empreinte WHERE empreinte.sha256 = piece.sha256)"
    )
    # What collections remember of the e-mails that they took: their own Message-ID.
    op.execute(
        "INSERT INTO fil_courriel (depot_id, message_id, propre) SELECT depot_id, message_id, true FROM reception "
        "WHERE depot_id IS NOT NULL AND message_id LIKE '<_%>' AND message_id NOT LIKE '% %' "
        "AND NOT EXISTS (SELECT 1 FROM fil_courriel WHERE fil_courriel.depot_id = reception.depot_id)"
    )
