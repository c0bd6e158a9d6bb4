"""An opened archive of a document of an office, as those who look into its parts read it."""

import zipfile

from evidence.inspection.verdict import Unfit

MOST_KEPT = 64 * 1024 * 1024  # bytes of one XML part that has to be parsed


class Package:
    """An opened archive whose entries have been checked; `parts` are the names in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts = [one.filename for one in archive.infolist() if not one.is_dir()]

    def read(self, part: str) -> bytes:
        """A part that has to be parsed; Unfit when it is too large for that or not there."""
        try:
            info = self.archive.getinfo(part)
        except KeyError as error:
            raise Unfit("damaged", part) from error
        if info.file_size > MOST_KEPT:
            raise Unfit("bomb", part)
        return self.archive.read(info)
