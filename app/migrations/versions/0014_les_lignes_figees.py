"""Ce qui est écrit pour toujours l’est par la base elle-même : journal, horloge légale et corrections ne prennent que des lignes neuves."""

from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

TABLES = ('journal', 'horloge', 'correction')


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            "CREATE OR REPLACE FUNCTION ligne_figee() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'les lignes de % ne se modifient ni ne s''effacent', TG_TABLE_NAME; END $$"
        )
        for table in TABLES:
            op.execute(
                f'CREATE TRIGGER {table}_figee BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} '
                'FOR EACH STATEMENT EXECUTE FUNCTION ligne_figee()'
            )
        return
    for table in TABLES:
        for nom, geste in (('changee', 'UPDATE'), ('effacee', 'DELETE')):
            op.execute(
                f"CREATE TRIGGER {table}_{nom} BEFORE {geste} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'les lignes de {table} ne se modifient ni ne s''effacent'); END"
            )
