"""`python -m bot` is the command `hdms`."""

from bot.cli import main

if __name__ == "__main__":
    main()
