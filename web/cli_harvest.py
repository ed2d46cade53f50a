"""The commands `fairfinder harvest ...`: all that is done with sources."""

import typer

from web import cli_looks, cli_runs, cli_sources, cli_withdrawals

harvests = typer.Typer(help="Keep and run the sources that are harvested.", no_args_is_help=True)

harvests.command("add")(cli_sources.add_source)
harvests.command("change")(cli_sources.change_source)
harvests.command("show")(cli_sources.show_source)
harvests.command("list")(cli_sources.list_sources)
harvests.command("kinds")(cli_sources.list_kinds)
harvests.command("template")(cli_sources.write_template)
harvests.command("test")(cli_looks.test_source)
harvests.command("preview")(cli_looks.preview_source)
harvests.command("run")(cli_runs.run_source)
harvests.command("queue")(cli_runs.queue_source)
harvests.command("cancel")(cli_runs.cancel_harvest)
harvests.command("pause")(cli_sources.pause_source)
harvests.command("resume")(cli_sources.resume_source)
harvests.command("delete")(cli_withdrawals.delete_source)
harvests.command("runs")(cli_runs.list_runs)
harvests.command("log")(cli_runs.list_log)
harvests.command("problems")(cli_runs.list_problems)
harvests.command("withdrawals")(cli_withdrawals.list_withdrawals)
harvests.command("approve")(cli_withdrawals.approve)
harvests.command("dismiss")(cli_withdrawals.dismiss)
