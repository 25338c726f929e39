-- Everything in a store's catalogue but the tables and views of raw lists that are made as they should be:
-- (kind, schema, name, how it is made). Nothing of it is bound or executed.
SELECT 'schema' AS kind, '' AS schema, schema_name AS name, '' AS made FROM duckdb_schemas()
WHERE database_name = current_database() AND NOT internal AND schema_name NOT IN ('main', 'raw', 'views', 'answer')
UNION ALL
SELECT 'table', schema_name, table_name, sql FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND NOT (
    schema_name = 'raw' AND regexp_full_match(table_name, 'd[0-9]+_p[0-9]+(_cells)?') AND regexp_full_match(
        replace(sql, table_name, ''), 'CREATE TABLE raw\.\((("row"|c[0-9]+) (VARCHAR|BIGINT)(, )?)+\);'))
UNION ALL
SELECT 'view', schema_name, view_name, sql || coalesce(comment, '') FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND NOT (
    schema_name = 'raw' AND regexp_full_match(view_name, 'd[0-9]+_p[0-9]+') AND regexp_full_match(
        replace(sql, view_name, ''),
        'CREATE VIEW raw\. AS SELECT \(\(rowid % [0-9]+\) \+ 1\) AS "row"(, c[0-9]+)+ FROM raw\._cells;\s*'))
UNION ALL
SELECT function_type, schema_name, function_name, parameters::VARCHAR || ' ' || coalesce(macro_definition, '')
FROM duckdb_functions() WHERE database_name = current_database() AND NOT internal
UNION ALL
SELECT 'type', schema_name, type_name, '' FROM duckdb_types() WHERE database_name = current_database() AND NOT internal
UNION ALL
SELECT 'sequence', schema_name, sequence_name, '' FROM duckdb_sequences() WHERE database_name = current_database()
UNION ALL
SELECT 'index', schema_name, index_name, '' FROM duckdb_indexes() WHERE database_name = current_database()
ORDER BY ALL
