-- A company's history by its credit code: every version, the oldest first.
SELECT * FROM legal_entities WHERE credit_code = $credit_code ORDER BY version
