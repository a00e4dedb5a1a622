"""resonance leads: which deals are worth a call, why, and what to send."""

from __future__ import annotations

from dataclasses import asdict

import click

from resonance.cli.common import echo_json, json_option, open_workspace, workspace_option
from resonance.errors import InputError


@click.command()
@workspace_option
@click.option("--open", "only_open", is_flag=True, help="Only deals that are open.")
@click.option(
    "--campaign", help="Only leads whose next asset is of it; deals carry no campaign of their own."
)
@json_option
@click.pass_context
def command(ctx: click.Context, only_open: bool, campaign: str | None, as_json: bool) -> None:
    """Where each deal stands by what was voiced, with quotes, and the asset to send next.

    Objections are to the date (timing, authority, a budget), to the need (what they have
    does, a feature is missing), or to us (all else: price, competitor, trust, rollout).

    \b
    ready               needs, and no objection
    nearly ready        needs, and most objections are to the date;
                        or most are to us, and the needs are more than those
    contested           most objections are to us, and the needs are no more;
                        or to the date, and no need was voiced;
                        or to the need, and more needs than those were voiced
    wrong fit           most objections are to the need, and the needs are no more
    nothing voiced yet  neither objection nor need was heard

    Counted in statements; open deals first. It says what was said, and predicts nothing.
    """
    from resonance.cli.show import deals as show
    from resonance.cli.show.tables import console
    from resonance.leads import by_campaign, leads

    findings = open_workspace(ctx).findings()
    found = [lead for lead in leads(findings) if lead.outcome == "open" or not only_open]
    if campaign is not None:
        known = sorted({asset.campaign for asset in findings.assets if asset.campaign})
        if campaign not in known:
            raise InputError(
                f"No asset is of the campaign {campaign!r}; there are {', '.join(known) or 'none'}."
            )
        found = [lead for lead in found if lead.campaign == campaign]
    if as_json:
        echo_json([asdict(lead) for lead in found])
        return
    if not found:
        click.echo("No leads: add deals with `resonance run --deals deals.csv`, or ask for more.")
        return
    console().print(show.lead_table(findings, found))
    show.campaign_list(by_campaign(found))
