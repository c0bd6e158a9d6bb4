"""Celery's queue as files, for the embedded way to run: kombu's transport made safe between processes.

kombu's own writes a message in place, so a reader may take half of it, and one broken file ends the worker.
Here a message is written aside and renamed, taken by a rename that only one process can win, and a broken file
is put aside. A message that a killed worker had taken is gone: the job table and its sweeper send it again.
"""

import json
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

SUFFIX = ".msg"


class Channel(filesystem.Channel):
    """One connection's view of the folder. Names sort by priority (0 first, as with Redis), then by the time of
    sending."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.data_folder_out, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: dict, **kwargs: Any) -> None:  # type: ignore[override]
        """Send `payload`: whole or not at all, whoever reads at the same time."""
        priority = self._get_message_priority(payload)
        name = f"{priority}_{time.time_ns():020d}_{uuid.uuid4()}"
        write_whole(Path(self.data_folder_out, f"{name}.{queue}{SUFFIX}"), dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> dict:
        """Take the oldest of the most urgent messages of `queue`; raises Empty when there is none."""
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}{SUFFIX}":
                continue
            taken = Path(self.processed_folder, name)
            try:
                os.rename(Path(self.data_folder_in, name), taken)
            except FileNotFoundError:
                continue  # another worker was faster
            try:
                message = loads(taken.read_text(encoding="utf-8"))
            except ValueError:
                taken.rename(taken.with_suffix(".broken"))
                continue
            taken.unlink()
            return message
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Note that `exchange` feeds `queue`; readers see the old table or the new one."""
        known = self.get_table(exchange)
        entry = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        if entry not in known:
            self.control_folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._exchange_file(exchange), json.dumps([entry, *known]))


class Transport(filesystem.Transport):
    """Named by the setting CELERY_BROKER_TRANSPORT."""

    Channel = Channel


def write_whole(target: Path, text: str) -> None:
    """Write `text` to `target` so that no reader ever sees a part of it: aside, then renamed on the same disk."""
    aside = target.with_name(f".{uuid.uuid4()}.part")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, target)
