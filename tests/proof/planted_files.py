"""Bugs in lists that go out as files and come in again."""

from collections.abc import Mapping

from tests.proof.bug import Bug

FILES = ("tests/service/test_resource_calls.py",)

FILE_BUGS: Mapping[str, Bug] = {
    "the later one of two rows of one thing wins": Bug(
        "service/resources/importing.py", "    if not resource.key:\n", "    if True:\n", FILES
    ),
    "an import is booked as far as it goes": Bug(
        "service/resources_service.py", "        await self._try(asked, steps, longer)\n", "", FILES
    ),
    "the same file sent again is booked again": Bug(
        "service/resources/importing.py",
        "f\"{asked.request_id or 'try'}/{len(steps) + 1}\"",
        'f"{received}/{len(steps) + 1}"',
        FILES,
    ),
    "an order that would be refused is none that trying finds": Bug(
        "service/resources_service.py",
        "            if refused := refused_rows(step, answer):\n                raise refused_orders(refused)\n",
        "",
        FILES,
    ),
    "personal data goes out unasked": Bug(
        "service/resources/exporting.py",
        "hidden = () if with_personal_data else resource.personal",
        "hidden = ()",
        FILES,
    ),
    "a file begins at one moment and ends at another": Bug(
        "service/resources/exporting.py",
        "view = View(queries=standing, reader=reader, with_personal_data=with_personal_data)",
        "view = View(queries=queries, reader=reader, with_personal_data=with_personal_data)",
        FILES,
    ),
}
