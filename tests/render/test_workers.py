"""The pool loses workers to real signals, real hangs and a real lack of memory, and only the guilty note fails."""

import ctypes
import faulthandler
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nh3
import pytest

from vaultkit.render.job import Rendered, RenderFailure, RenderJob
from vaultkit.render.worker import Limits
from vaultkit.render.workers import RenderPool

PROJECT = Path(__file__).parents[2]
QUICK = Limits(deadline=0.2, patience=0.6, memory=200 << 20)


def job(name, body=""):
    return RenderJob(name, body, {}, {}, {})


def misbehave(job):
    """Do to this process what the note's text says, or render it."""
    match job.body.split():
        case ["signal", number]:
            os.kill(os.getpid(), int(number))
            time.sleep(60)
        case ["segfault"]:
            faulthandler.disable()
            ctypes.string_at(0)
        case ["sleep"]:
            time.sleep(60)
        case ["deaf"]:  # as a hang in C that lets no handler run
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            time.sleep(60)
        case ["swallow"]:  # as a callback from C that loses exceptions
            try:
                time.sleep(60)
            except BaseException:
                time.sleep(60)
        case ["spin"]:  # in C, which runs no handlers
            sum(range(10**12))
        case ["loop"]:
            while True:
                pass
        case ["callback"]:  # as the sanitiser's, that cannot say that it failed
            nh3.clean("<p id=x>", attributes={"p": {"id"}}, attribute_filter=lambda *_: 1 / 0)
        case ["memory"]:
            hog = bytearray(400 << 20)
            return Rendered(str(len(hog)), (), "", frozenset(), ())
        case ["large", *_]:
            return Rendered("x" * 600_000, (), "", frozenset(), ())
        case ["slow"]:
            time.sleep(0.02)
        case ["raise"]:
            raise ValueError("no such thing")
        case ["exit"]:
            os._exit(3)
    return Rendered(f"<p>{job.body} {job.path}</p>", (), "", frozenset(), ())


def outcomes(bodies, **more):
    jobs = [job(f"{number}.md", body) for number, body in enumerate(bodies)]
    with RenderPool(misbehave, limits=QUICK, **more) as pool:
        found = list(pool.render_all(jobs))
    assert [item for item, _ in found] == jobs
    assert children() == []
    return [outcome for _, outcome in found]


def all_children(of=None):
    """The processes that this one, or another, has and has not buried."""
    process = of or os.getpid()
    return Path(f"/proc/{process}/task/{process}/children").read_text().split() if sys.platform == "linux" else []


EARLIER = set()
"""Processes that other tests left behind."""


@pytest.fixture(autouse=True)
def _only_ours():
    EARLIER.update(all_children())


@pytest.fixture
def _patience():
    """Break off what hangs."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it hangs"))
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def children():
    """The processes that a test here started and has not buried."""
    return [process for process in all_children() if process not in EARLIER]


def workers():
    """The workers, which are children of the process that all are copies of."""
    return [worker for nursery in children() for worker in all_children(nursery)]


FATAL = {
    f"signal {int(signal.SIGKILL)}": "SIGKILL",
    "segfault": "SIGSEGV",
    "exit": "exit code 3",
    "sleep": "longer than 0.2 seconds",
    "deaf": "longer than 0.2 seconds",
    "swallow": "longer than 0.2 seconds",
    "spin": "longer than 0.2 seconds",
    "loop": "longer than 0.2 seconds",
    "callback": "ZeroDivisionError",
    "memory": "more memory",
    "raise": "ValueError: no such thing",
}


@pytest.mark.parametrize("body", FATAL)
def test_one_fatal_note_fails_alone(body):
    bodies = ["good"] * 25 + [body] + ["good"] * 25
    found = outcomes(bodies, workers=2)
    failed = [(number, item) for number, item in enumerate(found) if isinstance(item, RenderFailure)]
    assert [number for number, _ in failed] == [25]
    assert failed[0][1].path == "25.md"
    assert FATAL[body] in failed[0][1].reason


def test_many_fatal_notes_of_all_kinds_fail_and_all_others_are_rendered():
    bodies = [f"good {number}" for number in range(120)]
    places = range(5, 120, 10)
    for place, fatal in zip(places, [*FATAL, "segfault"], strict=True):
        bodies[place] = fatal
    found = outcomes(bodies, workers=2)
    assert [number for number, item in enumerate(found) if isinstance(item, RenderFailure)] == list(places)
    assert all(item.html == f"<p>good {n} {n}.md</p>" for n, item in enumerate(found) if isinstance(item, Rendered))


@pytest.mark.parametrize("body", ["sleep", "loop", "spin", "segfault", "memory"])
def test_a_single_note_has_a_deadline_too(body):
    (found,) = outcomes([body], workers=1)
    assert isinstance(found, RenderFailure)
    assert FATAL[body] in found.reason


def test_an_idle_worker_that_was_killed_costs_nothing():
    with RenderPool(misbehave, workers=1, limits=QUICK) as pool:
        list(pool.render_all([job("a.md")]))
        (worker,) = workers()
        os.kill(int(worker), signal.SIGKILL)
        ((_, found),) = pool.render_all([job("b.md", "good")])
        assert isinstance(found, Rendered)


@pytest.mark.skipif(sys.platform != "linux", reason="each worker begins anew here")
def test_when_the_process_that_all_are_copies_of_is_lost_there_is_another():
    with RenderPool(misbehave, workers=2, limits=QUICK) as pool:
        list(pool.render_all([job("a.md")]))
        (nursery,) = children()
        (worker,) = workers()
        os.kill(int(nursery), signal.SIGKILL)
        bodies = ["good", "exit", *["good"] * 100]
        found = list(pool.render_all(job(f"{number}.md", body) for number, body in enumerate(bodies)))
        assert [type(item) for _, item in found].count(Rendered) == 101
        assert isinstance(found[1][1], RenderFailure)
        assert nursery not in children()
    assert children() == []
    while running(worker):
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="each worker begins anew here")
def test_a_nursery_that_cannot_get_ready_does_without(tmp_path):
    """What it renders first is done by whoever is first then."""
    with RenderPool(partial(refuse_first, str(tmp_path / "seen")), workers=2, limits=QUICK) as pool:
        assert [item.html for _, item in pool.render_all([job("a.md", "good")])] == ["<p>good a.md</p>"]
    assert (tmp_path / "seen").read_text() == "#"


def refuse_first(seen, job):
    if job.body.startswith("#"):
        with open(seen, "a", encoding="utf-8") as file:
            file.write("#")
        time.sleep(60)
    return misbehave(job)


def test_workers_stay_for_the_next_run_and_close_ends_them():
    with RenderPool(misbehave, workers=1, limits=QUICK) as pool:
        list(pool.render_all([job("a.md")]))
        first = children(), workers()
        list(pool.render_all([job("b.md")]))
        assert (children(), workers()) == first != ([], [])
    assert children() == []


def test_a_run_that_is_given_up_leaves_nothing_for_the_next():
    with RenderPool(misbehave, workers=2, limits=QUICK) as pool:
        run = pool.render_all([job(f"{number}.md", "good") for number in range(300)])
        next(run)
        run.close()
        assert children() == []
        again = [job(f"again {number}.md", "good") for number in range(50)]
        assert [item.html for _, item in pool.render_all(again)] == [f"<p>good again {n}.md</p>" for n in range(50)]


@pytest.mark.usefixtures("_patience")
def test_workers_can_get_ready_before_there_is_a_job():
    with RenderPool(misbehave, workers=2, limits=QUICK) as pool:
        pool.begin()
        first = children()
        assert len(first) == 1
        while len(workers()) < 2:
            time.sleep(0.01)
        ready = workers()
        found = pool.render_all([job(f"{number}.md", "good") for number in range(100)])
        assert [item.html for _, item in found] == [f"<p>good {number}.md</p>" for number in range(100)]
        assert (children(), workers()) == (first, ready)
    assert children() == []


@pytest.mark.usefixtures("_patience")
def test_a_worker_that_got_ready_and_was_lost_costs_nothing():
    with RenderPool(misbehave, workers=2, limits=QUICK) as pool:
        pool.begin()
        while len(workers()) < 2:
            time.sleep(0.01)
        os.kill(int(workers()[1]), signal.SIGKILL)
        found = pool.render_all([job(f"{number}.md", "good") for number in range(100)])
        assert [item.html for _, item in found] == [f"<p>good {number}.md</p>" for number in range(100)]
    assert children() == []


OUT_OF_FILES = """
import os, resource, sys, time
sys.path.insert(0, {tests!r})
from test_workers import job, misbehave, workers
from vaultkit.render.workers import RenderPool
with RenderPool(misbehave, workers=2) as pool:
    pool.begin()
    while len(workers()) < 2:
        time.sleep(0.01)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    held = []
    try:
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    for file in held[: {free}]:
        os.close(file)
    try:
        print(len([*pool.render_all([job("a.md", "good")])]))
    except OSError as error:
        print(error.strerror)
    for file in held[{free} :]:
        os.close(file)
    print(len([*pool.render_all([job("a.md", "good")])]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers come another way")
@pytest.mark.parametrize("free", range(5))
def test_where_no_more_files_can_be_open_it_says_so_and_goes_on_when_they_can(free):
    code = OUT_OF_FILES.format(tests=os.path.dirname(__file__), free=free)
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert done.stderr == "" and done.stdout in ("Too many open files\n1\n", "1\n1\n")
    assert free or done.stdout.startswith("Too many")


def test_something_else_is_done_while_the_workers_are_busy():
    taken = []
    jobs = [job(f"{number}.md", "slow") for number in range(30)]
    with RenderPool(misbehave, workers=2, limits=QUICK) as pool:
        list(pool.render_all([], map(taken.append, "never")))
        assert taken == []
        found = list(pool.render_all(jobs, map(taken.append, "steps")))
        assert taken == [*"steps"] and [item for item, _ in found] == jobs
        with pytest.raises(ZeroDivisionError):
            list(pool.render_all(jobs, (1 / 0 for _ in "x")))
        assert children() == []
        assert len([*pool.render_all(jobs)]) == len(jobs)


def test_no_jobs_no_workers():
    with RenderPool(misbehave) as pool:
        assert list(pool.render_all([])) == []
        assert children() == []


def test_a_large_body_and_a_large_result_pass_the_pipe():
    bodies = ["x" * 3_000_000, "small", "y" * 3_000_000]
    assert [len(item.html) for item in outcomes(bodies, workers=2)] == [3_000_012, 17, 3_000_012]


@pytest.mark.usefixtures("_patience")
def test_neither_side_waits_for_the_other_to_listen():
    """A chunk is sent ahead while a worker may be about to tell more than a pipe holds."""
    sizes = [10, 20_000, 90_000, 400_000] * 12
    found = outcomes(["large " + "z" * size for size in sizes], workers=2)
    assert [len(item.html) for item in found] == [600_000] * len(sizes)


INTERRUPTED = """
import os, sys, signal, time
sys.path.insert(0, {tests!r})
from test_workers import children, job, misbehave, workers
from vaultkit.render.worker import Limits
from vaultkit.render.workers import RenderPool
pool = RenderPool(misbehave, workers=2, limits=Limits(0.2, 0.6))
jobs = [job(f"{{n}}.md", {body!r} if n in (50, 90) else "good") for n in range(120)]
for found, _ in pool.render_all(jobs):
    if found.path == "0.md":
        while len(workers()) < 2:
            time.sleep(0.01)
        print(*children(), *workers(), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("body", ["sleep", "spin"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_one_it_works_for(number, body):
    """However that one ends; the keyboard's interrupt goes to the whole group."""
    parent = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED.format(tests=str(Path(__file__).parent), body=body)],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    pids = parent.stdout.readline().split()
    assert len(pids) == 3
    if number == signal.SIGINT:
        os.killpg(parent.pid, number)
    else:
        parent.send_signal(number)
    assert parent.wait() != 0
    parent.stdout.close()
    while any(running(pid) for pid in pids):  # a hang here is a failure; the suite has a time limit
        time.sleep(0.02)


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
