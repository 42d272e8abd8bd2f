"""${message}."""
<% import_sa = "sa." in (upgrades or "") + (downgrades or "") %>
${"import sqlalchemy as sa\n" if import_sa else ""}from alembic import op
${imports if imports else ""}
from migrations import locks

revision = "${up_revision}"
down_revision = "${down_revision}"


def upgrade() -> None:
    locks.be_brief()
    ${upgrades if upgrades else ""}


def downgrade() -> None:
    locks.be_brief()
    ${downgrades if downgrades else ""}
