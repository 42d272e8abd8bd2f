"""Settings from the environment (and `.env`), read once and checked at start."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class MissingSettings(Exception):
    """Some settings are missing or wrong; the text names each of them."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str
    redis_url: str = "redis://127.0.0.1:6379/0"
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"

    host: str = Field("127.0.0.1", alias="HDMS_HOST")
    port: int = Field(3000, alias="HDMS_PORT")
    admin: str | None = Field(None, alias="HDMS_ADMIN")
    storage_url: str = Field("file:./.hdms/files", alias="HDMS_STORAGE_URL")
    slack_file_hosts: str = Field("", alias="HDMS_SLACK_FILE_HOSTS")
    configuration: Path | None = Field(None, alias="HDMS_CONFIG")
    #: `pgbouncer`: statements are never prepared by name.
    pooler: str = Field("", alias="HDMS_POOLER")
    #: Connections of one bot process.
    pool_size: int = Field(10, alias="HDMS_POOL_SIZE")
    #: How long a worker may hold an outbox row; longer than any Slack call takes.
    outbox_lease: timedelta = Field(timedelta(seconds=30), alias="HDMS_OUTBOX_LEASE")
    #: After this long a Slack call counts as lost.
    slack_timeout: timedelta = Field(timedelta(seconds=10), alias="HDMS_SLACK_TIMEOUT")
    #: How often beat looks for messages that nobody sent.
    sweep_every: timedelta = Field(timedelta(seconds=2), alias="HDMS_SWEEP_EVERY")

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
