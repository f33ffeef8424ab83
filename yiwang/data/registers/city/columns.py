"""The columns that the generator fills, register by register; the rest of a row are the table's defaults."""

from __future__ import annotations

from typing import Final


def _columns(text: str) -> tuple[str, ...]:
    return (*text.split(), "updated_at")


COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "person": _columns(
        "id_number name sex birth_date ethnicity nationality household_no relation_to_head domicile_division domicile_address"
        " residence_address phone marital_status hukou_kind status"
    ),
    "household": _columns("household_no head_id_number head_name address division member_count"),
    "marriage": _columns("certificate_no husband_id_number husband_name wife_id_number wife_name registered_on status"),
    "birth": _columns(
        "record_no certificate_no child_name child_sex child_id_number born_on born_at born_at_hospital hospital_code weight_g length_cm"
        " gestation_weeks mother_id_number mother_name father_id_number father_name birth_order"
    ),
    "death": _columns("id_number name died_on certificate_no place"),
    "address": _columns("address_code text division community road"),
    "company": _columns(
        "credit_code name legal_representative legal_representative_id_number address division capital_yuan established_on status kind"
        " industry_code scope phone"
    ),
    "tax_registration": _columns("credit_code name status taxpayer_kind"),
    "company_insurance": _columns(
        "credit_code insured_staff staff_a_year_ago graduates_hired hardship_hired veterans_hired disabled_staff trained_staff interns"
        " arrears"
    ),
    "tax_filing": _columns("credit_code turnover_yuan turnover_before_yuan paid_yuan research_yuan grade arrears"),
    "innovation": _columns("credit_code hightech_until patents_granted invention_patents specialised standard_led"),
    "operation": _columns(
        "credit_code equipment_yuan digital_yuan energy_saved_tce water_saved_m3 green_rated export_yuan online_sales_yuan exhibition_yuan"
        " loan_interest_yuan rent_yuan green_vehicles above_scale"
    ),
    "property": _columns("certificate_no address area_m2 use owner_id_number owner_name registered_on"),
    "social_insurance": _columns(
        "id_number number name birth_date status kind paid_months employer_name employer_credit_code started_on base_yuan"
    ),
    "employment": _columns("id_number post_kind first_work_on retire_age_date deemed_months ended_on end_reason"),
    "pension": _columns("id_number status monthly_yuan started_on"),
    "social_security_card": _columns("id_number card_no issued_on status"),
    "bank_account": _columns("account_no holder bank_name"),
    "medical_insurance": _columns("id_number number name kind status paid_until maternity_covered contact_address"),
    "education": _columns("id_number student_no school_name stage grade"),
    "residence_permit": _columns("id_number permit_no valid_until address"),
    "disability": _columns("id_number certificate_no grade kind"),
    "credit": _columns("subject_key dishonest published_on"),
    "food_licence": _columns("credit_code licence_no valid_until"),
    "fire_check": _columns("credit_code passed checked_on"),
    "hygiene_check": _columns("credit_code passed checked_on"),
    "benefit_payment": _columns("payment_no id_number kind monthly_yuan status started_on"),
    "provident_fund": _columns("id_number account_no status balance_yuan"),
    "vaccination": _columns("certificate_no record_no id_number clinic_name issued_on"),
    "maternity": _columns("registration_no mother_id_number father_id_number registered_on child_order"),
}
