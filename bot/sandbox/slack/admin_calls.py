"""Plain HTTP to the admin API; a refused act is raised as `Impossible`."""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp

Json = dict[str, Any]


class Impossible(Exception):
    """The person cannot do this: what they would use is not on their screen."""


class AdminCalls:
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=60)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def get(self, path: str, query: Json | None = None) -> Any:
        return await self._call("GET", path, query=query)

    async def post(self, path: str, body: Json) -> Any:
        return await self._call("POST", path, body=body)

    async def delete(self, path: str, query: Json) -> Any:
        return await self._call("DELETE", path, query=query)

    async def _call(
        self, verb: str, path: str, *, query: Json | None = None, body: Json | None = None
    ) -> Any:
        if self._session is None:
            raise RuntimeError("use the client in an `async with` block")
        url = self.base_url + path
        # As a stream: aiohttp warns of large bodies that come in one piece.
        data = io.BytesIO(json.dumps(body).encode()) if body is not None else None
        headers = {"Content-Type": "application/json"} if body is not None else {}
        request = self._session.request(verb, url, params=query, data=data, headers=headers)
        async with request as answer:
            if answer.status >= 500:
                raise RuntimeError(f"{verb} {path}: {answer.status} {await answer.text()}")
            result = await answer.json()
            if answer.status >= 400:
                raise Impossible(result["error"])
            return result
