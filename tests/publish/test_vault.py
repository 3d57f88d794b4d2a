"""A vault on disk, published by the command as people run it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from publish.pictures import PICTURES
from publish.publisher import files
from publish.vaults import public

MUTATING = (
    "write,pwrite64,fsync,fdatasync,syncfs,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,"
    "symlink,ftruncate,chmod,fchmod,fchmodat,utimensat"
)


def vault_at(folder):
    """A small vault with links, tags, a picture and private notes."""
    notes = {
        "Reading/Attention.md": public(
            "# Attention\n\n[[Dune]] ![[photo.jpg]] #paper\n\n$x^2$\n\n```python\nx = 1\n```"
        ),
        "Reading/Dune.md": public("![[Attention#Attention]]", date="2024-11-21 0:00:00 -0400"),
        "Über/Ångström.md": public("[[Private]]", tags="[größe]"),
        "Private.md": "nobody's business",
    }
    for path, text in notes.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "photo.jpg").write_bytes(PICTURES["jpg"])
    return folder


def vaultkit(*args, before=(), **env):
    """Run the command."""
    return subprocess.run(
        [*before, sys.executable, "-m", "vaultkit", *map(str, args)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def published(vault, output, *more, **given):
    done = vaultkit("--vault", vault, "publish", "--output", output, *more, **given)
    assert done.returncode == 0, done.stderr
    return done


def test_the_same_vault_gives_the_same_bytes_anywhere(tmp_path):
    """Whatever the hash seed, locale, time zone, umask, order of the files and place."""
    vault = vault_at(tmp_path / "vault")
    published(vault, tmp_path / "one" / "public", PYTHONHASHSEED="0", LC_ALL="C", TZ="UTC")
    other = tmp_path / "elsewhere" / "other"
    other.mkdir(parents=True)
    for path in sorted(files(vault), reverse=True):
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(vault / path, other / path)
    before = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
    env = {"PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati"}
    published(other, tmp_path / "two" / "public", before=before, **env)
    one, two = tmp_path / "one" / "public", tmp_path / "two" / "public"
    assert files(one) == files(two) and len(files(one)) > 10
    assert {p.stat().st_mode for p in one.rglob("*")} == {p.stat().st_mode for p in two.rglob("*")}


def test_the_vault_is_never_written(tmp_path):
    vault = vault_at(tmp_path / "vault")
    before = {path: path.stat() for path in sorted(vault.rglob("*"))}
    published(vault, tmp_path / "public")
    after = {path: path.stat() for path in sorted(vault.rglob("*"))}
    assert [(path, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for path, s in before.items()] == [
        (path, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for path, s in after.items()
    ]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_nothing_changed_nothing_written(tmp_path):
    vault = vault_at(tmp_path / "vault")
    output = tmp_path / "site" / "public"
    published(vault, output)
    trace = tmp_path / "trace"
    before = ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={MUTATING},openat"]
    done = published(vault, output, before=before)
    assert "1 unchanged" in done.stderr or "unchanged" in done.stderr
    lines = [line for line in trace.read_text().splitlines() if str(tmp_path / "site") in line]
    opened = [line for line in lines if "openat(" in line and re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", line)]
    assert all(line.split('"')[1].endswith("/lock") for line in opened)
    assert [line for line in lines if "openat(" not in line] == []


def test_attachments_never_come_from_outside(tmp_path):
    vault = vault_at(tmp_path / "vault")
    (tmp_path / "outside.png").write_bytes(PICTURES["png"])
    (vault / "link.png").symlink_to(tmp_path / "outside.png")
    (vault / "linked").symlink_to(tmp_path)
    text = "![[link.png]] ![[outside.png]] ![[linked/outside.png]] ![x](../outside.png) ![[../outside.png]]"
    (vault / "Note.md").write_text(public(text + " ![[/etc/passwd]] [p](file:///etc/passwd)"))
    vaultkit("--vault", vault, "publish", "--output", tmp_path / "public")
    assert not [path for path in files(tmp_path / "public") if "outside" in path or "link" in path or "passwd" in path]


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="needs root and setpriv to drop rights"
)
def test_a_folder_that_cannot_be_read_stays_as_it_was():
    with TemporaryDirectory() as folder:  # pytest's own is closed to others
        _check_frozen(Path(folder))


def _check_frozen(home):
    vault = vault_at(home / "vault")
    output = home / "out" / "public"
    output.parent.mkdir()
    for path in (home, *home.rglob("*")):
        os.chown(path, 65534, 65534)
    before = ["setpriv", "--reuid=65534", "--clear-groups"]
    env = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    if vaultkit("--vault", vault, "rules", before=before, **env).returncode:
        pytest.skip("the interpreter cannot be run without rights here")
    published(vault, output, before=before, **env)
    shown = files(output)
    (vault / "Reading").chmod(0)
    (vault / "photo.jpg").unlink()
    done = vaultkit("--vault", vault, "publish", "--output", output, before=before, **env)
    assert done.returncode == 1 and "Permission denied" in done.stderr
    assert {"reading/attention.html", "reading/dune.html"} <= files(output).keys()
    assert "held" in done.stdout and shown.keys() >= files(output).keys()
    (vault / "Reading").chmod(0o755)


def test_an_emptied_vault_unpublishes_nothing(tmp_path):
    vault = vault_at(tmp_path / "vault")
    published(vault, tmp_path / "public")
    before = files(tmp_path / "public")
    shutil.rmtree(vault)
    done = vaultkit("--vault", vault, "publish", "--output", tmp_path / "public")
    assert done.returncode == 2 and "no vault here" in done.stderr
    vault.mkdir()
    done = vaultkit("--vault", vault, "publish", "--output", tmp_path / "public")
    assert done.returncode == 2 and "--allow-mass-withdraw" in done.stderr
    assert files(tmp_path / "public") == before


def test_the_output_may_lie_in_the_vault(tmp_path):
    vault = vault_at(tmp_path / "vault")
    published(vault, vault / "public")
    before = files(vault / "public")
    (vault / "public" / "own.md").write_text("mine")
    done = published(vault, vault / "public")
    assert "3 unchanged" in done.stderr
    assert files(vault / "public") == before | {"own.md": b"mine"}
    assert not Path(vault / "public" / "own.html").exists()


THOROUGH = bool(os.environ.get("VAULTKIT_THOROUGH"))
REAL = Path.home() / ".cache" / "vaultkit-test-vaults"


@pytest.mark.parametrize("name", ["kepano", *["obsidian-help-en", "obsidian-hub"] * THOROUGH])
def test_real_vaults(name, tmp_path):
    """They pass the audit, whichever half of them is private."""
    vault = REAL / name
    if not vault.is_dir():
        pytest.skip("the real vaults are not unpacked")
    config = tmp_path / "half.yaml"
    config.write_text(
        'publish:\n  select: { path: ["[A-N]*/**", "[A-N]*"] }\n  targets: [{ base-url: "https://e.org/n/" }]\n'
    )
    done = vaultkit("--vault", vault, "--config", config, "publish", "--output", tmp_path / "public")
    assert done.returncode == 0, done.stderr
    assert "Published" in done.stderr
