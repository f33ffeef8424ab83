"""新生儿出生一件事 as the demonstration promises it."""

KEYS = {
    "matters", "fields_total", "fields_prefilled", "materials_total", "materials_not_asked",
    "decisions_automatic", "decisions_human", "licences", "proofs_verified", "seconds",
}  # fmt: skip


def test_the_figures_hold(journey):
    figures = journey["figures"]
    assert set(figures) == KEYS
    assert figures["matters"] >= 6
    assert figures["fields_prefilled"] / figures["fields_total"] >= 0.80
    assert figures["materials_not_asked"] / figures["materials_total"] >= 0.763
    assert figures["decisions_automatic"] >= 5
    assert figures["decisions_human"] == 1  # the costs the hospital did not settle: officials look at the invoice
    assert figures["licences"] >= 3
    assert figures["proofs_verified"] >= 20


def test_six_departments_answered(journey):
    assert len({node["department"] for node in journey["event"]["nodes"]}) >= 6
    assert journey["event"]["status"] == "completed"


def test_every_field_and_material_says_how_it_was_obtained(journey):
    shares = journey["mother"].get(f"/life-event-submissions/{journey['event']['id']}/ledger")
    for row in [*shares["fields"], *shares["materials"]]:
        assert row["why"] if row["asked"] else row["origin"] in {"licence", "register", "previous_case", "not_needed"}
        if row["origin"] in {"licence", "register"}:
            assert row["source"]["department"]
            assert row["source"]["version"]


def test_the_diary_names_who_looked_for_which_case(journey):
    rows = journey["mother"].get("/diary")["rows"]
    cases = set(journey["cases"])
    assert any(row["case_id"] in cases for row in rows)
    assert all(row["purpose"] and row["legal_basis"] for row in rows)
