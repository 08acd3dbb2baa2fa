"""The command line: start work, see what waits, decide on it, and run the stack.

What only some commands need is imported in them: the approver's commands, used all day, start in half the time."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import RenderableType
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

import sandbox
from activities.messages import Verdict
from connectors.masterfile import MasterFileError
from connectors.productlist import ProductListError
from jobs.core import Job, Mode
from jobs.review import Review
from ledger import migrate
from ledger.blobs import Blobs
from ledger.store import CaseFile, Ledger
from settings import Settings, SettingsError, fields, load_settings
from starter import desk, screen
from starter.cases import Archive, Office, media_type_of
from starter.errors import CaseError, StackError, UsageError
from workflows.client import connect

app = typer.Typer(
    name="countersign",
    help="A durable worker for AI business jobs: the model proposes, rules check, you countersign.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
DECIDING, RUNNING, KNOWING = "Decide", "Run", "Know"

_FAILURES = (SettingsError, CaseError, StackError, ProductListError, MasterFileError, OSError, OperationalError)
"""What is told in a sentence: the world's doing, not a fault of ours."""

JobName = Annotated[str, typer.Argument(metavar="JOB", help="The job, such as inquiry.")]
CaseId = Annotated[str, typer.Argument(metavar="ID", help="The case's id, or a part of it that is no other's.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why, in a sentence; kept in the case file.")]
State = Annotated[Path | None, typer.Option("--state", help="Folder for all that the stack keeps.")]


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show stack traces.")] = False) -> None:
    """Nothing to do here: main() looks for --debug itself, also where parsing fails."""


@app.command(rich_help_panel=DECIDING)
def start(
    job: JobName,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Mails (.eml) or documents; none or -: stdin.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a case for each file. The same mail twice is one case."""
    _job(job)
    contents = [(str(file), _read(file)) for file in files or [Path("-")]]

    async def send() -> None:
        async with _office() as office:
            for name, content in contents:
                started = await office.start(job, content, media_type_of(name))
                row = {"input": name, "case": started.case_id, "new": started.new, "note": started.note}
                _out(row, f"{started.case_id}  {name}: {started.note}", as_json)

    asyncio.run(send())


@app.command(rich_help_panel=DECIDING)
def pending(
    job: Annotated[str | None, typer.Option("--job", help="Only this job.")] = None, as_json: AsJson = False
) -> None:
    """What waits for a person, oldest first."""

    async def look() -> None:
        async with _office() as office:
            rows = await office.pending(job)
            for row in rows if as_json else []:
                print(row.model_dump_json())
            if not as_json:
                screen.console.print(screen.inbox(rows))

    asyncio.run(look())


@app.command(rich_help_panel=DECIDING)
def show(case_id: CaseId, as_json: AsJson = False) -> None:
    """A proposal with the words that bear out each field, the checks, the writes and the mail."""
    archive = _archive()
    desk.show(archive, archive.find(case_id), as_json=as_json)


@app.command(rich_help_panel=DECIDING)
def approve(
    case_ids: Annotated[list[str], typer.Argument(metavar="ID...")], reason: Reason = "", as_json: AsJson = False
) -> None:
    """Countersign what show showed you (or, where you have not looked, what stands now)."""
    _decide_all(case_ids, Verdict.APPROVE, reason, as_json)


@app.command(rich_help_panel=DECIDING)
def reject(
    case_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why, in a sentence.", prompt="Why")],
    as_json: AsJson = False,
) -> None:
    """Close cases without a write."""
    _decide_all(case_ids, Verdict.REJECT, reason, as_json)


@app.command(rich_help_panel=DECIDING)
def edit(
    case_id: CaseId,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Repeatable; the value is YAML. Without it, $EDITOR opens."),
    ] = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Correct a proposal and countersign the corrected one. It is checked again before anything is written; where an
    edit leads to figures you have not seen (a price), they are shown, and wait for your approve."""

    _edit(
        case_id,
        lambda review: desk.parse_sets(review, sets) if sets else desk.edit_in_editor(review),
        reason,
        as_json,
    )


@app.command(rich_help_panel=DECIDING)
def accept(
    case_id: CaseId,
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Exceptions, such as PO_MISMATCH.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why, in a sentence.", prompt="Why")],
    as_json: AsJson = False,
) -> None:
    """Accept exceptions of an invoice with a reason, and countersign it if nothing else is wrong."""
    _edit(case_id, lambda review: desk.acceptance(review, codes, reason), reason, as_json)


@app.command(rich_help_panel=DECIDING)
def query(case_id: CaseId, as_json: AsJson = False) -> None:
    """Draft a letter that asks the supplier about an invoice; the case stays open until you decide on it."""
    _edit(case_id, desk.question, "", as_json)


@app.command(rich_help_panel=DECIDING)
def ask(
    question: Annotated[str, typer.Argument(metavar='"QUESTION"', help="In your own words, one or several at once.")],
    customer: Annotated[str, typer.Option("--as", metavar="CUSTOMER", help="The customer that it is about.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask the company's documents. Exit code 0: answered; 3: they do not say, or a person looks at it first."""
    from starter import answer

    async def go() -> answer.Asked:
        async with _office() as office:
            return await answer.ask(office, question, customer)

    asked = asyncio.run(go())
    _out(asked.data, asked.words, as_json)
    raise typer.Exit(asked.code)


@app.command(rich_help_panel=DECIDING)
def advise(
    deals: Annotated[list[int], typer.Argument(metavar="DEAL...", min=1, help="The CRM's numbers of the deals.")],
    as_json: AsJson = False,
) -> None:
    """Ask for the next step on deals. One case a day for each; nothing reaches a customer."""
    from starter.deals import advise as ask_advice

    async def ask_all() -> None:
        async with _office() as office:
            for deal in deals:
                started = await ask_advice(office, deal, "asked")
                row = {"deal": deal, "case": started.case_id, "new": started.new, "note": started.note}
                _out(row, f"{started.case_id}: {started.note}", as_json)

    asyncio.run(ask_all())


@app.command("next", rich_help_panel=DECIDING)
def walk() -> None:
    """Walk through what waits, deciding with single keys."""
    if not sys.stdin.isatty():
        raise UsageError("`next` needs a terminal; use `pending`, `show` and `approve` in scripts")

    async def go() -> None:
        async with _office() as office:
            await desk.walk(office)

    asyncio.run(go())


@app.command(rich_help_panel=KNOWING)
def case(case_id: CaseId, as_json: AsJson = False) -> None:
    """The whole story of a case, from mail to record."""
    found = _archive().find(case_id)
    _out(_as_data(found), screen.story(found), as_json)


@app.command(rich_help_panel=KNOWING)
def release(
    job: JobName,
    mode: Annotated[Mode | None, typer.Option("--mode", help="How far the job may go by itself.")] = None,
    expires_days: Annotated[int | None, typer.Option("--expires-days", min=1)] = None,
    role: Annotated[str | None, typer.Option("--role", help="Who countersigns.")] = None,
    patience: Annotated[int | None, typer.Option("--model-patience", min=1, help="Seconds.")] = None,
    writes_off: Annotated[
        list[str] | None, typer.Option("--writes-off", help="A kind of write to switch off; * is all. At once.")
    ] = None,
    writes_on: Annotated[bool, typer.Option("--writes-on", help="Switch all writes on again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show or change how a job is released. New cases get it; switched-off writes stop open ones, too."""
    _job(job)
    archive = _archive()
    ledger = archive.ledger
    wanted = {
        "mode": mode,
        "expires_days": expires_days,
        "approver_role": role,
        "model_patience_seconds": patience,
        "writes_off": () if writes_on else tuple(writes_off) if writes_off else None,
    }
    updates = {name: value for name, value in wanted.items() if value is not None}
    current = ledger.release(job)
    if updates:
        current = ledger.set_release(job, current.model_copy(update=updates), archive.settings.approver)
    lines = "\n".join(f"{name}: {value}" for name, value in current.model_dump(mode="json").items())
    _out(current.model_dump(mode="json"), lines, as_json)


@app.command("settings", rich_help_panel=KNOWING)
def show_settings(as_json: AsJson = False) -> None:
    """Every setting, its value here (secrets hidden) and what it means."""
    settings = load_settings()
    for path, info in fields():
        value: Any = settings
        for step in path.split("."):
            value = getattr(value, step, None)
        meaning = info.description or ""
        _out({"setting": path, "value": str(value), "meaning": meaning}, f"{path} = {value}\n    {meaning}", as_json)


@app.command("try", rich_help_panel=RUNNING)
def try_job(
    job: JobName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    catalogue: Annotated[
        Path | None,
        typer.Option(metavar="LIST", help="Match against this product list (.jsonl, .csv), not the ERP's catalogue."),
    ] = None,
    master: Annotated[
        Path | None,
        typer.Option(
            metavar="MASTER", help="Compare with these vendors, purchase orders and invoices (.json), not the ERP's."
        ),
    ] = None,
    knowledge: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Answer from the documents in this folder, not the company's.")
    ] = None,
    asker: Annotated[
        str, typer.Option("--as", metavar="CUSTOMER|ROLE", help="Who asks; `customer` is any. Else a colleague.")
    ] = "",
    day: Annotated[
        datetime | None,
        typer.Option("--date", metavar="DAY", formats=["%Y-%m-%d"], help="As if this were today, such as 2026-03-31."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a job would propose for these files: no Temporal, no write."""
    from starter.trial import Instead, try_files

    instead = Instead(catalogue, master, knowledge, asker, day.date() if day else None)
    for result in try_files(_job(job), files, load_settings(), instead):
        _out(result, yaml.safe_dump(result, allow_unicode=True, sort_keys=False), as_json)


@app.command(rich_help_panel=RUNNING)
def sweep(
    every: Annotated[str, typer.Option(metavar="1d", help="Sweep by schedule: every day, 12h, 30min ...")] = "",
    stale_days: Annotated[
        int | None, typer.Option(min=1, help="Days without contact, change or planned step; else as the rules say.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Take the schedule away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a case for each deal that has waited for too long: now, or by schedule."""
    from starter import deals

    if every and stop:
        raise UsageError("--every sets the schedule up and --stop takes it away: one of them")
    interval = deals.interval(every) if every else None

    async def go() -> None:
        settings = load_settings()
        client = await connect()
        if stop:
            gone = await deals.sweep_never(client)
            _out({"schedule": None}, "the schedule is gone" if gone else "there was no schedule", as_json)
        elif interval:
            await deals.sweep_every(client, settings.task_queue, interval, stale_days)
            _out({"schedule": deals.SWEEP, "every": every}, f"schedule {deals.SWEEP}: every {every}", as_json)
        else:
            opened = await deals.sweep_now(client, settings.task_queue, stale_days)
            _out({"cases": opened}, "\n".join(opened) or "no deal waits that has no case yet", as_json)

    asyncio.run(go())


@app.command(rich_help_panel=RUNNING)
def webhook(host: str = "127.0.0.1", port: int = 8040) -> None:
    """Take work from other systems by HTTP: POST /answer, /recap, /inquiry, /next_action; GET /cases/ID."""
    import uvicorn

    from starter.webhook import secret_of
    from starter.webhook import webhook as application

    secret_of(load_settings())

    async def serve() -> None:
        async with _office() as office:
            config = uvicorn.Config(application(office), host=host, port=port, log_level="warning", access_log=False)
            server = uvicorn.Server(config)
            _say(f"webhook at http://{host}:{port}     (Ctrl-C stops it)")
            await server.serve()

    asyncio.run(serve())


knowledge = typer.Typer(
    help="The company's documents: folders of policies, contracts, price terms.", no_args_is_help=True
)
app.add_typer(knowledge, name="knowledge", rich_help_panel=KNOWING)


@knowledge.command("add")
def add_knowledge(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="As the workers see it, too.")],
    name: Annotated[str, typer.Option("--name", help="Names it in citations; else the folder's own name.")] = "",
    customer: Annotated[str, typer.Option("--customer", help="Whose contracts they are, unless they say.")] = "",
    roles: Annotated[
        list[str] | None, typer.Option("--role", help="Who may read them, unless they say. Repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a folder of documents, or change what is said of one. `knowledge sync` reads it."""
    from starter import knowledge as shelf

    row = shelf.add_source(_archive().ledger, folder, name, customer, roles or [])
    _out(row.model_dump(mode="json"), f"{row.name}: {row.folder}; `countersign knowledge sync` reads it", as_json)


@knowledge.command("remove")
def remove_knowledge(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Forget a source and its documents; the folder stays as it is."""
    from ledger.knowledge import Shelf

    if not Shelf(_archive().ledger).remove(name):
        raise UsageError(f"there is no source {name}")
    _say(f"{name} is forgotten")


@knowledge.command("sync")
def sync_knowledge(
    every: Annotated[str, typer.Option(metavar="1h", help="Sync by schedule: every hour, 30min, 1d ...")] = "",
    stop: Annotated[bool, typer.Option("--stop", help="Take the schedule away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read what is new or has changed: now and here, or by schedule, by the workers."""
    from activities.resources import open_embedder
    from starter import knowledge as shelf

    if every and stop:
        raise UsageError("--every sets the schedule up and --stop takes it away: one of them")
    if every or stop:
        asyncio.run(_schedule_sync(every, as_json))
        return
    archive, failed = _archive(), False
    for done in shelf.sync_all(archive.ledger, archive.blobs, open_embedder(archive.settings)):
        _out(done.model_dump(mode="json"), shelf.told(done), as_json)
        failed |= bool(done.failed)
    if failed:
        raise typer.Exit(1)


async def _schedule_sync(every: str, as_json: bool) -> None:
    from starter import knowledge as shelf
    from starter.deals import interval

    pause = interval(every) if every else None
    settings, client = load_settings(), await connect()
    if pause:
        await shelf.sync_every(client, settings.task_queue, pause)
        _out({"schedule": shelf.SCHEDULE, "every": every}, f"schedule {shelf.SCHEDULE}: every {every}", as_json)
    else:
        gone = await shelf.sync_never(client)
        _out({"schedule": None}, "the schedule is gone" if gone else "there was no schedule", as_json)


@knowledge.command("status")
def knowledge_status(
    day: Annotated[
        datetime | None, typer.Option("--date", metavar="DAY", formats=["%Y-%m-%d"], help="As if this were today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What is known of each document and who says so. A file beside it, such as contract.pdf.meta.yaml with the keys
    version, valid_from, valid_until, supersedes, status, customer and roles, corrects it."""
    from starter import knowledge as shelf

    for row in shelf.status(_archive().ledger, (day or datetime.now(UTC)).date()):
        _out(row, shelf.shown(row), as_json)


@knowledge.command("search")
def search_knowledge(
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    who: Annotated[
        str, typer.Option("--as", metavar="CUSTOMER|ROLE", help="Who asks: a customer's name, `customer`, or a role.")
    ] = "",
    day: Annotated[
        datetime | None, typer.Option("--date", metavar="DAY", formats=["%Y-%m-%d"], help="As if this were today.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 5,
    as_json: AsJson = False,
) -> None:
    """What is found for a question, as a model would be given it."""
    from activities.resources import open_embedder
    from starter import knowledge as shelf

    archive, on = _archive(), (day or datetime.now(UTC)).date()
    embedder = open_embedder(archive.settings)
    hits = shelf.search(archive.ledger, archive.blobs, embedder, question, who, on, limit)
    for hit in hits:
        _out(hit, shelf.found(hit), as_json)
    if not hits and not as_json:
        _say("nothing that is about this, in force on the day and open to who asks")


@app.command(rich_help_panel=RUNNING)
def dev(
    state: State = None,
    temporal_port: int = 7233,
    ui_port: int = 8233,
    sandbox_port: int = 8069,
) -> None:
    """Temporal, the sandbox company and a worker on this machine, until Ctrl-C."""
    from starter.stack import Ports, Stack

    settings = load_settings()
    if state:
        settings = settings.model_copy(update={"state": state})
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: stopping.append(number))
    _say("starting Temporal, the sandbox and a worker ...")
    with Stack(settings, Ports(temporal_port, ui_port, sandbox_port), _say) as stack:
        _say(f"Temporal       {stack.temporal_address}   UI {stack.ui_url}")
        if sandbox.needed(settings):
            _say(f"Sandbox        {stack.sandbox_url}   its records: {stack.sandbox_url}/")
        _say(f"Ledger         {_shown(settings)}")
        _say("Try it:        countersign start inquiry MAIL.eml && countersign next     (Ctrl-C stops everything)")
        while not stopping:
            stack.watch()
            time.sleep(0.5)
        _say("stopping; nothing is lost")


@app.command(rich_help_panel=RUNNING)
def demo() -> None:
    """The whole way on a handful of messy mails, in under a minute. On a terminal you countersign yourself."""
    from starter.demo import run_demo

    asyncio.run(run_demo(load_settings()))


@app.command("migrate", rich_help_panel=RUNNING)
def migrate_ledger() -> None:
    """Bring the ledger's tables up to date."""
    settings = load_settings()
    settings.state.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(settings.ledger_address)
    _say("the ledger is up to date")


def main() -> None:
    """The console script. Ends with os._exit: a short-lived Temporal client may crash the interpreter's own exit."""
    code = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    debug = "--debug" in sys.argv
    try:
        app()
        return 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except UsageError as error:
        screen.error(str(error))
        return 2
    except _FAILURES as error:
        if debug:
            raise
        screen.error(f"the ledger does not answer: {error.orig}" if isinstance(error, OperationalError) else str(error))
        return 1
    except Exception as error:
        if debug:
            raise
        screen.error(f"a fault of ours: {type(error).__name__}: {error} (--debug shows where)")
        return 1


def _job(name: str) -> Job[Any]:
    from workflows.registry import REGISTRY

    jobs: dict[str, Job[Any]] = {job.name: job for job, _ in REGISTRY}
    if name not in jobs:
        raise UsageError(f"there is no job called {name}; there is {', '.join(jobs)}")
    return jobs[name]


def _read(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _archive() -> Archive:
    settings = load_settings()
    return Archive(_ledger(settings), Blobs(settings.blob_folder), settings)


def _ledger(settings: Settings) -> Ledger:
    if not migrate.up_to_date(settings.ledger_address):
        raise SettingsError(
            f"the ledger {_shown(settings)} has no tables, or old ones: is this the folder in which the stack "
            "runs? Otherwise run `countersign migrate`"
        )
    return Ledger(settings.ledger_address)


def _shown(settings: Settings) -> str:
    """The ledger's address without its password."""
    return make_url(settings.ledger_address).render_as_string(hide_password=True)


@asynccontextmanager
async def _office() -> AsyncGenerator[Office]:
    settings = load_settings()
    ledger = _ledger(settings)
    yield Office(ledger, Blobs(settings.blob_folder), settings, await connect())
    ledger.close()


def _edit(case_id: str, edits_of: Callable[[Review], dict[str, Any]], reason: str, as_json: bool) -> None:
    async def change() -> bool:
        async with _office() as office:
            case = office.find(case_id)
            review = desk.on_screen(case)
            office.remember_seen(case.case.id, review.digest)
            edits = edits_of(review)
            if not edits:
                raise UsageError("nothing was changed, so nothing was sent; `approve` countersigns it as it is")
            said = await desk.decide(office, case, Verdict.EDIT, edits=edits, reason=reason, as_json=as_json)
            return said in ("accepted", "revised")

    _finish(change())


def _decide_all(case_ids: list[str], verdict: Verdict, reason: str, as_json: bool) -> None:
    async def go() -> bool:
        accepted = True
        async with _office() as office:
            for case_id in case_ids:
                try:
                    case = office.find(case_id)
                    said = await desk.decide(office, case, verdict, reason=reason, as_json=as_json)
                    accepted &= said == "accepted"
                except CaseError as error:
                    screen.error(str(error))
                    accepted = False
        return accepted

    _finish(go())


def _finish(accepted: Coroutine[Any, Any, bool]) -> None:
    if not asyncio.run(accepted):
        raise typer.Exit(1)


def _out(data: dict[str, Any], shown: RenderableType, as_json: bool) -> None:
    if as_json:
        print(json.dumps(data, ensure_ascii=False, default=str))
    elif isinstance(shown, str):
        print(shown)
    else:
        screen.console.print(shown)


def _say(words: str) -> None:
    print(words, flush=True)


def _as_data(found: CaseFile) -> dict[str, Any]:
    def rows(items: Any) -> list[dict[str, Any]]:
        return [row.model_dump(mode="json") for row in items]

    return {
        "case": found.case.model_dump(mode="json"),
        "proposals": rows(found.proposals),
        "calls": rows(found.calls),
        "decisions": rows(found.decisions),
        "writes": rows(found.writes),
        "parts": rows(found.parts),
    }
