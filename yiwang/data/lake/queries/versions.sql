-- The history of every key: rows that repeat what the row before them said are counted, not kept; a changed row closes the one before.
-- rows: the standard rows of a data set with batch and happened_at. repeated: the answer of the query of that name. {key}, {content},
-- {columns}: names from the data set's shape.
WITH said AS (
  SELECT {columns}, batch, happened_at, md5(concat_ws('|', {content})) AS content
  FROM rows
  WHERE EXISTS (SELECT 1 FROM repeated WHERE {same_key})
),
compared AS (
  SELECT said.*, lag(content) OVER (PARTITION BY {key} ORDER BY happened_at, batch, source_row) AS content_before
  FROM said
),
versions AS (
  SELECT {columns}, happened_at,
    row_number() OVER (PARTITION BY {key} ORDER BY happened_at, batch, source_row) AS version,
    lead(happened_at) OVER (PARTITION BY {key} ORDER BY happened_at, batch, source_row) AS valid_to
  FROM compared
  WHERE content_before IS NULL OR content_before <> content
)
SELECT {columns}, version, happened_at AS valid_from, valid_to FROM versions
UNION ALL
SELECT {columns}, CAST(1 AS BIGINT) AS version, happened_at AS valid_from, CAST(NULL AS TIMESTAMP) AS valid_to
FROM rows
WHERE NOT EXISTS (SELECT 1 FROM repeated WHERE {same_key})
