"""One job at a time: files taken in, then all analysed anew, in processes of their own."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from resonance.errors import InputError
from resonance.records import Problem
from resonance.serve import apart
from resonance.store.database import make_folder
from resonance.store.store import FOLDER, RecordKind
from resonance.workspace import Workspace

LONGEST_NAME = 80
UNFIT = re.compile(r"[^\w.()\[\] -]+", re.ASCII)

State = Literal["idle", "working", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Job:
    """How far the last job is. `number` counts what was told, so that a listener sees news."""

    state: State = "idle"
    stage: str = ""
    done: int = 0
    total: int = 0
    told: str = ""
    problems: tuple[Problem, ...] = ()
    number: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it; its name is what the browser says, and is not trusted."""

    name: str
    data: bytes


class Jobs:
    """Takes files in and runs analyses, one after the other, and tells how far they are."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.job = Job()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def take(self, kind: RecordKind, uploads: Sequence[Upload]) -> None:
        """Read these files and analyse. Raises InputError while another job is under way."""
        self._start(lambda: self._take(kind, uploads))

    def run(self) -> None:
        """Analyse what there is, and what resonance.toml names."""
        self._start(self._analyse)

    def stop(self) -> None:
        """End what runs; a run that is killed leaves a whole store."""
        process = self._process
        if process is not None:
            process.terminate()

    def _start(self, work: Any) -> None:
        with self._lock:
            if self.job.state == "working":
                raise InputError("A run is under way; wait for it to finish, and try again.")
            self.job = Job("working", "starting", number=self.job.number + 1)
        threading.Thread(target=self._guarded, args=(work,), daemon=True).start()

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except InputError as error:
            self._tell(state="failed", told=str(error))
        except Exception as error:  # nobody waits for this thread: what befell it must be told
            self._tell(state="failed", told=f"The run stopped ({type(error).__name__}).")

    def _take(self, kind: RecordKind, uploads: Sequence[Upload]) -> None:
        self._tell(stage=f"reading {kind}", total=1)
        folder = self.workspace.path / FOLDER / "uploads" / kind
        make_folder(self.workspace.path / FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = [keep(folder, upload, kind) for upload in uploads]
        paths = [path for path in kept if path.exists()] if kind == "deals" else [folder]
        problems: list[Problem] = []
        for path in paths:
            try:
                found = apart.ask("read", str(self.workspace.path), kind, str(path))
            except InputError as error:
                for file in kept:
                    file.unlink(missing_ok=True)
                raise InputError(f"Nothing was taken in: {error}.") from None
            problems += (Problem(**problem) for problem in found["problems"])
        for problem in problems:
            refused = folder / PurePosixPath(problem.source).name
            if refused in kept and not problem.place:
                refused.unlink(missing_ok=True)
        self._tell(done=1, problems=tuple(problems))
        self._analyse()

    def _analyse(self) -> None:
        problems = self.job.problems
        result: dict[str, Any] | None = None
        with apart.start("run", str(self.workspace.path)) as process:
            self._process = process
            for told in apart.steps(process):
                if "step" in told:
                    stage, done, total = told["step"]
                    self._tell(stage=stage, done=done, total=total, told="")
                elif "waiting" in told:
                    self._tell(told=told["waiting"])
                elif "error" in told:
                    raise InputError(told["error"])
                else:
                    result = told["result"]
        self._process = None
        if result is None:
            raise InputError("The run was stopped. What was done so far is kept; run it again.")
        found = tuple(Problem(**problem) for problem in result["problems"])
        self._tell(
            state="done",
            told="" if result["changed"] else "Nothing had changed.",
            problems=(*problems, *(p for p in found if p not in problems)),
        )

    def _tell(self, **changes: Any) -> None:
        with self._lock:
            self.job = replace(self.job, **changes, number=self.job.number + 1)


def keep(folder: Path, upload: Upload, kind: RecordKind) -> Path:
    """Write an upload below the folder, under a name of ours.

    A call with the name of another is another call; an asset or a table is a new version.
    """
    name = safe_name(upload.name)
    path = folder / name
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    number = 2
    while kind == "calls" and suffix != ".csv" and path.exists():
        if path.read_bytes() == upload.data:
            break
        path = folder / f"{stem} ({number}){suffix}"
        number += 1
    path.write_bytes(upload.data)
    return path


def safe_name(name: str) -> str:
    """A file's name without a path or anything that a shell, a disk or a reader would trip over."""
    last = re.split(r"[/\\]", name)[-1]
    plain = UNFIT.sub("_", last).strip(" .") or "file"
    stem, suffix = PurePosixPath(plain).stem, PurePosixPath(plain).suffix[:12]
    return stem[: LONGEST_NAME - len(suffix)] + suffix
