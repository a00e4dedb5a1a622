"""Gong's API responses: `/v2/calls/transcript`, with names and deals from `/v2/calls/extensive`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from resonance.records import Party, Role, Turn
from resonance.sources.calls.parts import Found, Harvest, Unreadable, join_turns, with_speakers
from resonance.sources.dates import parse_date

SIDES: Mapping[str, Role] = {"internal": "vendor", "external": "prospect"}


class _Model(BaseModel):
    """Gong sends null where it knows nothing, and ids as strings or numbers."""

    model_config = ConfigDict(coerce_numbers_to_str=True, extra="ignore", frozen=True)


class _Sentence(_Model):
    start: float | None = None  # milliseconds
    text: str | None = None


class _Monologue(_Model):
    speakerId: str | None = None
    sentences: tuple[_Sentence, ...] | None = None


class _Transcript(_Model):
    callId: str | None = None
    transcript: tuple[_Monologue, ...] | None = None


class _Page(_Model):
    callTranscripts: tuple[_Transcript, ...]


class _CrmField(_Model):
    name: str | None = None
    value: Any = None


class _CrmObject(_Model):
    objectType: str | None = None
    objectId: str | None = None
    fields_: tuple[_CrmField, ...] | None = Field(default=None, alias="fields")


class _Context(_Model):
    objects: tuple[_CrmObject, ...] | None = None


class _Party(_Model):
    name: str | None = None
    emailAddress: str | None = None
    title: str | None = None
    speakerId: str | None = None
    affiliation: str | None = None


class _MetaData(_Model):
    id: str
    title: str | None = None
    started: str | None = None
    scheduled: str | None = None


class Details(_Model):
    """What calls-extensive says of one call."""

    metaData: _MetaData
    context: tuple[_Context, ...] | None = None
    parties: tuple[_Party, ...] | None = None


def is_transcript(document: Any) -> bool:
    return any("callTranscripts" in page for page in _pages(document))


def is_extensive(document: Any) -> bool:
    return any(_looks_extensive(page) for page in _pages(document))


def read_details(document: Any) -> dict[str, Details]:
    """What a calls-extensive response says of each call, by its id; bad entries are passed over."""
    details: dict[str, Details] = {}
    for page in _pages(document):
        for entry in page["calls"] if _looks_extensive(page) else ():
            try:
                found = Details.model_validate(entry)
            except ValidationError:
                continue
            details.setdefault(found.metaData.id, found)
    return details


def read(document: Any, details: Mapping[str, Details]) -> Harvest:
    """The calls of a transcript response, with what `details` says of them."""
    transcripts = _transcripts(document)
    known = [details.get(call.callId or "") for call in transcripts]
    unknown = [call.callId for call, about in zip(transcripts, known, strict=True) if not about]
    flaw = Unreadable(
        f"nothing says who speaks in {len(unknown)} of its {len(transcripts)} calls",
        "Put the response of /v2/calls/extensive for them beside it.",
    )
    return Harvest(
        tuple(map(_call, transcripts, known)),
        flaws=(flaw,) if unknown else (),
        companions=repr(known).encode(),
    )


def _call(call: _Transcript, details: Details | None) -> Found:
    parties = [_party(each) for each in (details.parties if details else None) or ()]
    names = {party.speaker_id: party.name for party in parties if party.speaker_id}
    turns = join_turns(
        Turn(
            names.get(said.speakerId or "", said.speakerId or ""),
            sentence.text or "",
            start_s=None if sentence.start is None else sentence.start / 1000,
        )
        for said in call.transcript or ()
        for sentence in said.sentences or ()
    )
    if details is None:
        return Found(turns, record_id=call.callId or "", parties=with_speakers((), turns))
    meta = details.metaData
    return Found(
        turns,
        record_id=meta.id,
        date=parse_date(meta.started or meta.scheduled or ""),
        deal_id=_object(details, "opportunity")[0],
        account=_object(details, "account")[1],
        title=meta.title or "",
        parties=with_speakers(parties, turns),
    )


def _party(party: _Party) -> Party:
    role = SIDES.get((party.affiliation or "").casefold(), "unknown")
    return Party(
        name=party.name or party.emailAddress or party.speakerId or "",
        role=role,
        email=party.emailAddress or "",
        title=party.title or "",
        speaker_id=party.speakerId or "",
        role_from="" if role == "unknown" else "affiliation",
    )


def _object(details: Details, kind: str) -> tuple[str, str]:
    """Id and name of the first CRM object of that kind, "" for none."""
    for context in details.context or ():
        for each in context.objects or ():
            if (each.objectType or "").casefold() == kind:
                values = {field.name: field.value for field in each.fields_ or ()}
                return each.objectId or "", str(values.get("Name") or "")
    return "", ""


def _transcripts(document: Any) -> list[_Transcript]:
    try:
        pages = [_Page.model_validate(page) for page in _pages(document)]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Unreadable(
            "it is not as Gong writes a transcript", "Fetch the transcript again.", place
        ) from error
    return [call for page in pages for call in page.callTranscripts]


def _pages(document: Any) -> list[dict]:
    """A response, or a list of them as scripts save several."""
    pages = document if isinstance(document, list) else [document]
    return [page for page in pages if isinstance(page, dict)]


def _looks_extensive(page: dict) -> bool:
    calls = page.get("calls")
    entries = calls if isinstance(calls, list) else []
    return any(isinstance(entry, dict) and "metaData" in entry for entry in entries)
