"""`hdms demo`: everything of HDMS on one machine, and a person's story played through it."""
