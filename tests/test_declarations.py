"""pyproject.toml, constraints.txt and what conda and Binder install are in step."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENTS = ["environment.yml", "binder/environment.yml"]
DECLARATIONS = ["pyproject.toml", "constraints.txt", *ENVIRONMENTS]
SCRIPTS = ["binder/postBuild", "binder/start", ".ci/run"]
# Binder's own environment is stated in conda's terms; these two choose it and let it install.
CHOSEN = {"python", "pip"}


def declared(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with the extras."""
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def in_conda(file: str) -> list[str]:
    """The entries that conda itself installs."""
    entries = yaml.safe_load((ROOT / file).read_text())["dependencies"]
    return [entry for entry in entries if isinstance(entry, str)]


def in_pip(file: str) -> list[str]:
    """The lines that conda hands to pip."""
    entries = yaml.safe_load((ROOT / file).read_text())["dependencies"]
    (lines,) = (entry["pip"] for entry in entries if isinstance(entry, dict))
    return list(lines)


def pinned() -> dict[str, Version]:
    """Each name in constraints.txt with its version."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert len(pins) > 100
    assert len({pin.name for pin in pins}) == len(pins), "one version for every Python and system"
    return {pin.name: Version(str(pin.specifier).removeprefix("==")) for pin in pins}


def binder_base() -> dict[str, Version]:
    """What repo2docker installs before it reads our files, by the list that it ships."""
    package = find_spec("repo2docker")  # not imported: that warns
    assert package
    assert package.origin
    folder = Path(package.origin).parent / "buildpacks" / "conda"
    lock = (folder / "environment.py-3.12-linux-64.lock").read_text()
    found = re.findall(r"/([^/]+)-([^-/]+)-[^-/]+\.(?:conda|tar\.bz2)", lock)
    base: dict[str, Version] = {}
    for name, version in found:
        if re.fullmatch(r"\d+(\.\d+)*(\.post\d+)?", version):
            base[canonicalize_name(name)] = Version(version)
    assert {"jupyterlab", "ipywidgets", "ipykernel", "ipython"} <= set(base)
    return base


@pytest.mark.parametrize("file", DECLARATIONS)
def test_no_declaration_names_a_registry(file: str) -> None:
    assert not re.search(r"https?:|index-url|find-links|--hash", (ROOT / file).read_text())


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_every_requirement_has_a_bound_that_its_pin_keeps(extra: str | None) -> None:
    pins = pinned()
    for requirement in declared(*[extra] if extra else []):
        assert requirement.specifier, requirement
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_the_pins_have_what_start_installs_first() -> None:
    assert "uv" in pinned()


def test_conda_installs_what_pyproject_asks_for() -> None:
    options = ["--constraint constraints.txt", "--editable ."]
    lines = in_pip("environment.yml")
    assert [line for line in lines if line.startswith("-")] == options
    asked = [Requirement(line) for line in lines if not line.startswith("-")]
    assert sorted(map(str, asked)) == sorted(map(str, declared("cpu", "lessons")))


def test_colab_gets_the_versions_that_others_get() -> None:
    elsewhere = {(each.name, str(each.specifier)) for each in declared("cpu", "lessons")}
    asked = {(each.name, str(each.specifier)) for each in declared("colab")}
    assert {name for name, _ in asked} >= {"tensorflow", "keras", "anywidget"}
    assert asked <= elsewhere


@pytest.mark.parametrize("file", ENVIRONMENTS)
def test_conda_chooses_a_python_that_is_supported(file: str) -> None:
    versions = dict(entry.partition("=")[::2] for entry in in_conda(file))
    assert set(versions) == CHOSEN
    assert Version(versions["python"]) in SpecifierSet(PROJECT["requires-python"])


@pytest.mark.parametrize("file", ENVIRONMENTS)
def test_every_dependency_says_why_it_is_there(file: str) -> None:
    text = (ROOT / file).read_text().partition("dependencies:\n")[2]
    lines = [line.strip() for line in text.splitlines()]
    entries = [line for line in lines if line not in ("- pip:", "- --constraint constraints.txt")]
    assert len(entries) >= 9
    assert [line for line in entries if not re.search(r"\S  # \w.{8,}", line)] == []


def test_binder_adds_what_its_base_lacks_and_nothing_else() -> None:
    base, pins = binder_base(), pinned()
    on_binder = {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.12"}
    asked = {Requirement(line).name: Requirement(line) for line in in_pip("binder/environment.yml")}
    for requirement in declared("cpu", "lessons"):
        name = canonicalize_name(requirement.name)
        if requirement.marker and not requirement.marker.evaluate(on_binder):
            assert name not in asked
        elif name in base:
            assert name not in asked, f"{name} could replace the one that Binder's base needs"
            assert base[name] in requirement.specifier, f"Binder's {name} {base[name]} is too old"
        else:
            assert str(asked.pop(name).specifier) == f"=={pins[name]}"
    assert not asked, "Binder would install what pyproject.toml does not ask for"


@pytest.mark.parametrize("file", SCRIPTS)
def test_scripts_are_executable_and_valid(file: str) -> None:
    script = ROOT / file
    assert script.read_bytes().startswith(b"#!/usr/bin/env bash\n")
    assert b"\r" not in script.read_bytes()
    bash = shutil.which("bash")
    if bash is None or os.name == "nt":
        pytest.skip("needs bash and a file system with an executable bit")
    assert os.access(script, os.X_OK)
    subprocess.run([bash, "-n", script], check=True)


def test_binder_runs_its_own_command_last() -> None:
    assert (ROOT / "binder/start").read_text().rstrip().endswith('\nexec "$@"')


@pytest.mark.skipif(os.name == "nt", reason="repo2docker is for Linux and macOS")
def test_repo2docker_reads_the_repository() -> None:
    command = ["--no-build", "--debug", "--Repo2Docker.default_buildpack=None", "."]
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "binder/environment.yml"' in said
    assert "RUN ./binder/postBuild" in said
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in said
    assert "conda environment for python=3.12" in said, (
        "the base is the one that this file compares with"
    )
