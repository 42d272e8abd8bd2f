"""People who see the tickets of a department and do not work on them."""

from alembic import op

from migrations import locks

revision = "0053"
down_revision = "0052"

ROLES = ("employee", "agent", "department_head", "finance", "ceo", "admin")


def upgrade() -> None:
    locks.be_brief()
    _allow(*ROLES, "observer")


def downgrade() -> None:
    locks.be_brief()
    # They see nothing then, rather than work on what they were to look at.
    op.execute("UPDATE users SET role = 'employee' WHERE role = 'observer'")
    _allow(*ROLES)


def _allow(*roles: str) -> None:
    listed = ", ".join(f"'{each}'" for each in roles)
    op.drop_constraint(op.f("ck_users_role"), "users")
    op.create_check_constraint(op.f("ck_users_role"), "users", f"role IN ({listed})")
