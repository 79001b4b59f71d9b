"""Le carnet des correspondants : groupes, changements, clés de rapprochement, fusions, imports."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table('correspondant') as fiche:
        fiche.add_column(sa.Column('organisme_id', sa.Integer(), nullable=True))
        fiche.add_column(sa.Column('fonction', sa.String(length=100), nullable=False, server_default=''))
        fiche.add_column(sa.Column('pays', sa.String(length=50), nullable=False, server_default=''))
        fiche.add_column(sa.Column('opposition', sa.String(length=10), nullable=False, server_default=''))
        fiche.add_column(sa.Column('notes', sa.Text(), nullable=False, server_default=''))
        fiche.add_column(sa.Column('version_cles', sa.Integer(), nullable=False, server_default='0'))
        fiche.add_column(sa.Column('fusionne_vers', sa.Integer(), nullable=True))
        fiche.create_foreign_key('correspondant_organisme_id_fkey', 'correspondant', ['organisme_id'], ['id'])
        fiche.create_foreign_key('correspondant_fusionne_vers_fkey', 'correspondant', ['fusionne_vers'], ['id'])
        fiche.create_index('correspondant_version_cles', ['version_cles'])
        fiche.create_index('ix_correspondant_organisme_id', ['organisme_id'])
        fiche.create_index('ix_correspondant_fusionne_vers', ['fusionne_vers'])
    with op.batch_alter_table('courrier') as courrier:
        courrier.create_index('courrier_correspondant', ['correspondant_id', 'recu_le'])
    op.create_table(
        'groupe',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('nom', sa.String(length=100), nullable=False),
        sa.Column('cle', sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('cle'),
    )
    op.create_table(
        'membre',
        sa.Column('groupe_id', sa.Integer(), nullable=False),
        sa.Column('correspondant_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['groupe_id'], ['groupe.id']),
        sa.ForeignKeyConstraint(['correspondant_id'], ['correspondant.id']),
        sa.PrimaryKeyConstraint('groupe_id', 'correspondant_id'),
    )
    op.create_index('membre_correspondant', 'membre', ['correspondant_id'])
    op.create_table(
        'import_fiches',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('nom', sa.String(length=255), nullable=False),
        sa.Column('contenu', sa.LargeBinary(), nullable=False),
        sa.Column('reglages', sa.JSON(), nullable=False),
        sa.Column('choix', sa.JSON(), nullable=False),
        sa.Column('bilan', sa.JSON(), nullable=False),
        sa.Column('etat', sa.String(length=10), nullable=False),
        sa.Column('depose_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('depose_par', sa.String(length=100), nullable=False),
        sa.Column('fini_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('fini_par', sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_table(
        'changement',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('correspondant_id', sa.Integer(), nullable=False),
        sa.Column('acte', sa.String(length=12), nullable=False),
        sa.Column('avant', sa.JSON(), nullable=False),
        sa.Column('apres', sa.JSON(), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('import_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['correspondant_id'], ['correspondant.id']),
        sa.ForeignKeyConstraint(['import_id'], ['import_fiches.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('changement_correspondant', 'changement', ['correspondant_id', 'id'])
    op.create_index('ix_changement_import_id', 'changement', ['import_id'])
    op.create_table(
        'cle_fiche',
        sa.Column('cle', sa.String(length=120), nullable=False),
        sa.Column('correspondant_id', sa.Integer(), nullable=False),
        sa.Column('poids', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['correspondant_id'], ['correspondant.id']),
        sa.PrimaryKeyConstraint('cle', 'correspondant_id'),
    )
    op.create_index('ix_cle_fiche_correspondant_id', 'cle_fiche', ['correspondant_id'])
    op.create_table(
        'distincts',
        sa.Column('premier_id', sa.Integer(), nullable=False),
        sa.Column('second_id', sa.Integer(), nullable=False),
        sa.Column('par', sa.String(length=100), nullable=False),
        sa.Column('le', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['premier_id'], ['correspondant.id']),
        sa.ForeignKeyConstraint(['second_id'], ['correspondant.id']),
        sa.PrimaryKeyConstraint('premier_id', 'second_id'),
    )
    op.create_table(
        'fusion',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('gardee_id', sa.Integer(), nullable=False),
        sa.Column('otee_id', sa.Integer(), nullable=False),
        sa.Column('avant', sa.JSON(), nullable=False),
        sa.Column('apres', sa.JSON(), nullable=False),
        sa.Column('suivis', sa.JSON(), nullable=False),
        sa.Column('faite_le', sa.DateTime(timezone=True), nullable=False),
        sa.Column('faite_par', sa.String(length=100), nullable=False),
        sa.Column('defaite_le', sa.DateTime(timezone=True), nullable=True),
        sa.Column('defaite_par', sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(['gardee_id'], ['correspondant.id']),
        sa.ForeignKeyConstraint(['otee_id'], ['correspondant.id']),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index('ix_fusion_gardee_id', 'fusion', ['gardee_id'])
    op.create_index('ix_fusion_otee_id', 'fusion', ['otee_id'])
