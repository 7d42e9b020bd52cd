"""docs/h5p-conformance.md says what the code does."""

from __future__ import annotations

import pytest

from mediation_apps.errors import PackError
from mediation_apps.runtime.archive import FolderFiles
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.h5p.package import REFUSED, read_h5p
from tests.mediation_apps import conformance


def test_types_and_rules_of_the_page_are_those_of_the_tests() -> None:
    """Every rule on the page is a test that exists, and no test is missing from it."""
    text = conformance.PAGE.read_text(encoding="utf-8")
    assert text.startswith(conformance.types())
    assert conformance.rules() in text
    assert conformance.refused() in text


@pytest.mark.samples
@pytest.mark.skipif(not conformance.SAMPLES.is_dir(), reason="real packages are absent")
def test_real_packages_on_the_page_are_judged_as_it_says() -> None:
    """Read anew, each real package gets the verdict that the page prints."""
    assert conformance.PAGE.read_text(encoding="utf-8") == conformance.page()


@pytest.mark.samples
@pytest.mark.skipif(not conformance.SAMPLES.is_dir(), reason="real packages are absent")
def test_real_packages_can_be_begun() -> None:
    """What plays has pages, a state for each task, and labels to say."""
    begun = 0
    for path in conformance.samples():
        try:
            package = read_h5p(path.read_bytes() if path.is_file() else FolderFiles(path))
        except PackError:
            continue
        run = Run.begin(pages((package.activity,)))
        assert bool(run.pages) == (package.status != REFUSED), path
        for state in run.states:
            if state is not None:
                begun += 1
                assert all(target.label.strip() for target in state.targets()), (path, state.targets())
    assert begun > 40
