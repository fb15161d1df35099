"""``onrecord gazetteer``: places of the user's own beside those that come with the program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.options import DEFAULT_LEDGER, KEEP, Json, LedgerAddress

_SHOWN_ROWS = 5

app = typer.Typer(name="gazetteer", help="Places: search them, and add packs of your own.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Adds the commands."""
    parent.add_typer(app, rich_help_panel=KEEP)


@app.command()
def add(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="GeoNames file (SY.txt, allCountries.zip), CSV, divisions with p-codes, or GeoJSON.")
    ],
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Name of the pack; by default that of the file.")] = None,
) -> None:
    """Make a pack of a file of places, on top of those that are there. An interrupted run goes on when it is started again."""
    from onrecord.gazetteer import base_pack
    from onrecord.gazetteer.installed import REJECTED, add_pack, user_folder

    added = add_pack(path, base_pack(), name=name, progress=_progress())
    print(f"\r{added.meta.name}: {added.meta.places:,} places, {added.meta.keys:,} names", file=sys.stderr)
    if added.rejected:
        print(f"{added.rejected:,} rows could not be read:", file=sys.stderr)
        for row in added.shown[:_SHOWN_ROWS]:
            print(f"  line {row.line}: {row.reason}", file=sys.stderr)
        if added.rejected > _SHOWN_ROWS:
            print(f"  … the others in {user_folder() / added.meta.name / REJECTED}", file=sys.stderr)


@app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="NAME", help="A name, or how it begins.")],
    limit: Annotated[int, typer.Option(metavar="N", help="How many places at most.", min=1)] = 10,
    json: Json = False,
) -> None:
    """Show what a name may mean: name, kind, division, country, point, people, id, which name of it this is, pack."""
    from onrecord.cli.for_people import print_block
    from onrecord.export.writing import encode_json
    from onrecord.gazetteer import load_gazetteer

    found = load_gazetteer().search(text, limit=limit)
    for place in found:
        if json:
            print(encode_json(place))
            continue
        where = ", ".join(part for part in (place.admin1, place.country) if part)
        people = f"  {place.population:,} people" if place.population else ""
        about = f"{place.lat:.4f}, {place.lon:.4f}{people}"
        print_block(place.name, f"  {place.kind} in {where}", (about,), f"{place.id}  {place.match} name, pack {place.pack}")
    if not found:
        print(f"no place is called '{text}'; a country pack may know it: onrecord gazetteer add FILE", file=sys.stderr)


@app.command()
def info() -> None:
    """Show the packs, the base first, each with its source, licence and counts."""
    from onrecord.gazetteer import base_pack
    from onrecord.gazetteer.installed import installed_packs
    from onrecord.gazetteer.pack import Pack

    for pack in (base_pack(), *map(Pack, installed_packs())):
        meta = pack.meta
        print(f"{meta.name}: {meta.places:,} places, {meta.keys:,} names, {meta.licence}")
        print(f"  {meta.source}")
        print(f"  {meta.attribution}")
        if meta.rejected:
            print(f"  {meta.rejected:,} rows were left out")


@app.command()
def learn(
    lexicon: Annotated[Path, typer.Option("--lexicon", metavar="DIR", help="Your lexicon folder; what is learned goes to beats/ in it.")],
    ledger: LedgerAddress = DEFAULT_LEDGER,
) -> None:
    """Count where each outlet's reports in the ledger take place, so that doubtful names in its next ones are read in that light."""
    import msgspec
    import yaml

    from onrecord.gazetteer import load_gazetteer
    from onrecord.ledger import open_ledger
    from onrecord.resolve.places.beats import learn_beats

    with open_ledger(ledger) as opened:
        learned = learn_beats(opened.codings(), load_gazetteer())
    target = lexicon / "beats" / "learned.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump([msgspec.to_builtins(entry) for entry in learned], allow_unicode=True, sort_keys=False), "utf-8")
    print(f"{target}: {len(learned)} outlets", file=sys.stderr)


@app.command()
def remove(name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a pack that was added.")]) -> None:
    """Take a pack away."""
    from onrecord.gazetteer.installed import remove_pack

    remove_pack(name)


def _progress() -> Callable[[int, int, int], None] | None:
    """Draws how far a file has been read, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f} %  {task.fields[places]:,} places"), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task("", total=None, places=0)
    bar.start()

    def show(read: int, size: int, places: int) -> None:
        bar.update(task, completed=read, total=size, places=places)
        if read >= size:
            bar.stop()

    return show
