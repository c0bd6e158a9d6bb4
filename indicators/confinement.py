"""Takes away from this process what looking into a file does not need: memory, time, disk, network, new programs.

The limits are the kernel's. The filter of system calls (seccomp) exists on Linux on x86-64 and ARM64; elsewhere the
other limits still hold.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable

MEMORY = 512 * 1024 * 1024  # bytes of address space
PROCESSOR_SECONDS = 10
WALL_SECONDS = 20

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, REFUSE_WITH_EPERM, KILL = 0x7FFF0000, 0x00050001, 0x80000000
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
# Numbers of the refused calls: socket, socketpair, connect, bind, execve, execveat, ptrace, fork, vfork,
# io_uring_setup (which could open sockets unseen). Linux: arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h
CALLS = {
    "x86_64": (0xC000003E, (41, 53, 42, 49, 59, 322, 101, 57, 58, 425)),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 221, 281, 117, 425)),
}


def confine() -> None:
    """Sets every limit; call before the first byte of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    signal.alarm(WALL_SECONDS)  # also when the parent is gone
    if sys.platform == "linux":
        refuse_calls()


def refuse_calls() -> bool:
    """Installs the filter: no sockets, no other programs. False where this machine knows no such filter."""
    architecture = CALLS.get(platform.machine()) if struct.calcsize("P") == 8 else None
    if architecture is None:
        return False
    program = _program(*architecture)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header), 0, 0) == 0


def _program(audit_number: int, calls: Iterable[int]) -> bytes:
    """The filter as BPF: check the architecture, refuse the listed calls, allow the rest."""

    def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    lines = [step(LOAD, 4), step(JUMP_IF_EQUAL, audit_number, 1, 0), step(RETURN, KILL), step(LOAD, 0)]
    lines += [step(JUMP_IF_AT_LEAST, 0x40000000, 0, 1), step(RETURN, REFUSE_WITH_EPERM)]  # the x32 numbers
    for call in calls:
        lines += [step(JUMP_IF_EQUAL, call, 0, 1), step(RETURN, REFUSE_WITH_EPERM)]
    return b"".join([*lines, step(RETURN, ALLOW)])


def lower_priority() -> None:
    """Pages come first: looking into files waits for them when the processors are busy."""
    os.nice(5)
