"""The data package: find it, read it, check it, and give the world as it was known on a day.

`datapackage.json` (Frictionless) is the only place where a column is defined. A table is read and
checked when it is first asked for; `validate` reads everything and checks what binds tables together.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from . import article as article_module
from .errors import FORBIDDEN, BriefingError, DataError, Fault
from .project import CONFIG, Project
from .rubric import Source

LONGEST_CELL = 5_000

def nearest(word: str, words: Iterable[str]) -> str:
    """The remedy that names the closest allowed value."""
    words = list(words)
    close = difflib.get_close_matches(word, words, 1, 0.6)
    return f"Did you mean {close[0]!r}" if close else f"Use one of: {', '.join(words[:12])}" if words else ""


# ---------------------------------------------------------------------------------------------- the package


class Package:
    """One article, its claims, evidence, sources and context, as known on a day.

    `as_of=None` stands for the analysis date (`[dates] today` in `briefing.toml`), never for the clock.
    """

    def __init__(self, root: Path, as_of: date | None = None):
        self.root = root
        self.config = self._toml(CONFIG)
        try:
            self.then, self.today = (date.fromisoformat(str(self.config["dates"][k])) for k in ("then", "today"))
        except (KeyError, ValueError) as error:
            raise DataError([Fault(CONFIG, f"[dates] then and today must be ISO dates: {error}")]) from None
        self.as_of = as_of or self.today
        self._tables: dict[str, pd.DataFrame] = {}

    def __repr__(self) -> str:
        return f"<briefing package as of {self.as_of.isoformat()}>"

    # -- files

    def path(self, name: str) -> Path:
        """A file inside the project; refuses a path that leads out of it."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root):
            raise DataError([Fault(name, "the path leads out of the project folder", "Keep all data inside it")])
        return path

    def _bytes(self, name: str) -> bytes:
        try:
            return self.path(name).read_bytes()
        except OSError as error:
            raise DataError([Fault(name, f"cannot be read: {error.strerror}", "Put the file back or run `git checkout` on it")]) from None

    def text(self, name: str) -> str:
        """The decoded text of a file; refuses what is not clean UTF-8."""
        raw = self._bytes(name)
        if not raw:
            raise DataError([Fault(name, "the file is empty", "Put its content back")])
        if b"\x00" in raw:
            raise DataError([Fault(name, "holds NUL bytes: this is no text file", "Put the text back")])
        if raw.startswith(b"\xef\xbb\xbf"):
            raise DataError([Fault(name, "the file starts with a byte order mark", "Save it as UTF-8 without BOM")])
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise DataError([Fault(name, f"not UTF-8 at byte {error.start}", "Save it as UTF-8", row=line)]) from None

    def _toml(self, name: str) -> dict:
        try:
            return tomllib.loads(self.text(name))
        except tomllib.TOMLDecodeError as error:
            raise DataError([Fault(name, f"not valid TOML: {error}")]) from None

    def json(self, name: str):
        """A JSON file of the project."""
        try:
            return json.loads(self.text(name))
        except json.JSONDecodeError as error:
            raise DataError([Fault(name, f"not valid JSON: {error.msg}", row=error.lineno)]) from None

    # -- tables

    @cached_property
    def resources(self) -> dict[str, dict]:
        """The resources of the data package by name."""
        return {r["name"]: r for r in self.json("data/datapackage.json")["resources"]}

    def table(self, name: str) -> pd.DataFrame:
        """A table by its resource name, rows known on `as_of` only, indexed by its primary key."""
        if name not in self._tables:
            self._tables[name] = self._known(self.whole(name))
        return self._tables[name].copy()

    def whole(self, name: str) -> pd.DataFrame:
        """A table with all its rows, whenever they became known."""
        if name not in self.resources:
            raise DataError([Fault("data/datapackage.json", f"no resource named {name!r}", nearest(name, self.resources))])
        frame, faults = read_table(self, self.resources[name])
        if faults:
            raise DataError(faults)
        return frame

    def _known(self, frame: pd.DataFrame) -> pd.DataFrame:
        if "known_on" not in frame:
            return frame
        return frame[frame["known_on"].isna() | (frame["known_on"] <= pd.Timestamp(self.as_of))]

    claims = property(lambda self: self.table("claims"), doc="Claims, indexed by `claim_id`.")
    anchors = property(lambda self: self.table("anchors"), doc="Exact passages of the article, one row each.")
    evidence = property(lambda self: self.table("evidence"), doc="Evidence known on `as_of`, indexed by `evidence_id`.")
    searches = property(lambda self: self.table("searches"), doc="What was looked for and not found.")

    @cached_property
    def article(self) -> article_module.Article:
        """The article: exact text, sentences, record."""
        return article_module.Article(
            self.text("data/article/article.txt"), self.json("data/article/article.json"), self.table("sentences")
        )

    @cached_property
    def records(self) -> dict[str, dict]:
        """Bibliographic records (CSL-JSON) by source id."""
        found = self.json("data/sources.json")
        if not isinstance(found, list) or not all(isinstance(r, dict) and "id" in r for r in found):
            raise DataError([Fault("data/sources.json", "must be a list of CSL-JSON records, each with an id")])
        return {r["id"]: r for r in found}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources as the rubric sees them, by id."""
        return {i: source_of(r) for i, r in self.records.items()}


def source_of(record: dict) -> Source:
    """The part of a bibliographic record that the rubric asks about."""
    own = record.get("custom", {})
    keys = ("origin", "owner_group", "side", "party", "kind", "consulted", "mirror")
    return Source(record["id"], credits=tuple(own.get("credits", ())), **{k: own[k] for k in keys if k in own})


def load(root: Path | str | None = None, as_of: date | str | None = None) -> Package:
    """The data package of the project around `root` (or the working folder), as known on `as_of`.

    `as_of`: an ISO date, `"then"` (the day the article speaks from), `"today"` (the analysis date) or None for today.
    """
    package = Package(Project.find(root).root)
    if as_of in (None, "today"):
        return package
    return Package(package.root, package.then if as_of == "then" else parse_day(as_of))


def near(folder: Path | str | None) -> Package | None:
    """The data package around a notebook that is exported alone, if it lies in a project that can be read."""
    try:
        return load(folder or None)
    except BriefingError:
        return None


def parse_day(text: date | str) -> date:
    """An ISO day; refuses anything that could be read in two ways."""
    if isinstance(text, date):
        return text
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise BriefingError(f"{text!r} is not a day. Write it as YYYY-MM-DD, or use then or today.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BriefingError(f"{text!r} is not a day: {error}.") from None


# ---------------------------------------------------------------------------------------------- one table


def read_table(package: Package, resource: dict) -> tuple[pd.DataFrame, list[Fault]]:
    """A CSV as a typed table and all its faults against the schema (`row` counts the file's lines, header 1)."""
    file = "data/" + resource["path"]
    fields = resource["schema"]["fields"]
    names = [f["name"] for f in fields]
    try:
        text = package.text(file)
    except DataError as error:
        return pd.DataFrame(columns=names), error.faults
    if "\r" in text:
        return pd.DataFrame(columns=names), [Fault(file, "lines end with CR", "Save it with LF line ends")]
    # The csv module's own limit is lower than a hostile cell; the schema's limit below gives the better message.
    csv.field_size_limit(2**27)
    try:
        lines = list(_numbered(csv.reader(io.StringIO(text), strict=True)))
    except csv.Error as error:
        return pd.DataFrame(columns=names), [Fault(file, f"not readable as CSV: {error}", "Check the quotes")]
    header = lines[0][1] if lines else []
    if header != names:
        return pd.DataFrame(columns=names), list(_header_faults(file, header, names))
    faults: list[Fault] = []
    columns: dict[str, list] = {n: [] for n in names}
    kept: list[int] = []
    for number, cells in lines[1:]:
        if len(cells) != len(names):
            faults.append(Fault(file, f"{len(cells)} cells where the header has {len(names)}", "Quote cells that hold a comma", row=number))
            continue
        kept.append(number)
        for field, cell in zip(fields, cells):
            value, problem, remedy = parse_cell(field, cell)
            if problem:
                faults.append(Fault(file, problem, remedy, number, field["name"], cell))
            columns[field["name"]].append(value)
    frame = pd.DataFrame({f["name"]: _column(f, columns[f["name"]]) for f in fields})
    faults += _key_faults(file, resource["schema"], frame, kept)
    frame.attrs = {"file": file, "rows": kept, "name": resource["name"]}
    key = resource["schema"].get("primaryKey")
    if isinstance(key, str) and not faults:
        frame = frame.set_index(key, drop=False).rename_axis(None)
    return frame, faults


def _numbered(reader):
    line = 1
    for cells in reader:
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _header_faults(file: str, header: list[str], names: list[str]):
    missing = [n for n in names if n not in header]
    extra = [h for h in header if h not in names]
    for name in missing:
        guess = difflib.get_close_matches(name, extra, 1, 0.6)
        yield Fault(file, f"column {name!r} is missing", f"Rename {guess[0]!r}" if guess else "Add it, or restore the header", 1)
    for name in extra:
        yield Fault(file, f"column {name!r} is not in datapackage.json", nearest(name, missing) or "Remove it", 1)
    if not missing and not extra:
        yield Fault(file, "the columns are out of order or doubled", f"Order them as {','.join(names)}", 1)


def parse_cell(field: dict, cell: str):
    """(value, problem, remedy) of one cell under its field of the schema."""
    rules = field.get("constraints", {})
    kind = field["type"]
    if len(cell) > LONGEST_CELL:
        return None, f"{len(cell):,} characters in one cell", f"Keep it under {LONGEST_CELL:,}"
    if FORBIDDEN.search(cell):
        return None, "a control or direction character", "Delete it"
    if cell == "":
        empty = () if field.get("x-list") else "" if kind == "string" else None
        return (empty, "required and empty", "Fill it in") if rules.get("required") else (empty, "", "")
    if cell != cell.strip():
        return cell, "white space at an end", "Delete it"
    if field.get("x-list"):
        parts = tuple(cell.split(";"))
        if any(p != p.strip() or not p for p in parts) or len(set(parts)) != len(parts):
            return parts, "a list with an empty, padded or doubled part", "Separate with ; alone, each part once"
        return parts, "", ""
    if kind in ("integer", "number"):
        if not re.fullmatch(r"-?\d+" if kind == "integer" else r"-?\d+(\.\d+)?", cell):
            return None, f"not a plain {kind}", "Write digits only, a point for decimals"
        value = int(cell) if kind == "integer" else float(cell)
        if not math.isfinite(value):
            return None, "not finite", "Write a real number"
        if "minimum" in rules and value < rules["minimum"]:
            return value, f"below the minimum {rules['minimum']}", "Check the figure and its unit"
        if "maximum" in rules and value > rules["maximum"]:
            return value, f"above the maximum {rules['maximum']}", "Check the figure and its unit"
        return value, "", ""
    if kind == "date":
        try:
            day = parse_day(cell)
        except BriefingError:
            return None, "not a day of the calendar", "Write YYYY-MM-DD"
        if "minimum" in rules and cell < rules["minimum"] or "maximum" in rules and cell > rules["maximum"]:
            return day, "a date out of range", f"Between {rules.get('minimum', '…')} and {rules.get('maximum', '…')}"
        return day, "", ""
    if "enum" in rules and cell not in rules["enum"]:
        return cell, "not an allowed value", nearest(cell, rules["enum"])
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        return cell, f"does not match {rules['pattern']}", "See the column's description in datapackage.json"
    return cell, "", ""


def _column(field: dict, values: list):
    if field["type"] == "date":
        return pd.to_datetime(pd.Series(values, dtype="object"), errors="coerce")
    if field["type"] == "integer":
        return pd.Series(values, dtype="Int64") if None in values else pd.Series(values, dtype="int64")
    if field["type"] == "number":
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="object")


def _key_faults(file: str, schema: dict, frame: pd.DataFrame, rows: list[int]):
    keys = schema.get("primaryKey", [])
    unique = [[keys] if isinstance(keys, str) else keys] + [
        [f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")
    ]
    for names in filter(None, unique):
        doubled = frame.duplicated(names)
        for i in frame.index[doubled]:
            value = " / ".join(str(frame.at[i, n]) for n in names)
            yield Fault(file, "stands twice", "Give each row its own", rows[i], "+".join(names), value)


# ---------------------------------------------------------------------------------------------- the whole


SOURCE_ENUMS = {
    "kind": ("primary", "agency", "news", "reference", "analysis", "dataset"),
    "party": ("none", "state", "state media", "official", "advocate"),
    "consulted": ("in full", "in part", "not seen"),
}


def validate(root: Path | str | None = None, checks: Callable[[Package], Iterable[Fault]] | None = None) -> Package:
    """Read and check everything; raises one `DataError` with all faults, or returns the package.

    `checks`: what else must hold once the tables are sound (`claims.consistency`).
    """
    package = Package(Project.find(root).root)
    faults: list[Fault] = []
    frames: dict[str, pd.DataFrame] = {}
    for name, resource in package.resources.items():
        frames[name], found = read_table(package, resource)
        faults += found
    faults += _stray_files(package)
    faults += _sources(package)
    if not faults:
        faults += _references(package, frames)
        faults += article_module.faults(package)
    if not faults and checks:
        faults += checks(package)
    if faults:
        raise DataError(faults)
    return package


def row_of(frame: pd.DataFrame, label) -> int:
    """The line of the file on which a row of a table stands (header is line 1)."""
    return frame.attrs["rows"][frame.index.get_loc(label)]


def _stray_files(package: Package):
    listed = {"data/" + r["path"] for r in package.resources.values()}
    for path in sorted((package.root / "data").rglob("*.csv")):
        name = path.relative_to(package.root).as_posix()
        if name not in listed:
            yield Fault(name, "is not listed in data/datapackage.json", "Describe it there or remove it")


def _sources(package: Package):
    file = "data/sources.json"
    try:
        found = package.json(file)
    except DataError as error:
        yield from error.faults
        return
    seen: set[str] = set()
    for record in found if isinstance(found, list) else []:
        name = str(record.get("id", "")) if isinstance(record, dict) else ""
        if not re.fullmatch(r"src-[a-z0-9._-]+", name):
            yield Fault(file, "a source needs an id of the form src-…", value=name or str(record)[:40])
            continue
        if name in seen:
            yield Fault(file, "the id stands twice", "Merge the two records", column="id", value=name)
        seen.add(name)
        own = record.get("custom", {})
        for key in ("title", "publisher", "URL"):
            if not record.get(key):
                yield Fault(file, f"{name} has no {key}", "Fill it in")
        for key in ("origin", "owner_group"):
            if not own.get(key):
                yield Fault(file, f"{name} has no {key}", "Say who witnessed or issued it; a relay that does not say has the origin unnamed", column=key)
        if record.get("URL") and not re.match(r"https?://[^\s/]+", str(record["URL"])):
            yield Fault(file, f"{name}: an address must start with http:// or https://", column="URL", value=str(record["URL"]))
        for key, allowed in SOURCE_ENUMS.items():
            if own.get(key) not in allowed:
                yield Fault(file, f"{name}: {key} is not an allowed value", nearest(str(own.get(key)), allowed), column=key, value=str(own.get(key)))
        for text in (str(v) for v in (*record.values(), *own.values())):
            if FORBIDDEN.search(text) or len(text) > LONGEST_CELL:
                yield Fault(file, f"{name}: a control character, or a text over {LONGEST_CELL:,} characters", "Delete it")
    if not isinstance(found, list):
        yield Fault(file, "must be a list of CSL-JSON records")


def _references(package: Package, frames: dict[str, pd.DataFrame]):
    cited: set[str] = set(package.json("data/article/article.json").get("source_ids", ()))
    for name, resource in package.resources.items():
        frame, file = frames[name], "data/" + resource["path"]
        for field in resource["schema"]["fields"]:
            if target := field.get("x-references"):
                known = package.records if target == "sources" else set(frames[target].index)
                for label, value in frame[field["name"]].items():
                    parts = value if isinstance(value, tuple) else (value,) if value else ()
                    if target == "sources":
                        cited.update(parts)
                    for part in parts:
                        if part not in known:
                            yield Fault(file, f"no such id in {target}", nearest(part, known), row_of(frame, label), field["name"], part)
        for key in resource["schema"].get("foreignKeys", ()):
            (column,), ((target_column,), target) = key["fields"], (key["reference"]["fields"], key["reference"]["resource"] or name)
            known = set(frames[target][target_column])
            for label, value in frame[column].items():
                if value != "" and value not in known:
                    yield Fault(file, f"no such {target_column} in {target}", nearest(str(value), map(str, known)), row_of(frame, label), column, str(value))
    for notebook in sorted((package.root / "notebooks").glob("*.ipynb")):
        cited.update(re.findall(r"#(src-[a-z0-9._-]+)", notebook.read_text("utf-8")))
    for unused in sorted(set(package.records) - cited):
        yield Fault("data/sources.json", "cited nowhere", "Remove it or cite it", column="id", value=unused)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
