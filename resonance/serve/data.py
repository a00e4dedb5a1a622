"""Calls, assets and deals in; how far a run is; what could not be read and why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from resonance.errors import InputError
from resonance.records import Problem
from resonance.report import words
from resonance.serve.jobs import Jobs, Upload
from resonance.serve.site import Here, Site, csv
from resonance.serve.turns import Viewing
from resonance.store import RecordKind

router = APIRouter(route_class=Viewing)

LOOK_EVERY_S = 0.25


@router.get("/data")
def data(request: Request, site: Here, format: str = "") -> Response:
    problems = _problems(site)
    if format == "csv":
        return csv("not-read", [{name: getattr(p, name) for name in p.__slots__} for p in problems])
    return site.page(
        request,
        "data.html",
        totals=site.snapshot.totals,
        n_deals=len(site.snapshot.deals),
        problems=problems,
        job=site.jobs.job,
        stage=told(site.jobs),
    )


@router.post("/data/run")
def run(site: Here) -> Response:
    site.jobs.run()
    return RedirectResponse("/data", status_code=303)


@router.post("/data/{kind}")
def take(
    site: Here, kind: RecordKind, files: Annotated[list[UploadFile] | None, File()] = None
) -> Response:
    uploads = [Upload(f.filename, f.file.read()) for f in files or () if f.filename]
    if not uploads:
        raise InputError("No file was chosen; choose one, or drop it on the field.")
    site.jobs.take(kind, uploads)
    return RedirectResponse("/data", status_code=303)


@router.get("/data/progress")
def progress(site: Here) -> Response:
    return StreamingResponse(_events(site.jobs), media_type="text/event-stream")


def told(jobs: Jobs) -> str:
    """The last job in a line."""
    job = jobs.job
    if job.state == "working":
        counted = f", {job.done} of {job.total}" if job.total > 1 else ""
        return job.told or f"{job.stage.capitalize()}{counted}."
    if job.state == "done":
        unread = words.count(len(job.problems), "thing") if job.problems else ""
        return " ".join(filter(None, ["Done.", job.told, unread and f"{unread} not read, below."]))
    return job.told


async def _events(jobs: Jobs) -> AsyncIterator[str]:
    """Server-sent events: each piece of news of the job, until it ends."""
    heard = -1
    while True:
        job = jobs.job
        if job.number != heard:
            heard = job.number
            news = {"state": job.state, "percent": job.percent, "told": told(jobs)}
            yield f"data: {json.dumps(news)}\n\n"
        if job.state != "working":
            return
        await asyncio.sleep(LOOK_EVERY_S)


def _problems(site: Site) -> list[Problem]:
    """What the last run and the last upload could not read."""
    return list(dict.fromkeys((*site.jobs.job.problems, *site.snapshots.problems())))
