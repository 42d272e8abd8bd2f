"""The same click many times at once."""

import asyncio

import pytest

from bot.twins import Twins
from core.errors import Refused


async def test_the_same_at_once_is_done_once_and_what_differs_each_for_itself() -> None:
    twins: Twins[str] = Twins()
    done: list[str] = []

    async def run(key: str) -> tuple[str, bool]:
        async def doing() -> str:
            await asyncio.sleep(0)
            done.append(key)
            return f"done {key}"

        return await twins.run(key, doing)

    found = await asyncio.gather(*(run(key) for key in ("a", "b", "a", "a")))
    assert sorted(done) == ["a", "b"]
    assert found == [("done a", True), ("done b", True), ("done a", False), ("done a", False)]
    # Afterwards it is another click.
    assert await run("a") == ("done a", True)
    assert sorted(done) == ["a", "a", "b"]


async def test_what_is_refused_is_refused_to_all_and_can_be_tried_again() -> None:
    twins: Twins[str] = Twins()

    async def refusing() -> str:
        await asyncio.sleep(0)
        raise Refused("No.")

    both = (twins.run("a", refusing), twins.run("a", refusing))
    found = await asyncio.gather(*both, return_exceptions=True)
    assert [str(each) for each in found] == ["No.", "No."]
    with pytest.raises(Refused):
        await twins.run("a", refusing)
