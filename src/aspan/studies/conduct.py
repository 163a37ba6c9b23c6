"""A whole study, step by step, from a question to an answer that people can check.

Theory of operation. The surrogate weighs plans and hands on a shortlist of programmes; their
networks when built fly the same days until the best is told apart (`contest`); every stage of the
chosen programme flies its days; beside it fly the aircraft that the whole budget would buy, and
other fares. Money is reckoned from what was flown, what is not known is sampled with the surrogate
held to the flown days, and all of it becomes one `Answer`. A study that only compares variants has
no search and no contest: each variant flies the same days.

Every step hangs on the study, the city and the code alone, never on time, on who flew a day, or on
where a study stopped: days are kept as they are flown, everything else is reckoned anew, and the
answer is the same byte for byte.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from aspan.primitives.errors import InvalidInput
from aspan.studies.answer import Answer
from aspan.studies.answer_build import build_answer
from aspan.studies.flights import Told
from aspan.studies.steps import Steps
from aspan.studies.study import Study
from aspan.studies.study_file import check_study
from aspan.studies.study_folder import ANSWER_NAME, write_file
from aspan.studies.study_tables import write_tables
from aspan.world.readers.costs import load_costs

if TYPE_CHECKING:
    from aspan.studies.executors import Executor
    from aspan.world.city import City


def conduct_study(
    study: Study,
    base: "City",
    folder: Path,
    *,
    executor: "Executor",
    told: Told,
    keeps_tables: bool = False,
) -> Answer:
    """Conduct a study, or go on where it stopped; return the answer, which is in its folder too.

    Parameters
    ----------
    base
        City in its last phase.
    told
        How far it has come: a step, how much of it is done, and how much there is.
    keeps_tables
        Whether the run tables of every day are kept, in `runs/` of the folder.
    """
    check_study(study, base)
    if study.is_search and study.budget.usd is None:
        raise InvalidInput("--budget-usd", None, "US dollars: a study that searches needs a budget")
    tables = folder / "runs" if keeps_tables else None
    steps = Steps(
        study, base, load_costs(base), folder, executor=executor, told=told, tables=tables
    )
    findings = steps.find()
    told("answer", 0, 1)
    answer = build_answer(findings)
    write_tables(folder, answer, findings.flown, steps.accounts)
    write_file(folder / ANSWER_NAME, answer)
    told("answer", 1, 1)
    return answer
