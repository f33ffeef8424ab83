"""Backup and restore: one file with the database, the kept files and the keys, each checked by its digest.

The database dump is one consistent snapshot. Kept files never change (they are named by their digest) and are copied
after the dump, so the archive holds at least every file the snapshot speaks of.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yiwang.base.runtime.errors import InstallationError
from yiwang.base.runtime.postgres import binary

FORMAT = "yiwang-backup-1"
FOLDERS = ("files", "keys")


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: when it was made, and the digest of every member."""

    made_at: str
    members: dict[str, str]


def backup(target: Path, *, url: str, var: Path) -> Manifest:
    """Write an archive of the installation to ``target``; it appears under its name only when it is complete.

    Raises:
        InstallationError: the target cannot be written, or the database refused.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            work = Path(scratch)
            _run([binary("pg_dump"), "--format=custom", "--no-owner", "--file", str(work / "database.dump"), url], "back up the database")
            members = {"database.dump": work / "database.dump"}
            for folder in FOLDERS:
                members |= {str(path.relative_to(var)): path for path in sorted((var / folder).rglob("*")) if path.is_file()}
            manifest = Manifest(datetime.now(UTC).isoformat(timespec="seconds"), {name: _digest(path) for name, path in members.items()})
            (work / "manifest.json").write_text(
                json.dumps({"format": FORMAT, "made_at": manifest.made_at, "members": manifest.members}, indent=1)
            )
            with tarfile.open(work / "archive.tar", "w") as archive:
                archive.add(work / "manifest.json", "manifest.json")
                for name, path in members.items():
                    archive.add(path, name)
            (work / "archive.tar").chmod(0o600)  # it holds the keys
            (work / "archive.tar").replace(target)
    except OSError as error:
        raise InstallationError(f"Cannot write {target}: {error.strerror}. Choose a folder with free space and write rights.") from error
    return manifest


def check(source: Path) -> Manifest:
    """Read an archive's manifest and compare every member with its digest.

    Raises:
        InstallationError: not an archive of ours, cut short, or a member was changed.
    """
    try:
        with tarfile.open(source) as archive:
            manifest_file = archive.extractfile("manifest.json")
            described = json.load(manifest_file) if manifest_file else {}
            if described.get("format") != FORMAT:
                raise InstallationError(f"{source} is not a backup of this platform. Choose a file written by `yiwang backup`.")
            for name, digest in described["members"].items():
                member = archive.extractfile(name)
                if member is None or hashlib.sha256(member.read()).hexdigest() != digest:
                    raise InstallationError(f"{source} is damaged: {name} differs from its digest. Use another backup.")
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise InstallationError(f"{source} cannot be read as a backup ({error}). Choose a file written by `yiwang backup`.") from error
    return Manifest(described["made_at"], described["members"])


def restore(source: Path, *, url: str, var: Path) -> Manifest:
    """Bring back an archive into an empty database and folder. The roles must exist (``roles.ensure_roles``).

    Raises:
        InstallationError: see ``check``; or the database refused.
    """
    manifest = check(source)
    with tempfile.TemporaryDirectory(dir=var, prefix=".restore-") as scratch, tarfile.open(source) as archive:
        work = Path(scratch)
        archive.extractall(work, filter="data")
        command = [
            binary("pg_restore"),
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            "--dbname",
            url,
            str(work / "database.dump"),
        ]
        _run(command, "restore the database")
        for folder in FOLDERS:
            if (work / folder).is_dir():
                shutil.copytree(work / folder, var / folder, dirs_exist_ok=True)
    return manifest


def _run(command: list[str], purpose: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        cause = next((line for line in lines if "ERROR" in line), lines[-1])
        raise InstallationError(f"Cannot {purpose}: {cause}. Check with `yiwang doctor`.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
