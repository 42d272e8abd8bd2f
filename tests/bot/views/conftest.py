"""Makes every table known, as the bot and the workers do before they import a view."""

import core.models  # noqa: F401
