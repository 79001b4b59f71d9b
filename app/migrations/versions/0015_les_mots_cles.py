"""Les mots-clés d’un courrier, et la date à laquelle la lettre elle-même demande une réponse."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('courrier', sa.Column('reponse_voulue', sa.Date(), nullable=True))
    op.add_column('courrier', sa.Column('reponse_mots', sa.String(length=200), nullable=False, server_default=''))
    op.create_table(
        'mot_cle',
        sa.Column('courrier_id', sa.Integer(), nullable=False),
        sa.Column('cle', sa.String(length=60), nullable=False),
        sa.Column('mot', sa.String(length=60), nullable=False),
        sa.Column('rang', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['courrier_id'], ['courrier.id']),
        sa.PrimaryKeyConstraint('courrier_id', 'cle'),
    )
    op.create_index('ix_mot_cle_cle', 'mot_cle', ['cle'])
