"""Ticket Service: tickets and their parts, status, due times, approvals and the audit trail."""
