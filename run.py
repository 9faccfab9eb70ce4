"""The command: `python run.py` serves the desk; `python run.py --help` lists what else there is."""

import sys

from config import WrongSetting


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    from app.command_line import run

    try:
        return run(arguments or ["serve"])
    except WrongSetting as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
