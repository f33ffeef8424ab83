"""The door of identity: who is at the other end, and for whom they may act."""

from __future__ import annotations

from yiwang.support.identity.accounts import (
    AccountView,
    account_of,
    accounts,
    change_password,
    change_roles,
    close_account,
    create_citizen,
    create_machine,
    create_staff,
    find_citizen,
    renew_password,
    reopen_account,
    reset_password,
    set_preferences,
)
from yiwang.support.identity.actors import actor_of
from yiwang.support.identity.companies import CompanyView, agree_sources, companies, end_links, link_company, recheck_links
from yiwang.support.identity.delegations import (
    DelegationView,
    act_for,
    delegate,
    delegations,
    require_matter,
    revoke_delegation,
)
from yiwang.support.identity.demonstration import build_accounts, build_staff
from yiwang.support.identity.departments import Department, department, departments
from yiwang.support.identity.errors import (
    AccountExists,
    BadDelegation,
    BadToken,
    NotEntitled,
    PasswordGiven,
    SignInLocked,
    SignInRefused,
    UnknownDepartment,
    WeakPassword,
)
from yiwang.support.identity.sign_in import authenticate, sign_in
from yiwang.support.identity.tokens import IssuedToken, TokenView, actor_by_token, issue_token, revoke_token, tokens

__all__ = [
    "AccountExists",
    "AccountView",
    "BadDelegation",
    "BadToken",
    "CompanyView",
    "DelegationView",
    "Department",
    "IssuedToken",
    "NotEntitled",
    "PasswordGiven",
    "SignInLocked",
    "SignInRefused",
    "TokenView",
    "UnknownDepartment",
    "WeakPassword",
    "account_of",
    "accounts",
    "act_for",
    "actor_by_token",
    "actor_of",
    "agree_sources",
    "authenticate",
    "build_accounts",
    "build_staff",
    "change_password",
    "change_roles",
    "close_account",
    "companies",
    "create_citizen",
    "create_machine",
    "create_staff",
    "delegate",
    "delegations",
    "department",
    "departments",
    "end_links",
    "find_citizen",
    "issue_token",
    "link_company",
    "recheck_links",
    "renew_password",
    "reopen_account",
    "require_matter",
    "reset_password",
    "revoke_delegation",
    "revoke_token",
    "set_preferences",
    "sign_in",
    "tokens",
]
