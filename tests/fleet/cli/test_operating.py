"""What a run leaves in the inventory, and how a device is found by hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.cli.console import Console
from fleet.cli.context import Context
from fleet.cli.live import OneLine
from fleet.cli.operating import remember, typed_addresses
from fleet.errors import DataError
from fleet.model import Device, DeviceState
from fleet.operations.outcome import End, Outcome
from tests.fleet.world import World


@pytest.fixture
def context(world: World) -> Iterator[Context]:
    """Commands over the small fleet."""
    made = Context(world.folder.parent, Console(json=True, out=io.StringIO(), err=io.StringIO()), now=world.clock)
    yield made
    made.close()


ENDS = [
    (End.INTERRUPTED, DeviceState.WORKING, "le câble"),
    (End.UNREACHABLE, DeviceState.READY, ""),
    (End.STOPPED, DeviceState.ATTENTION, "le câble"),
    (End.FAILED, DeviceState.ATTENTION, "le câble"),
]


@pytest.mark.parametrize(("end", "state", "reason"), ENDS)
def test_a_device_cut_off_stays_under_way_and_one_not_touched_stays_what_it_was(
    context: Context, end: End, state: DeviceState, reason: str
) -> None:
    """Cut off in the middle: under way, and the next run goes on. Never touched: what it was before."""
    device = context.inventory.device("v3-tablette-1")
    context.inventory.set_state(device.id, DeviceState.WORKING)
    remember(context, [Outcome(device.id, end, ("le câble",), seconds=1.0)], resets=True, before=[device])
    after = context.inventory.device(device.id)
    assert (after.state, after.reason) == (state, reason)


def test_where_a_device_answered_is_tried_first_next_time(context: Context) -> None:
    """Address, port, battery and image are those of the last run."""
    outcome = Outcome("v3-tablette-1", End.EQUAL, seconds=1.0, battery=80, image="2026.11", where=("192.168.7.9", 2222))
    remember(context, [outcome], resets=False)
    device = context.inventory.device("v3-tablette-1")
    assert (device.address, device.port, device.battery, device.firmware) == ("192.168.7.9", 2222, 80, "2026.11")


DEVICES = [Device("t1", "Tablette 1", serial="S1"), Device("t2", "Tablette 2", property_number="04002")]


@pytest.mark.parametrize(
    ("texts", "devices", "found"),
    [
        (["192.168.1.20"], DEVICES[:1], {"t1": ("192.168.1.20", 22)}),
        (["borne.local:2222"], DEVICES[:1], {"t1": ("borne.local", 2222)}),
        (["tablette 1=10.0.0.1", "04002=10.0.0.2:23"], DEVICES, {"t1": ("10.0.0.1", 22), "t2": ("10.0.0.2", 23)}),
        (["S1=fe80::1%eth0"], DEVICES, {"t1": ("fe80::1%eth0", 22)}),
        (["S1=[fe80::1]:2222"], DEVICES, {"t1": ("fe80::1", 2222)}),
    ],
)
def test_an_address_is_typed_for_one_device(texts: list[str], devices: list[Device], found: dict[str, tuple[str, int]]) -> None:
    """A network without announcements: the person says where it is."""
    assert typed_addresses(texts, devices) == found


@pytest.mark.parametrize("text", ["192.168.1.20", "Tablette 9=10.0.0.1", "S1=", "S1=10.0.0.1:99999", "S1=a b"])
def test_a_bad_address_says_what_to_type(text: str) -> None:
    """Which device, or which form."""
    with pytest.raises(DataError, match=r"192\.168\.1\.20"):
        typed_addresses([text], DEVICES)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_count_grows_on_one_line() -> None:
    """Drawn in place, cleared at the end, silent without a terminal."""
    seen, unseen = Terminal(), io.StringIO()
    for err in (seen, unseen):
        line = OneLine(err)
        line.say("1 sur 20 répondent")
        line.say("1 sur 20 répondent")
        line.say("20 sur 20 répondent")
        line.end()
    assert seen.getvalue().count("\r") == 3 and seen.getvalue().endswith("\x1b[2K") and "\n" not in seen.getvalue()
    assert unseen.getvalue() == ""


def test_the_folder_is_the_worlds(context: Context, world: World) -> None:
    """The commands look at the same inventory as the test."""
    assert isinstance(world.folder, Path)
    assert {d.id for d in context.inventory.devices()} == {d.id for d in world.inventory.devices()}
