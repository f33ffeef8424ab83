-- The keys of which there is more than one row. Worked out before the history is, so that an engine knows how few they are.
SELECT {key} FROM rows GROUP BY {key} HAVING count(*) > 1
