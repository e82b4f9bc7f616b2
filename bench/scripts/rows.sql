-- 200,000 rows into memory, an index on them, and scans with and without it.
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, price REAL);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
  INSERT INTO t SELECT i, 'item ' || (i * 7919 % 1000003), i * 0.5 FROM n;
COMMIT;
CREATE INDEX t_name ON t (name);
SELECT count(*), sum(price), min(name), max(name) FROM t WHERE name LIKE '%7%';
SELECT count(*), sum(price) FROM t WHERE name BETWEEN 'item 3' AND 'item 5';
SELECT substr(name, 6, 2) AS k, count(*), avg(price) FROM t GROUP BY k ORDER BY 2 DESC, 1 LIMIT 5;
