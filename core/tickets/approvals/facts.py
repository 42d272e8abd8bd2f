"""What an approver sees and signs: a canonical text of the facts, and its hash."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import InvalidField
from core.files.models import Attachment
from core.wording import alike

#: Which rules judged it is frozen as well, but changes nothing of what is asked.
_ABOUT_RULES = frozenset({"rule_version"})


def canonical(value: Any) -> str:
    """One text for one value, wherever its keys stood. Only JSON's own types; no floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(value: Any) -> str:
    return sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def facts_of(  # noqa: PLR0913 - one argument a fact
    *,
    amount: Decimal,
    currency: str,
    payee: str,
    payee_id: uuid.UUID | None,
    purpose: str,
    needed_by: date | None,
    files: Sequence[Mapping[str, Any]],
    rule_version: int,
) -> dict[str, Any]:
    return {
        "amount": f"{amount:.2f}",
        "currency": currency,
        "payee": payee,
        "payee_id": str(payee_id) if payee_id else None,
        "purpose": purpose,
        "needed_by": needed_by.isoformat() if needed_by else None,
        "files": list(files),
        "rule_version": rule_version,
    }


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{fact: [before, after]} of those that differ."""
    names = [name for name in after if name not in _ABOUT_RULES]
    return {
        name: [before.get(name), after[name]] for name in names if before.get(name) != after[name]
    }


def purpose_key(payee: str, purpose: str) -> str:
    """The same for what is the same but for case, spaces and what nobody sees."""
    return "\n".join(map(alike, (payee, purpose)))


async def read_files(
    session: AsyncSession, ticket_id: uuid.UUID, ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Raises InvalidField for what is not, or no longer, a file of the ticket."""
    wanted = sorted(set(ids))
    rows = await session.execute(
        select(Attachment.id, Attachment.name, Attachment.sha256)
        .where(Attachment.ticket_id == ticket_id, Attachment.id.in_(wanted))
        .where(Attachment.is_deleted.is_(False))
        .order_by(Attachment.id)
    )
    found = [{"id": row.id, "name": row.name, "sha256": row.sha256} for row in rows]
    if len(found) < len(wanted):
        raise InvalidField("files", "One of these files is not there any more. Choose again.")
    return found


async def are_files_unchanged(
    session: AsyncSession, ticket_id: uuid.UUID, facts: Mapping[str, Any]
) -> bool:
    """Whether the frozen files are still there, with the same bytes."""
    frozen = {each["id"]: each["sha256"] for each in facts.get("files", [])}
    if not frozen:
        return True
    rows = await session.execute(
        select(Attachment.id, Attachment.sha256).where(
            Attachment.ticket_id == ticket_id,
            Attachment.id.in_(frozen),
            Attachment.is_deleted.is_(False),
        )
    )
    return {row.id: row.sha256 for row in rows} == frozen
