"""The child process: the file is its standard input, one line of JSON is its whole answer.

Started by evidence/inspecting.py as `python -I child.py`; the folder of the project is found from this file's place.
"""

import json
import mmap
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from indicators.confinement import confine, lower_priority


def main() -> None:
    """Look into the file on standard input; write what was found as JSON."""
    lower_priority()
    confine()
    # Only now: importing parsers is part of what is limited.
    from evidence.inspection.looking import look
    from evidence.inspection.verdict import Unfit

    try:
        # Copy-on-write so that parsers that ask for a buffer get one; the file itself is open for reading only.
        with mmap.mmap(0, 0, access=mmap.ACCESS_READ) as content:
            answer = {"media_type": look(content)}
    except Unfit as unfit:
        answer = {"code": unfit.code, "what": unfit.what[:80]}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # no tidying of what a parser may have left in a bad state


if __name__ == "__main__":
    main()
