"""Addresses of the officials end."""

from __future__ import annotations

from django.urls import path

from yiwang.ends.official import (
    views_audit,
    views_benefits,
    views_case,
    views_desk,
    views_events,
    views_figures,
    views_laws,
    views_matters,
    views_todo,
)

app_name = "official"
urlpatterns = [
    path("", views_todo.todo, name="todo"),
    path("cases/<uuid:case_id>", views_case.case, name="case"),
    path("cases/<uuid:case_id>/steps/<slug:action>", views_case.step, name="step"),
    path("cases/<uuid:case_id>/materials/<str:key>", views_case.material, name="material"),
    path("cases/<uuid:case_id>/archive", views_case.archive, name="archive"),
    path("cases/<uuid:case_id>/replay", views_case.replay, name="replay"),
    path("matters", views_matters.index, name="matters"),
    path("matters/import", views_matters.load, name="import_matters"),
    path("matters/import/<slug:digest>", views_matters.report, name="import_report"),
    path("matters/export/<slug:form>", views_matters.save, name="export_matters"),
    path("matters/<str:code>", views_matters.matter, name="matter"),
    path("matters/<str:code>/edit", views_matters.edit, name="edit_matter"),
    path("matters/<str:code>/state/<slug:action>", views_matters.change_state, name="matter_state"),
    path("life-events", views_events.index, name="life_events"),
    path("life-events/<str:code>", views_events.one, name="life_event"),
    path("laws", views_laws.citations, name="laws"),
    path("laws/parameters", views_laws.parameters, name="parameters"),
    path("laws/parameters/<str:code>", views_laws.parameter, name="parameter"),
    path("benefits", views_benefits.index, name="benefits"),
    path("benefits/run/<slug:code>", views_benefits.run, name="benefit_run"),
    path("benefits/rehearse/<slug:code>", views_benefits.rehearse, name="benefit_rehearse"),
    path("benefits/recheck", views_benefits.recheck, name="benefit_recheck"),
    path("benefits/lists", views_benefits.prepare, name="benefit_prepare"),
    path("benefits/lists/<uuid:list_id>", views_benefits.payment_list, name="benefit_list"),
    path("benefits/lists/<uuid:list_id>/decide", views_benefits.decide, name="benefit_decide"),
    path("benefits/lists/<uuid:list_id>/bank", views_benefits.bank_file, name="benefit_bank_file"),
    path("benefits/findings", views_benefits.findings, name="benefit_findings"),
    path("benefits/findings/<uuid:finding_id>", views_benefits.judge, name="benefit_judge"),
    path("benefits/recoveries/<uuid:recovery_id>", views_benefits.recover, name="benefit_recover"),
    path("corrections", views_desk.corrections, name="corrections"),
    path("corrections/<uuid:correction_id>", views_desk.correction, name="correction"),
    path("ratings", views_desk.bad_ratings, name="ratings"),
    path("ratings/<uuid:rating_id>/<slug:action>", views_desk.handle_rating, name="handle_rating"),
    path("figures", views_figures.figures, name="figures"),
    path("audit", views_audit.search, name="audit"),
    path("audit/verify", views_audit.verify, name="verify"),
]
