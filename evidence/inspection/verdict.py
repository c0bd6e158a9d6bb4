"""How the looking ends early: a code, and the place in the file that made it."""


class Unfit(Exception):
    """The file is refused. `code` is one of evidence.sentences.SENTENCES, `what` the part that gave the reason."""

    def __init__(self, code: str, what: str = ""):
        super().__init__(code, what)
        self.code = code
        self.what = what
