"""Settings from the environment (and `.env`), read once and checked at start."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _seconds(value: Any) -> Any:
    # The environment holds text; a plain number there is a number of seconds.
    return float(value) if isinstance(value, str) and re.fullmatch(r"[\d.]+", value) else value


Seconds = Annotated[timedelta, BeforeValidator(_seconds)]


class MissingSettings(Exception):
    """Some settings are missing or wrong; the text names each of them."""


class Settings(BaseSettings):
    # What is wrong is named without the values beside it: some of them are secret.
    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    # Addresses may hold passwords.
    database_url: str = Field(repr=False)
    redis_url: str = Field("redis://127.0.0.1:6379/0", repr=False)
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    #: With one, requests come over a connection that we open (Socket Mode), and not over HTTP.
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"

    host: str = Field("127.0.0.1", alias="HDMS_HOST")
    port: int = Field(3000, alias="HDMS_PORT")
    admin: str | None = Field(None, alias="HDMS_ADMIN")
    #: Where the bot is reached from outside; what links to tickets begin with.
    public_url: str = Field("", alias="HDMS_PUBLIC_URL")
    storage_url: str = Field("file:./.hdms/files", alias="HDMS_STORAGE_URL")
    slack_file_hosts: str = Field("", alias="HDMS_SLACK_FILE_HOSTS")
    configuration: Path | None = Field(None, alias="HDMS_CONFIG")
    #: `pgbouncer`: statements are never prepared by name.
    pooler: str = Field("", alias="HDMS_POOLER")
    #: Connections of one bot process.
    pool_size: int = Field(10, alias="HDMS_POOL_SIZE")
    #: How long a worker may hold an outbox row; longer than any Slack call takes.
    outbox_lease: Seconds = Field(timedelta(seconds=30), alias="HDMS_OUTBOX_LEASE")
    #: After this long a Slack call counts as lost.
    slack_timeout: Seconds = Field(timedelta(seconds=10), alias="HDMS_SLACK_TIMEOUT")
    #: How often beat looks for messages that nobody sent.
    sweep_every: Seconds = Field(timedelta(seconds=2), alias="HDMS_SWEEP_EVERY")

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        # The form everybody writes names no driver; ours is asyncpg.
        return re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url)

    def demand_slack(self) -> None:
        """Raises MissingSettings when Slack's requests could be neither got nor trusted."""
        wanted = {"SLACK_BOT_TOKEN": self.slack_bot_token}
        if not self.slack_app_token:
            wanted["SLACK_SIGNING_SECRET"] = self.slack_signing_secret
        if missing := [name for name, value in wanted.items() if not value]:
            raise MissingSettings(f"Set these in the environment or in .env: {', '.join(missing)}")

    @property
    def is_pooled(self) -> bool:
        return self.pooler == "pgbouncer"


def read_settings() -> Settings:
    """Raises MissingSettings, which names every setting that is missing or wrong."""
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        names = ", ".join(str(each["loc"][0]).upper() for each in error.errors())
        raise MissingSettings(f"Set these in the environment or in .env: {names}") from error
