"""The command `yiwang`: one word, one act. Each group of commands is a module that is imported only when it is used."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

GROUPS = {
    "up": ("yiwang.ends.cli.up", "start the platform: database, web server, worker"),
    "migrate": ("yiwang.ends.cli.migrate", "bring the database to this version's schema"),
    "city": ("yiwang.ends.cli.city", "load the demonstration city"),
    "worker": ("yiwang.ends.cli.worker", "run the background worker alone (for more machines)"),
    "account": ("yiwang.ends.cli.account", "open the first administrator's account"),
    "doctor": ("yiwang.ends.cli.doctor", "check the installation and say what is wrong"),
    "backup": ("yiwang.ends.cli.archive", "write one file with everything that must survive"),
    "restore": ("yiwang.ends.cli.archive", "bring back a backup"),
    "demo": ("yiwang.ends.cli.demo", "run a whole journey through the HTTP API as a stranger's client"),
    "matters": ("yiwang.ends.cli.matters", "search, import and export matters"),
    "evidence": ("yiwang.ends.cli.evidence", "verify the evidence log"),
    "rules": ("yiwang.ends.cli.rules", "check decision tables, run the compatibility suite"),
    "laws": ("yiwang.ends.cli.laws", "the law library: import, show an article on a day, check what our rules cite"),
    "benefits": ("yiwang.ends.cli.benefits", "find and tell who is entitled, recheck payments, rehearse a draft"),
    "policies": ("yiwang.ends.cli.policies", "policies for companies: match all, measure what feedback does, list"),
    "data": ("yiwang.ends.cli.data", "bring files into the lake: check, standardise, quarantine; addresses"),
    "catalogue": ("yiwang.ends.cli.catalogue", "search, export and import data resources; elements, code tables, what is late"),
    "quality": ("yiwang.ends.cli.quality", "scores, runs and failing rows of registers and theme tables; weights"),
    "gateway": ("yiwang.ends.cli.gateway", "serve signed calls for shared data; check a receipt (a lean process of its own)"),
    "hotline": ("yiwang.ends.cli.hotline", "train, run and measure the model that sorts messages; find rising topics; import tickets"),
    "models": ("yiwang.ends.cli.models", "the register of models: versions, evaluation, approval, roll-back, drift"),
    "guide": ("yiwang.ends.cli.guide", "ask the guide, make its sentence vectors, measure everyday questions"),
    "ask": ("yiwang.ends.cli.ask", "answer questions from a file of documents; measure the answers; fit the weights"),
    "clock": ("yiwang.ends.cli.clock", "derive a legal deadline day by day; import the calendar of a year"),
}

EXAMPLES = """examples:
  yiwang up                                   serve on http://127.0.0.1:8000
  yiwang demo newborn                         新生儿出生一件事, from form to sealed licence
  yiwang matters search 生娃上户口 --limit 3   find the right matter
  yiwang evidence verify                      find any row changed behind the log's back
  yiwang backup /safe/place/today.tar         then: yiwang restore /safe/place/today.tar

exit codes: 0 done, 1 found something wrong, 2 could not be done (the line says why and what helps)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="yiwang",
        description="One platform for digital government.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    groups = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = words[0] if words and words[0] in GROUPS else None
    for name, (module, summary) in GROUPS.items():
        child = groups.add_parser(name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
        if name == chosen:
            import_module(module).declare(child, name)
    options = parser.parse_args(words)
    from yiwang.standards.errors import YiwangError

    try:
        return int(options.run(options) or 0)
    except YiwangError as error:
        print(f"yiwang {options.command}: {error.message}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output (head, less) has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
