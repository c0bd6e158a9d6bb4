"""The file that a command is told to write: asked for before anything is done that is recorded."""

import argparse
import os
from pathlib import Path


def file_to_write(given: str) -> Path:
    """The file of an option such as --out, as a type of argparse: refused where its folder cannot take it."""
    path = Path(given)
    if path.is_dir():
        raise argparse.ArgumentTypeError(
            f"“{path}” เป็นโฟลเดอร์ โปรดระบุชื่อไฟล์ด้วย · “{path}” is a folder: name a file in it."
        )
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(
            f"ไม่มีโฟลเดอร์ “{path.parent}” โปรดสร้างก่อน · There is no folder “{path.parent}”: make it first."
        )
    if not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(
            f"เขียนไฟล์ในโฟลเดอร์ “{path.parent}” ไม่ได้ · The folder “{path.parent}” cannot be written to."
        )
    return path


def new_file(given: str) -> Path:
    """As file_to_write, and nothing of that name is there yet: what is written over keeps who may read it."""
    path = file_to_write(given)
    if path.exists():
        raise argparse.ArgumentTypeError(
            f"มี “{path}” อยู่แล้ว โปรดใช้ชื่ออื่น · “{path}” is there already: choose another name."
        )
    return path


def write_privately(path: Path, text: str) -> None:
    """Write a new file that only its owner may read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
