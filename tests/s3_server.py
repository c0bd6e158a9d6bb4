"""An S3 server of another make (moto), a process of its own on loopback, for tests of files in a bucket."""

import re
import subprocess
import sys
import threading
from collections import deque
from contextlib import contextmanager

from boto3.session import Session
from botocore.config import Config

SECRETS = {"S3_ACCESS_KEY_ID": "name-of-a-key", "S3_SECRET_ACCESS_KEY": "key-for-tests"}


@contextmanager
def running():
    """The address of the server while the block lasts."""
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        # it stands still when nobody listens
        talking = threading.Thread(target=deque, args=(process.stderr, 0))
        try:
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", line := process.stderr.readline())):
                assert line, "the S3 server ended"
            talking.start()
            yield found[0]
        finally:
            process.kill()
            talking.join()


class Bucket:
    """A bucket as whoever runs the server sees it, for tests that look into it or tamper with it."""

    def __init__(self, address: str, name: str):
        self.address, self.name = address, name
        self.client = Session(
            aws_access_key_id=SECRETS["S3_ACCESS_KEY_ID"],
            aws_secret_access_key=SECRETS["S3_SECRET_ACCESS_KEY"],
        ).client(
            "s3", region_name="us-east-1", endpoint_url=address, config=Config(s3={"addressing_style": "path"})
        )  # fmt: skip
        self.client.create_bucket(Bucket=name)

    def names(self) -> list[str]:
        found = self.client.list_objects_v2(Bucket=self.name)
        return [one["Key"] for one in found.get("Contents", [])]

    def content(self) -> dict[str, bytes]:
        """{name: bytes} of everything in it."""
        return {name: self._read(name) for name in self.names()}

    def _read(self, name):
        with self.client.get_object(Bucket=self.name, Key=name)["Body"] as body:
            return body.read()

    def put(self, name: str, data: bytes) -> None:
        """Writes over what is there, as our own code never does."""
        self.client.put_object(Bucket=self.name, Key=name, Body=data)

    def remove(self, name: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=name)
