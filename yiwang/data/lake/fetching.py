"""Sources that are no files → files in the landing folder: a PostgreSQL or MySQL table, a paged HTTP API. Each lands whole or not at all.

What was fetched is remembered only after it is in the lake (`settle`): a kill in between fetches again, and the lake takes no bytes twice.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from yiwang.data.lake import landings, mysql
from yiwang.data.lake.errors import SourceFailed
from yiwang.data.lake.keeping import write_whole

PAGES: Final = 10_000
_TRIES: Final = 4
_PATIENCE: Final = 30  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Landed:
    """A file that has arrived, and the cursor to remember once it is in the lake."""

    path: Path
    cursor: Any


def cursor(folder: Path) -> Any:
    """What was remembered last, or None."""
    try:
        return json.loads((folder / "cursor.json").read_text())
    except FileNotFoundError:
        return None


def settle(folder: Path, landed: Landed) -> None:
    """The file is in the lake: remember its cursor, and keep the landed copy compressed for a while."""
    write_whole(folder / "cursor.json", landed.cursor)
    landings.keep(landed.path, folder)


def from_postgres(address: str, table: str, *, folder: Path, changed: str = "") -> Landed | None:
    """A table (`name` or `schema.name`) by COPY; with `changed`, only the rows whose value in that column grew since the last time.

    None where nothing is new. Rows that share the highest value with rows not yet committed are taken by the next run's ≥, and known again.
    Raises SourceFailed.
    """
    import psycopg
    from psycopg import sql

    folder.mkdir(parents=True, exist_ok=True)
    last = cursor(folder)
    try:
        with psycopg.connect(address, autocommit=False, connect_timeout=10) as link:
            link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            name = sql.Identifier(*table.split("."))
            where, high = sql.Composed([]), None
            if changed:
                column = sql.Identifier(changed)
                row = link.execute(sql.SQL("SELECT max({})::text FROM {}").format(column, name)).fetchone()
                high = row[0] if row else None
                if high is None or high == last:
                    return None
                if last is not None:
                    where = sql.SQL(" WHERE {} >= {}").format(column, sql.Literal(last))
            path, new = folder / f"{table}.csv", folder / f"{table}.new"
            statement = sql.SQL("COPY (SELECT * FROM {}{}) TO STDOUT (FORMAT csv, HEADER true, ENCODING 'UTF8')").format(name, where)
            with new.open("wb") as file, link.cursor().copy(statement) as rows:
                for piece in rows:
                    file.write(piece)
    except psycopg.Error as error:
        raise SourceFailed(source=table, cause=(str(error).strip() or type(error).__name__).splitlines()[0]) from error
    new.rename(path)
    return Landed(path, high)


def from_mysql(address: str, table: str, *, folder: Path, changed: str = "") -> Landed | None:
    """A table of MySQL or MariaDB; the rest as `from_postgres`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.parquet"
    new, high = mysql.land(address, table, path, changed=changed, last=cursor(folder))
    return Landed(path, high) if new else None


def from_http(
    address: str, *, folder: Path, items: str = "items", following: str = "next", headers: dict[str, str] | None = None, wait: float = 1.0
) -> Landed:
    """All pages of a JSON API: each page's list under `items`, the next page's address under `following`, else `?page=` counts up.

    A page that fails is asked again (after 1, 2, 4 s, or as Retry-After says). Raises SourceFailed when it stays away: nothing lands then.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise SourceFailed(source=address, cause="只支持 http 和 https 地址")
    folder.mkdir(parents=True, exist_ok=True)
    path, new = folder / "pages.jsonl", folder / "pages.new"
    page, url, count = 1, address, 0
    with new.open("w", encoding="utf-8") as file:
        while url and page <= PAGES:
            said = _page(url, headers or {}, wait)
            rows = said.get(items, []) if isinstance(said, dict) else said
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += len(rows)
            page += 1
            url = _next(said, address, url, following, page) if rows else ""
    new.rename(path)
    return Landed(path, {"rows": count})


def first_page(address: str, *, items: str, headers: dict[str, str], patience: float) -> list[Any]:
    """The rows of the first page of an API, asked once. Raises SourceFailed."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise SourceFailed(source=address, cause="只支持 http 和 https 地址")
    said = _page(address, headers, 0, tries=1, patience=patience)
    rows = said.get(items) if isinstance(said, dict) else said
    if not isinstance(rows, list):
        raise SourceFailed(source=address, cause=f"回答里没有名为「{items}」的列表")
    return rows


class _SameHost(HTTPRedirectHandler):
    """Follows no redirect to another host: the headers carry the source's credentials."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        """The next request, or a failure."""
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise SourceFailed(source=req.full_url, cause="来源转到了别的主机")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@cache
def _opener() -> OpenerDirector:
    return build_opener(_SameHost)


def _next(said: Any, address: str, url: str, following: str, page: int) -> str:
    if isinstance(said, dict) and following in said:
        found = urljoin(url, said[following]) if said[following] else ""
        if found and urlsplit(found).netloc != urlsplit(address).netloc:
            raise SourceFailed(source=address, cause=f"下一页指向了别的主机 {urlsplit(found).netloc}")
        return found
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'page': page})}"


def _page(url: str, headers: dict[str, str], wait: float, *, tries: int = _TRIES, patience: float = _PATIENCE) -> Any:
    failure: Exception | None = None
    for attempt in range(tries):
        if attempt:
            time.sleep(_pause(failure, wait * 2 ** (attempt - 1)))
        try:
            with _opener().open(Request(url, headers={"Accept": "application/json", **headers}), timeout=patience) as answer:  # noqa: S310 (scheme checked)
                return json.loads(answer.read())
        except HTTPError as error:
            error.close()
            failure = error
            if error.code < 500 and error.code != 429:
                break
        except (OSError, HTTPException, ValueError) as error:
            failure = error
    raise SourceFailed(source=url, cause=str(failure)) from failure


def _pause(failure: Exception | None, otherwise: float) -> float:
    said = failure.headers.get("Retry-After", "") if isinstance(failure, HTTPError) else ""
    return min(float(said), 60.0) if said.isdigit() else otherwise
