"""Which side an address, a company or a name stands on, seen over all calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from resonance.config import Vendor
from resonance.records import Call, Party, Role
from resonance.speakers.people import is_full_name, known_roles, same_person

Roles = Mapping[str, Role]  # by name, as same_person spells it

CIRCLES = 3  # of people that somebody meets only if they sell

_LABELS: Mapping[str, Role] = {
    **dict.fromkeys(("rep", "ae", "sdr", "bdr", "agent", "seller", "vendor"), "vendor"),
    **dict.fromkeys(("sales", "salesperson", "host", "me"), "vendor"),
    **dict.fromkeys(("prospect", "customer", "client", "buyer"), "prospect"),
    **dict.fromkeys(("lead", "caller", "guest", "them"), "prospect"),
}
_FREE_MAIL = frozenset(
    [
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
        *("icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de"),
    ]
)


def by_label(calls: Sequence[Call], vendor: Vendor) -> list[Roles]:
    """ "Rep", "Customer 2": the label says the side."""

    def role_of(party: Party) -> Role:
        return _LABELS.get(party.name.rstrip("0123456789 ").casefold(), "unknown")

    return _each(calls, role_of)


def by_domain(calls: Sequence[Call], vendor: Vendor) -> list[Roles]:
    """Our own e-mail domain tells both sides; without it nothing is told."""
    known = {_domain(p) for call in calls for p in call.parties if p.role == "vendor"}
    ours = set(map(str.casefold, vendor.domains)) or known - _FREE_MAIL - {""}
    ours = ours or _shared_mark(calls, _domain, but=_FREE_MAIL)

    def role_of(party: Party) -> Role:
        domain = _domain(party)
        if not ours or not domain:
            return "unknown"
        return "vendor" if any(f".{domain}".endswith(f".{own}") for own in ours) else "prospect"

    return _each(calls, role_of)


def by_name(calls: Sequence[Call], vendor: Vendor) -> list[Roles]:
    """Names and companies that are configured, known from another call, or that recur."""
    names = set(map(same_person, vendor.names))
    names |= {name.split()[0] for name in names if name}
    companies = set(map(same_person, vendor.companies))
    companies = companies or _shared_mark(calls, lambda party: same_person(party.company))
    elsewhere = _unanimous(calls)
    ours = names | {name for name, role in elsewhere.items() if role == "vendor"}
    ours |= _recurring(calls, ours)

    def role_of(party: Party) -> Role:
        name = same_person(party.name)
        if name in names:
            return "vendor"
        if companies and party.company:
            return "vendor" if same_person(party.company) in companies else "prospect"
        return "vendor" if name in ours else elsewhere.get(name, "unknown")

    return _each(calls, role_of)


def firm(party: Party) -> str:
    """What people of one company share: its name, or the domain of their addresses; or ""."""
    domain = _domain(party)
    return same_person(party.company) or (domain if domain not in _FREE_MAIL else "")


def _each(calls: Sequence[Call], role_of: Callable[[Party], Role]) -> list[Roles]:
    return [{same_person(party.name): role_of(party) for party in call.parties} for call in calls]


def _domain(party: Party) -> str:
    return party.email.rpartition("@")[2].strip("<> ").casefold()


def _shared_mark(
    calls: Iterable[Call], mark: Callable[[Party], str], but: Iterable[str] = ()
) -> set[str]:
    """The one company or domain that meets all the others: ours.

    It is in most of the calls that show two or more, and meets at least two others.
    """
    seen = [{mark(party) for party in call.parties} - {"", *but} for call in calls]
    seen = [marks for marks in seen if len(marks) > 1]
    counts = Counter(each for marks in seen for each in marks)
    shared = {
        each
        for each, n in counts.items()
        if n > len(seen) / 2 and len(set().union(*(m for m in seen if each in m))) > 2
    }
    return shared if len(shared) == 1 else set()


def _unanimous(calls: Iterable[Call]) -> dict[str, Role]:
    """Full names whose role is known in some call, and the same in all of those."""
    roles: dict[str, set[Role]] = defaultdict(set)
    for call in calls:
        for name, role in known_roles(call).items():
            roles[name].add(role)
    return {
        name: found.pop() for name, found in roles.items() if len(found) == 1 and is_full_name(name)
    }


def _recurring(calls: Sequence[Call], ours: set[str]) -> set[str]:
    """Full names that meet three circles of people who are not ours: reps recur, prospects don't.

    Who is found binds no circle any more, so that more may be found.
    """
    casts = [({same_person(p.name) for p in c.parties}, c.account or c.deal_id) for c in calls]
    prospects = {n for c in calls for n, role in known_roles(c).items() if role == "prospect"}
    theirs: dict[str, list[tuple[set[str], str]]] = defaultdict(list)
    for cast in casts:
        for name in cast[0] - ours - prospects:
            theirs[name].append(cast)
    found: set[str] = set()
    while True:
        new = {
            name
            for name, own in theirs.items()
            if is_full_name(name)
            and name not in found
            and _n_circles(name, own, ours | found) >= CIRCLES
        }
        if not new:
            return found
        found |= new


def _n_circles(name: str, casts: Sequence[tuple[set[str], str]], ours: set[str]) -> int:
    """Groups of a person's calls bound by an account or by somebody else who is not ours.

    0 where some call has only ours beside: this one must be the prospect. 0 as well where one
    of ours is in all the calls: a prospect whom a rep meets with ever new colleagues looks the
    same as the rep's own colleague.
    """
    if any(all(name in cast for cast, _ in casts) for name in ours):
        return 0
    circles: list[set[str]] = []
    for cast, account in casts:
        marks = cast - ours - {name}
        if not marks:
            return 0
        marks |= {f"account {account}"} if account else set()
        touched = [circle for circle in circles if circle & marks]
        circles = [circle for circle in circles if not circle & marks]
        circles.append(marks.union(*touched))
    return len(circles)
