-- Companies on the books and their capital in yuan, by province and city.
SELECT province, city, count(*) AS companies, sum(capital_yuan) AS capital_yuan
FROM legal_entities
WHERE valid_to IS NULL
GROUP BY province, city
ORDER BY companies DESC, province, city
