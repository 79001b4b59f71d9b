"""Les doublons : empreintes des fichiers et des pages, fils de courriels, dépôts comparés, courriers liés."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column('texte', sa.Column('empreinte', sa.String(length=64), nullable=False, server_default=''))
    op.create_table(
        'empreinte',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('signature', sa.Text(), nullable=False),
        sa.Column('image', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('sha256'),
    )
    op.create_table(
        'bande',
        sa.Column('cle', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('empreinte_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['empreinte_id'], ['empreinte.id']),
        sa.PrimaryKeyConstraint('cle', 'empreinte_id'),
    )
    op.create_index('ix_bande_empreinte_id', 'bande', ['empreinte_id'])
    op.create_table(
        'fil_courriel',
        sa.Column('depot_id', sa.Integer(), nullable=False),
        sa.Column('message_id', sa.String(length=300), nullable=False),
        sa.Column('propre', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['depot_id'], ['depot.id']),
        sa.PrimaryKeyConstraint('depot_id', 'message_id'),
    )
    op.create_index('fil_courriel_message', 'fil_courriel', ['message_id'])
    op.create_table(
        'comparaison',
        sa.Column('depot_id', sa.Integer(), nullable=False),
        sa.Column('autre_id', sa.Integer(), nullable=False),
        sa.Column('verdict', sa.String(length=10), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('le', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['depot_id'], ['depot.id']),
        sa.ForeignKeyConstraint(['autre_id'], ['depot.id']),
        sa.PrimaryKeyConstraint('depot_id', 'autre_id'),
    )
    op.create_index('comparaison_autre', 'comparaison', ['autre_id'])
    op.create_table(
        'ligne_lien',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('courrier_id', sa.Integer(), nullable=False),
        sa.Column('autre_id', sa.Integer(), nullable=False),
        sa.Column('rang', sa.Integer(), nullable=False),
        sa.Column('geste', sa.String(length=10), nullable=False),
        sa.Column('motif', sa.String(length=300), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('le', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['courrier_id'], ['courrier.id']),
        sa.ForeignKeyConstraint(['autre_id'], ['courrier.id']),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('courrier_id', 'autre_id', 'rang'),
    )
    op.create_index('ligne_lien_autre', 'ligne_lien', ['autre_id'])
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'CREATE TRIGGER ligne_lien_figee BEFORE UPDATE OR DELETE OR TRUNCATE ON ligne_lien '
            'FOR EACH STATEMENT EXECUTE FUNCTION ligne_figee()'
        )
        return
    for nom, geste in (('changee', 'UPDATE'), ('effacee', 'DELETE')):
        op.execute(
            f"CREATE TRIGGER ligne_lien_{nom} BEFORE {geste} ON ligne_lien "
            "BEGIN SELECT RAISE(ABORT, 'les lignes de ligne_lien ne se modifient ni ne s''effacent'); END"
        )
