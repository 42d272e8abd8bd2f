"""Pictures of people and of the app, drawn from their ids: always the same, never fetched."""

from __future__ import annotations

import hashlib
import re

from markupsafe import Markup

#: The address that a person without a picture of their own has in the local Slack.
DRAWN = re.compile(r"https://avatars\.invalid/(\w+?)_\d+\.png")
GROUNDS = ("#c7d2fe", "#fde68a", "#bbf7d0", "#fecaca", "#bae6fd", "#e9d5ff", "#fed7aa", "#99f6e4")
SKINS = ("#f6d2b8", "#e8b48f", "#c98d63", "#9c6644", "#6f4530")
HAIRS = ("#2b2118", "#5b3a21", "#8d5a2b", "#c58b3b", "#1f2937", "#7a2e1d", "#9ca3af")
SHIRTS = ("#1f3a5f", "#0f766e", "#9d174d", "#7c3aed", "#b45309", "#166534", "#334155")
CUTS = (
    "M17 31c-1-13 5-19 15-19s16 6 15 19c-2-7-6-10-15-10s-13 3-15 10z",
    "M15 44c-3-22 3-33 17-33s20 11 17 33c-4-4-4-15-7-20-6 2-15 1-19-2-4 5-4 18-8 22z",
    "M18 29c0-11 5-17 14-17s14 5 14 16c-4-5-9-7-16-7-5 0-9 3-12 8z",
    "M16 33c-4-4-3-9 0-11-1-6 5-11 10-10 4-4 12-3 15 1 6 0 9 6 7 11 3 3 2 7-1 9-1-6-5-10-15-10"
    "s-15 4-16 10z",
    "M17 30c0-12 6-18 15-18 10 0 16 7 15 18-3-3-5-7-6-10-7 5-17 6-24 10z"
    "M26 12c-1-5 3-8 6-8s7 3 6 8z",
)
#: Somebody whose looks are given, as five numbers in the place of an id.
LOOKS = re.compile(r"LOOKS(\d{5})")
PERSON = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
    '<rect width="64" height="64" fill="{ground}"/>'
    '<path d="M8 66c0-15 10-21 24-21s24 6 24 21z" fill="{shirt}"/>'
    '<path d="M27 38h10v9c0 3-10 3-10 0z" fill="{skin}"/>'
    '<ellipse cx="32" cy="30" rx="12.5" ry="14" fill="{skin}"/>'
    '<path d="{cut}" fill="{hair}"/>'
    '<g fill="#2b2118"><circle cx="27" cy="31" r="1.5"/><circle cx="37" cy="31" r="1.5"/></g>'
    '<path d="M28 37.5c2 2.2 6 2.2 8 0" fill="none" stroke="#2b2118" stroke-width="1.5"'
    ' stroke-linecap="round"/></svg>'
)
APP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
    '<rect width="64" height="64" fill="#1f3a5f"/>'
    '<path d="M12 21h40v7a4.5 4.5 0 0 0 0 9v7H12v-7a4.5 4.5 0 0 0 0-9z" fill="#fff"/>'
    '<path d="M40 21v23" stroke="#1f3a5f" stroke-width="2.5" stroke-dasharray="3 3"/>'
    '<path d="M19 33l5 5 9-10" fill="none" stroke="#2f9e6e" stroke-width="4"'
    ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def person(person_id: str) -> str:
    given = LOOKS.fullmatch(person_id)
    digest = map(int, given[1]) if given else hashlib.sha256(person_id.encode()).digest()
    parts = zip(("ground", "skin", "hair", "shirt", "cut"), digest, strict=False)
    offered = {"ground": GROUNDS, "skin": SKINS, "hair": HAIRS, "shirt": SHIRTS, "cut": CUTS}
    return str(PERSON.format(**{key: offered[key][n % len(offered[key])] for key, n in parts}))


def address(url: str) -> str:
    """Where the page takes a picture from; one that nobody has uploaded is drawn."""
    drawn = DRAWN.fullmatch(url)
    if drawn:
        return f"/face/pictures/{drawn[1]}.svg"
    return url if url.startswith(("https://", "http://")) else "/face/pictures/app.svg"
