"""User Service: people, departments, roles and what each may do."""
