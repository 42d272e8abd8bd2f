"""Embedded PostgreSQL and Valkey from wheels: a database and a broker without an installation."""

from bot.sandbox.services.errors import ServiceError
from bot.sandbox.services.launcher import Services, start_services

__all__ = ["ServiceError", "Services", "start_services"]
