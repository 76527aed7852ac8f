"""`python -m router` and the `router` command."""

import sys


def main() -> None:
    from router.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
