"""Debian's OpenLDAP server with a small company in it, as an ordinary user on a free port."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ldap3
import pytest

from tests.support.live import free_port

SLAPD = Path("/usr/sbin/slapd")
BASE = "dc=example,dc=com"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{BASE}", "directory-admin-1"
AGENTS, ADMINS, OTHERS = (f"cn={name},ou=groups,{BASE}" for name in ("agents", "admins", "others"))
PASSWORD = "Of-the-directory-1"
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {folder}/slapd.pid
database mdb
maxsize 10485760
suffix "{base}"
rootdn "{admin}"
rootpw {password}
directory {folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.base="{admin}" read by users none by anonymous auth
"""
PEOPLE = {
    "wang.fang": ("王芳", "E100", AGENTS), "li.wei": ("李伟", "E101", AGENTS), "boss": ("The Boss", "E102", ADMINS),
    "guest": ("Guest", "E103", OTHERS),
}


@dataclass(frozen=True)
class Directory:
    """A directory that serves."""

    url: str

    def settings(self, **more: object) -> dict[str, object]:
        """Return the environment of a desk that uses it."""
        return {"LDAP_SERVER": self.url, "LDAP_BIND_DN": ADMIN, "LDAP_BIND_PASSWORD": ADMIN_PASSWORD,
                "LDAP_SEARCH_BASE": f"ou=people,{BASE}", "LDAP_USER_FILTER": "(!(employeeType=left))", **more}

    def change(self, username: str, **attributes: str) -> None:
        """Replace attributes of somebody."""
        with self.connected() as connection:
            assert connection.modify(dn_of(username), {
                name: [(ldap3.MODIFY_REPLACE, [value])] for name, value in attributes.items()}), connection.result

    def move(self, username: str, out_of: str, into: str) -> None:
        """Take somebody out of a group and put them into another."""
        with self.connected() as connection:
            assert connection.modify(into, {"member": [(ldap3.MODIFY_ADD, [dn_of(username)])]}), connection.result
            assert connection.modify(out_of, {"member": [(ldap3.MODIFY_DELETE, [dn_of(username)])]}), connection.result

    def remove(self, username: str) -> None:
        """Delete somebody."""
        with self.connected() as connection:
            assert connection.delete(dn_of(username)), connection.result

    @contextmanager
    def connected(self) -> Iterator[ldap3.Connection]:
        """Return a connection of the directory's administrator."""
        connection = ldap3.Connection(ldap3.Server(self.url, get_info=ldap3.NONE), ADMIN, ADMIN_PASSWORD,
                                      auto_bind=True)
        try:
            yield connection
        finally:
            connection.unbind()


def dn_of(username: str) -> str:
    """Return where somebody stands."""
    return f"uid={username},ou=people,{BASE}"


def _entries() -> str:
    parts = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example"]
    parts += [f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}" for name in ("people", "groups")]
    parts += [
        f"dn: {dn_of(uid)}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: {name}\nmail: {uid}@example.com\n"
        f"employeeNumber: {number}\nuserPassword: {PASSWORD}" for uid, (name, number, _group) in PEOPLE.items()
    ]
    return "\n\n".join(parts) + "\n"


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    """A directory of four people and three groups, which the test may change."""
    if not SLAPD.exists():
        pytest.skip("OpenLDAP's server was not found on this machine (Debian: apt-get install slapd)")
    folder, port = tmp_path / "ldap", free_port()
    (folder / "data").mkdir(parents=True)
    config, entries = folder / "slapd.conf", folder / "entries.ldif"
    config.write_text(CONFIG.format(folder=folder, base=BASE, admin=ADMIN, password=ADMIN_PASSWORD))
    entries.write_text(_entries())
    subprocess.run([SLAPD.with_name("slapadd"), "-q", "-f", config, "-l", entries], check=True, capture_output=True)
    url = f"ldap://127.0.0.1:{port}"
    with subprocess.Popen([SLAPD, "-d", "0", "-f", config, "-h", url], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            made = Directory(url)
            _add_groups(made)
            yield made
        finally:
            process.terminate()
    shutil.rmtree(folder)


def _add_groups(directory: Directory) -> None:
    # By the server, whose overlay then tells each member so; slapadd would not.
    with directory.connected() as connection:
        for group in (AGENTS, ADMINS, OTHERS):
            members = [ADMIN, *(dn_of(uid) for uid, person in PEOPLE.items() if person[2] == group)]
            assert connection.add(group, "groupOfNames", {"member": members}), connection.result


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        assert process.poll() is None, "slapd ended at start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("slapd does not answer")
