"""The file of the chart of accounts: read with every fault at its line; what it does not name stays as built in.

recognize: delivery
tax:
  DE: 19
  FR: 20
accounts:
  revenue: {code: "8400", name: Erlöse}
"""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from router.domain.countries import COUNTRIES
from router.ledger.accounting.chart import DEFAULT_ACCOUNTS, BookAccount, Chart, Recognition, Role
from router.rules.diagnostics import Code, Diagnostic, Findings
from router.rules.text.budget import Budget
from router.rules.text.fields import read_choice, read_decimal, read_fields, read_text
from router.rules.text.load import load
from router.rules.text.tree import Mapping as MappingNode
from router.rules.text.tree import Node

PERCENT_MAX = 100


class ChartRefused(Exception):
    """The file is at fault. `lines` are its findings, each with its place."""

    def __init__(self, message: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lines = lines


def read_chart(path: Path) -> Chart:
    """Refuses with ChartRefused, with every fault at once."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ChartRefused(f"cannot read `{path}`: {error.strerror}") from error
    findings = Findings()
    root = load(str(path), content, Budget(), findings)
    fields = (
        read_fields(root, "a chart", findings, required=(), optional=("recognize", "tax", "accounts"))
        if root is not None
        else None
    ) or {}
    words = [one.value for one in Recognition]
    recognize = read_choice(fields.get("recognize"), "`recognize`", words, findings)
    chart = Chart(
        accounts=accounts_of(fields.get("accounts"), findings),
        recognition=Recognition(recognize) if recognize in words else Recognition.DISPATCH,
        tax=tax_of(fields.get("tax"), findings),
        digest=sha256(content).hexdigest(),
    )
    if findings.has_error():
        raise ChartRefused(f"`{path}` is no chart of accounts", tuple(map(line_of, findings.listed())))
    return chart


def accounts_of(node: Node | None, findings: Findings) -> Mapping[Role, BookAccount]:
    """Every role with its account. Refuses two roles with one code: their amounts could not be told apart."""
    accounts = dict(DEFAULT_ACCOUNTS)
    named = (
        read_fields(node, "`accounts`", findings, required=(), optional=[role.value for role in Role]) or {}
        if node is not None
        else {}
    )
    for key, value in named.items():
        fields = read_fields(value, f"account `{key}`", findings, required=("code",), optional=("name",))
        code = read_text(fields.get("code"), "`code`", findings) if fields else None
        if fields is None or code is None:
            continue
        name = read_text(fields["name"], "`name`", findings) if "name" in fields else accounts[Role(key)].name
        accounts[Role(key)] = BookAccount(code=code, name=name or "")
    taken: dict[str, Role] = {}
    for role, account in accounts.items():
        other = taken.setdefault(account.code, role)
        if other is not role and node is not None:
            findings.add(
                Code.BAD_VALUE,
                node.span,
                f"`{role}` and `{other}` have the same code `{account.code}`, give each its own",
            )
    return accounts


def tax_of(node: Node | None, findings: Findings) -> Mapping[str, int]:
    """Basis points by country."""
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        findings.add(Code.WRONG_KIND, node.span, "`tax` is a mapping of countries to percentages")
        return {}
    rates: dict[str, int] = {}
    for entry in node.entries:
        country = entry.key.text
        if country not in COUNTRIES:
            findings.add(
                Code.BAD_VALUE,
                entry.key.span,
                f"`{country}` is no ISO 3166-1 alpha-2 code of a country, such as DE",
            )
        percent = read_decimal(entry.value, f"the tax of {country}", PERCENT_MAX, findings)
        if percent is None:
            continue
        basis_points = percent * 100
        if basis_points != basis_points.to_integral_value():
            findings.add(Code.BAD_VALUE, entry.value.span, f"the tax of {country} has two decimals at most")
            continue
        rates[country] = int(Decimal(basis_points))
    return rates


def line_of(found: Diagnostic) -> str:
    """A finding in one line: where, what, and the way out."""
    near = f"; did you mean `{found.suggestion}`?" if found.suggestion else ""
    expected = f"; expected {found.expected}" if found.expected and not near else ""
    return f"{found.file}:{found.line}:{found.column}: {found.message}{near}{expected}"
