"""Where the command `fairfinder` begins.

A process that the command spawns imports this module again, and none of what the command itself needs.
"""


def main() -> None:
    """Run the command with the arguments of this process."""
    from web.cli import main as run

    run()


if __name__ == "__main__":
    main()
