"""A process that sends: the outbox as a worker drains it, or the same posts from a plain loop."""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp

from core.config import Settings
from tests.benchmarks.signed import TOKEN
from workers.outbox import drain
from workers.runtime import Runtime, make_runtime

#: What the plain loop keeps in flight.
IN_FLIGHT = 32


async def drain_outbox(runtime: Runtime, count: int) -> None:
    await drain(runtime)


async def post_plainly(runtime: Runtime, count: int) -> None:
    """No rows, no records: only the posts, of the size of a receipt."""
    left = iter(range(count))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "The printer " * 40}}]
    url = f"{runtime.settings.slack_api_url}chat.postMessage"
    async with aiohttp.ClientSession(headers=headers) as http:

        async def one_after_another() -> None:
            for number in left:
                message = {"channel": f"U0R{number:05}", "text": "HD-1", "blocks": blocks}
                async with http.post(url, json=message) as answer:
                    assert (await answer.json())["ok"]

        await asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT)))


JOBS = {"drain": drain_outbox, "plain": post_plainly}


async def answer_questions(settings: dict[str, Any]) -> None:
    runtime = await make_runtime(Settings.model_validate(settings))
    for line in sys.stdin:
        question = json.loads(line)
        cpu, since = time.process_time(), time.perf_counter()
        await JOBS[question["job"]](runtime, question["count"])
        took = time.perf_counter() - since
        answer = {"seconds": took, "cpu": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)
    await runtime.close()


if __name__ == "__main__":
    asyncio.run(answer_questions(json.loads(sys.argv[1])))
