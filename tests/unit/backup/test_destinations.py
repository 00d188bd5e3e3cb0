"""Where backups go: whose a destination is, and whether its disk is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from threadbound.backup.destinations import MARKER, ready, used_in
from threadbound.errors import FileTrouble

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)


def test_a_destination_says_whose_it_is(tmp_path: Path) -> None:
    used = used_in(tmp_path / "used.json")
    ready(tmp_path / "disk" / "backups", "one", used, NOW)
    assert (tmp_path / "disk" / "backups" / MARKER).is_file()
    ready(tmp_path / "disk" / "backups", "one", used_in(tmp_path / "used.json"), NOW)
    with pytest.raises(FileTrouble, match="backups of another library"):
        ready(tmp_path / "disk" / "backups", "two", used_in(tmp_path / "used2.json"), NOW)


@pytest.mark.parametrize("is_mount_point_there", [True, False])
def test_an_empty_mount_point_is_never_filled(tmp_path: Path, is_mount_point_there: bool) -> None:  # noqa: FBT001 - parametrised
    place = tmp_path / "disk"
    ready(place, "one", used_in(tmp_path / "used.json"), NOW)
    place.rename(tmp_path / "unmounted")
    if is_mount_point_there:
        place.mkdir()
    with pytest.raises(FileTrouble, match=r"is its disk mounted\?.*--new-destination"):
        ready(place, "one", used_in(tmp_path / "used.json"), NOW)
    assert not place.exists() or not any(place.iterdir())
    ready(place, "one", used_in(tmp_path / "used.json"), NOW, is_new=True)


def test_a_disk_that_was_never_there_is_not_made_of_the_root_disk(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="/media/nobody/no-such-disk is not there: mount its disk"):
        ready(Path("/media/nobody/no-such-disk/threads"), "one", used_in(tmp_path / "used.json"), NOW)
    assert not Path("/media/nobody/no-such-disk").exists()
