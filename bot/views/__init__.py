"""What people see: pure functions from what core knows to blocks, views and texts."""
