"""Reading Python files without running them, one thread at a time.

Before 3.11.8 Python counts the depth of a syntax tree in one place for all threads: two that build one at once may fail
with SystemError (python/cpython#106905).
"""

import ast
from threading import Lock
from typing import Any

# Held by whatever builds a tree while requests are served, libraries included.
TREES = Lock()


def parsed(text: str) -> ast.Module:
    """Return the syntax tree of a file. Raises SyntaxError or ValueError."""
    with TREES:
        return ast.parse(text)


def literal(text: str) -> Any:
    """Return the value that a file of one literal says. Raises SyntaxError, ValueError or TypeError."""
    with TREES:
        return ast.literal_eval(text)
