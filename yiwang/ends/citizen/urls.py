"""The addresses of people and companies."""

from __future__ import annotations

from django.urls import path

from yiwang.ends.citizen import (
    views_apply,
    views_entry,
    views_guide,
    views_inbox,
    views_laws,
    views_licences,
    views_me,
    views_mine,
    views_rating,
)

app_name = "citizen"

urlpatterns = [
    path("", views_guide.home, name="home"),
    path("search", views_guide.search, name="search"),
    path("matters", views_guide.themes, name="matters"),
    path("matters/<str:short>", views_guide.guide, name="guide"),
    path("matters/<str:short>/apply", views_apply.matter_questions, name="apply"),
    path("matters/<str:short>/form", views_apply.matter_form, name="matter_form"),
    path("matters/<str:short>/review", views_apply.matter_review, name="matter_review"),
    path("laws", views_laws.law_search, name="laws"),
    path("laws/<uuid:law_id>", views_laws.law, name="law"),
    path("life-events", views_apply.life_event_list, name="life_events"),
    path("life-events/<str:code>", views_apply.life_event, name="life_event"),
    path("life-events/<str:code>/questions", views_apply.event_questions, name="event_questions"),
    path("life-events/<str:code>/form", views_apply.event_form, name="event_form"),
    path("life-events/<str:code>/review", views_apply.event_review, name="event_review"),
    path("mine", views_mine.mine, name="mine"),
    path("mine/life-events/<uuid:life_event_id>", views_mine.my_life_event, name="my_life_event"),
    path("mine/life-events/<uuid:life_event_id>/supplement", views_mine.event_supplement, name="event_supplement"),
    path("mine/life-events/<uuid:life_event_id>/withdraw", views_mine.event_withdraw, name="event_withdraw"),
    path("mine/cases/<uuid:case_id>", views_mine.case, name="case"),
    path("mine/cases/<uuid:case_id>/supplement", views_mine.case_supplement, name="case_supplement"),
    path("mine/cases/<uuid:case_id>/withdraw", views_mine.case_withdraw, name="case_withdraw"),
    path("mine/cases/<uuid:case_id>/documents/<uuid:document_id>", views_mine.document, name="document"),
    path("mine/cases/<uuid:case_id>/rating", views_rating.rate, name="rate"),
    path("licences", views_licences.licences, name="licences"),
    path("licences/<uuid:licence_id>", views_licences.licence, name="licence"),
    path("licences/<uuid:licence_id>/present", views_licences.present, name="present"),
    path("verify", views_licences.verify, name="verify"),
    path("verify/<str:token>", views_licences.verify_token, name="verify_token"),
    path("messages", views_inbox.inbox, name="messages"),
    path("messages/preferences", views_inbox.notice_preferences, name="notice_preferences"),
    path("messages/<uuid:notice_id>", views_inbox.message, name="message"),
    path("me", views_me.me, name="me"),
    path("me/act-for", views_me.act_for, name="act_for"),
    path("me/company", views_me.company, name="company"),
    path("me/delegations", views_me.delegations, name="delegations"),
    path("me/delegations/<uuid:delegation_id>/revoke", views_me.revoke_delegation, name="revoke_delegation"),
    path("diary", views_me.diary, name="diary"),
    path("corrections", views_me.corrections, name="corrections"),
    path("corrections/new", views_me.dispute, name="dispute"),
    path("login", views_entry.login, name="login"),
    path("logout", views_entry.logout, name="logout"),
    path("preferences", views_entry.preferences, name="preferences"),
    path("help", views_entry.help_page, name="help"),
    path("accessibility", views_entry.accessibility, name="accessibility"),
    path("privacy", views_entry.privacy, name="privacy"),
]
