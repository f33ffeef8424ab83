-- Companies of which more than one version is known, the most changed first.
SELECT credit_code, max(name) AS name, max(version) AS versions
FROM legal_entities
GROUP BY credit_code
HAVING max(version) > 1
ORDER BY versions DESC, credit_code
LIMIT 1000
