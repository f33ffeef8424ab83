-- Companies on the books by the year of their registration.
SELECT year(registered_on) AS year, count(*) AS companies
FROM legal_entities
WHERE valid_to IS NULL
GROUP BY year(registered_on)
ORDER BY year
