"""The audit ledger as the auditor sees it."""

from __future__ import annotations

from controller.audit.store import append
from controller.people.model import Post

from .conftest import Api


def write_down(api: Api, count: int) -> None:
    for number in range(count):
        with api.context.records.write() as session:
            append(
                session,
                at=api.clock.now(),
                actor="u1",
                action="box.moved",
                subject=f"B-{number}",
                detail={"to": "desk"},
            )


def test_the_auditor_reads_back_page_by_page(api: Api) -> None:
    write_down(api, 5)
    auditor = api.signed_in(Post.AUDITOR)
    first = auditor.get("/api/v1/audit", params={"limit": 3}).json()
    assert first["more"] is True
    assert [entry["subject"] for entry in first["entries"]][1:] == ["B-4", "B-3"]
    rest = auditor.get(
        "/api/v1/audit", params={"before": first["entries"][-1]["seq"], "limit": 3}
    ).json()
    assert [entry["subject"] for entry in rest["entries"]] == ["B-2", "B-1", "B-0"]
    assert rest["entries"][0]["detail"] == {"to": "desk"}


def test_the_auditor_reads_names_beside_the_ids_of_people(api: Api) -> None:
    write_down(api, 1)
    admin = api.signed_in(Post.SYSTEM_ADMIN)
    body = {"name": "陈静", "password": "five quiet carts roll", "post": "archivist"}
    made = admin.post("/api/v1/users", json=body)
    assert made.status_code == 201, made.text
    me = admin.get("/api/v1/session").json()["user"]
    entries = api.signed_in(Post.AUDITOR).get("/api/v1/audit").json()["entries"]
    added = next(entry for entry in entries if entry["subject_name"] == "陈静")
    assert (added["actor"], added["actor_name"]) == (me["id"], me["name"])
    assert added["subject"] == made.json()["id"]
    moved = next(entry for entry in entries if entry["action"] == "box.moved")
    assert (moved["actor"], moved["actor_name"], moved["subject_name"]) == ("u1", None, None)


def test_a_whole_chain_is_called_whole_and_the_look_itself_is_noted(api: Api) -> None:
    write_down(api, 5)
    auditor = api.signed_in(Post.AUDITOR)
    verdict = auditor.post("/api/v1/audit/verify").json()
    assert verdict["whole"] is True
    assert verdict["entries"] >= 5
    newest = auditor.get("/api/v1/audit", params={"limit": 1}).json()["entries"][0]
    assert newest["action"] == "audit.verified"


def test_a_changed_entry_is_named(api: Api) -> None:
    write_down(api, 5)
    auditor = api.signed_in(Post.AUDITOR)
    seq = auditor.get("/api/v1/audit", params={"limit": 4}).json()["entries"][-1]["seq"]
    with api.context.records.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entries_no_update")
        connection.exec_driver_sql("UPDATE audit_entries SET actor = 'x' WHERE seq = ?", (seq,))
    verdict = auditor.post("/api/v1/audit/verify").json()
    assert (verdict["whole"], verdict["broken_seq"], verdict["why"]) == (False, seq, "changed")


def test_only_the_auditor_verifies(api: Api) -> None:
    assert api.signed_in(Post.SECURITY_ADMIN).post("/api/v1/audit/verify").status_code == 403
    assert api.signed_in(Post.SECURITY_ADMIN).get("/api/v1/audit").status_code == 200
    assert api.signed_in(Post.ARCHIVIST).get("/api/v1/audit").status_code == 403
