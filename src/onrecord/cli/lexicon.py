"""``onrecord lexicon``: look at the words the program knows, and check your own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.options import KEEP, flag

MAX_TOLD = 20
lexicon_app = typer.Typer(help="Look at the words that onrecord knows, and check your own.", no_args_is_help=True)


class Format(StrEnum):
    PETRARCH = "petrarch"
    WIKIDATA = "wikidata"


def register(app: typer.Typer) -> None:
    app.add_typer(lexicon_app, name="lexicon", rich_help_panel=KEEP)


@lexicon_app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A lexicon folder: actors/, agents/, verbs/, nouns/, cues/ …")],
    unverified: Annotated[bool, flag("--unverified", help="List the entries that name no reference, with file and line.")] = False,
) -> None:
    """Read a lexicon folder and say, with file and line, what is wrong with it."""
    from onrecord.cli.entries import counted
    from onrecord.errors import UsageError
    from onrecord.lexicon import SECTIONS, read_pack, read_section
    from onrecord.lexicon.source import Sourced, raise_problems

    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    unknown = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name not in SECTIONS)
    if unknown:
        raise UsageError(f"{folder}: '{unknown[0]}' is not a section; there are: {', '.join(SECTIONS)}")
    for name in SECTIONS:
        packed = [Sourced(entry, f"{name}.json entry {number}") for number, entry in enumerate(read_pack(folder, name), 1)]
        raise_problems(SECTIONS[name].check(packed))
        written = read_section(folder, name) if (folder / name).is_dir() else []
        entries = [*packed, *written]
        doubtful = [sourced for sourced in entries if getattr(sourced.entry, "source", None) == "unverified"]
        if entries:
            print(f"{name:10} {counted([sourced.entry for sourced in entries])}" + (f", {len(doubtful):,} unverified" if doubtful else ""))
        for sourced in doubtful if unverified else ():
            print(f"  {sourced.where}: {sourced.entry.id} is unverified")


@lexicon_app.command("import")
def import_dictionary(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Actor, agent and verb dictionaries, or JSON lines of items.")],
    form: Annotated[Format, typer.Option("--format", help="What the files are.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The lexicon folder to write into.")],
    pack: Annotated[bool, flag("--pack", help="Write ready JSON packs, which load faster, rather than YAML to edit.")] = False,
) -> None:
    """Turn PETRARCH dictionaries or an extract of Wikidata into a lexicon folder for --lexicon."""
    import sys

    from onrecord.errors import UsageError
    from onrecord.lexicon import Lexicon
    from onrecord.lexicon.imports import read_petrarch, read_wikidata, write_folder
    from onrecord.ontology import load_ontology

    if form is Format.PETRARCH:
        sections, left_out = read_petrarch(files, Lexicon().verbs, load_ontology().of_cameo)
    else:
        sections, left_out = read_wikidata(files, Lexicon().agents)
    for problem in left_out[:MAX_TOLD]:
        print(f"left out: {problem}", file=sys.stderr)
    if len(left_out) > MAX_TOLD:
        print(f"left out: {len(left_out) - MAX_TOLD:,} more", file=sys.stderr)
    if not sections:
        raise UsageError(f"{files[0]}: no entry could be read; is it really in the format '{form}'?")
    for (name, entries), path in zip(sections.items(), write_folder(sections, output, form, pack=pack), strict=True):
        print(f"{name:10} {len(entries):6,} entries → {path}")


@lexicon_app.command()
def show(
    word: Annotated[str, typer.Argument(metavar="WORD", help="A word, name or id.")],
    folder: Annotated[Path | None, typer.Option("--lexicon", metavar="DIR", help="Your own lexicon folder.")] = None,
    jsonl: Annotated[bool, flag("--json", help="JSON Lines, one entry a line with its section, for programs.")] = False,
) -> None:
    """Print every entry that has this word, with its section: what is coded, who stands where, the patterns with the word first."""
    import msgspec
    from rich.console import Console

    from onrecord.cli.entries import describe_entry, has_word
    from onrecord.errors import UsageError
    from onrecord.lexicon import SECTIONS, Lexicon

    lexicon = Lexicon(folder)
    console = Console(highlight=False, soft_wrap=False)
    found = False
    for name in SECTIONS:
        for entry in getattr(lexicon, name).entries:
            values = msgspec.to_builtins(entry)
            if has_word(values, word.casefold()):
                found = True
                if jsonl:
                    print(msgspec.json.encode({"section": name, **values}).decode())
                else:
                    console.print(describe_entry(name, values, word.casefold()))
    if not found:
        raise UsageError(f"no entry has '{word}'; look for the base form (“shell”, not “shelled”), or add an entry in a folder of your own")


@lexicon_app.command("test")
def run_tests(
    cases: Annotated[Path, typer.Argument(metavar="FILE", help="YAML: a list of text, claims (type, actor, recipient …) and why.")],
    folder: Annotated[Path | None, typer.Option("--lexicon", metavar="DIR", help="Your own lexicon folder.")] = None,
) -> None:
    """Code the sentences of a file and say which do not give the claims that they should."""
    from onrecord.cli.cases import run_cases
    from onrecord.display import describe_claim
    from onrecord.pipeline import Options, build_pipeline

    right = wrong = 0
    for where, case, claims, answered in run_cases(cases, build_pipeline(Options(lexicon=folder))):
        right, wrong = right + answered, wrong + (not answered)
        if not answered:
            got = "; ".join(map(describe_claim, claims)) or "nothing"
            print(f"{where}: “{case.text}” gave {got}{f' ({case.why})' if case.why else ''}")
    print(f"{right} right, {wrong} wrong")
    if wrong:
        raise typer.Exit(1)
