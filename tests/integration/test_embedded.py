"""The embedded PostgreSQL keeps its promises: found again, never lost, never in anybody's way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from ldis import embedded


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where a server of this test's own keeps its data; whatever still runs there at the end is ended."""
    place = tmp_path / "postgres"
    yield place
    for process in postmasters(place):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def postmasters(folder: Path) -> list[psutil.Process]:
    """The servers that run in this folder; their own children stand there too."""
    wanted = str((folder / "data").resolve())
    there = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == wanted:
                there[process.pid] = (process, process.ppid())
    return [process for process, parent in there.values() if parent not in there]


def rows(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM kept ORDER BY number")]


def keep(url: str, *numbers: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        for number in numbers:
            connection.execute("INSERT INTO kept VALUES (%s)", [number])


def test_two_starts_on_one_folder_find_the_same_server(folder: Path) -> None:
    with embedded.start(folder, safe=False) as first, embedded.start(folder, safe=False) as second:
        keep(first.url, 1)
        assert (first.found, second.found) == (False, True)
        assert second.url == first.url
        assert rows(second.url) == [1]
        assert len(postmasters(folder)) == 1


def test_the_last_to_leave_stops_the_server(folder: Path) -> None:
    first = embedded.start(folder, safe=False)
    second = embedded.start(folder, safe=False)
    first.stop()
    first.stop()
    keep(second.url, 1)
    second.stop()
    assert not postmasters(folder)


def test_a_stopped_server_starts_again_with_its_rows(folder: Path) -> None:
    with embedded.start(folder) as server:
        keep(server.url, 1, 2)
    with embedded.start(folder) as server:
        assert not server.found
        assert rows(server.url) == [1, 2]


def test_killing_postgres_hard_loses_no_row_and_the_next_start_answers(folder: Path) -> None:
    server = embedded.start(folder)
    keep(server.url, 1, 2, 3)
    for process in postmasters(folder):
        process.kill()
    with embedded.start(folder) as again:
        assert rows(again.url) == [1, 2, 3]
    server.stop()


def test_killing_every_process_of_postgres_at_once_loses_no_row(folder: Path) -> None:
    server = embedded.start(folder)
    keep(server.url, 7)
    (postmaster,) = postmasters(folder)
    for process in [*postmaster.children(), postmaster]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    with embedded.start(folder) as again:
        assert rows(again.url) == [7]
    server.stop()


def test_a_killed_server_is_revived_for_whoever_uses_it(folder: Path) -> None:
    with embedded.start(folder) as server:
        keep(server.url, 4)
        assert not server.revive()
        for process in postmasters(folder):
            process.kill()
            process.wait(10)
        assert server.revive()
        assert rows(server.url) == [4]


def test_a_hard_killed_user_leaves_a_server_that_the_next_start_finds_and_stops(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from ldis import embedded;"
        "server = embedded.start(Path(sys.argv[1])); print(server.url, flush=True); time.sleep(60)"
    )
    user = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    with user:
        assert user.stdout
        url = user.stdout.readline().strip()
        keep(url, 5)
        user.kill()
    with embedded.start(folder) as server:
        assert server.found
        assert rows(server.url) == [5]
    assert not postmasters(folder)


def test_the_trace_of_a_dead_server_whose_number_another_process_has_now_is_not_believed(folder: Path) -> None:
    with embedded.start(folder) as server:
        keep(server.url, 6)
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}/data\n1\n5432\n\n\n\nready\n")
    with embedded.start(folder) as server:
        assert not server.found
        assert rows(server.url) == [6]


def test_an_empty_trace_of_a_crash_is_no_obstacle(folder: Path) -> None:
    with embedded.start(folder, safe=False):
        pass
    (folder / "data" / "postmaster.pid").write_text("")
    with embedded.start(folder, safe=False) as server:
        keep(server.url, 1)


def test_a_start_cut_short_while_making_the_data_is_made_good_by_the_next(folder: Path) -> None:
    (folder / "data.new" / "base").mkdir(parents=True)
    with embedded.start(folder, safe=False) as server:
        keep(server.url, 1)


def test_a_path_too_long_for_a_socket_works_all_the_same(folder: Path) -> None:
    deep = folder / ("a long name for a folder " * 4) / ("and another, with 'quotes' and \"more\"" * 2)
    with embedded.start(deep, safe=False) as server:
        keep(server.url, 8)
        assert rows(server.url) == [8]
        sockets = Path("/tmp") / f"ldis-{os.geteuid()}-"
        assert str(sockets).replace("/", "%2F") in server.url
    with embedded.start(deep, safe=False) as server:
        assert rows(server.url) == [8]


def test_the_server_is_unreachable_from_the_network_and_for_other_accounts(folder: Path) -> None:
    with embedded.start(folder) as server:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            sockets = Path(connection.info.host)
        assert sockets.stat().st_mode & 0o077 == 0


def test_its_log_holds_no_values(folder: Path) -> None:
    with embedded.start(folder) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE phones (number text UNIQUE)")
            connection.execute("INSERT INTO phones VALUES ('07700 900123')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO phones VALUES ('07700 900123')")
        log = (folder / "data" / "server.log").read_text()
    assert "duplicate key" in log
    assert "900123" not in log


def test_data_of_another_version_of_postgresql_is_refused_with_a_sentence(folder: Path) -> None:
    with embedded.start(folder, safe=False):
        pass
    (folder / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match="was made by PostgreSQL 16; this is 18"):
        embedded.start(folder, safe=False)


def test_a_server_that_never_answers_is_given_up_with_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded.start(folder, safe=False):
        pass
    monkeypatch.setattr(embedded, "PATIENCE", 0.5)
    (folder / "data" / "global" / "pg_control").unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"Nothing in .* was deleted"):
        embedded.start(folder, safe=False)


def test_many_starters_at_the_same_moment_share_one_server(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from ldis import embedded\n"
        "with embedded.start(Path(sys.argv[1]), safe=False) as s: print(s.found, flush=True); sys.stdin.read()"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    found = sorted(str(starter.stdout and starter.stdout.readline().strip()) for starter in starters)
    assert found == ["False", "True", "True"]
    assert len(postmasters(folder)) == 1
    for starter in starters:
        starter.communicate()
    assert not postmasters(folder)


def test_a_ctrl_c_for_us_does_not_reach_the_server(folder: Path) -> None:
    with embedded.start(folder, safe=False):
        (postmaster,) = postmasters(folder)
        assert os.getsid(postmaster.pid) != os.getsid(0)
