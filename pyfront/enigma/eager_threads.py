"""Runs the threads of a threadgroup in lockstep: one host thread for each, one at a time.

A thread runs until it waits at a barrier or a function of its simdgroup. When every lane of a
simdgroup waits or has ended, the lanes that are furthest behind go on together; those that wait at
a barrier go on when the whole threadgroup is there. Threads run in the order of their index, so
that a run is the same every time.
"""

from __future__ import annotations

import threading
from _thread import allocate_lock

from enigma.errors import Note, mistake
from enigma.locations import Location

TYPE_CHECKING = False  # what type checkers read as True; importing `typing` costs milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SIMDGROUP = 32
QUADGROUP = 4
# The functions of a kernel are not deep; a threadgroup has up to 1024 threads.
_STACK_BYTES = 1 << 21

Place = tuple[int, int, int]
# Where a thread is in the program, so that a smaller one is further behind.
Position = tuple[tuple[int, int], ...]


class ThreadBlock:
    """What values belong to: they may be used while the thread that computed them runs."""

    __slots__ = ("_thread",)

    kind = "kernel"

    def __init__(self, thread: GpuThread) -> None:
        self._thread = thread

    @property
    def is_open(self) -> bool:
        """Whether it is this thread that runs; a value of another one is an error."""
        if self._thread.group.current is not self._thread:
            raise mistake("E0846", thread=self._thread.position)
        return True


class Request:
    """What a thread waits for."""

    __slots__ = ("location", "name", "operands", "position")

    def __init__(
        self, name: str, operands: tuple[Any, ...], location: Location, position: Position
    ) -> None:
        self.name = name
        self.operands = operands
        self.location = location
        self.position = position


class GpuThread:
    """One thread of the grid.

    Attributes:
        index: in the threadgroup, x fastest.
        local: the position in the threadgroup.
        position: the position in the grid.
        request: what it waits for.
        answer: what it gets when it goes on.
        allocations, threadgroup_bytes: how much threadgroup memory it has named so far.
    """

    __slots__ = (
        "allocations",
        "answer",
        "block",
        "group",
        "index",
        "local",
        "position",
        "request",
        "threadgroup_bytes",
    )

    def __init__(self, group: Group, index: int, local: Place, position: Place) -> None:
        self.group = group
        self.index = index
        self.local = local
        self.position = position
        self.block = ThreadBlock(self)
        self.request: Request | None = None
        self.answer: Any = None
        self.allocations = 0
        self.threadgroup_bytes = 0

    @property
    def lane(self) -> int:
        """The thread's number in its simdgroup."""
        return self.index % SIMDGROUP


class Group:
    """A threadgroup.

    Attributes:
        place: the threadgroup's position in the grid.
        extents: its size in threads.
        threads: all of them.
        current: the one that runs.
        memory: the threadgroup memory, in the order in which it is made.
    """

    def __init__(self, place: Place, start: Place, extents: Place) -> None:
        self.place = place
        self.extents = extents
        self.current: GpuThread | None = None
        self.memory: list[Any] = []
        self.threads: list[GpuThread] = []
        width, height, depth = extents
        for z in range(depth):
            for y in range(height):
                for x in range(width):
                    position = (start[0] + x, start[1] + y, start[2] + z)
                    self.threads.append(GpuThread(self, len(self.threads), (x, y, z), position))

    @property
    def simdgroups(self) -> list[list[GpuThread]]:
        """The threads of each simdgroup."""
        return [
            self.threads[first : first + SIMDGROUP]
            for first in range(0, len(self.threads), SIMDGROUP)
        ]


class NeedsLockstep(BaseException):
    """A thread that runs alone has to wait for others."""


class _Abandoned(BaseException):
    """Ends a waiting thread after another one has failed."""


def _held_lock() -> Any:
    """A lock that one thread acquires to wait, and another releases to let it go on."""
    lock = allocate_lock()
    lock.acquire()
    return lock


class _Worker:
    """A host thread that runs GPU threads, one after the other, when it is its turn."""

    def __init__(self, lockstep: Lockstep) -> None:
        self.lockstep = lockstep
        # Held until it is this thread's turn.
        self.turn = _held_lock()
        self.job: Callable[[], None] | None = None
        self.error: BaseException | None = None
        self.is_idle = True
        self.thread = threading.Thread(target=self._run, daemon=True, name="enigma-interpret")
        self.thread.start()

    def _run(self) -> None:
        while True:
            self.turn.acquire()
            if self.job is None:
                return
            try:
                self.job()
            except _Abandoned:
                pass
            except BaseException as error:
                self.error = error
            self.job = None
            self.is_idle = True
            self.lockstep.back.release()


class Lockstep:
    """The host threads of a launch, and the order in which they run."""

    def __init__(self, run_thread: Callable[[GpuThread], None], complete: Callable) -> None:
        self._run_thread = run_thread
        # Gives the answers for lanes that arrive together.
        self._complete = complete
        self._workers: list[_Worker] = []
        self._is_abandoned = False
        self.back = _held_lock()

    def wait(self, thread: GpuThread) -> Any:
        """Called in a GPU thread: let others run until there is an answer."""
        self.back.release()
        self._workers[thread.index].turn.acquire()
        if self._is_abandoned:
            raise _Abandoned
        return thread.answer

    def _resume(self, thread: GpuThread) -> None:
        """Let a thread run until it waits or ends."""
        thread.request = None
        thread.group.current = thread
        worker = self._workers[thread.index]
        worker.turn.release()
        try:
            self.back.acquire()
        finally:  # an interrupted thread that still runs comes to its end at its next operation
            thread.group.current = None
        if worker.error is not None:
            error, worker.error = worker.error, None
            raise error

    def run(self, group: Group) -> None:
        """Run a threadgroup to its end."""
        self._grow(len(group.threads))
        for thread in group.threads:
            worker = self._workers[thread.index]
            worker.job = _job(self._run_thread, thread)
            worker.is_idle = False
            self._resume(thread)
        for simdgroup in group.simdgroups:
            self._run_simdgroup(simdgroup)
        while waiting := [t for t in group.threads if t.request is not None]:
            _check_barrier(group, waiting)
            for simdgroup in group.simdgroups:
                for thread in simdgroup:
                    if thread.request is not None:
                        self._resume(thread)
                self._run_simdgroup(simdgroup)

    def _run_simdgroup(self, simdgroup: list[GpuThread]) -> None:
        """Carry out a simdgroup's operations until each lane has ended or waits at a barrier."""
        while True:
            waiting = [
                (t.request.position, t)
                for t in simdgroup
                if t.request is not None and t.request.name != "barrier"
            ]
            if not waiting:
                return
            first = min(position for position, _ in waiting)
            active = [t for position, t in waiting if position == first]
            self._complete(active, len(simdgroup))
            for thread in active:
                self._resume(thread)

    def _grow(self, count: int) -> None:
        if len(self._workers) >= count:
            return
        before = threading.stack_size(_STACK_BYTES)
        try:
            while len(self._workers) < count:
                self._workers.append(_Worker(self))
        finally:
            threading.stack_size(before)

    def end(self) -> None:
        """End the host threads; those that wait are left where they are."""
        self._is_abandoned = True
        for worker in self._workers:
            if not worker.is_idle:
                worker.turn.release()
                if not self.back.acquire(timeout=1):
                    return  # it does not end: a debugger, or code that catches everything
        for worker in self._workers:
            if worker.turn.locked():
                worker.turn.release()


def _job(run_thread: Callable[[GpuThread], None], thread: GpuThread) -> Callable[[], None]:
    return lambda: run_thread(thread)


def _check_barrier(group: Group, waiting: list[GpuThread]) -> None:
    """Diagnose threads that wait at different barriers, or have ended without reaching one."""
    first = waiting[0]
    assert first.request is not None
    here = first.request.location
    for other in waiting:
        assert other.request is not None
        if other.request.position != first.request.position:
            there = other.request.location
            what = f"thread {other.position} waits at another barrier"
            if there == here:
                what = f"thread {other.position} waits there in another iteration or call"
            raise mistake(
                "E0843",
                at=here,
                thread=first.position,
                what=what,
                group=group.place,
                notes=(Note(f"thread {other.position} waits here", there),),
            )
    if len(waiting) < len(group.threads):
        ended = next(t for t in group.threads if t.request is None)
        raise mistake(
            "E0843",
            at=here,
            thread=first.position,
            what=f"thread {ended.position} has ended without reaching it",
            group=group.place,
        )
