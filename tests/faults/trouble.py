"""What befalls an installation while people work: one fault after the other, chosen by chance from a seed."""

import random
import signal
import socket
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.running import Installation, is_ready, wait_until

PAUSE = (1.0, 4.0)  # between a recovery and the next fault
AWAY = (0.2, 3.0)  # how long something stays dead
FROZEN = (1.0, 7.0)


def web_killed(place, chance):
    name = chance.choice(place.web_names)
    place.processes[name].kill()
    time.sleep(chance.uniform(*AWAY))
    place.start_web(name)


def web_child_killed(place, chance):
    """gunicorn's own: it starts another one."""
    kill_a_child(place.processes[chance.choice(place.web_names)], chance)


def worker_killed(place, chance):
    name = chance.choice(place.worker_names)
    place.processes[name].kill()
    time.sleep(chance.uniform(*AWAY))
    place.start_worker(name)


def pool_child_killed(place, chance):
    kill_a_child(place.processes[chance.choice(place.worker_names)], chance)


def kill_a_child(process, chance):
    """Returns when another one is in its place."""
    children = process.children()
    if children:
        process.send(signal.SIGKILL, [chance.choice(children)])
        wait_until(lambda: set(process.children()) - set(children), what=f"another child of {process.name}")


def beat_killed(place, chance):
    place.processes["beat"].kill()
    time.sleep(chance.uniform(*AWAY))
    place.start_beat()


def redis_killed(place, chance):
    place.processes["redis"].kill()
    time.sleep(chance.uniform(*AWAY))
    place.start_redis()


def redis_emptied(place, chance):
    with socket.create_connection(("127.0.0.1", place.ports["redis"]), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(100).startswith(b"+OK")


def redis_frozen(place, chance):
    with frozen(place.processes["redis"]):
        time.sleep(chance.uniform(*FROZEN))


def database_restarted(place, chance):
    place.processes["database"].kill()
    time.sleep(chance.uniform(*AWAY))
    place.start_database()


def database_frozen(place, chance):
    with frozen(place.processes["database"]):
        time.sleep(chance.uniform(*FROZEN))


@contextmanager
def frozen(process):
    """The process and those that it started stand still while the block lasts."""
    stopped = [process.running.pid, *process.children()]
    process.send(signal.SIGSTOP, stopped)
    try:
        yield
    finally:
        process.send(signal.SIGCONT, stopped)


FAULTS = [
    web_killed, web_child_killed, worker_killed, pool_child_killed, beat_killed,
    redis_killed, redis_emptied, redis_frozen, database_restarted, database_frozen,
]  # fmt: skip


@dataclass
class Trouble:
    """Strikes an installation until told to stop. `seconds`: how long each fault lasted, from the stroke until
    everything was ready again."""

    place: Installation
    seed: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    told: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    rests: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Trouble":
        # A daemon that never ends: what it started would be told to stop with it (supervising.die_with).
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *failure) -> None:
        self.over.set()
        self.rests.wait()

    def _run(self) -> None:
        chance, began, coming = random.Random(self.seed), time.monotonic(), []
        while not self.over.wait(chance.uniform(*PAUSE)):
            coming = coming or chance.sample(FAULTS, len(FAULTS))  # each before any comes again
            fault = coming.pop()
            self.told.append(f"{time.monotonic() - began:.1f} s {fault.__name__}")
            try:
                self._strike(fault, chance)
            except BaseException as failed:
                self.faults.append(failed)
                break
        self.rests.set()
        threading.Event().wait()

    def _strike(self, fault, chance) -> None:
        begun = time.monotonic()
        fault(self.place, chance)
        wait_until(lambda: is_ready(self.place.ports["web0"]), what=f"readiness after {fault.__name__}")
        self.seconds[fault.__name__].append(time.monotonic() - begun)

    def figures(self) -> str:
        """A line for each kind of fault: how many, how long."""
        counted = Counter({name: len(found) for name, found in self.seconds.items()})
        lines = [f"{sum(counted.values())} faults, seed {self.seed}; seconds until all was ready again:"]
        for name, count in counted.most_common():
            found = sorted(self.seconds[name])
            lines.append(f"  {name:20}{count:3} ×  {found[0]:5.1f} … {found[-1]:5.1f}")
        return "\n".join(lines)
